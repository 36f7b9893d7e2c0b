"""The smoke run against oidc-provider, which is certified and not ours: no false alarm, and an alarm for whatever is wrong.

What is wrong is set up badly, or done by something in front of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tenantry.cli.entry import run
from tenantry.smoke import asked
from tenantry.smoke.contract import TABLES
from tests.clients.node import Node
from tests.clients.provider import PASSWORD, SECRET, Provider, serving

Smoke = Callable[..., tuple[int, dict[str, Any]]]
QUIET = {"failed": 0, "blocked": 0, "inconclusive": 0}


@pytest.fixture
def provider(node_alone: Node) -> Iterator[Provider]:
    """Give the provider as it should be."""
    with serving(node_alone) as served:
        yield served


@pytest.fixture
def smoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Smoke:
    """Return what proves the tokens of some applications, as the command line does."""
    monkeypatch.chdir(tmp_path)

    def proved(provider: Provider, *applications: str, **how: Any) -> tuple[int, dict[str, Any]]:
        path = provider.file(tmp_path / "tenant.yaml", *applications, **how)
        capsys.readouterr()
        code = run(["smoke", str(path), "--format", "json"])
        told = capsys.readouterr()
        assert PASSWORD not in told.out + told.err
        assert SECRET not in told.out + told.err
        return code, dict(json.loads(told.out))

    return proved


def ids(document: dict[str, Any], outcome: str) -> set[str]:
    """Return the ids of the findings with an outcome."""
    return {finding["id"] for finding in document["findings"] if finding["outcome"] == outcome}


@pytest.mark.parametrize(
    ("application", "with_api", "fewest"),
    [
        ("spa", False, 85),
        ("web", False, 87),
        ("desk", False, 88),
        ("vault", False, 85),
        ("front", False, 70),
        ("bank", False, 88),
        ("tv", False, 38),
        ("robot", False, 18),
        ("spa", True, 95),
        ("web", True, 97),
    ],
)
def test_a_right_provider_raises_no_alarm(
    provider: Provider,
    smoke: Smoke,
    application: str,
    fewest: int,
    *,
    with_api: bool,
) -> None:
    code, document = smoke(provider, application, with_api=with_api)
    odd = [one for one in document["findings"] if one["outcome"] in QUIET]
    assert document["summary"].items() >= QUIET.items(), odd
    assert code == 0
    assert document["summary"]["passed"] >= fewest
    assert document["proved"] == {"flows": 1, "of": 1}
    own = [one for one in document["findings"] if one["observed"] == "not applicable: Auth0's own"]
    assert {one["outcome"] for one in own} == {"skipped"}
    assert len(own) >= 7


WRONGS: dict[str, tuple[str, str, set[str]]] = {
    "id_token_for_another": ("spa", "smoke", {"IDT-06"}),
    "id_token_of_another_issuer": ("spa", "smoke", {"IDT-05"}),
    "id_token_is_over": ("spa", "smoke", {"IDT-10", "RFT-20"}),
    "id_token_lives_long": ("spa", "smoke", {"IDT-09"}),
    "nonce_is_dropped": ("spa", "smoke", {"IDT-11"}),
    "wrong_hash": ("spa", "smoke", {"IDT-14"}),
    "unsigned": ("spa", "smoke", {"IDT-01", "IDT-02", "RFT-03b"}),
    "another_algorithm": ("spa", "smoke", {"IDT-01", "IDT-02", "RFT-03b"}),
    "tokens_may_be_cached": ("spa", "smoke", {"RSP-01", "RFT-21"}),
    "no_rotation": ("spa", "smoke", {"ROT-01"}),
    "userinfo_of_another": ("spa", "smoke", {"USR-01"}),
    "private_keys_published": ("spa", "smoke", {"DSC-07"}),
    "discovery_leads_inside": ("spa", "smoke", {"DSC-11", "USR-01", "USR-03"}),
    "another_sender": ("spa", "smoke", {"AUZ-33"}),
    "state_is_changed": ("spa", "smoke", {"AUZ-13", "AUZ-19"}),
    "any_callback": ("spa", "read", {"AUZ-03", "AUZ-04", "AUZ-05", "AUZ-06"}),
    "any_secret": ("web", "read", {"CLI-01"}),
    "revocation_does_nothing": ("spa", "smoke", {"RVK-02"}),
    "code_works_twice": ("spa", "contract", {"COD-02"}),
    "no_proof_key": ("spa", "contract", {"PKC-04"}),
    "spent_refresh_token_works": ("spa", "contract", {"ROT-04", "ROT-05"}),
    "login_is_never_demanded": ("spa", "contract", {"AUZ-16"}),
    "old_login_is_enough": ("spa", "contract", {"AUZ-17", "IDT-17"}),
    "any_logout": ("spa", "contract", {"OUT-05"}),
}
"""What is wrong, with whom it is tried, at which level, and exactly what notices."""
LATER = {"login_is_never_demanded": {"IDT-16"}}
"""What notices too when the first login is some seconds ago by then."""


@pytest.mark.parametrize("wrong", WRONGS)
def test_what_is_wrong_is_noticed_and_nothing_else(node_alone: Node, smoke: Smoke, wrong: str) -> None:
    application, level, noticed = WRONGS[wrong]
    with serving(node_alone, wrong) as provider:
        code, document = smoke(provider, application, level=level)
    assert noticed <= ids(document, "failed") <= noticed | LATER.get(wrong, set())
    assert code == 3


def test_a_token_for_another_api_is_noticed(node_alone: Node, smoke: Smoke) -> None:
    with serving(node_alone, "another_audience") as provider:
        code, document = smoke(provider, "spa", with_api=True, level="smoke")
    assert ids(document, "failed") == {"ACT-28"}
    assert code == 3


def test_what_a_provider_need_not_offer_is_not_asked_for(node_alone: Node, smoke: Smoke) -> None:
    with serving(node_alone, "offers_little") as provider:
        code, document = smoke(provider, "spa")
    assert document["summary"].items() >= QUIET.items()
    assert code == 0
    assert {"OUT-04", "OUT-05"} <= ids(document, "skipped")
    assert not {one for one in ids(document, "passed") if one.startswith(("RFT", "RVK"))}


def test_what_standards_demand_beyond_auth0_is_kept(provider: Provider, smoke: Smoke, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of the highest level but what waits for ten minutes."""
    tables = {kind: tuple(one for one in table if one.id != "COD-11") for kind, table in TABLES.items()}
    monkeypatch.setattr(asked, "TABLES", tables)
    code, document = smoke(provider, "web", level="full")
    assert document["summary"].items() >= QUIET.items()
    assert code == 0
    assert {"COD-06", "PKC-07", "RSP-18", "COD-09"} <= ids(document, "passed")


def test_a_browser_logs_in_as_well(
    provider: Provider, tmp_path: Path, capsys: pytest.CaptureFixture[str], chromium: str
) -> None:
    pytest.importorskip("playwright", reason="needs the extra `browser`")
    assert chromium
    path = provider.file(tmp_path / "tenant.yaml", "spa", level="smoke")
    assert run(["smoke", str(path), "--login", "browser"]) == 0
    assert "1 of 1 declared flows proved" in capsys.readouterr().out


def test_one_login_shows_verified_claims(provider: Provider, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = provider.file(tmp_path / "tenant.yaml", "web")
    assert run(["token", "web", str(path)]) == 0
    told = capsys.readouterr().out
    assert "ES256" in told
    assert provider.issuer in told
