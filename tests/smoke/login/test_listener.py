"""The listener that waits for the answer of a login: what it takes, from whom, and where it can stand."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tenantry.smoke.findings import Outcome
from tenantry.smoke.login.browser import Callback
from tenantry.smoke.login.listener import Listener, can_listen_at
from tenantry.smoke.stops import Stopped
from tests.loopback import free_port

STATE = "the-right-state"


Reached = Callable[[httpx.AsyncClient, str], Awaitable[httpx.Response]]


def listened(
    *visits: Reached, host: str = "127.0.0.1", patience_s: float = 5.0
) -> tuple[Callback | None, list[httpx.Response]]:
    """Return what a listener got, and what it answered to each visit."""

    async def go() -> tuple[Callback | None, list[httpx.Response]]:
        url = f"http://{host}:{free_port()}/callback"
        async with Listener(url, STATE) as listener, httpx.AsyncClient() as client:
            answers = [await visit(client, url) for visit in visits]
            return await listener.callback(patience_s), answers

    return asyncio.run(go())


def get(tail: str) -> Reached:
    return lambda client, url: client.get(url + tail)


def post(body: str, kind: str = "application/x-www-form-urlencoded") -> Reached:
    return lambda client, url: client.post(url, content=body, headers={"Content-Type": kind})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_answer_in_a_query_is_taken_and_thanked_for(host: str) -> None:
    callback, [answer] = listened(get(f"?code=c0de&state={STATE}"), host=host)
    assert callback is not None
    assert (callback.mode, callback.code) == ("query", "c0de")
    assert (answer.status_code, "you may close this window" in answer.text) == (200, True)
    assert "c0de" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_the_answer_by_a_form_is_taken() -> None:
    callback, [answer] = listened(post(f"code=c0de&state={STATE}"))
    assert callback is not None
    assert (callback.mode, callback.code, answer.status_code) == ("form_post", "c0de", 200)


def test_a_refusal_is_an_answer_too() -> None:
    callback, _ = listened(get(f"?error=access_denied&state={STATE}"))
    assert callback is not None
    assert (callback.error, callback.code) == ("access_denied", None)


def test_a_script_hands_in_what_stands_in_the_fragment() -> None:
    callback, [page, answer] = listened(get(""), post(f"code=c0de&state={STATE}", "text/plain"))
    assert callback is not None
    assert (callback.mode, callback.fragment["code"]) == ("fragment", "c0de")
    [nonce] = re.findall(r"script-src 'nonce-([\w-]+)'", page.headers["content-security-policy"])
    assert page.text.count("<script") == page.text.count(f"<script nonce={nonce}>") == 1
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert answer.status_code == 200


def test_the_script_works_in_a_browser(program: str) -> None:
    playwright = pytest.importorskip("playwright.async_api")

    async def go() -> tuple[Callback | None, str, str]:
        async with (
            Listener(f"http://localhost:{free_port()}/callback", STATE) as listener,
            playwright.async_playwright() as driver,
        ):
            args = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = await driver.chromium.launch(executable_path=program, args=args)
            page = await browser.new_page()
            await page.goto(f"{listener.redirect_uri}#code=c0de&state={STATE}")
            await page.wait_for_function("document.body.textContent.includes('close this window')")
            found = await listener.callback(5.0), page.url, await page.content()
            await browser.close()
            return found

    callback, url, content = asyncio.run(go())
    assert callback is not None
    assert (callback.mode, callback.fragment) == ("fragment", {"code": "c0de", "state": STATE})
    assert "c0de" not in url + content


def test_an_answer_with_another_state_changes_nothing() -> None:
    wrong = [get("?code=evil&state=other"), get("?code=evil"), post("code=evil&state=other"), post("code=evil", "text/plain")]
    callback, answers = listened(*wrong, get(f"?code=c0de&state={STATE}"))
    assert callback is not None
    assert callback.code == "c0de"
    assert [answer.status_code for answer in answers] == [400, 400, 400, 400, 200]


def test_only_the_callback_itself_is_answered() -> None:
    def elsewhere(client: httpx.AsyncClient, url: str) -> Awaitable[httpx.Response]:
        return client.get(url.replace("/callback", "/other") + f"?code=evil&state={STATE}")

    def by_another_name(client: httpx.AsyncClient, url: str) -> Awaitable[httpx.Response]:
        return client.get(f"{url}?code=evil&state={STATE}", headers={"Host": "evil.example"})

    callback, answers = listened(elsewhere, by_another_name, post("x" * 70_000), patience_s=0.05)
    assert callback is None
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_a_second_answer_changes_nothing() -> None:
    callback, _ = listened(get(f"?code=first&state={STATE}"), get(f"?code=second&state={STATE}"))
    assert callback is not None
    assert callback.code == "first"


def test_a_port_that_is_taken_blocks_with_a_sentence() -> None:
    async def go(url: str) -> None:
        async with Listener(url, STATE):
            """Nothing to do."""

    with socket.create_server(("127.0.0.1", 0)) as other:
        url = f"http://127.0.0.1:{other.getsockname()[1]}/callback"
        with pytest.raises(
            Stopped, match="another program listens there; stop it, or declare another loopback callback"
        ) as caught:
            asyncio.run(go(url))
    assert caught.value.outcome is Outcome.BLOCKED
    assert url in caught.value.observed


def test_nothing_listens_any_more_when_it_is_over() -> None:
    async def go() -> None:
        url = f"http://127.0.0.1:{free_port()}/callback"
        async with Listener(url, STATE):
            """Nothing to do."""
        async with httpx.AsyncClient() as client:
            await client.get(url)

    with pytest.raises(httpx.ConnectError):
        asyncio.run(go())


@pytest.mark.parametrize(
    ("url", "can"),
    [
        ("http://127.0.0.1:3000/callback", True),
        ("http://localhost:3000/", True),
        ("http://[::1]:3000/callback", True),
        ("https://localhost:3000/callback", False),
        ("http://localhost:*/callback", False),
        ("http://shop.example:3000/callback", False),
        ("http://127.0.0.1.shop.example/callback", False),
        ("com.acme.app://callback", False),
    ],
)
def test_what_can_be_listened_at(url: str, *, can: bool) -> None:
    assert can_listen_at(url) is can
