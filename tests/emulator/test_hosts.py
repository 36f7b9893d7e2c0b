"""Whom the emulator answers to."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.responses import JSONResponse

from tenantry.emulator.exchange import Answer, Call
from tenantry.emulator.hosts import Hosts
from tenantry.emulator.origins import origin_of
from tenantry.emulator.tenant import Tenant

HERE = "http://localhost:4400"
APP = "https://app.example.com"


def call(path: str = "/oauth/token", method: str = "GET", host: str = "localhost:4400", **headers: str) -> Call:
    sent = {"host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
    raw = [(name.encode(), value.encode()) for name, value in sent.items()]
    scope = {"type": "http", "scheme": "http", "method": method, "path": path, "headers": raw, "query_string": b""}
    return Call(scope | {"server": ("127.0.0.1", 4400)})


async def _ok(_call: Call) -> Answer:
    return Answer.of(JSONResponse({"secret": "yes"}))


def hosts(*clients: dict[str, Any], remote_secret: str | None = None, public_url: str | None = None) -> Hosts:
    tenant = Tenant("t", public_url=public_url)
    for number, client in enumerate(clients):
        tenant.store.put("clients", str(number), client)
    return Hosts(tenant, remote_secret=remote_secret)


def at_host(guard: Hosts, host: str) -> int:
    return asyncio.run(guard.known_host(call(host=host), _ok)).status


def answered(guard: Hosts, request: Call) -> Answer:
    return asyncio.run(guard.cross_origin(request, _ok))


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:4400", "127.0.0.1:1", "127.8.9.1", "[::1]:4400", "dev.localhost:9", "localhost.:4400"],
)
def test_every_loopback_name_is_ours(host: str) -> None:
    assert at_host(hosts(), host) == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "10.0.0.1", "", "[::1", "localhost@evil.example", "notlocalhost"]
)
def test_an_unknown_host_is_misdirected(host: str) -> None:
    assert at_host(hosts(), host) == 421


@pytest.mark.parametrize(
    "host", ["x@localhost", ".localhost", "[::1]x", "localhost/x", "localhost#x", "localhost:80, x", "localhost\u00ff"]
)
def test_what_is_no_host_header_is_misdirected(host: str) -> None:
    assert at_host(hosts(), host) == 421


def test_a_missing_or_doubled_host_is_misdirected() -> None:
    request = call()
    request.scope["headers"] = []
    assert asyncio.run(hosts().known_host(request, _ok)).status == 421
    request.scope["headers"] = [(b"host", b"localhost"), (b"host", b"evil.example")]
    assert asyncio.run(hosts().known_host(request, _ok)).status == 421


def test_the_public_url_and_verified_custom_domains_are_ours() -> None:
    guard = hosts(public_url="https://auth.example.com:8443")
    guard.tenant.store.put("custom_domains", "cd_1", {"domain": "Login.example.com", "status": "ready"})
    guard.tenant.store.put("custom_domains", "cd_2", {"domain": "x.example.com", "status": "pending_verification"})
    assert [at_host(guard, host) for host in ("auth.example.com:8443", "login.example.com", "x.example.com")] == [
        200,
        200,
        421,
    ]


def test_beyond_loopback_addresses_are_ours_and_names_are_not() -> None:
    guard = hosts(remote_secret="s3cret")
    assert (at_host(guard, "192.168.1.7:4400"), at_host(guard, "evil.example")) == (200, 421)


@pytest.mark.parametrize(
    "client",
    [
        {"allowed_origins": [APP]},
        {"allowed_origins": [APP + "/"]},
        {"web_origins": [APP]},
        {"callbacks": ["com.example.app://cb", APP + "/callback?x=1"]},
        {"callbacks": ["https://app.example.com:443/callback"]},
        {"allowed_origins": ["https://*.example.com"]},
        {"web_origins": ["https://{organization_name}.example.com"]},
        {"web_origins": ["https://a*p.example.com"]},
    ],
)
def test_a_registered_origin_may_read(client: dict[str, Any]) -> None:
    answer = answered(hosts({"name": "other"}, client), call(origin=APP))
    assert answer.headers["access-control-allow-origin"] == APP
    assert "Origin" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "client",
    [
        {},
        {"allowed_origins": None, "callbacks": "https://app.example.com"},
        {"allowed_origins": ["*"]},
        {"allowed_origins": ["http://app.example.com", "https://app.example.com:8443", "https://app.example.com.evil"]},
        {"allowed_origins": ["https://*.app.example.com", "https://*", "https://app.*.com"]},
        {"callbacks": ["https://[bad"]},
        {"allowed_logout_urls": [APP]},
    ],
)
def test_any_other_origin_may_not_read(client: dict[str, Any]) -> None:
    answer = answered(hosts(client), call(origin=APP))
    assert "access-control-allow-origin" not in answer.headers
    assert "Origin" in answer.headers["vary"]


def test_what_is_granted_follows_the_applications() -> None:
    guard = hosts({"allowed_origins": [APP]})
    assert "access-control-allow-origin" in answered(guard, call(origin=APP)).headers
    guard.tenant.store.put("clients", "0", {"allowed_origins": []})
    assert "access-control-allow-origin" not in answered(guard, call(origin=APP)).headers
    guard.tenant.store.put("clients", "new", {"callbacks": [APP + "/cb"]})
    assert "access-control-allow-origin" in answered(guard, call(origin=APP)).headers
    guard.tenant.store.clear()
    assert "access-control-allow-origin" not in answered(guard, call(origin=APP)).headers


def test_the_null_origin_is_never_granted() -> None:
    assert "access-control-allow-origin" not in answered(hosts({"allowed_origins": ["null"]}), call(origin="null")).headers


def test_a_preflight_is_answered_for_registered_origins_alone() -> None:
    asked = {"access_control_request_method": "POST", "access_control_request_headers": "auth0-client,content-type"}
    granted = answered(hosts({"web_origins": [APP]}), call(method="OPTIONS", origin=APP, **asked))
    assert (granted.status, granted.body) == (204, b"")
    assert granted.headers["access-control-allow-headers"] == "auth0-client,content-type"
    refused = answered(hosts(), call(method="OPTIONS", origin=APP, **asked))
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:3000"},
        {"origin": "https://localhost:4400"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_a_foreign_page_gets_nothing_from_the_control_endpoints(headers: dict[str, str]) -> None:
    answer = answered(hosts({"allowed_origins": [headers.get("origin", "")]}), call("/_emulator/token", "POST", **headers))
    assert (answer.status, b"secret" in answer.body) == (403, False)
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "headers", [{}, {"origin": HERE}, {"sec_fetch_site": "none"}, {"sec_fetch_site": "same-origin", "origin": HERE}]
)
def test_scripts_and_its_own_page_may_use_the_control_endpoints(headers: dict[str, str]) -> None:
    assert answered(hosts(), call("/_emulator/reset", "POST", **headers)).status == 200


def test_beyond_loopback_the_control_endpoints_ask_for_the_secret() -> None:
    guard = hosts(remote_secret="s3cret")
    reset = [
        answered(guard, call("/_emulator/reset", "POST", authorization=header)).status
        for header in ("", "Bearer wrong", "Bearer s3cret")
    ]
    assert reset == [401, 401, 200]
    assert answered(guard, call("/_emulator/health")).status == 200


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.example:443/x", "https://a.example"),
        ("http://A.example:8080", "http://a.example:8080"),
        ("http://[::1]:3000/cb", "http://[::1]:3000"),
        ("com.example.app://cb", None),
        ("https://", None),
        ("https://a:bad/", None),
    ],
)
def test_the_origin_of_a_url_is_what_a_browser_would_send(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin
