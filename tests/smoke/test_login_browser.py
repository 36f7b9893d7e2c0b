"""Logging in with Chromium: pages that need scripts, what it asks of whom, and how its cookies come back."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tenantry.model.errors import TenantryError, UsageError
from tenantry.model.smoke import Level, SmokeConfig
from tenantry.smoke import Finding, OverChromium, Report, Way, run
from tenantry.smoke.findings import Outcome
from tenantry.smoke.lending.people import Person
from tenantry.smoke.login import chromium, driven
from tenantry.smoke.login.browser import Browser, Callback
from tenantry.smoke.login.visitor import Visitor
from tenantry.smoke.login.walk import Errand, Walk
from tenantry.smoke.redact import Vault
from tenantry.smoke.stops import Stopped
from tenantry.smoke.timing import Timing
from tenantry.smoke.wire import Wire
from tenantry.testing.background import Background
from tests.chromium import chromium_or_skip
from tests.smoke.test_login import BASE, CALLBACK, DONE, PASSWORD, PERSON, USERNAME, Answer, Site, form, page, to
from tests.smoke.world import SPA, Sections, Tamper, Tampering, World, declare, failed

AUTHORIZE = f"{BASE}/authorize"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture(scope="module")
def program() -> str:
    return chromium_or_skip()


Answering = Callable[[httpx.Request], httpx.Response]


class Driver:
    """A running Chromium for all tests of the module."""

    def __init__(self, program: str) -> None:
        self.loop = Background()
        self.way = OverChromium({**os.environ, chromium.VARIABLE: program})
        self.loop.run(self.way.__aenter__())

    def close(self) -> None:
        self.loop.run(self.way.__aexit__(None, None, None))
        self.loop.close()

    def login(
        self,
        site: Answering,
        person: Person = PERSON,
        callback: str = CALLBACK,
        *,
        consents: bool = True,
        browser: Browser | None = None,
    ) -> tuple[Walk, Browser]:
        async def go() -> tuple[Walk, Browser]:
            timing = Timing(now=lambda: 59.0)
            async with Wire(BASE, Vault(), timing, transport=httpx.MockTransport(site)) as wire:
                used = browser or Browser(wire)
                used.wire = wire
                visitor = Visitor(person, timing.now, consents=consents)
                return await self.way.through(Errand(AUTHORIZE, callback), used, visitor), used

        return self.loop.run(go())

    def callback(self, site: Site, callback: str = CALLBACK) -> Callback:
        found = self.login(site, callback=callback)[0].callback
        assert found is not None
        return found

    def stop(self, site: Answering, person: Person = PERSON) -> Stopped:
        with pytest.raises(Stopped) as caught:
            self.login(site, person)
        return caught.value


@pytest.fixture(scope="module")
def driver(program: str) -> Iterator[Driver]:
    made = Driver(program)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driven, "PATIENCE_S", 2.5)


def script(program: str, html: str = "<div id=root></div>") -> Answer:
    return page(f"<title>T</title>{html}<script>{program}</script>")


def entry(answer: Answer, **more: Answer) -> Site:
    return Site({"GET /authorize": to("/login"), "GET /login": answer, **more})


ONE_BY_ONE = """
const root = document.getElementById('root'), known = {};
const ask = (name, next) => {
  root.innerHTML = `<input name=${name} type=${name === 'password' ? 'password' : 'text'}><button type=button>Go</button>`;
  root.lastChild.onclick = () => { known[name] = root.firstChild.value; root.innerHTML = ''; next(); };
};
setTimeout(() => ask('username', () => setTimeout(() => ask('password', async () => {
  const answer = await fetch('/login/api', {method: 'POST', body: new URLSearchParams(known)});
  location.href = (await answer.json()).next;
}), 80)), 80);
"""


@pytest.mark.parametrize(
    ("next_", "mode"),
    [
        (f"{CALLBACK}?code=c0de&state=s", "query"),
        (f"{CALLBACK}#code=c0de&state=s", "fragment"),
        ("/resume-query", "query"),
        ("/resume-fragment", "fragment"),
        ("/resume-form", "form_post"),
    ],
)
def test_a_page_that_scripts_make_is_filled_in_screen_by_screen(driver: Driver, next_: str, mode: str) -> None:
    inputs = '<input type="hidden" name="code" value="c0de"><input type="hidden" name="state" value="s">'
    auto = f'<form method="post" action="{CALLBACK}">{inputs}</form><script>document.forms[0].submit()</script>'
    more = {
        "POST /login/api": (200, {"content-type": "application/json"}, json.dumps({"next": next_})),
        "GET /resume-query": (302, {"location": f"{CALLBACK}?code=c0de&state=s"}, ""),
        "GET /resume-fragment": (302, {"location": f"{CALLBACK}#code=c0de&state=s"}, ""),
        "GET /resume-form": page(auto),
    }
    site = entry(script(ONE_BY_ONE), **more)
    callback = driver.callback(site)
    assert (callback.mode, callback.values) == (mode, {"code": "c0de", "state": "s"})
    assert dict(site.posted["/login/api"]) == {"username": "ada@example.com", "password": "correct horse"}


def test_a_callback_by_the_scheme_of_an_app_is_caught(driver: Driver) -> None:
    app = "com.acme.app://callback"
    by_redirect = Site(
        {"GET /authorize": page(form(USERNAME + PASSWORD)), "POST /authorize": (302, {"location": f"{app}?code=c"}, "")}
    )
    assert driver.callback(by_redirect, app).values == {"code": "c"}
    by_script = entry(script(f"setTimeout(() => {{ location.href = '{app}?code=d' }}, 50)"))
    assert driver.callback(by_script, app).values == {"code": "d"}
    code = "<input type=hidden name=code value=e>"
    by_form = script("document.forms[0].submit()", f"<form method=post action='{app}'>{code}</form>")
    assert driver.callback(entry(by_form), app).values == {"code": "e"}


def test_plain_pages_are_walked_too_and_the_callback_is_not_asked_for(driver: Driver) -> None:
    site = Site(
        {
            "GET /authorize": to("/u/login/identifier"),
            "GET /u/login/identifier": page(form(USERNAME)),
            "POST /u/login/identifier": to("/u/login/password"),
            "GET /u/login/password": page(form(PASSWORD)),
            "POST /u/login/password": DONE,
        }
    )
    walk, _ = driver.login(site)
    assert walk.callback is not None
    assert walk.callback.code == "c0de"
    assert walk.typed_password
    assert dict(site.posted["/u/login/password"]) == {"state": "S", "password": "correct horse", "action": "default"}


def test_consent_is_declined_with_the_right_button(driver: Driver) -> None:
    buttons = '<button name="action" value="accept">Yes</button><button name="action" value="deny">No</button>'
    site = Site({"GET /authorize": to("/u/consent"), "GET /u/consent": page(form("", button=buttons)), "POST /u/consent": DONE})
    driver.login(site, consents=False)
    assert site.posted["/u/consent"]["action"] == "deny"


def test_what_is_invisible_is_not_there(driver: Driver) -> None:
    pane = f"<div style='display:none'>{form(PASSWORD, '/wrong')}<div class=ulp-captcha></div></div>"
    site = entry(page(pane + form(USERNAME + PASSWORD, "/right")), **{"POST /right": DONE})
    assert driver.callback(site).code == "c0de"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (USERNAME + PASSWORD + '<div id="ulp-auth0-v2-captcha">Who are you?</div>', "/login asks for a captcha"),
        (USERNAME + '<input name="birthday" type="text">', "/login asks for birthday"),
    ],
)
def test_what_only_a_person_can_do_blocks(driver: Driver, fields: str, said: str) -> None:
    stop = driver.stop(entry(page(form(fields))))
    assert stop.outcome is Outcome.BLOCKED
    assert stop.observed.startswith(said)
    assert "--login interactive" in stop.observed


def test_a_second_factor_blocks_unless_the_user_has_a_generator(driver: Driver) -> None:
    path = "/u/mfa-otp-challenge"
    site = Site(
        {"GET /authorize": to(path), f"GET {path}": page(form('<input name="code" type="text">')), f"POST {path}": DONE}
    )
    stop = driver.stop(site)
    assert (stop.outcome, "give the user `totp`" in stop.observed) == (Outcome.BLOCKED, True)
    driver.login(site, Person("ada@example.com", "correct horse", totp=SECRET))
    assert site.posted[path]["code"] == "287082", "RFC 6238 appendix B, 59 s"


def test_a_page_without_a_form_blocks(driver: Driver) -> None:
    stop = driver.stop(entry(page("<title>Sorry</title><p>Try another browser</p>")))
    assert (stop.outcome, stop.observed) == (Outcome.BLOCKED, "/login has no form to fill in (Sorry)")


def test_a_wrong_password_fails_with_the_words_that_a_script_shows(driver: Driver) -> None:
    told = "document.querySelector('form').onsubmit = (event) => { event.preventDefault(); fetch('/login/api').then(() => {"
    shows = "document.body.insertAdjacentHTML('beforeend', '<p role=alert>Wrong email or password</p>') }) }"
    answer = script(told + shows, form(USERNAME + PASSWORD))
    stop = driver.stop(entry(answer, **{"GET /login/api": (401, {"content-type": "application/json"}, "{}")}))
    assert (stop.outcome, stop.observed) == (Outcome.FAILED, "/login answered 200: Wrong email or password")


def test_an_error_page_fails_at_once(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driven, "PATIENCE_S", 60.0)
    stop = driver.stop(entry((403, {}, "<title>Access denied</title>")))
    assert (stop.outcome, stop.observed) == (Outcome.FAILED, "/login answered 403 (Access denied)")


def test_a_form_that_the_pages_own_policy_forbids_leads_nowhere(driver: Driver) -> None:
    headers = {"content-security-policy": "form-action 'self'"}
    site = entry((200, headers, form(USERNAME + PASSWORD)), **{"POST /login": DONE})
    stop = driver.stop(site)
    assert stop.outcome is Outcome.FAILED, "Chromium does not follow the redirect, as no person's browser would"
    assert "password" in site.posted["/login"]


@pytest.mark.parametrize("by", ["redirect", "script", "form"])
def test_somebody_elses_page_is_not_asked_for(driver: Driver, by: str) -> None:
    there = "https://idp.example/login?x=secret"
    answers = {
        "redirect": to(there),
        "script": script(f"location.href = '{there}'"),
        "form": script("document.forms[0].submit()", f"<form method=post action='{there}'></form>"),
    }
    stop = driver.stop(entry(answers[by]))
    assert stop.outcome is Outcome.BLOCKED
    assert stop.observed.startswith("the login goes on at https://idp.example/login, where the run does not follow")
    assert "secret" not in stop.observed


def test_a_code_for_somebody_else_fails(driver: Driver) -> None:
    stop = driver.stop(entry(to("https://evil.example/callback?code=c0de")))
    assert stop.outcome is Outcome.FAILED
    assert "c0de" not in stop.observed


@pytest.mark.parametrize(("status", "outcome"), [(429, Outcome.BLOCKED), (503, Outcome.INCONCLUSIVE)])
def test_limits_and_errors_of_the_server_are_no_failures(driver: Driver, status: int, outcome: Outcome) -> None:
    assert driver.stop(entry((status, {"retry-after": "999"}, ""))).outcome is outcome


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


class Pages(ThreadingHTTPServer):
    """A server of pages by path, with what it was asked for."""

    def __init__(self, **pages: tuple[str, str]) -> None:
        self.pages = pages
        self.asked: list[tuple[str, str]] = []
        super().__init__(("127.0.0.1", 0), _Serving)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @contextmanager
    def served(self) -> Iterator[str]:
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self.url
        finally:
            self.shutdown()
            thread.join()
            self.server_close()


class _Serving(BaseHTTPRequestHandler):
    server: Pages

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("User-Agent", "")))
        name = self.path.partition("?")[0].strip("/").replace(".", "_")
        kind, text = self.server.pages.get(name, ("", ""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_script_from_elsewhere_is_fetched_where_there_is_a_network(driver: Driver) -> None:
    makes = f"document.body.innerHTML = `{form(USERNAME + PASSWORD)}`; document.forms[0].onsubmit = () => "
    leaves = f"{{ location.href = '{CALLBACK}?code=c0de'; return false }}"
    cdn = Pages(login_js=("text/javascript", makes + leaves))
    with cdn.served() as elsewhere:
        home = Pages(authorize=("text/html", f"<body><script src='{elsewhere}/login.js'></script>"))

        async def go(url: str) -> Walk:
            async with Wire(url, Vault(), Timing(), user_agent="tenantry-smoke/test") as wire:
                return await driver.way.through(Errand(f"{url}/authorize", CALLBACK), Browser(wire), Visitor(PERSON, time.time))

        with home.served() as url:
            walk = driver.loop.run(go(url))
    assert walk.callback is not None
    assert walk.callback.code == "c0de"
    [(path, agent)] = cdn.asked
    assert path == "/login.js"
    assert agent.startswith("Mozilla/5.0")
    assert agent.endswith(" tenantry-smoke/test")


def proved(way: Way, tamper: Tamper | None = None, sections: Sections | None = None, level: Level = "smoke") -> Report:
    world = World(sections) if sections else World()

    async def go() -> Report:
        world.ids = await world.inside.put_in(world.sections)
        async with way:
            return await run(
                SmokeConfig(),
                declare(world.sections),
                base_url=world.emulator.base_url,
                borrow=world.lending(),
                emulated=True,
                transport=Tampering(world.transport, tamper) if tamper else world.transport,
                level=level,
                timing=world.timing(),
                way=way,
            )

    return asyncio.run(go())


def gist(one: Finding) -> tuple[str, str, str]:
    return one.flow, one.id, one.outcome


def test_chromium_proves_of_a_company_what_http_proves(program: str) -> None:
    driven_ = proved(OverChromium({**os.environ, chromium.VARIABLE: program}))
    assert driven_.proved.is_complete, failed(driven_)
    assert sorted(map(gist, driven_.findings)) == sorted(map(gist, proved(Way()).findings))
    assert [story.exchanges[0].asked_by for story in driven_.stories if story.exchanges], "it is told what the flows asked"


def scripted(_: httpx.Request, response: httpx.Response) -> httpx.Response:
    """Return the tenant's pages as a framework would deliver them: empty, with a script that makes them."""
    if not response.headers.get("content-type", "").startswith("text/html") or "<form" not in response.text:
        return response
    headers = [
        (name, value)
        for name, value in response.headers.multi_items()
        if name not in {"content-security-policy", "content-length"}
    ]
    content = json.dumps(response.text).replace("<", "\\u003c")
    makes = f"setTimeout(() => {{ document.getElementById('root').innerHTML = {content} }}, 100)"
    return httpx.Response(response.status_code, headers=headers, text=f"<div id=root></div><script>{makes}</script>")


