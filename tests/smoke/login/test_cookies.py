from __future__ import annotations

import httpx
import pytest

from tenantry.smoke.login.cookies import header_for, is_loopback, keep, new_jar


def jar_after(url: str, cookie: str) -> str | None:
    jar = new_jar(httpx.URL(url).host)
    keep(jar, httpx.Response(200, headers={"set-cookie": cookie}, request=httpx.Request("GET", url)))
    return header_for(jar, httpx.URL(url))


@pytest.mark.parametrize("url", ["http://127.0.0.1:4400/", "http://localhost:4400/", "https://acme.example/"])
def test_secure_cookies_are_sent_where_browsers_send_them(url: str) -> None:
    assert jar_after(url, "auth0=x; Secure; HttpOnly; SameSite=None; Path=/") == "auth0=x"


def test_secure_cookies_are_not_sent_in_plain_over_a_network() -> None:
    assert jar_after("http://acme.example/", "auth0=x; Secure; Path=/") is None


def test_cookies_stay_below_their_path() -> None:
    assert jar_after("https://acme.example/", "csrf=x; Path=/login") is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("a.localhost", True),
        ("10.0.0.1", False),
        ("acme.example", False),
    ],
)
def test_loopback_is_this_machine(host: str, *, expected: bool) -> None:
    assert is_loopback(host) is expected
