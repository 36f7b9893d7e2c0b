"""Whom Chromium reaches, what it brings along, and what it leaves behind."""

from __future__ import annotations

import socket

import pytest

from tenantry.smoke.login.browser import Browser
from tenantry.smoke.login.otp import OneTimePasswords
from tenantry.smoke.login.visitor import Visitor
from tenantry.smoke.login.walk import Errand, Walk
from tenantry.smoke.redact import Vault
from tenantry.smoke.timing import Timing
from tenantry.smoke.wire import Wire
from tests.loopback import Pages
from tests.smoke.login.driver import Driver
from tests.smoke.login.site import CALLBACK, DONE, PASSWORD, PERSON, USERNAME, entry, form, page, script


def test_cookies_come_back_with_their_marks_and_go_along_the_next_time(driver: Driver) -> None:
    headers = {"set-cookie": "auth0=v1; Path=/; HttpOnly; Secure; SameSite=None", "content-type": "text/html"}
    site = entry(
        (200, headers, f"{form(USERNAME)}<script>document.cookie = 'seen=yes; max-age=600'</script>"), **{"POST /login": DONE}
    )
    _, browser = driver.login(site)
    session, seen = sorted(browser.cookies, key=lambda cookie: cookie.name)
    assert (session.name, session.value, session.secure) == ("auth0", "v1", True)
    assert session.has_nonstandard_attr("HttpOnly")
    assert (seen.name, seen.has_nonstandard_attr("HttpOnly"), seen.expires is not None) == ("seen", False, True)
    again = entry(page(form(USERNAME)), **{"POST /login": DONE})
    driver.login(again, browser=browser)
    assert again.cookies, "something was asked for"
    assert {frozenset(sent.split("; ")) for sent in again.cookies} == {frozenset({"auth0=v1", "seen=yes"})}
    fresh = entry(page(form(USERNAME)), **{"POST /login": DONE})
    driver.login(fresh)
    assert set(fresh.cookies) == {""}, "nobody else's cookies"


def test_nothing_is_left_in_the_profile_for_the_next_person(driver: Driver) -> None:
    notes = "localStorage.x = sessionStorage.x = 'left'"
    driver.login(entry(script(notes, form(USERNAME)), **{"POST /login": DONE}))
    looks = "document.forms[0].action = '/' + (localStorage.x ?? sessionStorage.x ?? 'clean')"
    site = entry(script(looks, form(USERNAME)), **{"POST /clean": DONE, "POST /left": DONE})
    driver.login(site)
    assert list(site.posted) == ["/clean"]


def test_chromium_itself_reaches_nobody(driver: Driver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        calls = f"new WebSocket('ws://127.0.0.1:{port}/'); new WebSocket('ws://localhost:{port}/')"
        picture = f"<img src='http://127.0.0.1:{port}/picture'>"
        site = entry(script(calls, picture + form(USERNAME)), **{"POST /login": DONE})
        assert driver.callback(site).code == "c0de"
        stranger.settimeout(0.3)
        with pytest.raises(TimeoutError):
            stranger.accept()


def test_a_script_from_elsewhere_is_fetched_where_there_is_a_network(driver: Driver) -> None:
    makes = f"document.body.innerHTML = `{form(USERNAME + PASSWORD)}`; document.forms[0].onsubmit = () => "
    leaves = f"{{ location.href = '{CALLBACK}?code=c0de'; return false }}"
    cdn = Pages({"/login.js": ("text/javascript", makes + leaves)})
    with cdn.served() as elsewhere:
        home = Pages({"/authorize": ("text/html", f"<body><script src='{elsewhere}/login.js'></script>")})

        async def go(url: str) -> Walk:
            async with Wire(url, Vault(), Timing(), user_agent="tenantry-smoke/test") as wire:
                return await driver.way.through(
                    Errand(f"{url}/authorize", CALLBACK), Browser(wire), Visitor(PERSON, OneTimePasswords())
                )

        with home.served() as url:
            walk = driver.loop.run(go(url))
    assert walk.callback is not None
    assert walk.callback.code == "c0de"
    [(path, agent)] = cdn.asked
    assert path == "/login.js"
    assert agent.startswith("Mozilla/5.0")
    assert agent.endswith(" tenantry-smoke/test")
