"""Nothing that lets anybody in is in any form of a report: whatever went over the wire as a secret is looked for there.

Every scene of the contract's matrix is proved while a canary listens: passwords, codes, states, verifiers, assertions, cookies,
device codes, subject tokens, and all tokens that come back.
"""

from __future__ import annotations

import json
from base64 import b64decode
from urllib.parse import parse_qsl

import httpx
import pytest

from tenantry.render.report_html import report_html
from tenantry.render.smoke_formats import junit, smoke_body, smoke_markdown
from tenantry.render.smoke_text import smoke_text
from tenantry.smoke import Finding, Outcome, Proved, Report
from tests.render.page import read_html
from tests.smoke.matrix.scenes import SCENES
from tests.smoke.world import World

SENT = {
    *("code", "client_secret", "password", "code_verifier", "code_challenge", "state", "nonce", "refresh_token", "token"),
    *("client_assertion", "device_code", "user_code", "subject_token", "id_token_hint", "request_uri", "request", "mfa_token"),
    *("access_token", "id_token"),
}
ANSWERED = {
    *("access_token", "id_token", "refresh_token", "device_code", "user_code", "mfa_token", "request_uri"),
    "verification_uri_complete",
}
SHORTEST = 8
OUR_OWN_PROBES = {"tenantry-probe"}


class Canary:
    """Listens to every request and answer, and remembers what must not be told."""

    def __init__(self) -> None:
        self.heard: dict[str, str] = {}

    def listen(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        location = str(response.headers.get("location", ""))
        texts = (request.url.query.decode(), request.content.decode(), location.partition("?")[2], location.partition("#")[2])
        pairs = [pair for text in texts for pair in parse_qsl(text)]
        self._hear(SENT, pairs)
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme == "Basic":
            self._hear({"basic"}, [("basic", credentials), ("basic", b64decode(credentials).decode().partition(":")[2])])
        cookies = [cookie.partition(";")[0].partition("=") for cookie in response.headers.get_list("set-cookie")]
        self._hear({"cookie"}, [("cookie", value) for _, _, value in cookies])
        if "json" in response.headers.get("content-type", ""):
            self._hear(ANSWERED, [(name, str(value)) for name, value in dict(response.json()).items()])
        return response

    def _hear(self, names: set[str], pairs: list[tuple[str, str]]) -> None:
        told = {value: name for name, value in pairs if name in names and len(value) >= SHORTEST}
        self.heard |= {value: name for value, name in told.items() if value not in OUR_OWN_PROBES}


def forms(report: Report) -> dict[str, str]:
    """Return everything that a report can be."""
    reports = [("acme", report)]
    page = report_html(reports)
    return {
        "source of the page": page,
        "page": read_html(page).text_content(),
        "junit": junit(reports),
        "markdown": smoke_markdown(report, "acme"),
        "json": json.dumps(smoke_body(report)),
        "terminal": smoke_text(report, "acme").plain,
        "everything that is kept": repr(report),
    }


@pytest.mark.parametrize("name", SCENES)
def test_no_secret_of_the_wire_is_in_any_report(name: str) -> None:
    scene, canary = SCENES[name], Canary()
    world = World(scene.sections)
    for call in scene.calls:
        world.does(call)
    report = world.proves(scene.config, level="contract", tamper=canary.listen)
    assert len(canary.heard) >= 8
    for form, text in forms(report).items():
        assert sorted({kind for value, kind in canary.heard.items() if value in text}) == [], form


def test_the_canary_would_sing() -> None:
    leak = Finding("X-01", Outcome.FAILED, "a promise", "flow", "app", observed="a-code-that-leaks")
    texts = forms(Report((leak,), Proved(1, ("flow",)), "full"))
    assert [form for form, text in texts.items() if "a-code-that-leaks" not in text] == []
