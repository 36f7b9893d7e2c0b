"""The smoke run against oidc-provider-mock: a small provider in Python, without PKCE, logout and much else, and not ours.

As it comes it takes anybody for an application, which is wrong and noticed; told to know its applications, it is right.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest

from tenantry.cli.entry import run
from tenantry.render.yaml import to_yaml

pytestmark = pytest.mark.skipif(
    find_spec("oidc_provider_mock") is None, reason="needs the packages that tests/clients/install installs"
)

CALLBACK = "https://client.example/callback"
SERVE = """
import sys, oidc_provider_mock
with oidc_provider_mock.run_server_in_thread(require_client_registration=sys.argv[1] == "strict") as server:
    print(server.server_port, flush=True)
    sys.stdin.read()
"""


@contextmanager
def serving(how: str) -> Iterator[str]:
    """Give the address of the provider for as long as it is needed; its warnings are not ours."""
    command = [sys.executable, "-W", "ignore", "-c", SERVE, how]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://localhost:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


def proved(issuer: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the document of a smoke run about an application that was just registered."""
    asked = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "client_secret_basic"}
    client = httpx.post(f"{issuer}/oauth2/clients", json=asked).json()
    web = {
        "callbacks": [CALLBACK],
        "grant_types": ["authorization_code"],
        "token_endpoint_auth_method": "client_secret_basic",
        "lifecycle": {"managed": False, "id": client["client_id"]},
    }
    smoke = {
        "level": "contract",
        "users": {"ada": {"username": "ada", "password": "which it does not ask for"}},
        "applications": {"web": {"client_secret": client["client_secret"]}},
    }
    path = folder / "tenant.yaml"
    declared = {"version": 1, "tenant": {"issuer": issuer}, "applications": {"web": web}, "smoke": smoke}
    path.write_text(to_yaml(declared), encoding="utf-8")
    code = run(["smoke", str(path), "--format", "json"])
    return code, dict(json.loads(capsys.readouterr().out))


def failed(document: dict[str, Any]) -> set[str]:
    """Return the ids of what failed."""
    return {finding["id"] for finding in document["findings"] if finding["outcome"] == "failed"}


def test_a_small_provider_raises_no_alarm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving("strict") as issuer:
        code, document = proved(issuer, tmp_path, capsys)
    assert failed(document) == set()
    assert (code, document["proved"]) == (0, {"flows": 1, "of": 1})
    assert document["summary"]["passed"] > 50
    absent = {one["id"] for one in document["findings"] if one["observed"].startswith("not offered: ")}
    assert {"PKC-02", "AUZ-20", "AUZ-21"} <= absent


def test_one_that_knows_nobody_and_serves_anybody_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving("lax") as issuer:
        code, document = proved(issuer, tmp_path, capsys)
    assert failed(document) == {"AUZ-07", "CLI-03"}
    assert code == 3
