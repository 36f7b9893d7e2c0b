"""Whole runs by Chromium: they prove of a tenant what runs over HTTP prove, and of pages that need scripts more."""

from __future__ import annotations

import asyncio
import json

import httpx

from tenantry.model.smoke import Level
from tenantry.smoke import Finding, Report, Way
from tenantry.smoke.findings import Outcome
from tests.smoke.elsewhere import Elsewhere
from tests.smoke.inside import Sections
from tests.smoke.login.driver import over
from tests.smoke.world import COMPANY, SPA, Tamper, World, failed

CUSTOMERS = {"name": "customers", "strategy": "auth0", "enabled_clients": ["storefront"]}


def proved(way: Way, tamper: Tamper | None = None, sections: Sections = COMPANY, level: Level = "smoke") -> Report:
    async def go() -> Report:
        async with way:
            return await World(sections).prove(tamper=tamper, level=level, way=way)

    return asyncio.run(go())


def gist(one: Finding) -> tuple[str, str, str]:
    return one.flow, one.id, one.outcome


def test_chromium_proves_of_a_company_what_http_proves(program: str) -> None:
    by_chromium = proved(over(program))
    assert by_chromium.proved.is_complete, failed(by_chromium)
    assert sorted(map(gist, by_chromium.findings)) == sorted(map(gist, proved(Way()).findings))
    assert [story.exchanges[0].asked_by for story in by_chromium.stories if story.exchanges], "it is told what the flows asked"


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
        "connections": {"customers": CUSTOMERS},
    }
    over_http = proved(Way(), scripted, sections)
    assert over_http.proved.flows == 0
    [stop] = [one for one in over_http.findings if one.id == "LGN-03"]
    assert stop.outcome is Outcome.BLOCKED
    assert "--login browser" in stop.observed
    assert proved(over(program), scripted, sections).proved.is_complete


def test_another_provider_whose_login_is_all_script_is_proved_by_chromium(program: str) -> None:
    async def go() -> Report:
        async with over(program) as way:
            return await Elsewhere().prove(tamper=scripted, way=way)

    report = asyncio.run(go())
    assert report.proved.is_complete, [one for one in report.findings if one.outcome in {Outcome.BLOCKED, Outcome.FAILED}]
    (first,) = (one for one in report.findings if one.id == "AUZ-01" and one.flow == "storefront")
    assert (first.outcome, first.observed) == (
        Outcome.SKIPPED,
        "the login is made by scripts; the login itself shows whether it works",
    )


def test_a_device_is_approved_and_refused_in_chromium(program: str) -> None:
    grants = ["urn:ietf:params:oauth:grant-type:device_code"]
    sections: Sections = {
        "applications": {"storefront": {**SPA, "app_type": "native", "callbacks": [], "grant_types": grants}},
        "connections": {"customers": CUSTOMERS},
    }
    report = proved(over(program), sections=sections, level="contract")
    assert report.proved.is_complete, failed(report)
    assert {one.id: one.outcome for one in report.findings if one.id in {"DEV-04", "DEV-05"}} == {
        "DEV-04": Outcome.PASSED,
        "DEV-05": Outcome.PASSED,
    }
