"""What the environment says about the network: used, or refused in a sentence that tells no password."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.shop import Run, Shop

CANARY = "Canary-Of-A-Proxy-4711"
PROXIES = [
    f"ftp://me:{CANARY}@127.0.0.1:1",
    f"socks5://me:{CANARY}@127.0.0.1:1",
    f"http://me:{CANARY}@:x",
]
PROVIDER = "version: 1\ntenant: {issuer: 'https://id.example'}\nsmoke: {level: read}\n"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def refused(ran: tuple[int, str, str]) -> None:
    code, out, err = ran
    assert code == 1
    assert "a proxy that cannot be used" in err
    assert "SSL_CERT_FILE" in err
    assert "unexpected" not in err
    assert CANARY not in out + err


@pytest.mark.parametrize("proxy", PROXIES)
@pytest.mark.parametrize("name", ["plan", "apply", "doctor"])
def test_a_proxy_that_cannot_be_used_is_told_without_its_password(
    shop: Shop, name: str, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    ran = shop(name)
    refused((ran.code, ran.out, ran.err + ran.out))


def test_a_proxy_that_is_not_there_is_told_without_its_password(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://me:{CANARY}@127.0.0.1:1")
    ran = shop("plan")
    assert ran.code == 1
    assert "cannot be reached" in ran.err
    assert CANARY not in ran.out + ran.err


@pytest.mark.parametrize("content", [None, "no certificate at all"])
def test_authorities_that_cannot_be_read_are_told(
    command: Run, shop: Shop, tmp_path: Path, content: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    provider = tmp_path / "provider.yaml"
    provider.write_text(PROVIDER)
    for ran in (shop("plan"), shop("apply"), command("smoke", str(provider))):
        refused((ran.code, ran.out, ran.err))
