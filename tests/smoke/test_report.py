"""The page and the files of a report: readable, harmless, and with nothing secret in them."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from tenantry.model.secret import Secret
from tenantry.render.report_html import report_html
from tenantry.render.smoke_formats import junit, smoke_body, smoke_markdown
from tenantry.smoke import Finding, NewUser, Outcome, Proved, Report
from tenantry.smoke.story import Claim, Decoded, Exchange, Story
from tests.render.page import read_html
from tests.smoke.junit_schema import flaws_of
from tests.smoke.world import ACCOUNTANT, World, failed

NASTY = "<script>alert(1)</script>\x1b[31m&\"'"
PASSWORD = "Correct-Horse-7-Battery"


@pytest.fixture(scope="module")
def told() -> tuple[Report, set[str]]:
    """Return a report about an existing user, and everything secret that went over the wire meanwhile."""
    seen: set[str] = set()

    def listen(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        for text in (request.url.query.decode(), request.content.decode(), str(response.headers.get("location", ""))):
            for name, value in httpx.QueryParams(text.partition("?")[2] or text).items():
                if name in {
                    "code",
                    "client_secret",
                    "password",
                    "username",
                    "code_verifier",
                    "state",
                    "nonce",
                    "refresh_token",
                }:
                    seen.add(value)
        seen.update(value.split("=", 1)[1].split(";")[0] for value in response.headers.get_list("set-cookie"))
        if response.content and response.headers.get("content-type", "").startswith("application/json"):
            body = json.loads(response.content)
            seen.update(str(body[name]) for name in ("access_token", "id_token", "refresh_token", "email") if name in body)
        return response

    world = World()
    email = "canary.person@example.com"
    world.proves(level="read")
    world.borrows(lambda lending: lending.create_user(NewUser("customers", email, Secret.of("CANARY", PASSWORD))))
    people = {"users": {"canary": {"connection": "customers", "email": email, "password": PASSWORD}}}
    report = world.proves(people, tamper=listen)
    assert not failed(report)
    return report, {value for value in seen if len(value) >= 8 and value != "tenantry-probe"}


def test_nothing_secret_and_nobody_is_in_any_form_of_a_report(told: tuple[Report, set[str]]) -> None:
    report, seen = told
    assert PASSWORD in seen
    assert len(seen) > 200
    reports = [("acme", report)]
    forms = {
        "page": read_html(report_html(reports)).text_content(),
        "source": report_html(reports),
        "junit": junit(reports),
        "markdown": smoke_markdown(report, "acme"),
        "json": json.dumps(smoke_body(report)),
    }
    for name, text in forms.items():
        assert [value for value in seen | {"canary.person"} if value in text] == [], name


def test_the_page_shows_flows_tokens_and_times(told: tuple[Report, set[str]]) -> None:
    page = read_html(report_html([("acme", told[0])]))
    text = page.text_content()
    assert len(page.find_class("lanes")) == 5
    assert "Before and after the refresh" in text
    marks = {chip.text for chip in page.find_class("chip")}
    assert {"declared", "expected"} <= marks
    assert "(masked)" in text
    rows = [[cell.text_content() for cell in row.iter("td")] for row in page.iter("tr")]
    moved = [row[3] for row in rows if row and row[0] in {"access token: iat", "access token: exp"}]
    assert moved
    assert all(re.fullmatch(r"\+[12] s", one) for one in moved)


def test_the_page_runs_and_loads_nothing(told: tuple[Report, set[str]]) -> None:
    page = read_html(report_html([("acme", told[0])]))
    assert not list(page.iter("script", "link", "img", "iframe", "object", "form", "a"))
    policies = [str(one.get("content")) for one in page.iter("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert [one.startswith("default-src 'none'; style-src 'sha256-") for one in policies] == [True]
    names = {str(name) for element in page.iter() for name in element.attrib}
    assert not {name for name in names if name.startswith("on") or name == "style"}


def nasty() -> Report:
    """Return a report in which every text is an attack."""
    finding = Finding("X-01", Outcome.FAILED, NASTY, NASTY, NASTY, NASTY, NASTY, NASTY, NASTY, NASTY)
    exchange = Exchange(
        "COD-01", "GET", f"https://a.example/{NASTY}?{NASTY}", ((NASTY, NASTY),), NASTY, 302, NASTY, ((NASTY, NASTY),)
    )
    token = Decoded("access token", NASTY, NASTY, NASTY, {NASTY: NASTY}, (Claim(NASTY, NASTY, ((NASTY, "extra"),)),))
    return Report(
        (finding,),
        Proved(1, (NASTY,)),
        "full",
        notes=(NASTY,),
        stories=(Story(NASTY, NASTY, NASTY, NASTY, (exchange,), (token,)),),
    )


def test_whatever_a_tenant_says_stays_text() -> None:
    source = report_html([(NASTY, nasty())])
    assert "<script" not in source
    assert "\x1b" not in source
    assert source.count("&lt;script&gt;") > 10
    assert "<script" not in smoke_markdown(nasty(), NASTY)


def test_a_comment_keeps_its_table_and_its_length_whatever_the_tenant_says() -> None:
    long = f"a | b\n# c\r\n- d {'x' * 5000}"
    flows = [f"{number} {long}" for number in range(400)]
    findings = [Finding("X-01", Outcome.FAILED, "s", flow, long, long, observed=flow) for flow in flows]
    page = smoke_markdown(Report(tuple(findings), Proved(400, tuple(flows)), "full", notes=(long,)), "acme")
    assert len(page) <= 65_536
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {6}
    assert len(rows) > 10
    assert not [line for line in page.splitlines() if line.startswith("#") and not line.startswith("### Smoke of acme")]
    assert f"({len(long)} characters)" in unescape(page)
    assert re.search(r"… and \d+ more findings, too long to show here\.", page)


@pytest.mark.parametrize("which", ["right", "nasty", "empty"])
def test_junit_is_what_viewers_accept(told: tuple[Report, set[str]], which: str, tmp_path: Path) -> None:
    report = {"right": told[0], "nasty": nasty(), "empty": Report((), Proved(0), "read")}[which]
    file = tmp_path / "smoke.xml"
    file.write_text(junit([("acme", report)]), encoding="utf-8")
    assert flaws_of(file) == []


def test_the_junit_schema_notices_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "wrong.xml"
    wrong: dict[str, Any] = {
        "counts": '<testsuites><testsuite name="a" tests="2" failures="0" errors="0" skipped="0"/></testsuites>',
        "element": '<testsuites><testsuite name="a" tests="0" failures="0" errors="0"><case/></testsuite></testsuites>',
        "name": '<testsuites><testsuite tests="0" failures="0" errors="0" skipped="0"/></testsuites>',
    }
    for text in wrong.values():
        file.write_text(text, encoding="utf-8")
        assert flaws_of(file)


def test_level_and_ephemeral_users_are_in_the_page_of_a_machine() -> None:
    page = report_html([("acme", World().proves(ACCOUNTANT, level="read"))])
    assert "level read asks for no token" in page
