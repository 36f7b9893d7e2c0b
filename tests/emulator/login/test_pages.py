"""The login pages, as a person with a browser or a script sees them."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from lxml import html

from tests.emulator.oauth.world import EMAIL, PASSWORD, Browser, World, hidden, told


def page(browser: Browser, **asked: str) -> httpx.Response:
    return browser.get(browser.authorize(**asked).headers["location"])


def parsed(answer: httpx.Response) -> Any:
    return html.fromstring(answer.text)


def test_the_page_has_the_fields_that_scripts_look_for(browser: Browser) -> None:
    tree = parsed(page(browser))
    assert tree.xpath("//input[@id='username'][@name='username']")
    assert tree.xpath("//input[@id='password'][@name='password'][@type='password']")
    assert tree.xpath("//input[@type='hidden'][@name='state']/@value")[0].startswith("hKFo2S")
    assert tree.xpath("//button[@type='submit'][@name='action'][@value='default']")


def test_every_field_has_a_label_and_the_page_a_language_and_a_heading(browser: Browser) -> None:
    tree = parsed(page(browser))
    fields = tree.xpath("//input[not(@type='hidden')]/@id")
    assert sorted(tree.xpath("//label/@for")) == sorted(fields)
    assert tree.xpath("/html/@lang") == ["en"]
    assert len(tree.xpath("//h1")) == 1


def test_the_page_is_kept_out_of_caches_and_frames_and_loads_nothing_from_elsewhere(browser: Browser) -> None:
    answer = page(browser)
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["x-frame-options"] == "DENY"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    nonce = re.search(r"style-src 'nonce-([^']+)'", policy)
    assert nonce
    assert f'<style nonce="{nonce[1]}">' in answer.text
    assert not re.search(r"""(src|href)=["'](https?:)?//""", answer.text)


def test_the_tenants_colour_and_the_clients_logo_are_used(world: World, browser: Browser) -> None:
    world.change("clients", "web", logo_uri="https://cdn.test/logo.png")
    text = page(browser).text
    assert "--primary:#0a7d4f" in text
    assert '<img class="logo" src="https://cdn.test/logo.png"' in text


@pytest.mark.parametrize("colour", ["red;}*{display:none", "javascript:1", {"type": "linear"}, 7])
def test_a_colour_that_is_none_does_not_reach_the_style(world: World, browser: Browser, colour: object) -> None:
    world.change("settings", "branding", colors={"primary": colour, "page_background": colour})
    assert "--primary:#4353ff" in page(browser).text


def test_names_are_escaped(world: World, browser: Browser) -> None:
    world.change("settings", "tenant", friendly_name="<script>alert(1)</script>")
    assert "<script>" not in page(browser, login_hint='"><script>').text


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "wrong"), ("nobody@users.test", PASSWORD)])
def test_a_wrong_login_is_told_on_the_same_page(browser: Browser, email: str, password: str) -> None:
    answer = browser.fill(page(browser), email=email, password=password)
    assert answer.status_code == 400
    assert answer.request.url.path == "/u/login"
    tree = parsed(answer)
    message = tree.xpath("//*[@id='error-element-password'][contains(@class, 'ulp-input-error-message')]/text()")
    assert message == ["Wrong email or password"]
    assert tree.xpath("//input[@id='password']/@aria-describedby") == ["error-element-password"]
    assert tree.xpath("//input[@id='username']/@value") == [email]
    assert not [cookie for cookie in answer.headers.get_list("set-cookie") if cookie.startswith("auth0=")]
    assert "code" in told(browser.walk(browser.fill(answer, password=PASSWORD)))


@pytest.mark.parametrize(("typed", "where"), [({"username": "", "password": "x"}, "username"), ({"password": ""}, "password")])
def test_what_is_missing_is_told_at_its_field(browser: Browser, typed: dict[str, str], where: str) -> None:
    answer = browser.fill(page(browser), **typed)
    assert answer.status_code == 400
    assert f'id="error-element-{where}"' in answer.text


def test_a_login_hint_is_filled_in(browser: Browser) -> None:
    assert parsed(page(browser, login_hint=EMAIL)).xpath("//input[@id='username']/@value") == [EMAIL]


def test_a_page_without_its_login_says_so(world: World, browser: Browser) -> None:
    assert browser.get("/u/login").status_code == 400
    assert browser.get("/u/login?state=made-up").status_code == 400
    world.change("settings", "tenant", default_redirection_uri="https://app.test/login")
    assert browser.get("/u/login").headers["location"] == "https://app.test/login"


def test_a_login_is_over_when_it_is_over(browser: Browser) -> None:
    form = page(browser)
    assert "code" in told(browser.walk(browser.fill(form, password=PASSWORD)))
    assert browser.fill(form, password=PASSWORD).status_code == 400


def test_an_old_page_is_refused(world: World, browser: Browser) -> None:
    form = page(browser)
    world.pass_time(3601)
    assert browser.fill(form, password=PASSWORD).status_code == 400


