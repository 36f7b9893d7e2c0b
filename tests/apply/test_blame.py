"""A stale plan is refused with who changed the tenant and when, where the logs may be read."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tenantry.model.errors import Stale
from tenantry.plan import Plan
from tests.apply.emulated import Acme, Meddler, declare
from tests.apply.shop import founded, grown, state


def event(path: str, method: str = "patch", **members: Any) -> dict[str, Any]:
    request = {"method": method, "path": path, "auth": {"user": {"name": "Ann", "email": "ann@acme.example"}}}
    return {"type": "sapi", "date": "2026-01-02T03:04:05.000Z", "details": {"request": request}, **members}


class Logged(httpx.ASGITransport):
    """A way to the tenant whose logs say these things."""

    def __init__(self, acme: Acme, answer: httpx.Response) -> None:
        super().__init__(app=acme.emulator.app)
        self.answer, self.asked = answer, 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v2/logs":
            self.asked += 1
            return self.answer
        return await super().handle_async_request(request)


def refused(answer: httpx.Response) -> tuple[str, Logged]:
    """Return why a plan is refused that somebody's change made stale."""
    acme = Acme()
    acme.up(state(founded()))
    saved = acme.plan(state(grown()))
    shop = acme.named("Shop")[0]["client_id"]
    acme.ask("PATCH", f"clients/{shop}", {"callbacks": ["https://somebody.else"]})
    if answer.is_success and isinstance(answer.json(), list):
        answer = httpx.Response(200, text=answer.text.replace("SHOP", shop), headers={"content-type": "application/json"})
    logged = Logged(acme, answer)
    with pytest.raises(Stale) as caught:
        acme.apply(saved, transport=logged)
    return str(caught.value), logged


def test_who_and_when_is_said() -> None:
    newest = [event("/api/v2/clients/other"), event("/api/v2/clients/SHOP", "get"), event("/api/v2/clients/SHOP")]
    text, logged = refused(httpx.Response(200, json=newest))
    assert "callbacks changed since the plan was made (last written 2026-01-02T03:04:05.000Z by ann@acme.example)" in text
    assert logged.asked == 1


def test_an_application_is_named_where_no_person_is() -> None:
    bare = {
        "type": "sapi",
        "client_name": "Deploy",
        "details": {"request": {"method": "PATCH", "path": "/api/v2/clients/SHOP"}},
    }
    text, _ = refused(httpx.Response(200, json=[bare]))
    assert "(last written at an unknown time by Deploy)" in text


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(403, json={"statusCode": 403, "message": "Insufficient scope"}),
        httpx.Response(400, json={"message": "no"}),
        httpx.Response(200, json={"logs": []}),
        httpx.Response(200, json=[None, {"details": 1}, {"details": {"request": {"path": 3}}}]),
        httpx.Response(200, json=[]),
        httpx.Response(200, json=7),
    ],
    ids=["not allowed", "refused", "another shape", "nonsense", "none", "a number"],
)
def test_logs_that_do_not_tell_are_passed_over_in_silence(answer: httpx.Response) -> None:
    text, _ = refused(answer)
    assert "callbacks changed since the plan was made" in text
    assert "last written" not in text


def test_a_token_that_may_not_read_logs_does_not_ask_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenantry.apply.blame.SCOPE", "read:something_else")
    _, logged = refused(httpx.Response(200, json=[event("/api/v2/clients/SHOP")]))
    assert logged.asked == 0


def test_right_before_a_write_it_is_said_as_well() -> None:
    acme = Acme()
    acme.up(state(founded()))
    shop = acme.named("Shop")[0]["client_id"]

    class Both(Meddler):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == "/api/v2/logs":
                other = {"client_name": "Deploy", "details": {"request": {"method": "PATCH", "path": "/api/v2/clients/other"}}}
                return httpx.Response(200, json=[other, event(f"/api/v2/clients/{shop}")])
            return await super().handle_async_request(request)

    wish = declare(applications={"shop": {"name": "Shop", "callbacks": ["https://ours"]}})
    outcome = acme.up(
        wish,
        transport=Both(
            acme,
            "GET",
            f"clients/{shop}",
            lambda: acme.asked("PATCH", f"clients/{shop}", {"callbacks": ["https://x"]}),
            first=True,
        ),
    )
    message = outcome.failed[0].message
    assert message.endswith("(last written 2026-01-02T03:04:05.000Z by ann@acme.example)")
    assert "callbacks changed since the plan was made" in message


def blame(acme: Acme, saved: Plan, path: str, method: str) -> str:
    """Return why a plan is refused of a tenant whose logs tell of one write."""
    with pytest.raises(Stale) as caught:
        acme.apply(saved, transport=Logged(acme, httpx.Response(200, json=[event(f"/api/v2/{path}", method)])))
    return str(caught.value)


def test_whoever_deleted_it_is_named() -> None:
    acme = Acme()
    acme.up(declare(None, roles={"buyer": {"name": "Buyer"}}))
    saved = acme.plan(declare(None, roles={"buyer": {"name": "Buyer", "description": "buys"}}))
    path = f"roles/{acme.ask('GET', 'roles')[0]['id']}"
    acme.ask("DELETE", path)
    assert "deleted since the plan was made (last written 2026-01-02" in blame(acme, saved, path, "delete")


def test_whoever_made_something_else_of_that_name_is_named() -> None:
    acme = Acme()
    saved = acme.plan(declare(None, roles={"buyer": {"name": "Buyer", "description": "ours"}}))
    made = acme.ask("POST", "roles", {"name": "Buyer", "description": "theirs"})
    assert "with another description (last written 2026-01-02" in blame(acme, saved, f"roles/{made['id']}", "patch")
