"""Lies that only a wire can tell: answers, headers and failures changed on their way."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tenantry.smoke import Outcome, exit_code
from tests.smoke.world import EXAMPLE, WALK, World, failed, ids_of


def token_answer(change: dict[str, Any]) -> Any:
    """Return a tampering that changes members of successful answers of the token endpoint."""

    def tamper(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path != "/oauth/token" or response.is_error:
            return response
        body = {**response.json(), **change}
        headers = {key: value for key, value in response.headers.items() if key != "content-length"}
        return httpx.Response(200, headers=headers, json={key: value for key, value in body.items() if value is not None})

    return tamper


@pytest.mark.parametrize(
    ("change", "id_"),
    [
        ({"token_type": "mac"}, "RSP-04"),
        ({"expires_in": "86400"}, "RSP-05"),
        ({"scope": "openid profile email offline_access admin"}, "RSP-14"),
        ({"id_token": None}, "RSP-07"),
        ({"refresh_token": None}, "RSP-10"),
        ({"access_token": "opaque"}, "ACT-01"),
    ],
)
def test_lies_in_answers_are_noticed(change: dict[str, Any], id_: str) -> None:
    report = World(EXAMPLE).proves(WALK, level="smoke", tamper=token_answer(change))
    assert id_ in ids_of(report, Outcome.FAILED)
    assert not report.proved.is_complete


def header(path: str, name: str, value: str | None) -> Any:
    """Return a tampering that sets or removes a header of a path's answers."""

    def tamper(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path == path:
            response.headers.pop(name, None)
            if value is not None:
                response.headers[name] = value
        return response

    return tamper


def without_http_only(_: httpx.Request, response: httpx.Response) -> httpx.Response:
    """Let scripts read the cookies."""
    raw = [(key, value.replace(b"HttpOnly", b"X")) for key, value in response.headers.raw]
    response.headers = httpx.Headers(raw)
    return response


@pytest.mark.parametrize(
    ("tamper", "id_"),
    [
        (header("/oauth/token", "pragma", None), "RSP-02"),
        (header("/oauth/token", "content-type", "text/plain"), "RSP-03"),
        (header("/u/login", "cache-control", "public"), "LGN-08"),
        (without_http_only, "LGN-07"),
    ],
)
def test_lies_in_headers_are_noticed(tamper: Any, id_: str) -> None:
    assert id_ in ids_of(World(EXAMPLE).proves(WALK, level="smoke", tamper=tamper), Outcome.FAILED)


@pytest.mark.parametrize(("status", "outcome"), [(500, Outcome.INCONCLUSIVE), (429, Outcome.BLOCKED)])
def test_a_server_that_errs_or_limits_breaks_no_promise(status: int, outcome: Outcome) -> None:
    def tamper(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        return httpx.Response(status, text="") if request.url.path == "/oauth/token" else response

    report = World(EXAMPLE).proves(WALK, level="smoke", tamper=tamper)
    assert not failed(report)
    assert outcome in {one.outcome for one in report.findings}
    assert exit_code(report) == 6


def test_a_silent_tenant_is_inconclusive() -> None:
    def tamper(request: httpx.Request, _: httpx.Response) -> httpx.Response:
        raise httpx.ConnectError("gone", request=request)

    report = World(EXAMPLE).proves(WALK, level="smoke", tamper=tamper)
    assert not failed(report)
    assert exit_code(report) == 6


def test_secrets_are_not_sent_to_strangers() -> None:
    def tamper(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        assert request.url.host == "smoke.emulator.localhost"
        if request.url.path.endswith("openid-configuration"):
            return httpx.Response(200, json={**response.json(), "token_endpoint": "https://evil.example/oauth/token"})
        return response

    report = World(EXAMPLE).proves(WALK, level="smoke", tamper=tamper)
    assert "DSC-02" in ids_of(report, Outcome.FAILED)
    assert report.usage.tokens == 0