def test_identifier_first_walks_two_pages(world: World, browser: Browser) -> None:
    world.change("settings", "prompts", identifier_first=True)
    first = page(browser)
    assert 'id="password"' not in first.text
    on = browser.fill(first)
    assert on.headers["location"].startswith("/u/login/password?state=")
    second = browser.get(on.headers["location"])
    assert EMAIL in second.text
    wrong = browser.fill(second, password="wrong")
    assert (wrong.status_code, wrong.request.url.path) == (400, "/u/login/password")
    assert "code" in told(browser.walk(browser.fill(second, password=PASSWORD)))


def test_the_password_page_needs_an_identifier(world: World, browser: Browser) -> None:
    world.change("settings", "prompts", identifier_first=True)
    state = hidden(page(browser).text)["state"]
    assert browser.get(f"/u/login/password?state={state}").headers["location"].startswith("/u/login/identifier")


def test_users_sign_up_and_are_logged_in(world: World, browser: Browser) -> None:
    form = page(browser, screen_hint="signup")
    assert form.request.url.path == "/u/signup"
    weak = browser.fill(form, email="not an address", password="x")
    assert (weak.status_code, 'id="error-element-email"' in weak.text) == (400, True)
    taken = browser.fill(form, email=EMAIL, password=PASSWORD)
    assert (taken.status_code, 'class="ulp-error-info"' in taken.text) == (400, True)
    done = browser.walk(browser.fill(form, email="New@users.test", password="long enough"))
    assert "code" in told(done)
    assert world.tenant.store.find("users", "email", "new@users.test")


def test_a_closed_database_offers_no_sign_up(world: World, browser: Browser) -> None:
    assert "/u/signup" in page(browser).text
    world.change("connections", "con_users", options={"disable_signup": True})
    assert "/u/signup" not in page(browser).text
    form = page(browser, screen_hint="signup")
    assert browser.fill(form, email="new@users.test", password="long enough").status_code == 400


def test_a_client_without_a_database_says_so(world: World, browser: Browser) -> None:
    world.tenant.store.put("connection_clients", "con_users", {"clients": []})
    form = page(browser)
    assert "No database connection is enabled" in form.text
    for text in (form.text, page(browser, screen_hint="signup").text):
        assert "enabled_clients, or PATCH /api/v2/connections/{id}/clients" in text
    assert browser.fill(form, password=PASSWORD).status_code == 400


def test_a_page_that_lost_its_session_goes_on_from_the_start(world: World, browser: Browser) -> None:
    world.change("clients", "web", is_first_party=False)
    answer = browser.fill(page(browser, scope="openid"), password=PASSWORD)
    consent = browser.get(browser.get(answer.headers["location"]).headers["location"])
    assert consent.request.url.path == "/u/consent"
    for session in world.tenant.store.all("sessions"):
        world.tenant.store.delete("sessions", session["id"])
    assert browser.fill(consent, action="accept").headers["location"].startswith("/authorize/resume")
    assert browser.get(str(consent.request.url)).headers["location"].startswith("/authorize/resume")


def test_an_identifier_is_needed_before_the_password(world: World, browser: Browser) -> None:
    world.change("settings", "prompts", identifier_first=True)
    answer = browser.fill(page(browser), username="", email="")
    assert (answer.status_code, 'id="error-element-username"' in answer.text) == (400, True)


def test_users_may_have_names_instead_of_addresses(world: World, browser: Browser) -> None:
    world.change("connections", "con_users", options={"requires_username": True})
    world.add_user("named@users.test", username="ada.l")
    form = page(browser)
    assert "Username or email address" in form.text
    assert "code" in told(browser.walk(browser.fill(form, email="Ada.L", password=PASSWORD)))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, worked out anew. Source: WCAG 2.1, "contrast ratio"."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def variables(text: str) -> dict[str, str]:
    return {name: value.replace("#fff", "#ffffff") if len(value) == 4 else value for name, value in COLOURS.findall(text)}


COLOURS = re.compile(r"--([a-z-]+):(#[0-9a-f]+)")


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#777777", "#767676", "#ff0000", "#00ff00", "#4353ff", "#ffd400"])
def test_text_can_be_read_whatever_the_tenants_colour(world: World, browser: Browser, colour: str) -> None:
    world.change("settings", "branding", colors={"primary": colour, "page_background": "#000000"})
    found = variables(page(browser).text)
    assert found["page"] == "#000000"
    assert contrast(found["primary"], found["on-primary"]) >= 4.5
    for text, ground in (("text", "card"), ("soft", "card"), ("bad", "card"), ("bad", "bad-soft")):
        assert contrast(found[text], found[ground]) >= 4.5, text
    assert contrast(found["edge"], found["card"]) >= 3  # borders of fields: WCAG 2.1, 1.4.11


def test_the_field_that_is_wrong_gets_the_focus_and_names_its_error(world: World, browser: Browser) -> None:
    world.change("connections", "con_users", options={"passwordPolicy": "good"})
    shown = page(browser, screen_hint="signup")
    tree = parsed(browser.fill(shown, email="new@users.test", password="x"))
    assert tree.xpath("//input[@autofocus]/@id") == ["password"]
    assert tree.xpath("//input[@id='password']/@aria-describedby") == ["error-element-password"]
    assert tree.xpath("//*[@id='error-element-password']/@role") == ["alert"]
    assert tree.xpath("//input[@id='password']/@autocomplete") == ["new-password"]
