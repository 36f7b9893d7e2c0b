"""A tenant whose certificate nobody vouches for is not talked to, whatever the environment says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import tenantry
from tenantry.testing import Tenant
from tests.e2e.shop import SECRET, SHOP, Run

SWITCHES = {
    "PYTHONHTTPSVERIFY": "0",
    "SSL_VERIFY": "0",
    "CURL_CA_BUNDLE": "",
    "REQUESTS_CA_BUNDLE": "",
    "NODE_TLS_REJECT_UNAUTHORIZED": "0",
    "HTTPX_VERIFY": "0",
    "AUTH0_INSECURE": "1",
    "TENANTRY_INSECURE": "1",
    "GIT_SSL_NO_VERIFY": "1",
}
"""What turns the verification off for other programs, or sounds like it."""


@pytest.fixture(scope="module")
def tenant() -> Iterator[Tenant]:
    with Tenant(serve="https") as made:
        yield made


@pytest.fixture
def file(tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "tenants" / "shop.yaml"
    path.parent.mkdir()
    path.write_text(SHOP.replace("BASE_URL", tenant.https_url or ""), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", ["plan", "smoke", "doctor"])
def test_nothing_in_the_environment_turns_the_verification_off(
    command: Run, file: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for switch, value in SWITCHES.items():
        monkeypatch.setenv(switch, value)
    ran = command(name, file)
    assert ran.code == 1, ran
    assert "is not trusted" in ran.err + ran.out or "no usable answer (ConnectError)" in ran.out
    assert SECRET not in ran.err + ran.out


def test_an_authority_of_ones_own_is_named_by_the_usual_variable(
    command: Run, file: str, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tenant.ca))
    ran = command("up", file, "--level", "smoke")
    assert ran.code == 0, ran


def test_no_line_of_ours_turns_the_verification_off() -> None:
    root = Path(tenantry.__file__).parent
    texts = {path: path.read_text(encoding="utf-8") for path in root.rglob("*.py")}
    words = ("verify=False", "CERT_NONE", "check_hostname = False", "_create_unverified_context", "ignore_https_errors=True")
    assert not [path for path, text in texts.items() if any(word in text for word in words)]
