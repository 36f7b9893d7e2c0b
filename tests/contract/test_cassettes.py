"""No recording, wherever it lies, holds a secret, an address or a refusal to hurry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.contract.target import FOLDER, HOST, REQUEST_HEADERS, RESPONSE_HEADERS

TESTS = Path(__file__).parents[1]
CASSETTES = sorted(path for path in TESTS.rglob("cassettes/**/*.yaml"))
FORBIDDEN = {
    "a token with a signature": re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{20,}"),
    "a bearer token": re.compile(r"bearer [\w-]{10,}", re.IGNORECASE),
    "a private key or certificate": re.compile(r"-----BEGIN"),
    "a secret": re.compile(r'(client_secret|password|client_assertion)"?[=:] *(?!"?REDACTED)["\w]'),
    "the emulator's secret": re.compile("tenantry-emulator-secret"),
    "a tenant of Auth0": re.compile(r"[\w-]+\.auth0\.com"),
    "an address of this machine": re.compile(r"127\.0\.0\.1|localhost"),
}


def test_there_are_recordings() -> None:
    assert len(list(FOLDER.glob("*.yaml"))) >= 10


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_a_recording_holds_nothing_private(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for what, pattern in FORBIDDEN.items():
        assert not pattern.search(text), f"{path.name} holds {what}"


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_a_recording_keeps_what_is_needed_and_no_more(path: Path) -> None:
    for interaction in yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]:
        request, response = interaction["request"], interaction["response"]
        assert request["uri"].startswith(f"https://{HOST}/")
        assert {name.lower() for name in request["headers"]} <= REQUEST_HEADERS
        assert {name.lower() for name in response["headers"]} <= RESPONSE_HEADERS
        assert response["status"]["code"] != 429


@pytest.mark.parametrize(
    "text",
    [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.0123456789abcdefghijkl",
        "authorization: Bearer abcdefghijkl",
        "-----BEGIN PRIVATE KEY-----",
        '"client_secret": "s3cret"',
        "client_secret=s3cret&",
        "https://acme-dev.eu.auth0.com/",
        "http://127.0.0.1:4400",
    ],
)
def test_the_search_would_find_it(text: str) -> None:
    assert any(pattern.search(text) for pattern in FORBIDDEN.values())
