"""What Chromium walks through: pages that scripts make, plain ones, and every way back to the application."""

from __future__ import annotations

import json

import pytest

from tests.smoke.login.driver import Driver
from tests.smoke.login.site import CALLBACK, DONE, PASSWORD, USERNAME, Site, entry, form, page, script, to

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
