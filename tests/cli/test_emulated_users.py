"""Users and fixed credentials of an emulated tenant whose secret is missing: told by name, never an unexpected error."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenantry.cli.entry import run
from tenantry.model.errors import ConfigError
from tenantry.testing import Tenant

FILE = """
version: 1
tenant:
  emulator:
    name: people
    users: [{email: ada@example.com, password: "${secret.ADA_PASSWORD}", connection: people}]
    pin: {web: {client_id: the-client-id-of-web-0001PINNED}}
applications:
  web: {name: Web, app_type: regular_web, oidc_conformant: true, token_endpoint_auth_method: client_secret_post,
        jwt_configuration: {alg: RS256}, grant_types: [authorization_code]}
connections:
  people: {name: people, strategy: auth0, enabled_clients: [web]}
"""


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ADA_PASSWORD", raising=False)
    monkeypatch.delenv("PIN", raising=False)
    file = tmp_path / "people.yaml"
    file.write_text(FILE, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "words", [["smoke"], ["emulator", "--port", "0", "--no-tls", "--seed"]], ids=["embedded", "served from a seed"]
)
def test_a_user_without_a_password_at_hand_is_65(people: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, str(people)]) == 65
    assert "secret ADA_PASSWORD is not set: export it" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["smoke"], ["token", "web"]], ids=" ".join)
def test_a_user_whose_connection_is_not_applied_yet_says_so(
    people: Path, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ADA_PASSWORD", "a-password-of-ada")
    assert run([*words, str(people)]) == 1
    told = capsys.readouterr().err
    assert (
        "the tenant has no connections.people yet, which ada@example.com is to be a user of; run `tenantry apply` first" in told
    )


def test_a_fixed_credential_that_is_not_at_hand_is_65(people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people.write_text(FILE.replace("PINNED}", ', client_secret: "${secret.PIN}"}'), encoding="utf-8")
    assert run(["plan", str(people)]) == 65
    assert "secret PIN is not set: export it" in capsys.readouterr().err


def test_a_test_that_lacks_the_password_is_told_so(people: Path) -> None:
    with pytest.raises(ConfigError, match="secret ADA_PASSWORD is not set"):
        Tenant(people)
