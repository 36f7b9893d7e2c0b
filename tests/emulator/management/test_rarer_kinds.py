"""Kinds that few tools touch: experiments, keys of connections, deliveries of events, figures, trial messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509

from tenantry.emulator.facts.catalogue import catalogue
from tenantry.emulator.management.kinds import HANDLERS

if TYPE_CHECKING:
    from tests.emulator.management.api import Api

NOT_IMITATED = {"GET /events", "POST /clients/cimd/preview", "POST /clients/cimd/register"}


def test_every_known_operation_has_a_handler_but_those_the_readme_names() -> None:
    assert set(catalogue().operations) - set(HANDLERS) == NOT_IMITATED


def test_every_handler_belongs_to_a_known_operation() -> None:
    assert set(HANDLERS) <= set(catalogue().operations)


@pytest.fixture
def flag(api: Api) -> str:
    made = api.post(
        "/experimentation/feature-flags",
        {"name": "new login", "parameters": {"color": {"type": "string", "value": "red"}}},
        status=201,
    )
    assert (made["status"], made["type"]) == ("draft", "self")
    return str(made["id"])


def experiment(api: Api, flag: str, *variations: str) -> dict[str, Any]:
    allocations = [{"variation_id": each, "weight": 50, "is_control": index == 0} for index, each in enumerate(variations)]
    body = {
        "name": "try it",
        "feature_flag_id": flag,
        "authentication_flow": "login",
        "allocation_strategy": "percentage",
        "assignment_config": {"subject": "device"},
        "allocations": allocations,
    }
    made: dict[str, Any] = api.post("/experimentation/experiments", body, status=201)
    return made


def test_an_experiment_goes_through_its_states(api: Api, flag: str) -> None:
    root = f"/experimentation/feature-flags/{flag}/variations"
    variations = [api.post(root, {"name": name, "overrides": {}})["id"] for name in ("old", "new")]
    made = experiment(api, flag, *variations)
    assert (made["status"], made["is_valid"]) == ("draft", True)
    path = f"/experimentation/experiments/{made['id']}"
    assert api.post(f"{path}/validate") == {"is_valid": True, "errors": []}
    api.post(f"{path}/status", {"status": "completed"}, status=400)
    assert "started_at" in api.post(f"{path}/status", {"status": "active"})
    api.patch(path, {"name": "other"}, status=409)
    assert "ended_at" in api.post(f"{path}/status", {"status": "completed"})
    api.delete(f"/experimentation/feature-flags/{flag}", status=409)
    api.delete(f"{root}/{variations[0]}", status=409)
    api.delete(path, status=204)
    api.delete(f"/experimentation/feature-flags/{flag}", status=204)


def test_an_experiment_with_mistakes_does_not_start(api: Api, flag: str) -> None:
    variation = api.post(f"/experimentation/feature-flags/{flag}/variations", {"name": "only", "overrides": {}})["id"]
    made = experiment(api, flag, variation)
    path = f"/experimentation/experiments/{made['id']}"
    assert [each["code"] for each in api.post(f"{path}/validate")["errors"]] == ["invalid_weights"]
    api.post(f"{path}/status", {"status": "active"}, status=400)


def test_a_connection_profile_tells_what_it_has_not(api: Api) -> None:
    made = api.post("/connection-profiles", {"name": "plain"}, status=201)
    assert (made["connection_config"], made["strategy_overrides"]) == (None, None)
    later = api.patch(f"/connection-profiles/{made['id']}", {"name": "renamed"}, status=200)
    assert (later["connection_config"], later["strategy_overrides"]) == (None, None)


def test_keys_of_a_connection_rotate(api: Api) -> None:
    options = {"client_id": "x", "type": "front_channel", "issuer": "https://idp.example.com"}
    options["authorization_endpoint"] = options["jwks_uri"] = "https://idp.example.com/x"
    connection = api.post("/connections", {"name": "idp", "strategy": "oidc", "options": options})["id"]
    root = f"/connections/{connection}/keys"
    assert api.get(root) == []
    current, following = api.post(root, {"signing_alg": "ES256"}, status=201)
    assert (current["current"], following["next"], current["algorithm"]) == (True, True, "ES256")
    assert x509.load_pem_x509_certificate(current["cert"].encode()).subject.rfc4514_string() == current["subject_dn"]
    api.post(root, {}, status=409)
    fresh = api.post(f"{root}/rotate", {"signing_alg": "ES256"}, status=201)
    states = [(key["kid"], [name for name in ("current", "next", "previous") if key.get(name)]) for key in api.get(root)]
    assert states == [(current["kid"], ["previous"]), (following["kid"], ["current"]), (fresh["kid"], ["next"])]


def test_a_database_has_no_keys(api: Api) -> None:
    connection = api.post("/connections", {"name": "db", "strategy": "auth0"})["id"]
    api.get(f"/connections/{connection}/keys", status=400)


def test_a_test_event_is_a_failed_delivery_because_nothing_is_delivered(api: Api) -> None:
    configuration = {"webhook_endpoint": "https://example.com/x", "webhook_authorization": {"method": "bearer", "token": "t"}}
    destination = {"type": "webhook", "configuration": configuration}
    body = {"name": "stream", "destination": destination, "subscriptions": [{"event_type": "user.created"}]}
    root = f"/event-streams/{api.post('/event-streams', body)['id']}"
    assert api.get(f"{root}/deliveries") == []
    made = api.post(f"{root}/test", {"event_type": "user.created"}, status=202)
    assert (made["status"], made["attempts"][0]["error_message"]) == ("failed", "The emulator delivers nothing.")
    api.post(f"{root}/redeliver/{made['id']}", status=202)
    assert len(api.get(f"{root}/deliveries/{made['id']}")["attempts"]) == 2
    assert api.get(f"{root}/deliveries?event_types=user.deleted") == []


def entry(api: Api, number: int, event: str, date: str, user: str) -> None:
    row = {"log_id": f"l{number}", "type": event, "date": date, "user_id": user}
    api.tenant.store.put("logs", row["log_id"], row)


def test_figures_are_counted_from_the_log(api: Api) -> None:
    today = api.tenant.clock.milliseconds()
    for number, (event, user) in enumerate([("s", "a"), ("s", "a"), ("ss", "b"), ("fp", "b"), ("s", "c")]):
        entry(api, number, event, today, user)
    entry(api, 9, "s", "2020-01-01T00:00:00.000Z", "old")
    assert api.get("/stats/active-users") == 2
    (day,) = api.get("/stats/daily")
    assert (day["date"][:10], day["logins"], day["signups"]) == (today[:10], 3, 1)
    assert api.get("/stats/daily?from=20200101&to=20200102")[0]["logins"] == 1
    api.get("/stats/daily?from=yesterday", status=400)


def test_custom_signing_keys_are_kept_until_they_are_deleted(api: Api) -> None:
    api.get("/keys/custom-signing", status=404)
    keys = {"keys": [{"kty": "RSA", "kid": "k", "n": "AQAB", "e": "AQAB"}]}
    assert api.put("/keys/custom-signing", keys) == keys
    assert api.get("/keys/custom-signing") == keys
    api.delete("/keys/custom-signing", status=204)
    api.get("/keys/custom-signing", status=404)


def test_a_trial_message_lies_in_the_outbox(api: Api) -> None:
    provider = {"name": "twilio", "configuration": {"delivery_methods": ["text"], "default_from": "+15550100", "sid": "s"}}
    made = api.post("/branding/phone/providers", {**provider, "credentials": {"auth_token": "x"}})
    api.post(f"/branding/phone/providers/{made['id']}/try", {"to": "+15550101"}, status=202)
    (message,) = api.tenant.store.all("outbox")
    assert (message["to"], message["delivery_method"]) == ("+15550101", "text")
