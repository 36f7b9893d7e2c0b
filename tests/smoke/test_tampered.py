"""Lies that only a wire can tell: answers, headers and failures changed on their way."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tenantry.smoke import Outcome, exit_code
from tests.smoke.test_canaries import forms
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


ODD: tuple[Any, ...] = (
    "\ud800" * 9,
    "",
    None,
    True,
    -1,
    10**400,
    [],
    [[None]],
    {},
    {"keys": [None]},
    "a.b.c",
    "eyJ" + "\u00e9" * 9,
)
PATHS = ("/oauth/token", "/userinfo", "/.well-known/openid-configuration", "/.well-known/jwks.json")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: ascii(odd)[:20])
def test_members_that_nobody_expects_end_no_run(path: str, odd: Any) -> None:
    def tamper(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path != path or not response.content:
            return response
        return httpx.Response(response.status_code, content=json.dumps(dict.fromkeys(response.json(), odd)).encode())

    report = World(EXAMPLE).proves(WALK, level="smoke", tamper=tamper)
    assert exit_code(report) in {3, 6}
    for form, text in forms(report).items():
        assert text.encode(), form


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b'"text"', b"\xff", b"[" * 100_000, b"NaN", b'{"a": ' + b"9" * 5000 + b"}"]
)
def test_bodies_that_nobody_expects_end_no_run(path: str, content: bytes) -> None:
    def tamper(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        return httpx.Response(200, content=content) if request.url.path == path else response

    report = World(EXAMPLE).proves(WALK, level="smoke", tamper=tamper)
    assert exit_code(report) in {3, 6}


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


@pytest.mark.parametrize("odd", [None, 7, [], {}, "\ud800", "eyJ"], ids=ascii)
def test_keys_that_nobody_expects_end_no_run(odd: Any) -> None:
    def tamper(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path != "/.well-known/jwks.json":
            return response
        keys = [{**key, **dict.fromkeys(("kid", "n", "x5c"), odd)} for key in response.json()["keys"]]
        return httpx.Response(200, content=json.dumps({"keys": [*keys, odd]}).encode())

    assert exit_code(World(EXAMPLE).proves(WALK, level="smoke", tamper=tamper)) == 3
