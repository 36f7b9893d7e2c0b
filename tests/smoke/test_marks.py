"""What each claim of a token follows from, by its value: tokens whose claims were changed on their way."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tenantry.model.values import Include
from tenantry.smoke.flows.scopes import is_due
from tenantry.smoke.story import Claim
from tests.smoke.inside import Sections
from tests.smoke.test_flows import one, shop
from tests.smoke.world import ACCOUNTANT, COMPANY, LEDGER, Tamper, World

API, OTHER = LEDGER["identifier"], "https://other.example"
BOOKS: Sections = {**COMPANY, "apis": {"ledger": {**LEDGER, "signing_alg": "RS256"}}, "client_grants": {}}
ASKED = ["openid", "read:ledger", "close:ledger"]
FLOW = {"flow": "authorization_code_pkce", "application": "storefront", "api": "ledger", "user": "accountant", "scope": ASKED}
Change = Callable[[dict[str, Any]], dict[str, Any]]


def rewritten(member: str, change: Change) -> Tamper:
    """Return a way to the tenant on which the claims of one token change; its signature is worth nothing then."""

    def tamper(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path != "/oauth/token" or response.status_code != httpx.codes.OK:
            return response
        body = response.json()
        head, payload, signature = body[member].split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        payload = base64.urlsafe_b64encode(json.dumps(claims | change(claims)).encode()).rstrip(b"=").decode()
        return httpx.Response(response.status_code, json={**body, member: f"{head}.{payload}.{signature}"})

    return tamper


def told(member: str, change: Change, **more: Any) -> dict[str, Claim]:
    """Return the claims of the access token (or the ID token) of one flow as its story tells them."""
    config = {**ACCOUNTANT, "flows": {"books": {**FLOW, **more}}}
    (story,) = World(BOOKS).proves(config, level="smoke", tamper=rewritten(member, change)).stories
    token = story.tokens[1 if member == "id_token" else 0]
    return {claim.name: claim for claim in token.claims}


def test_each_scope_permission_and_audience_has_its_own_mark() -> None:
    claims = told(
        "access_token",
        lambda claims: {
            "scope": "openid profile read:ledger close:ledger read:mail",
            "permissions": ["read:ledger", "close:ledger"],
            "aud": [*claims["aud"], OTHER],
        },
    )
    assert dict(claims["scope"].parts) == {
        "openid": "expected",
        "profile": "extra",
        "read:ledger": "declared",
        "close:ledger": "extra",
        "read:mail": "extra",
    }
    assert dict(claims["permissions"].parts) == {"read:ledger": "declared", "close:ledger": "extra"}
    assert [mark for _, mark in claims["aud"].parts] == ["declared", "expected", "extra"]
    assert claims["scope"].groups == [
        ("profile close:ledger read:mail", "extra"),
        ("openid", "expected"),
        ("read:ledger", "declared"),
    ]
    assert {claims[name].mark for name in ("scope", "permissions", "aud")} == {"extra"}


def test_what_came_as_declared_is_marked_so() -> None:
    claims = told("access_token", dict)
    assert {name: claims[name].mark for name in ("scope", "permissions", "aud", "exp", "iss")} == {
        "scope": "expected",
        "permissions": "declared",
        "aud": "expected",
        "exp": "declared",
        "iss": "expected",
    }


def test_a_value_that_is_not_the_declared_one_is_nobodys() -> None:
    expect = {"access_token": {"claims": {"tier": "gold", "level": 3}}}
    claims = told("access_token", lambda claims: {"exp": claims["exp"] + 1, "tier": "gold", "level": 4}, expect=expect)
    assert (claims["exp"].mark, claims["tier"].mark, claims["level"].mark) == ("extra", "declared", "extra")


def test_an_id_token_is_for_the_application_alone() -> None:
    claims = told("id_token", lambda claims: {"aud": [claims["aud"], OTHER], "department": "sales"})
    assert [mark for _, mark in claims["aud"].parts] == ["declared", "extra"]
    assert claims["department"].parts == (("sales", "extra"),)


@pytest.mark.parametrize("odd", [7, None, {}, [], ""])
def test_what_lists_nothing_is_judged_by_its_name(odd: object) -> None:
    claims = told("access_token", lambda _: {"scope": odd, "tier": odd})
    assert (claims["scope"].parts, claims["tier"].parts) == (((odd, "expected"),), ((odd, "extra"),))


GUARDED = {"subject_type_authorization": {"user": {"policy": "require_client_grant"}}}
GRANT = {"client_id": "storefront", "audience": "orders", "subject_type": "user"}


@pytest.mark.parametrize(
    ("sections", "asked"),
    [
        (shop(), {"read:orders", "write:orders"}),
        (shop(api={"scopes": Include(include=[{"value": "read:orders"}])}), {"read:orders"}),
        (shop(api=GUARDED, client_grants={"g": {**GRANT, "allow_all_scopes": True}}), {"read:orders", "write:orders"}),
        (shop(api=GUARDED, client_grants={"g": {**GRANT, "scope": ["read:orders"]}}), {"read:orders"}),
        (shop(api=GUARDED, client_grants={"g": {**GRANT, "scope": Include(include=["read:orders"])}}), {"read:orders"}),
        (shop(api={"enforce_policies": True}), set()),
    ],
)
def test_who_can_have_all_asks_for_all(sections: Sections, asked: set[str]) -> None:
    assert set(one(sections).scope) == {"openid", "profile", "email", "offline_access"} | asked


@pytest.mark.parametrize(
    ("sections", "user"),
    [
        (shop(api=GUARDED, client_grants={"g": {**GRANT, "allow_all_scopes": True}}), {"ephemeral": True}),
        (shop(api=GUARDED, client_grants={"g": {**GRANT, "scope": Include(include=[])}}), {"ephemeral": True}),
        (shop(api={"enforce_policies": True}), {"email": "u@acme.example", "password": "x"}),
    ],
)
def test_what_may_be_granted_is_no_breach(sections: Sections, user: dict[str, Any]) -> None:
    """Nobody said that this user, or this application, may not have it."""
    listed = {**FLOW, "api": "orders", "user": "u", "scope": ["openid", "read:orders"]}
    flow = one(sections, {"users": {"u": {"connection": "customers", **user}}, "flows": {"f": listed}})
    assert is_due(flow, "read:orders") is not False
    assert is_due(flow, "delete:orders") is False
