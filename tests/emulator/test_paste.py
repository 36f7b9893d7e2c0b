"""What a person is given to paste names the tenant's own applications and no secret of anybody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tenantry.emulator import Emulator, server
from tenantry.emulator.paste import Paste

HTTPS, HTTP = "https://localhost:4443", "http://localhost:4400"


def client(emulator: Emulator, name: str, **more: Any) -> dict[str, Any]:
    client_id, secret = emulator.tenant.ids.client(name)
    document = {"client_id": client_id, "client_secret": secret, "name": name, **more}
    emulator.tenant.store.put("clients", client_id, document)
    return document


def text(emulator: Emulator, base_url: str = HTTPS, ca: Path | None = Path("/ca.pem")) -> str:
    return Paste(emulator.tenant, base_url, HTTP, ca).text()


def test_the_applications_of_the_tenant_are_named_with_their_credentials() -> None:
    with Emulator("dev") as emulator:
        spa = client(emulator, "Shop", app_type="spa")
        web = client(emulator, "Office", app_type="regular_web", callbacks=["acme://x", "http://localhost:3001/callback"])
        shown = text(emulator)
    assert f'domain: "localhost:4443", clientId: "{spa["client_id"]}"' in shown
    assert spa["client_secret"] not in shown
    assert f"AUTH0_CLIENT_ID={web['client_id']}\n  AUTH0_CLIENT_SECRET={web['client_secret']}" in shown
    assert "ISSUER_BASE_URL=https://localhost:4443\n  BASE_URL=http://localhost:3001\n" in shown
    assert "Trust:       /ca.pem" in shown
    assert "none yet; sign up" in shown


def test_a_pinned_secret_is_not_printed() -> None:
    with Emulator("dev", pins={"Office": {"client_id": "office", "client_secret": "very-private"}}) as emulator:
        client(emulator, "Office", app_type="regular_web")
        shown = text(emulator)
    assert "AUTH0_CLIENT_ID=office\n  AUTH0_CLIENT_SECRET=<as pinned>" in shown
    assert "very-private" not in shown


def test_without_applications_and_https_there_are_places_to_fill_in() -> None:
    with Emulator("dev") as emulator:
        shown = text(emulator, HTTP, None)
    assert f'Single-page application (none yet: make one):\n  createAuth0Client({{ domain: "{HTTP}"' in shown
    assert "Next.js" not in shown
    assert "Trust" not in shown
    assert "CLIENT_ID=<client id>" in shown


def test_a_few_users_are_named_and_the_rest_counted() -> None:
    with Emulator("dev") as emulator:
        for number in range(5):
            emulator.tenant.store.put("users", f"auth0|{number}", {"user_id": f"auth0|{number}", "email": f"u{number}@x.test"})
        assert "Users:       u0@x.test, u1@x.test, u2@x.test, 2 more\n" in text(emulator)


@pytest.mark.parametrize(("public_url", "base_url"), [(None, HTTPS), ("https://login.localhost", "https://login.localhost")])
def test_the_issuer_that_is_fixed_is_the_one_to_paste(public_url: str | None, base_url: str) -> None:
    with Emulator("dev", public_url=public_url) as emulator:
        shown = server.Served(HTTP, HTTPS, Path("/ca.pem")).lines_to_paste(emulator)
    assert f"ISSUER_BASE_URL={base_url}\n" in shown
    assert f"Look at it:  {HTTP}/\n" in shown
