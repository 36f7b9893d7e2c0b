"""The control endpoints, as a test suite would use them."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenantry.emulator import Emulator
from tenantry.emulator.control import TOKEN_MEMBERS
from tenantry.emulator.fault_rules import ACTIONS, RULE_MEMBERS
from tenantry.emulator.oauth import misbehaviours
from tests.emulator import asking


def ask(emulator: Emulator, method: str, endpoint: str, **options: Any) -> httpx.Response:
    return asking.ask(emulator, method, f"/_emulator/{endpoint}", **options)


def test_health_is_200_when_ready(emulator: Emulator) -> None:
    answer = ask(emulator, "GET", "health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "tenant": "dev"})


def test_stats_are_shown_and_zeroed(emulator: Emulator) -> None:
    zero = {"requests": {}, "reads": 0, "writes": 0, "rate_limited": 0}
    emulator.app.controls.traffic.stats.count("PATCH /api/v2/clients/{id}")
    assert ask(emulator, "GET", "stats").json() == zero | {"requests": {"PATCH /api/v2/clients/{id}": 1}, "writes": 1}
    assert ask(emulator, "DELETE", "stats").json() == zero
    assert ask(emulator, "GET", "stats").json() == zero


def test_timing_is_replaced_as_a_whole(emulator: Emulator) -> None:
    ask(emulator, "PUT", "timing", json={"build_ms": 5, "read_after_write_ms": 7})
    answer = ask(emulator, "PUT", "timing", json={"connection_delete_ms": 9})
    assert answer.json() == {"build_ms": 0, "connection_delete_ms": 9, "read_after_write_ms": 0}
    assert emulator.tenant.timing.connection_delete_ms == 9


def test_the_clock_is_moved(emulator: Emulator) -> None:
    before = emulator.tenant.clock.now()
    assert ask(emulator, "PUT", "clock", json={"offset_s": 3600.5}).json() == {"offset_s": 3600.5}
    assert emulator.tenant.clock.now() - before >= 3600.5


@pytest.mark.parametrize("path", ["/api/v2/clients", "/_emulator/health", "/nowhere"])
def test_every_answer_is_dated_by_the_tenants_clock(emulator: Emulator, path: str) -> None:
    emulator.tenant.clock.offset_s = -86400.0
    date = asking.ask(emulator, "GET", path).headers["date"]
    assert 0 <= emulator.tenant.clock.now() - parsedate_to_datetime(date).timestamp() < 5


def test_misbehaviours_are_listed_and_switched(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(misbehaviours.MISBEHAVIOURS, "for_this_test", "does nothing")
    shown = ask(emulator, "GET", "misbehaviours").json()
    assert {"name": "for_this_test", "description": "does nothing"} in shown["available"]
    assert shown["active"] == []
    assert ask(emulator, "PUT", "misbehaviours", json=["for_this_test"]).json()["active"] == ["for_this_test"]
    emulator.reset()
    assert ask(emulator, "GET", "misbehaviours").json()["active"] == []


def test_a_token_is_made_without_a_login_and_passes_as_any_other(emulator: Emulator) -> None:
    store = emulator.tenant.store
    store.put("clients", "web", {"client_id": "web", "name": "Shop"})
    store.put("users", "auth0|1", {"user_id": "auth0|1", "email": "ada@shop.example"})
    scopes = [{"value": "read:orders"}, {"value": "write:orders"}]
    api = {"id": "1", "name": "Orders", "identifier": "https://orders.example", "scopes": scopes, "signing_alg": "RS256"}
    store.put("resource_servers", "1", api)
    wanted = {"application": "Shop", "api": "Orders", "user": "ada@shop.example", "scope": "read:orders", "expires_in": 60}
    answer = ask(emulator, "POST", "token", json=wanted | {"claims": {"https://shop.example/tier": "gold"}})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    made = answer.json()
    assert (made["token_type"], made["expires_in"], made["scope"]) == ("Bearer", 60, "read:orders")
    claims = json.loads(urlsafe_b64decode(made["access_token"].split(".")[1] + "=="))
    assert (claims["sub"], claims["aud"], claims["azp"]) == ("auth0|1", "https://orders.example", "web")
    assert (claims["https://shop.example/tier"], claims["exp"] - claims["iat"]) == ("gold", 60)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "application: is missing: name one, or give its id; api: is missing"),
        ({"application": "x", "api": "y", "expires_in": "1h"}, "expires_in: expected a whole number"),
        ({"application": "x", "api": "y", "claims": []}, "none among the clients"),
        ({"application": "x", "api": "y", "claims": [1]}, "claims: expected an object"),
        ({"application": "x", "api": "y", "scope": [1]}, "scope: expected a text or a list of texts"),
        ({"application": "x", "audience": "y"}, "unknown member audience"),
    ],
)
def test_a_token_that_cannot_be_made_is_told_why(emulator: Emulator, body: dict[str, Any], message: str) -> None:
    answer = ask(emulator, "POST", "token", json=body)
    assert answer.status_code == 400
    assert message in answer.json()["message"]


def test_outbox_and_logs_are_lists(emulator: Emulator) -> None:
    assert ask(emulator, "GET", "outbox").json() == {"outbox": []}
    assert ask(emulator, "GET", "logs").json() == {"logs": []}


@pytest.mark.parametrize(
    ("endpoint", "body", "message"),
    [
        ("faults", b"{", "the body is not JSON"),
        ("faults", b'{"seed": NaN}', "NaN is not a JSON number"),
        ("faults", b'{"seed": 1e999}', "1e999 is too large a number"),
        ("faults", b'{"\\ud800": 1}', "the body is not JSON"),
        ("faults", b"\xff", "the body is not JSON"),
        ("faults", b"[" * 100_000, "the body is not JSON"),
        ("timing", b'{"build_ms": -1}', "build_ms: expected a whole number from 0 to 86400000, got -1"),
        ("timing", b'{"built_ms": 1}', "unknown member built_ms; known are build_ms"),
        ("clock", b'{"offset_s": "1h"}', 'offset_s: expected a number from -1000000000.0 to 10000000000, got "1h"'),
        ("clock", b'{"offset_s": 1e300}', "offset_s: expected a number"),
        ("clock", b"7", "expected an object, got 7"),
        ("misbehaviours", b'{"names": []}', "expected a list of names"),
        ("misbehaviours", b'["no_such_thing"]', "no misbehaviour is called no_such_thing; GET lists the names"),
    ],
)
def test_a_bad_body_gets_a_400_that_says_what_is_wrong(emulator: Emulator, endpoint: str, body: bytes, message: str) -> None:
    answer = ask(emulator, "PUT", endpoint, content=body)
    assert answer.status_code == 400
    assert message in answer.json()["message"]
    assert answer.json()["error"] == "invalid_body"


TEXTS = st.text(max_size=8) | st.sampled_from(["*", "drop", "GET", "1", "wrong_audience"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
MEMBERS = st.sampled_from([*RULE_MEMBERS, *ACTIONS, *TOKEN_MEMBERS, "seed", "rules", "headers", "body", "offset_s", "build_ms"])
BODIES = st.dictionaries(MEMBERS, VALUES | st.dictionaries(MEMBERS, VALUES, max_size=4), max_size=5)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(endpoint=st.sampled_from(["faults", "timing", "clock", "misbehaviours", "token"]), body=VALUES | BODIES)
def test_no_body_breaks_a_control_endpoint(emulator: Emulator, endpoint: str, body: Any) -> None:
    method = "POST" if endpoint == "token" else "PUT"
    wrapped = {"rules": [body]} if endpoint == "faults" else body
    assert ask(emulator, method, endpoint, json=wrapped).status_code in (200, 400)


@pytest.mark.parametrize(("method", "endpoint"), [("GET", "reset"), ("POST", "stats"), ("DELETE", "faults")])
def test_a_wrong_method_is_405(emulator: Emulator, method: str, endpoint: str) -> None:
    assert ask(emulator, method, endpoint).status_code == 405
