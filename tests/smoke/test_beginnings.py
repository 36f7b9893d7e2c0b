"""Runs that end before a flow has begun: one finding says what is wrong, where, and what to do, and nothing passes in vain."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tenantry.model.smoke import Level
from tenantry.render.smoke_text import smoke_text
from tenantry.smoke import Finding, Outcome, Report, exit_code
from tests.certificates import untrusted
from tests.smoke.elsewhere import Elsewhere
from tests.smoke.world import COMPANY, CUSTOMERS, SPA, Tamper, World

SHOP = {"flow": "authorization_code_pkce", "application": "storefront", "api": "orders", "user": "anyone"}
OFFICE = {"flow": "authorization_code", "application": "office", "api": "orders", "user": "anyone"}
ANYONE = {"anyone": {"connection": "customers", "ephemeral": True}}


def proves(flow: dict[str, Any], *, world: World | None = None, level: Level = "smoke", **options: Any) -> Report:
    """Return what a run of one flow finds."""
    config = {"users": ANYONE, "flows": {"one": flow}, **options.pop("config", {})}
    return (world or World()).proves(config, level=level, **options)


def wrong(report: Report) -> list[Finding]:
    """Return what is not as promised."""
    return [one for one in report.findings if one.outcome in {Outcome.FAILED, Outcome.BLOCKED, Outcome.INCONCLUSIVE}]


def raising(failure: httpx.HTTPError) -> Tamper:
    """Return a way to a server from which no answer comes."""

    def tamper(request: httpx.Request, _: httpx.Response) -> httpx.Response:
        failure.request = request
        raise failure

    return tamper


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (
            httpx.ConnectError("[Errno -2] Name or service not known"),
            "cannot be reached ([Errno -2] Name or service not known)",
        ),
        (httpx.ConnectTimeout(""), "cannot be reached (it took too long); check the address in the tenant file"),
        (httpx.ReadTimeout(""), "took too long"),
        (httpx.RemoteProtocolError("?"), "the connection to https://smoke.emulator.localhost broke off"),
        (untrusted(20, "unable to get local issuer certificate"), "name the authority that signed it"),
    ],
)
@pytest.mark.parametrize("whose", ["auth0", "another"])
def test_a_server_that_does_not_answer_is_told_once_with_its_address_and_what_may_help(
    whose: str, failure: httpx.HTTPError, said: str
) -> None:
    tamper = raising(failure)
    report = proves(SHOP, tamper=tamper) if whose == "auth0" else Elsewhere().proves(tamper=tamper)
    (finding,) = wrong(report)
    assert (finding.id, finding.outcome) == ("DSC-01", Outcome.INCONCLUSIVE)
    assert finding.observed.startswith("GET /.well-known/openid-configuration got no answer: ")
    assert "https://smoke.emulator.localhost" in finding.observed
    assert said in finding.observed
    assert exit_code(report) == 6


def test_somebody_in_between_is_told_once_and_no_flow_looks_good() -> None:
    def wall(request: httpx.Request, _: httpx.Response) -> httpx.Response:
        return httpx.Response(403, html="<title>Attention Required!</title>", request=request)

    report = proves(SHOP, tamper=wall)
    (finding,) = wrong(report)
    address = "https://smoke.emulator.localhost/.well-known/openid-configuration"
    assert finding.observed == f"{address} answered 403 (Attention Required!)"
    assert finding.expected == "the discovery document in JSON; open that address to see who answers"
    assert "  skipped  one         storefront   orders  1 passed, " in smoke_text(report, "acme").plain


@pytest.mark.parametrize("level", ["smoke", "contract"])
def test_a_wrong_secret_is_told_once_with_the_line_it_came_from(level: Level) -> None:
    secret = {"applications": {"office": {"client_secret": "the-secret-of-another-tenant"}}}
    report = proves(OFFICE, config=secret, level=level)
    told = [one for one in wrong(report) if one.id != "CLI-12"]
    assert [one.id for one in told] == ["COD-01"]
    assert "401 access_denied" in told[0].observed
    assert told[0].observed.endswith("; check smoke.applications.office, whose secret may be old or another tenant's")
    assert not [one.id for one in report.findings if one.id.startswith(("PKC", "RFT", "RVK")) and one.outcome is Outcome.PASSED]


def test_a_door_that_opens_for_nobody_is_not_praised_for_staying_shut() -> None:
    served = {"customers": {**CUSTOMERS, "enabled_clients": ["office"]}, "others": {**CUSTOMERS, "name": "others"}}
    there = {"customers": CUSTOMERS, "others": {**served["others"], "enabled_clients": ["office"]}}
    report = proves(
        SHOP, world=World({**COMPANY, "connections": served}), declared={**COMPANY, "connections": there}, level="full"
    )
    (login,) = (one for one in report.findings if one.id == "LGN-03")
    assert login.outcome is Outcome.FAILED
    assert login.observed.endswith("; check that the user's connection is enabled for the application")
    assert {one.outcome for one in report.findings if one.id in {"LGN-04", "LGN-05", "BLK-01"}} == {Outcome.SKIPPED}


def test_an_error_at_the_callback_is_told_with_the_tenants_own_words() -> None:
    world = World({**COMPANY, "apis": {"ledger": COMPANY["apis"]["ledger"]}, "client_grants": {}})
    report = proves(SHOP, world=world, declared=COMPANY)
    told = {one.id: one.observed for one in wrong(report)}
    assert told["LGN-03"] == "the callback got access_denied: Service not found: https://api.example/orders"
    assert told["AUZ-01"] == "the callback with access_denied: Service not found: https://api.example/orders"
    assert told.keys() == {"AUZ-01", "AUZ-02", "AUZ-13", "LGN-03"}


def test_what_is_no_login_page_is_not_judged_as_one() -> None:
    other = {**SPA, "callbacks": ["https://elsewhere.example/callback"]}
    world = World({**COMPANY, "applications": {**COMPANY["applications"], "storefront": other}})
    report = proves(SHOP, world=world, declared=COMPANY)
    told = {one.id: one for one in report.findings}
    assert told["AUZ-01"].observed == "403 Callback URL mismatch | Storefront"
    assert {told[id_].outcome for id_ in ("LGN-01", "LGN-06", "LGN-08")} == {Outcome.SKIPPED}


def test_who_names_a_connection_may_be_sent_to_its_own_provider() -> None:
    def away(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        is_first = request.url.path == "/authorize" and request.url.params.get("connection") == "partner"
        headers = {"location": "https://idp.example/login"}
        return httpx.Response(302, headers=headers, request=request) if is_first else response

    report = proves({**SHOP, "authorize": {"connection": "partner"}}, tamper=away)
    told = {one.id: one for one in report.findings}
    assert told["AUZ-01"].outcome is Outcome.PASSED
    assert {told[id_].outcome for id_ in ("LGN-01", "LGN-06", "LGN-08")} == {Outcome.SKIPPED}
    assert told["LGN-03"].outcome is Outcome.BLOCKED
    assert "log in yourself with `--login interactive`" in told["LGN-03"].observed
