"""`--login`: Chromium and a person's own browser against a served tenant, and what is said where they cannot be had."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tenantry.smoke.lending.people import Person
from tenantry.smoke.login.browser import Browser
from tenantry.smoke.login.otp import OneTimePasswords
from tenantry.smoke.login.visitor import Visitor
from tenantry.smoke.login.walk import Login
from tenantry.smoke.redact import Vault
from tenantry.smoke.timing import Timing
from tenantry.smoke.wire import Wire
from tenantry.testing import Tenant
from tests.chromium import chromium_or_skip
from tests.e2e.shop import SHOP, Ran, Run, Shop
from tests.loopback import free_port

CANARY = "Canary-Horse-7-Battery-Staple"
TOTP = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
EMAIL = "ada@example.com"
FAR = "https://shop.acme.example/callback"
TENANTRY = [sys.executable, "-c", "from tenantry.cli import main; main()"]
LONGEST_S = 60

WALKER = """
import asyncio, sys
import httpx
from tests.e2e.test_logging_in import walked
url = sys.argv[1]
httpx.get(asyncio.run(walked(url)))
"""


async def walked(url: str) -> str:
    """Return the address that a person's browser ends at when they log in."""
    redirect_uri = httpx.URL(url).params["redirect_uri"]
    home = httpx.URL(url)
    async with Wire(f"{home.scheme}://{home.netloc.decode()}", Vault(), Timing()) as wire:
        visitor = Visitor(Person(EMAIL, CANARY, email=EMAIL), OneTimePasswords())
        walk = await Login(Browser(wire), redirect_uri, visitor).through(url)
    assert walk.callback is not None
    return str(httpx.URL(redirect_uri, params=walk.callback.values))


@pytest.fixture
def driven() -> None:
    chromium_or_skip()


