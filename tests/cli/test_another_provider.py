"""Files about another OpenID provider: what they may say, and which commands work with them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tenantry.cli.entry import run as command_line
from tenantry.desired import load
from tenantry.smoke import applicable

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


def test_the_example_of_the_documentation_is_valid(file: Path) -> None:
    page = Path(__file__).parents[2] / "docs/another-provider.md"
    (example,) = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    file.write_text(example)
    (loaded,) = load([file], environ={})
    assert not loaded.warnings
    plan = applicable(loaded.smoke, loaded.state, emulated=False, foreign=True)
    assert [flow.handle for flow in plan.flows] == ["storefront-orders", "reports-client-credentials"]
    assert not plan.skipped


@pytest.mark.parametrize("words", [["--list"], []], ids=["list", "run"])
def test_a_run_that_must_wait_for_minutes_says_so_before_it_does(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADA", "x")
    file = tmp_path / "nobody.yaml"
    file.write_text(FILE.replace("id.example", "127.0.0.1:9"))
    told = "this takes 10 minutes at least, in which COD-11 waits for what must expire\n"
    for level, is_told in (("full", True), ("contract", False)):
        command_line(["smoke", str(file), "--level", level, *words])
        out, err = capsys.readouterr()
        assert (told in (out if words else err)) is is_told
    command_line(["init", str(tmp_path)])
    capsys.readouterr()
    assert command_line(["smoke", str(tmp_path / "tenants" / "local.yaml"), "--level", "full", "--list"]) == 0
    out = capsys.readouterr().out
    assert "authorization_code_pkce" in out
    assert "this takes" not in out
