"""Another OpenID provider: what is asked of it, where a run goes, and what it does not touch. The emulator stands in for one.

tests/clients/test_provider.py does the same with a provider that is not ours.
"""

from __future__ import annotations

import asyncio
import json
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey

from tenantry.cli.entry import run as command_line
from tenantry.desired import load
from tenantry.model.address import Address
from tenantry.model.call import Call
from tenantry.model.smoke import Level, SmokeConfig
from tenantry.model.state import DesiredState, Lifecycle
from tenantry.smoke import Outcome, Report, Stated, applicable, exit_code, run
from tenantry.smoke.contract import EVERY
from tenantry.smoke.login.forms import AGREEING, Form, read_page
from tenantry.smoke.strangers import may_lead_to
from tenantry.smoke.tokens import Keys, half_hash, read, verifies
from tests.smoke.world import SPA, WEB, Sections, Tamper, Tampering, World, failed, ids_of, line

APPLICATIONS: Sections = {
    "applications": {"storefront": SPA, "office": {**WEB, "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 600}}}
}
CUSTOMERS: Sections = {
    "connections": {"customers": {"name": "customers", "strategy": "auth0", "enabled_clients": ["storefront", "office"]}}
}
ADA = {"email": "ada@example.com", "password": "Lovelace-of-1843!"}


@dataclass
class Elsewhere:
    """An emulated tenant of which a run knows the issuer, the client ids, one secret and one user."""

    world: World = field(default_factory=lambda: World({**APPLICATIONS, **CUSTOMERS}))
    asked: list[str] = field(default_factory=list)
    secret: str = ""

    @property
    def issuer(self) -> str:
        return f"{self.world.emulator.base_url}/"

    async def _begin(self) -> None:
        inside = self.world.inside
        self.world.ids = await inside.put_in(self.world.sections)
        await inside.send(Call("POST", ("users",), {"connection": "customers", "email_verified": True, **ADA}))
        office = Call("GET", ("clients", self.world.ids[Address("applications", "office")]))
        self.secret = (await inside.send(office)).body["client_secret"]

    def state(self) -> DesiredState:
        return stated(APPLICATIONS, lambda handle: self.world.ids[Address("applications", handle)])

    async def _prove(self, level: Level, tamper: Tamper | None, user: Mapping[str, Any]) -> Report:
        await self._begin()

        def noted(request: httpx.Request, response: httpx.Response) -> httpx.Response:
            self.asked.append(request.url.path)
            return tamper(request, response) if tamper else response

        config = {"users": {"ada": {**ADA, **user}}, "applications": {"office": {"client_secret": self.secret}}}
        return await run(
            SmokeConfig.model_validate(config),
            self.state(),
            base_url=self.issuer,
            issuer=self.issuer,
            borrow=Stated(self.state()),
            emulated=False,
            foreign=True,
            transport=Tampering(self.world.transport, noted),
            level=level,
            timing=self.world.timing(),
        )

    def proves(self, level: Level = "smoke", tamper: Tamper | None = None, **user: Any) -> Report:
        """Return what a run finds, from outside of any event loop."""
        return asyncio.run(self._prove(level, tamper, user))


def stated(sections: Sections, client_id: Callable[[str], str] = str) -> DesiredState:
    """Return applications of another provider, as declared."""
    from tests.smoke.world import declare  # noqa: PLC0415 - a name that would be mistaken for a test's own

    state = declare(sections)
    resources = {
        address: replace(resource, lifecycle=Lifecycle(managed=False, id=client_id(address.handle)))
        for address, resource in state.resources.items()
    }
    return replace(state, resources=resources)


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

    def back(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        return login_page(renamed)(request, response)

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
    report = there.proves(tamper=back)
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


@pytest.mark.parametrize(
    ("issuer", "url", "may"),
    [
        ("https://id.example", "https://id.example/token", True),
        ("https://id.example", "https://tokens.example/token", True),
        ("https://id.example", "http://id.example/token", False),
        ("https://id.example", "http://tokens.example/token", False),
        ("https://id.example", "https://127.0.0.1/token", False),
        ("https://id.example", "https://localhost/token", False),
        ("https://id.example", "http://169.254.169.254/latest", False),
        ("https://id.example", "https://10.0.0.1/token", False),
        ("https://id.example", "https://[fd00::1]/token", False),
        ("https://10.0.0.1", "https://10.0.0.1/token", True),
        ("https://id.example", "file:///etc/passwd", False),
        ("https://id.example", "", False),
        ("http://127.0.0.1:8080/realms/x", "http://127.0.0.1:8080/realms/x/token", True),
        ("http://127.0.0.1:8080", "http://localhost:9090/token", True),
        ("http://127.0.0.1:8080", "http://id.example/token", False),
        ("http://127.0.0.1:8080", "https://id.example/token", True),
        ("https://id.example", "https://id.example:99999999/token", False),
        ("https://id.example", "https://[::1", False),
    ],
)
def test_a_provider_leads_to_safe_addresses_alone(issuer: str, url: str, may: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    assert may_lead_to(issuer, url) is may


@pytest.mark.parametrize(
    ("alg", "key", "hashed"),
    [
        ("ES256", ECKey.generate_key("P-256"), "sha256"),
        *((name, OKPKey.generate_key("Ed25519"), "sha512") for name in ("EdDSA", "Ed25519")),
    ],
)
def test_other_signatures_than_rsa_verify(alg: str, key: Any, hashed: str) -> None:
    public = {**key.as_dict(private=False), "kid": "one"}
    with warnings.catch_warnings(action="ignore"):
        signed = read(jwt.encode({"alg": alg, "kid": "one"}, {"sub": "ada"}, key, algorithms=[alg]))
        nameless = read(jwt.encode({"alg": alg}, {"sub": "ada"}, key, algorithms=[alg]))
    assert signed is not None
    assert nameless is not None
    assert verifies(signed, Keys({"keys": [public]})) == ""
    assert verifies(nameless, Keys({"keys": [public]}, may_be_nameless=True)) == ""
    assert verifies(nameless, Keys({"keys": [public]})) == "it names no key (kid)"
    assert verifies(nameless, Keys({"keys": [public, public]}, may_be_nameless=True)) == "it names no key (kid)"
    assert verifies(signed, Keys({"keys": [{**public, "x": "AAAA"}]}))
    assert len(half_hash("a token", alg)) == {"sha256": 22, "sha512": 43}[hashed]


def only_form(inputs: str) -> Form:
    (form,) = read_page("https://id.example/login", 200, f"<form method=post>{inputs}</form>").forms
    return form


@pytest.mark.parametrize(
    ("inputs", "identifier", "password"),
    [
        ("<input name=login><input type=password name=pw>", "login", "pw"),
        ("<input name=konto><input type=password name=kennwort><input type=hidden name=csrf value=1>", "konto", "kennwort"),
        ("<input name=username><input name=nickname><input type=password name=password>", "username", "password"),
        ("<input name=first><input name=last><input type=password name=password>", None, "password"),
        ("<input type=email name=loginfmt>", "loginfmt", None),
        ("<input name=code>", None, None),
    ],
)
def test_a_login_form_is_known_by_its_password(inputs: str, identifier: str | None, password: str | None) -> None:
    form = only_form(inputs)
    assert (form.identifier_field, form.password_field) == (identifier, password)


@pytest.mark.parametrize(
    ("buttons", "pressed"),
    [
        (
            '<button name="Input.Button" value=login>Login</button><button name="Input.Button" value=cancel>',
            {"Input.Button": "login"},
        ),
        ("<input type=submit name=cancel value=No><input type=submit name=accept value=Yes>", {"accept": "Yes"}),
        ("<button name=action value=deny><button name=action value=authorize>", {"action": "authorize"}),
        ("<button>Continue</button>", {}),
    ],
)
def test_the_button_that_goes_on_is_found_by_its_words(buttons: str, pressed: dict[str, str]) -> None:
    assert only_form(buttons).button(AGREEING) == pressed


FILE = """
version: 1
tenant: {issuer: "https://id.example/realms/shop"}
applications:
  shop:
    token_endpoint_auth_method: none
    callbacks: [https://shop.example/callback]
    grant_types: [authorization_code, refresh_token]
    lifecycle: {managed: false, id: shop-of-1843}
smoke:
  users: {ada: {username: ada, password: "${secret.ADA}"}}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "provider.yaml"
    path.write_text(FILE)
    return path


@pytest.mark.parametrize(
    "words",
    [
        ["plan"],
        ["apply", "--yes"],
        ["up", "--yes"],
        ["doctor"],
        ["outputs"],
        ["export", "--out", "exported"],
        ["destroy", "--yes-destroy", "id.example"],
        ["emulator", "--port", "0", "--seed"],
    ],
    ids=lambda words: words[0],
)
def test_what_needs_a_management_api_is_refused(file: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line([*words, str(file)]) == 64
    told = capsys.readouterr()
    assert "provider.yaml is about another OpenID provider" in told.err
    assert "`validate`, `smoke` and `token` work" in told.err
    assert not told.out


def test_the_list_says_what_is_not_applicable(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["smoke", str(file), "--list"]) == 0
    told = capsys.readouterr().out
    assert re.search(r"shop  authorization_code_pkce  \(shop, ada\)  \d\d assertions", told)
    assert "not applicable: Auth0's own DSC-02" in told
    assert "token_endpoint" in told
    assert "/oauth/token" not in told
    assert command_line(["smoke", str(file), "--list", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["not_applicable"]
    assert {"id": "IDT-22", "flow": "shop", "reason": "not applicable: Auth0's own"} in rows
    assert {"id": "DSC-02", "flow": None, "reason": "not applicable: Auth0's own"} in rows


def test_a_valid_file_is_valid(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["validate", str(file)]) == 0
    assert "id.example/realms/shop" in capsys.readouterr().out


def test_credentials_of_the_environment_stay_there(file: Path) -> None:
    environ = {
        "AUTH0_DOMAIN": "id.example",
        "AUTH0_CLIENT_ID": "manager",
        "AUTH0_CLIENT_SECRET": "hush",
        "AUTH0_API_TOKEN": "t",
    }
    (loaded,) = load([file], environ=environ)
    assert not loaded.tenant.has_credentials
    assert loaded.tenant.client_id is None


@pytest.mark.parametrize(
    "issuer", ["https://id.example", "https://id.example/", "https://id.example/a/b", "http://127.0.0.1:1/a/"]
)
def test_an_issuer_is_taken_to_the_letter(file: Path, issuer: str) -> None:
    file.write_text(FILE.replace("https://id.example/realms/shop", issuer))
    (loaded,) = load([file], environ={})
    assert loaded.tenant.names["issuer"] == issuer
    assert loaded.tenant.url == issuer.rstrip("/")


@pytest.mark.parametrize(
    "issuer", ["http://id.example", "id.example", "https://ada:word@id.example", "https://[::1", "https://"]
)
def test_an_issuer_is_an_https_address(file: Path, issuer: str, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(FILE.replace("https://id.example/realms/shop", issuer))
    assert command_line(["validate", str(file)]) == 65
    assert "provider.yaml:3:18: `issuer` is an https address" in capsys.readouterr().err


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


def test_the_example_of_the_documentation_is_valid(file: Path) -> None:
    page = Path(__file__).parents[2] / "docs/another-provider.md"
    (example,) = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    file.write_text(example)
    (loaded,) = load([file], environ={})
    assert not loaded.warnings
    plan = applicable(loaded.smoke, loaded.state, emulated=False, foreign=True)
    assert [flow.handle for flow in plan.flows] == ["storefront-orders", "reports-client-credentials"]
    assert not plan.skipped