@pytest.fixture
def known(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Return a shop whose flow logs in somebody who is there already."""
    monkeypatch.setenv("CANARY", CANARY)
    monkeypatch.setenv("CANARY_TOTP", TOTP)
    user = f'ada: {{connection: users, email: {EMAIL}, password: "${{secret.CANARY}}", totp: "${{secret.CANARY_TOTP}}"}}'
    shop.edit("anyone: {connection: users, ephemeral: true}", user)
    shop.edit("user: anyone", "user: ada")
    shop.up()
    shop.person(connection="users", email=EMAIL, password=CANARY, email_verified=True)
    return shop


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the authorization codes that this process will exchange."""
    seen: list[str] = []
    post = Wire.post

    async def spy(wire: Wire, url: str, form: Mapping[str, str] | str, **options: Any) -> Any:
        if isinstance(form, Mapping) and "code" in form:
            seen.append(form["code"])
        return await post(wire, url, form, **options)

    monkeypatch.setattr(Wire, "post", spy)
    return seen


def flows(ran: Ran) -> list[tuple[str, str, str]]:
    return sorted((one["flow"] or "", one["id"], one["outcome"]) for one in ran.json["findings"])


@pytest.mark.usefixtures("driven")
def test_chromium_proves_a_served_tenant_and_tells_no_secret(known: Shop, codes: list[str], tmp_path: Path) -> None:
    files = ["--junit", str(tmp_path / "out.xml"), "--report", str(tmp_path / "out.html")]
    ran = known("smoke", "--level", "smoke", "--login", "browser", "--format", "json", *files)
    assert ran.code == 0, ran
    assert flows(ran) == flows(known("smoke", "--level", "smoke", "--format", "json"))
    told = ran.out + ran.err + "".join((tmp_path / name).read_text() for name in ("out.xml", "out.html"))
    assert len(codes) > 1, "codes were exchanged"
    assert not [secret for secret in [CANARY, TOTP, *codes] if secret in told]


@pytest.mark.usefixtures("driven")
def test_chromium_needs_no_trust_of_its_own_in_an_authority(
    command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Tenant(serve="https") as tenant:
        monkeypatch.setenv("SSL_CERT_FILE", str(tenant.ca))
        path = tmp_path / "shop.yaml"
        path.write_text(SHOP.replace("BASE_URL", tenant.url), encoding="utf-8")
        assert tenant.url.startswith("https://")
        ran = command("up", str(path), "--level", "smoke", "--login", "browser")
    assert ran.code == 0, ran
    assert ran.out.endswith("2 of 2 declared flows proved\n")


def test_a_person_logs_in_with_the_browser_that_the_system_opens(known: Shop, tmp_path: Path) -> None:
    callback = f"http://127.0.0.1:{free_port()}/callback"
    known.edit("callbacks: [http://localhost:3000/callback]", f"callbacks: [{FAR}, {callback}]")
    known.up()
    walker = tmp_path / "walker.py"
    walker.write_text(WALKER, encoding="utf-8")
    root = str(Path(__file__).parents[2])
    environ = {**os.environ, "BROWSER": f"{sys.executable} {walker} %s", "PYTHONPATH": root}
    del environ["CANARY"]  # the person knows it, the run need not
    command = [*TENANTRY, "token", "web", str(known.path), "--login", "interactive"]
    ran = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    assert ran.returncode == 0, ran
    assert ran.stdout.count("its signature verifies") == 2
    assert f"log in as {EMAIL}" in ran.stderr
    assert f"{known.url}/authorize?" in ran.stderr
    assert CANARY not in ran.stdout + ran.stderr


@contextmanager
def asked_at_a_terminal(known: Shop) -> Iterator[tuple[int, str, subprocess.Popen[bytes]]]:
    """Give a terminal at which a person is asked for an address, what it shows, and the process behind it."""
    known.edit("callbacks: [http://localhost:3000/callback]", f"callbacks: [{FAR}]")
    known.up()
    ours, theirs = pty.openpty()
    command = [*TENANTRY, "token", "web", str(known.path), "--login", "interactive"]
    environ = {**os.environ, "BROWSER": "true", "TERM": "dumb", "COLUMNS": "2000"}
    own_terminal = ["setsid", "--ctty", "--wait"]
    with subprocess.Popen([*own_terminal, *command], env=environ, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        try:
            yield ours, said(ours, until="press Enter"), process
        finally:
            process.kill()
            os.close(ours)


def test_a_person_pastes_the_address_where_no_callback_can_be_listened_at(known: Shop) -> None:
    with asked_at_a_terminal(known) as (terminal, asked, process):
        [url] = re.findall(r"http://\S+/authorize\?\S+", asked)
        pasted = asyncio.run(walked(url))
        os.write(terminal, f"{pasted}\n".encode())
        told = said(terminal)
        assert process.wait(LONGEST_S) == 0, told
    assert told.count("its signature verifies") == 2
    assert httpx.URL(pasted).params["code"] not in asked + told
    assert CANARY not in asked + told


def test_ctrl_c_ends_the_question_at_once(known: Shop) -> None:
    with asked_at_a_terminal(known) as (terminal, _, process):
        os.write(terminal, b"\x03")
        while not select.select([terminal], [], [], 1.0)[0]:
            os.write(terminal, b"\x03")  # what is typed while the echo is being switched off is forgotten
        told = said(terminal)
        assert process.wait(LONGEST_S) == 130, told
    assert "interrupted" in told
    assert "Traceback" not in told


def said(terminal: int, until: str = "") -> str:
    """Return what is printed on a terminal, up to a word or to the end."""
    text, deadline = "", time.monotonic() + LONGEST_S
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            text += os.read(terminal, 65536).decode(errors="replace")
        except OSError:  # the other side is gone
            return text
        if until and until in text:
            return text
    raise AssertionError(text)


def test_without_a_terminal_and_a_callback_to_listen_at_it_is_wrong_usage(known: Shop) -> None:
    known.edit("callbacks: [http://localhost:3000/callback]", f"callbacks: [{FAR}]")
    known.up()
    ran = known("smoke", "--login", "interactive")
    assert ran.code == 64
    assert f"nobody can listen at {FAR}" in " ".join(ran.err.split())
    assert known("smoke", "--login", "interactive", "--level", "read").code == 0, "nobody logs in"


def test_an_embedded_tenant_cannot_be_reached_by_a_persons_browser(command: Run, tmp_path: Path) -> None:
    path = tmp_path / "local.yaml"
    path.write_text("version: 1\ntenant: {emulator: local}\n", encoding="utf-8")
    ran = command("smoke", str(path), "--login", "interactive")
    assert ran.code == 64
    assert "serve it with `tenantry emulator --seed FILE`" in " ".join(ran.err.split())


@pytest.mark.parametrize("words", [("smoke",), ("up", "--yes"), ("token", "web")])
def test_what_chromium_lacks_is_said_before_anything_is_written(
    shop: Shop, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("playwright")
    monkeypatch.setenv("TENANTRY_CHROMIUM", "/nowhere/chromium")
    command, *options = words
    arguments = [*options, str(shop.path)] if command == "token" else [str(shop.path), *options]
    ran = shop.command(command, *arguments, "--login", "browser")
    assert ran.code == 64
    assert "TENANTRY_CHROMIUM names /nowhere/chromium, which is no program" in " ".join(ran.err.split())
    assert shop.writes() == {}
