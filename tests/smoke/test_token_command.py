"""``tenantry token`` and the page of ``tenantry up``, on a company that lives in a folder."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from tenantry.cli.entry import run
from tenantry.emulator.oauth import misbehaviours
from tenantry.render.schemas import OUTPUTS

FILE = """
version: 1
tenant: {emulator: look}
applications:
  shop:
    name: Shop
    app_type: spa
    oidc_conformant: true
    token_endpoint_auth_method: none
    jwt_configuration: {alg: RS256, lifetime_in_seconds: 3600}
    callbacks: [https://shop.example/callback]
    grant_types: [authorization_code, refresh_token]
    refresh_token: {rotation_type: rotating, expiration_type: expiring, leeway: 0, token_lifetime: 2592000}
  idle:
    name: Idle
    app_type: spa
    oidc_conformant: true
    token_endpoint_auth_method: none
    jwt_configuration: {alg: RS256}
    callbacks: [https://idle.example/callback]
    grant_types: [authorization_code]
apis:
  orders:
    name: Orders
    identifier: https://orders.example
    signing_alg: RS256
    token_lifetime: 600
    allow_offline_access: true
connections:
  people: {name: people, strategy: auth0, enabled_clients: [shop]}
smoke:
  users:
    tester: {connection: people, ephemeral: true}
"""
JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def tenantry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    Path("tenants").mkdir()
    Path("tenants/look.yaml").write_text(FILE)

    def ran(*args: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([*args])
        said = capsys.readouterr()
        return code, said.out, said.err

    assert ran("apply", "tenants/look.yaml")[0] == 0
    return ran


def test_one_login_shows_verified_claims_and_no_token(tenantry: Run) -> None:
    code, out, _ = tenantry("token", "shop", "tenants/look.yaml")
    assert code == 0
    assert out.count("its signature verifies") == 2
    assert re.search(r"aud +expected +https://\S+/userinfo\n +aud +declared +https://orders.example\n", out)
    assert re.search(r"exp +declared +\d+  \(20", out)
    assert not JWT.search(out)


def test_raw_tokens_are_for_who_asks_for_them(tenantry: Run) -> None:
    code, out, _ = tenantry("token", "shop", "tenants/look.yaml", "--raw", "--user", "tester", "--api", "userinfo")
    assert code == 0
    assert JWT.search(out)
    assert "opaque" in out


def test_scripts_read_the_verified_claims(tenantry: Run) -> None:
    code, out, _ = tenantry("token", "shop", "tenants/look.yaml", "--format", "json")
    said = json.loads(out)
    jsonschema.validate(said, OUTPUTS["token"])
    assert (code, said["ok"], said["stopped"]) == (0, True, None)
    access, identity, refresh = said["tokens"]
    assert access["claims"]["aud"]["value"] == ["https://orders.example", access["claims"]["iss"]["value"] + "userinfo"]
    assert identity["signature"] == "verifies"
    assert identity["claims"]["exp"]["mark"] == "declared"
    assert [part["mark"] for part in access["claims"]["aud"]["parts"]] == ["declared", "expected"]
    assert (refresh["form"], refresh["claims"], refresh["raw"]) == ("opaque", {}, None)
    assert not JWT.search(out)
    raw = json.loads(tenantry("token", "shop", "tenants/look.yaml", "--format", "json", "--raw")[1])
    assert all(one["raw"] for one in raw["tokens"])


def lie(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let every emulated tenant misbehave."""
    monkeypatch.setattr(misbehaviours, "active", lambda _: list(names))


def test_a_token_that_does_not_verify_breaks_the_contract(tenantry: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lie(monkeypatch, "shared_secret_for_public")
    code, out, _ = tenantry("token", "shop", "tenants/look.yaml")
    assert code == 3
    assert "it is signed with HS256, not RS256" in out


def test_a_login_that_is_refused_breaks_the_contract(tenantry: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lie(monkeypatch, "refuse_right_password")
    code, out, _ = tenantry("token", "shop", "tenants/look.yaml", "--format", "json")
    said = json.loads(out)
    jsonschema.validate(said, OUTPUTS["token"])
    assert (code, said["exit_code"], said["tokens"], said["stopped"]["outcome"]) == (3, 3, [], "failed")
    assert tenantry("token", "shop", "tenants/look.yaml")[1].splitlines()[1].startswith("failed: ")


def test_what_stands_in_the_way_leaves_it_open(tenantry: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lie(monkeypatch, "demand_captcha")
    code, out, _ = tenantry("token", "shop", "tenants/look.yaml")
    assert code == 6
    assert "blocked: " in out
    assert "captcha" in out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("nobody",), "known are shop, idle"),
        (("idle",), "no declared database connection serves it"),
        (("shop", "--user", "nobody"), "there are tester"),
        (("shop", "--api", "nothing"), "no flow for API nothing"),
    ],
)
def test_what_cannot_be_looked_at_is_wrong_usage(tenantry: Run, args: tuple[str, ...], said: str) -> None:
    name, *options = args
    code, out, err = tenantry("token", name, "tenants/look.yaml", *options)
    assert code == 64
    assert said in " ".join(err.split())
    assert not out


def test_up_keeps_a_page_for_its_owner(tenantry: Run) -> None:
    code, out, _ = tenantry("up", "tenants/look.yaml")
    assert code == 0
    (line,) = (line for line in out.splitlines() if line.startswith("the whole story"))
    assert out.strip().splitlines()[-1] == "1 of 1 declared flows proved"
    page = Path(line.partition(": ")[2])
    assert page == Path.cwd() / ".tenantry" / "smoke" / "look.html"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert "1 of 1 declared flows proved" in page.read_text()


def test_smoke_writes_the_page_where_it_is_told(tenantry: Run) -> None:
    code, _, _ = tenantry("smoke", "tenants/look.yaml", "--level", "smoke", "--report", "page.html", "--junit", "junit.xml")
    assert code == 0
    assert "<!doctype html>" in Path("page.html").read_text()
    assert "<testsuites" in Path("junit.xml").read_text()


def test_the_list_says_what_will_be_asked(tenantry: Run) -> None:
    code, out, _ = tenantry("smoke", "tenants/look.yaml", "--list")
    assert code == 0
    assert re.search(r"requests, about: .*/oauth/token \d+", out)