def test_pages_that_need_scripts_are_proved_by_chromium_alone(program: str) -> None:
    sections: Sections = {
        "applications": {"storefront": SPA},
        "connections": {"customers": {"name": "customers", "strategy": "auth0", "enabled_clients": ["storefront"]}},
    }
    over_http = proved(Way(), scripted, sections)
    assert over_http.proved.flows == 0
    [stop] = [one for one in over_http.findings if one.id == "LGN-03"]
    assert stop.outcome is Outcome.BLOCKED
    assert "--login browser" in stop.observed
    way = OverChromium({**os.environ, chromium.VARIABLE: program})
    assert proved(way, scripted, sections).proved.is_complete


def test_a_device_is_approved_and_refused_in_chromium(program: str) -> None:
    grants = ["urn:ietf:params:oauth:grant-type:device_code"]
    sections: Sections = {
        "applications": {"storefront": {**SPA, "app_type": "native", "callbacks": [], "grant_types": grants}},
        "connections": {"customers": {"name": "customers", "strategy": "auth0", "enabled_clients": ["storefront"]}},
    }
    report = proved(OverChromium({**os.environ, chromium.VARIABLE: program}), sections=sections, level="contract")
    assert report.proved.is_complete, failed(report)
    assert {one.id: one.outcome for one in report.findings if one.id in {"DEV-04", "DEV-05"}} == {
        "DEV-04": Outcome.PASSED,
        "DEV-05": Outcome.PASSED,
    }


