"""Faults on demand: which rule fires when, and what it does to an answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.responses import JSONResponse

from tenantry.emulator.bodies import BadBody
from tenantry.emulator.clock import Clock
from tenantry.emulator.exchange import Answer, Call
from tenantry.emulator.faults import Faults


class Server:
    """Carries out what the faults let through, and remembers it."""

    def __init__(self, *rules: dict[str, Any], seed: int = 0) -> None:
        self.clock = Clock()
        self.faults = Faults(self.clock)
        self.faults.put({"seed": seed, "rules": list(rules)})
        self.done: list[str] = []

    def ask(self, method: str = "POST", path: str = "/api/v2/clients") -> Answer:
        call = Call({"type": "http", "method": method, "path": path, "headers": []})
        return asyncio.run(self.faults.pass_through(call, self._carry_out))

    async def _carry_out(self, call: Call) -> Answer:
        self.done.append(f"{call.method} {call.path}")
        return Answer.of(JSONResponse({"client_id": "abc"}, 201))

    def statuses(self, count: int) -> list[int]:
        return [self.ask().status for _ in range(count)]


def test_without_rules_everything_passes() -> None:
    server = Server()
    assert server.ask().status == 201
    assert server.done == ["POST /api/v2/clients"]


def test_a_status_answers_instead_and_nothing_is_carried_out() -> None:
    server = Server({"action": {"status": 503, "headers": {"Retry-After": "1"}, "body": {"error": "later"}}})
    answer = server.ask()
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (503, b'{"error": "later"}', "1")
    assert answer.headers["content-length"] == str(len(answer.body))
    assert server.done == []


def test_a_429_without_a_body_has_the_real_one() -> None:
    answer = Server({"action": {"status": 429}}).ask()
    assert b"Global limit has been reached" in answer.body


def test_after_commit_loses_the_answer_but_not_the_effect() -> None:
    server = Server({"action": {"drop": True}, "after_commit": True})
    assert server.ask().dropped
    assert server.done == ["POST /api/v2/clients"]


def test_a_drop_before_the_commit_has_no_effect() -> None:
    server = Server({"action": {"drop": True}})
    assert server.ask().dropped
    assert server.done == []


def test_a_late_commit_is_seen_only_after_its_delay() -> None:
    server = Server({"times": 1, "action": {"drop": True}, "after_commit": True, "commit_delay_ms": 5000})
    server.ask()
    server.ask("GET")
    assert server.done == ["GET /api/v2/clients"]
    server.clock.offset_s = 6
    server.ask("GET")
    assert server.done[1:] == ["POST /api/v2/clients", "GET /api/v2/clients"]


def test_clearing_forgets_what_was_to_come_late() -> None:
    server = Server({"action": {"drop": True}, "after_commit": True, "commit_delay_ms": 1})
    server.ask()
    server.faults.clear()
    server.clock.offset_s = 60
    server.ask("GET")
    assert server.done == ["GET /api/v2/clients"]


def test_truncation_and_content_type_spoil_the_true_answer() -> None:
    cut = Server({"action": {"truncate": 5}})
    assert (cut.ask().deliver_bytes, len(cut.done)) == (5, 1)
    typed = Server({"action": {"content_type": "text/html"}})
    answer = typed.ask()
    assert (answer.status, answer.headers["content-type"], len(typed.done)) == (201, "text/html", 1)


def test_a_rule_looks_at_method_and_path() -> None:
    server = Server({"method": "patch", "path": "/api/v2/clients/*", "action": {"status": 500}})
    assert server.ask("PATCH", "/api/v2/clients/abc").status == 500
    assert server.ask("GET", "/api/v2/clients/abc").status == 201
    assert server.ask("PATCH", "/api/v2/roles/abc").status == 201


def test_skip_and_times_pick_the_matches_that_fire() -> None:
    assert Server({"skip": 2, "times": 2, "action": {"status": 500}}).statuses(6) == [201, 201, 500, 500, 201, 201]


def test_the_first_rule_that_fires_wins() -> None:
    server = Server({"times": 1, "action": {"status": 500}}, {"action": {"status": 502}})
    assert server.statuses(3) == [500, 502, 502]


def test_a_seed_makes_chance_repeatable() -> None:
    rule = {"probability": 0.5, "action": {"status": 500}}
    first, again, other = (Server(rule, seed=seed).statuses(40) for seed in (7, 7, 8))
    assert first == again
    assert first != other
    assert 5 < first.count(500) < 35


def test_latency_alone_delays_and_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    waited_s: list[float] = []

    async def sleep(seconds: float) -> None:
        waited_s.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    assert Server({"latency_ms": 1500}).ask().status == 201
    assert waited_s == [1.5]


def test_get_shows_the_rules_with_how_often_they_fired_and_put_zeroes() -> None:
    rule = {"id": "flaky", "times": 1, "action": {"status": 500}}
    server = Server(rule)
    server.statuses(3)
    shown = server.faults.document()
    assert shown == {"seed": 0, "rules": [rule | {"matched": 3, "fired": 1}]}
    server.faults.put(shown)
    assert server.faults.document()["rules"][0]["fired"] == 0
    assert server.statuses(2) == [500, 201]


def test_the_control_endpoints_are_never_disturbed() -> None:
    assert Server({"action": {"drop": True}}).ask("GET", "/_emulator/health").status == 201


@pytest.mark.parametrize(
    ("document", "mistake"),
    [
        ([], "expected an object, got []"),
        ({"rules": {}}, "rules: expected a list, got {}"),
        ({"rulez": []}, "unknown member rulez; known are rules, seed"),
        ({"rules": [{"action": {"status": 500}, "skip": -1}]}, "rules[0].skip: expected a whole number"),
        ({"rules": [{"action": {"status": 500}, "times": True}]}, "rules[0].times: expected a whole number"),
        ({"rules": [{"action": {"status": 500}, "probability": 2}]}, "rules[0].probability: expected a number"),
        ({"rules": [{"action": {"status": 500}, "method": "FETCH"}]}, "rules[0].method: expected one of *, GET"),
        ({"rules": [{"action": {"status": 99}}]}, "rules[0].action.status: expected a whole number from 200 to 599"),
        ({"rules": [{"action": {"status": 500, "drop": True}}]}, "rules[0].action: expected exactly one of"),
        ({"rules": [{"action": {"drop": False}}]}, "rules[0].action.drop: expected true"),
        ({"rules": [{"action": {"truncate": "5"}}]}, "rules[0].action.truncate: expected a whole number"),
        ({"rules": [{"action": {"content_type": "a\r\nb: c"}}]}, "rules[0].action.content_type: expected a media type"),
        ({"rules": [{"action": {"drop": True, "body": "x"}}]}, "rules[0].action: headers and body go with status"),
        ({"rules": [{"action": {"status": 500, "headers": {"a": "b\r\nc: d"}}}]}, "headers.a: expected a header name"),
        ({"rules": [{"action": {"status": 200, "headers": {"Content-Length": "1"}}}]}, "headers.Content-Length: is written"),
        ({"rules": [{"action": {"status": 204, "body": "x"}}]}, "rules[0].action.body: an answer with the status 204"),
        ({"rules": [{}]}, "rules[0].action: is missing"),
        ({"rules": [{"latency_ms": 1, "after_commit": True}]}, "rules[0].action: is missing"),
        ({"rules": [{"action": {"drop": True}, "commit_delay_ms": 5}]}, "rules[0].commit_delay_ms: needs after_commit"),
        (
            {"rules": [{"id": "a", "latency_ms": 1}, {"id": "a", "latency_ms": 1}]},
            "rules: the id a is used more than once",
        ),
    ],
)
def test_a_bad_rule_is_refused_with_its_place_and_nothing_changes(document: Any, mistake: str) -> None:
    server = Server({"id": "kept", "action": {"status": 500}})
    with pytest.raises(BadBody) as caught:
        server.faults.put(document)
    assert mistake in str(caught.value)
    assert [rule.id for rule in server.faults.rules] == ["kept"]


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(BadBody) as caught:
        Faults(Clock()).put({"rules": [{"skip": "x", "action": {"status": 1}}, {"latency_ms": "y"}]})
    assert len(caught.value.mistakes) == 4
