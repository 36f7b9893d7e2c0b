"""auth0-spa-js in Chromium: login by redirect through the pages, silent renewal by rotating refresh token, logout."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tenantry.testing import PASSWORD, Tenant
from tests.clients.node import HERE, Node
from tests.loopback import Pages

API = "https://api.shop.example/orders"
LIBRARY = HERE / "node_modules" / "@auth0" / "auth0-spa-js" / "dist" / "auth0-spa-js.production.js"


@pytest.fixture
def site() -> Iterator[str]:
    pages = {"*.js": ("text/javascript", LIBRARY.read_text()), "*": ("text/html", (HERE / "spa.html").read_text())}
    with Pages(pages).served() as url:
        yield url


def test_a_single_page_application_logs_in_stays_and_leaves(tenant: Tenant, node: Node, chromium: str, site: str) -> None:
    application = tenant.application(
        "Shop",
        callbacks=[f"{site}/"],
        allowed_logout_urls=[f"{site}/bye", site],
        web_origins=[site],
        refresh_token={"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0},
    )
    tenant.api(API, scopes=["read:orders"])
    tenant.user("ada@example.com", name="Ada")
    parameters = {"audience": API, "scope": "openid profile email offline_access read:orders"}
    told = {
        "browser": chromium,
        "site": site,
        "user": "ada@example.com",
        "password": PASSWORD,
        "settings": {"domain": tenant.domain, "clientId": application["client_id"], "authorizationParams": parameters},
    }
    with node.talking("spa.mjs", told) as script:
        seen = script.hear()
    assert (seen["before"], seen["after"], seen["reloaded"], seen["signedOn"], seen["out"]) == (
        "nobody",
        "Ada",
        "Ada",
        "Ada",
        "nobody",
    )
    assert seen["cached"]["access_token"] == seen["first"]["access_token"]
    assert seen["renewed"]["access_token"] != seen["first"]["access_token"]
    assert seen["rotated"]
    keys = KeySet.import_key_set({"keys": tenant.jwks["keys"]})
    claims = jwt.decode(seen["renewed"]["access_token"], keys, algorithms=["RS256"]).claims
    assert (claims["iss"], claims["scope"].split()[-1] in {"read:orders", "offline_access"}) == (tenant.issuer, True)
    assert seen["login"].startswith("/u/login")
    assert seen["again"].startswith("/u/login"), "after the logout a password is asked for again"
    assert seen["complaints"] == [], json.dumps(seen["complaints"])