def test_chromium_that_ends_in_the_middle_leaves_the_question_open(program: str) -> None:
    other = Driver(program)
    ends: list[asyncio.Task[None]] = []

    def deadly(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            ends.append(asyncio.get_running_loop().create_task(other.way._started.close()))
        return httpx.Response(200, headers={"content-type": "text/html"}, text=form(USERNAME))

    try:
        stop = other.stop(deadly)
    finally:
        other.close()
    assert ends, "it was on its way"
    assert (stop.outcome, stop.observed) == (Outcome.INCONCLUSIVE, "Chromium ended in the middle of a login")


def test_without_playwright_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"pip install 'tenantry\[browser\]'"):
        OverChromium()


def test_a_named_program_that_is_none_is_refused() -> None:
    pytest.importorskip("playwright")
    with pytest.raises(UsageError, match="TENANTRY_CHROMIUM names /nowhere/chromium"):
        OverChromium({chromium.VARIABLE: "/nowhere/chromium"})


def test_a_program_is_named_by_its_path_or_looked_for(tmp_path: Path) -> None:
    program = tmp_path / "my-chromium"
    program.touch(mode=0o755)
    assert chromium.named({chromium.VARIABLE: str(program)}) == str(program)
    assert chromium.named({chromium.VARIABLE: "my-chromium", "PATH": str(tmp_path)}) == str(program)
    assert chromium.named({}) is None


def test_without_chromium_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("playwright")
    monkeypatch.setattr(chromium, "own", lambda _: None)
    monkeypatch.setattr(chromium, "ELSEWHERE", ())

    async def begin() -> None:
        async with OverChromium({"PATH": "/nowhere"}):
            """Nothing to do."""

    with pytest.raises(UsageError, match="or name the program in TENANTRY_CHROMIUM"):
        asyncio.run(begin())


def test_a_program_that_does_not_start_is_told_of_in_a_sentence() -> None:
    pytest.importorskip("playwright")

    async def begin() -> None:
        async with OverChromium({chromium.VARIABLE: "/bin/false", "PATH": "/bin"}):
            """Nothing to do."""

    with pytest.raises(TenantryError, match=r"^/bin/false did not start: "):
        asyncio.run(begin())
