"""Standard streams that are closed, full, gone or of another alphabet: a clear end, and a tenant that is what it should be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.e2e.shop import SECRET, Shop

PROGRAM = [sys.executable, "-c", "from tenantry.cli import main; main()"]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "EMULATOR_SECRET": SECRET, **more}


def shell(shop: Shop, script: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell in which ``$@`` is the program."""
    words = ["bash", "-c", script, "bash", *PROGRAM]
    folder = shop.path.parent.parent
    return subprocess.run(words, cwd=folder, env=environment(**more), capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("typed", ["plan", "validate", "outputs", "plan --format json"])
def test_output_that_nobody_can_take_is_told_and_ends_with_1(shop: Shop, typed: str) -> None:
    shop.up()
    name, *options = typed.split()
    ran = shell(shop, f'"$@" {name} tenants/shop.yaml {" ".join(options)} > /dev/full')
    assert ran.returncode == 1, ran
    assert "No space left on device" in ran.stderr
    assert "cleaning up" not in ran.stderr


@pytest.mark.parametrize(
    ("typed", "code"), [("validate tenants/shop.yaml", 1), ("validate tenants/none.yaml", 64), ("--vers", 64)]
)
def test_where_not_even_the_error_can_be_told_the_code_tells_alone(shop: Shop, typed: str, code: int) -> None:
    assert shell(shop, f'"$@" {typed} > /dev/full 2> /dev/full').returncode == code


def test_a_reader_that_leaves_ends_an_apply_before_its_first_write(shop: Shop) -> None:
    ran = shell(shop, 'set -o pipefail; "$@" apply tenants/shop.yaml | true')
    assert ran.returncode == 1, ran
    assert "Broken pipe" in ran.stderr
    assert "cleaning up" not in ran.stderr
    assert not any(client["name"] == "Web" for client in shop.api("GET", "/clients"))


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_disturb_nothing(shop: Shop, closed: str) -> None:
    assert shell(shop, f'"$@" apply tenants/shop.yaml {closed}').returncode == 0
    assert shell(shop, '"$@" plan tenants/shop.yaml --detailed-exitcode').returncode == 0
    for journal in shop.path.parent.parent.glob(".tenantry/journal/*.jsonl"):
        assert [json.loads(line)["event"] for line in journal.read_text().splitlines()][-1] == "finished"


ALPHABETS = {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.mark.parametrize("alphabet", ALPHABETS, ids=str)
def test_letters_that_the_terminal_lacks_are_escaped(shop: Shop, alphabet: dict[str, str]) -> None:
    shop.edit("name: Job", "name: Jöb →")
    ran = shell(shop, '"$@" plan tenants/shop.yaml', **alphabet)
    assert ran.returncode == 0, ran
    assert "J\\xf6b \\u2192" in ran.stdout
    document = shell(shop, '"$@" plan tenants/shop.yaml --format json', **alphabet)
    assert "Jöb →" in {change["name"] for change in json.loads(document.stdout)["changes"]}


def test_a_closed_terminal_is_a_request_to_end(shop: Shop, tmp_path: Path) -> None:
    ran = hung_up(shop, tmp_path, "")
    assert ran == 130


def test_under_nohup_a_closed_terminal_changes_nothing(shop: Shop, tmp_path: Path) -> None:
    assert hung_up(shop, tmp_path, "nohup ") == 0
    assert shop("plan", "--detailed-exitcode").code == 0


def hung_up(shop: Shop, folder: Path, by: str) -> int:
    """Return how an apply ends whose terminal is closed while it writes."""
    slow = {"id": "slow", "method": "*", "path": "/api/v2/*", "latency_ms": 150}
    httpx.put(f"{shop.url}/_emulator/faults", json={"seed": 1, "rules": [slow]}).raise_for_status()
    words = ["bash", "-c", f'exec {by}"$@" apply tenants/shop.yaml', "bash", *PROGRAM]
    with subprocess.Popen(words, cwd=folder, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        journals = folder / ".tenantry" / "journal"
        for _ in range(400):
            if any(journals.glob("*.jsonl")):
                break
            time.sleep(0.05)
        run.send_signal(signal.SIGHUP)
        code = run.wait(30)
    httpx.put(f"{shop.url}/_emulator/faults", json={"seed": 1, "rules": []}).raise_for_status()
    [journal] = journals.glob("*.jsonl")
    assert [json.loads(line)["event"] for line in journal.read_text().splitlines()][-1] == "finished"
    return code
