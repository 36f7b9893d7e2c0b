"""Options of connections hold members that no kind names; what sounds like a secret is treated as one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tenantry.model.address import Address, IdOf
from tenantry.model.secret import LiveSecret, PlainSecret, secrets_in, sounds_secret
from tenantry.plan import Plan, save
from tests.declared import declare
from tests.plan.conftest import app, calls, connection, hold, planned

SAML = {
    "signInEndpoint": "https://idp.example/in",
    "signing_key": {"cert": "public", "key": "canary-1"},
    "decryptionKey": "canary-2",
    "vendor": {"admin_token": "canary-3", "keys": {"api_key": "canary-4"}, "region": "eu"},
    "refresh_tokens": ["canary-5"],
    "customHeaders": {"Authorization": "Basic canary-6"},
}


def plan_of(options: dict[str, Any], held: dict[str, Any]) -> Plan:
    wanted = {"idp": {"name": "idp", "strategy": "samlp", "options": options}}
    return planned(declare(connections=wanted), hold(connection("con_1", "idp", [], strategy="samlp", options=held)))


@pytest.mark.parametrize("name", ["admin_access_token", "consumerKey", "api_key", "privateKey", "smtp_password", "APP_SECRET"])
def test_a_name_sounds_like_a_secret(name: str) -> None:
    assert sounds_secret(name)


@pytest.mark.parametrize(
    "name", ["token_endpoint", "tokenURL", "public_key", "kid", "passport", "issuer", "global_token_revocation_jwt_iss"]
)
def test_a_name_of_something_known_to_all_does_not(name: str) -> None:
    assert not sounds_secret(name)


def test_a_plan_that_writes_the_options_whole_carries_their_secrets_unseen(tmp_path: Path) -> None:
    made = plan_of({"signInEndpoint": "https://idp.example/other"}, SAML)
    assert [field.path for change in made.changes for field in change.fields] == ["options.signInEndpoint"]
    (step,) = made.steps
    body = step.call.body
    assert {secret.reveal() for secret in secrets_in(body)} >= {f"canary-{number}" for number in range(1, 6)}
    assert all(isinstance(secret, LiveSecret) for secret in secrets_in(body))
    save(made, tmp_path / "dev.plan", "1.0")
    assert "canary" not in (tmp_path / "dev.plan").read_text(encoding="utf-8")
    assert "eu" in json.dumps(made.changes[0].pre)


def test_a_secret_that_nobody_named_is_compared_by_its_value() -> None:
    held = {"admin_token": "canary-3"}
    same, other = (PlainSecret.of("options.admin_token", value) for value in ("canary-3", "canary-9"))
    assert plan_of({"admin_token": same}, held).is_empty
    (change,) = plan_of({"admin_token": other}, held).changes
    assert [(field.path, field.is_secret) for field in change.fields] == [("options.admin_token", True)]
    assert "canary" not in repr(change)


def test_a_map_of_readable_secrets_is_compared_by_its_values() -> None:
    held = {"customHeaders": {"Authorization": "canary-6", "X": "canary-7"}}
    headers = {name: PlainSecret.of(name, value) for name, value in held["customHeaders"].items()}
    assert plan_of({"customHeaders": headers}, held).is_empty
    made = plan_of({"customHeaders": headers | {"X": PlainSecret.of("X", "canary-8")}}, held)
    assert [field.path for change in made.changes for field in change.fields] == ["options.customHeaders.X"]


def test_what_sounds_like_a_secret_and_is_no_text_is_compared_as_it_is() -> None:
    assert plan_of({"ext_access_token": True}, {"ext_access_token": True}).is_empty
    assert not plan_of({"ext_access_token": True}, {"ext_access_token": False}).is_empty


def test_members_of_what_nobody_named_differ_one_by_one() -> None:
    held = {"vendor": {"region": "eu", "admin_token": "canary-3"}}
    secret = PlainSecret.of("options.vendor.admin_token", "canary-3")
    assert plan_of({"vendor": {"admin_token": secret, "region": "eu"}}, held).is_empty
    made = plan_of({"vendor": {"admin_token": secret, "region": "us"}}, held)
    fields = [field for change in made.changes for field in change.fields]
    assert [(field.path, field.live, field.desired) for field in fields] == [("options.vendor.region", "eu", "us")]


def test_scopes_are_a_list_in_any_order_or_a_text() -> None:
    assert plan_of({"scope": ["email", "profile"]}, {"scope": ["profile", "email"]}).is_empty
    assert plan_of({"scope": "openid email"}, {"scope": "openid email"}).is_empty
    assert not plan_of({"scope": "openid email"}, {"scope": "openid"}).is_empty
    assert not plan_of({"scope": ["openid"]}, {"scope": "openid"}).is_empty


def test_an_application_that_a_provider_leads_to_is_a_handle() -> None:
    held = connection("con_1", "idp", [], strategy="samlp", options={"idpinitiated": {"client_id": "A", "enabled": True}})
    options = {"idpinitiated": {"client_id": "shop", "enabled": True}}
    wanted = declare(
        applications={"shop": {"name": "Shop"}, "new": {"name": "New"}},
        connections={"idp": {"name": "idp", "strategy": "samlp", "options": options}},
    )
    assert [str(change.address) for change in planned(wanted, hold(app("A", "Shop"), held)).changes] == ["applications.new"]
    options["idpinitiated"] = {"client_id": "new"}
    made = planned(wanted, hold(app("A", "Shop"), held))
    assert calls(made) == ["POST applications.new create", "PATCH connections.idp update"]
    assert made.steps[1].call.body["options"]["idpinitiated"]["client_id"] == IdOf(Address("applications", "new"))
