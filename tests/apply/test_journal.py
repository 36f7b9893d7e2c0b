from __future__ import annotations

import contextlib
import errno
import json
import locale
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tenantry.apply import Journal, Outcome, newest
from tenantry.apply.backup import Gone, load, write
from tenantry.apply.journal import events
from tenantry.model.address import Address
from tenantry.model.errors import TenantryError, UsageError
from tenantry.model.secret import Secret
from tenantry.model.state import DesiredState
from tests.apply.emulated import Acme, up
from tests.apply.shop import founded, grown, state

CANARY = "canary-0815-do-not-show"


def journalled(acme: Acme, wish: DesiredState, folder: Path) -> tuple[Outcome, list[dict[str, Any]]]:
    with Journal.open(folder, "plan-1") as journal:
        outcome = acme.do(lambda client: up(client, wish, journal=journal))
        assert journal.path
        return outcome, events(journal.path)


def test_a_journal_tells_the_run_from_first_to_last(tmp_path: Path) -> None:
    acme = Acme()
    outcome, lines = journalled(acme, state(founded()), tmp_path / "journal")
    assert lines[0]["event"] == "started"
    assert lines[0]["changes"] == len(outcome.done)
    assert lines[-1] | {"at": ""} == {
        "at": "",
        "event": "finished",
        "done": len(outcome.done),
        "failed": [],
        "begun": 0,
        "skipped": 0,
        "interrupted": False,
    }
    sending = [line["step"] for line in lines if line["event"] == "sending"]
    sent = [line["step"] for line in lines if line["event"] == "sent"]
    assert sorted(sending) == sorted(sent)
    ids = {line["address"]: line["id"] for line in lines if line["event"] == "done"}
    assert ids["applications.shop"] == acme.named("Shop")[0]["client_id"]


def test_every_write_is_announced_before_and_confirmed_after(tmp_path: Path) -> None:
    _, lines = journalled(Acme(), state(founded()), tmp_path)
    order = [(line["event"], line["step"]) for line in lines if line["event"] in {"sending", "sent"}]
    for event, step in order:
        if event == "sent":
            assert order.index(("sending", step)) < order.index(("sent", step))


def test_pre_images_are_kept(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(state(founded()))
    _, lines = journalled(acme, state(grown()), tmp_path)
    before = {line["address"]: line["image"] for line in lines if line["event"] == "before"}
    assert before["applications.shop"] == {"callbacks": ["https://shop.example/cb"]}
    assert before["applications.extra"] is None
    assert before["tenant_settings"] == {"friendly_name": "Acme"}


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    with Journal.open(tmp_path / "a" / "journal", "p") as journal:
        journal.write("started")
        os.umask(before)
        assert journal.path
        assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700


def test_no_secret_is_in_it(tmp_path: Path) -> None:
    acme = Acme()
    wish = founded()
    wish["actions"]["claim"]["secrets"] = {"KEY": Secret.of("CLAIM_KEY", CANARY)}
    acme.up(state(founded()))
    outcome, lines = journalled(acme, state(wish), tmp_path)
    assert outcome.is_complete
    assert CANARY not in json.dumps(lines)
    assert acme.emulator.management_client_secret not in json.dumps(lines)


def test_failures_and_what_was_not_tried_are_in_it(tmp_path: Path) -> None:
    acme = Acme()
    with acme.faults({"id": "f", "method": "POST", "path": "/api/v2/resource-servers", "action": {"status": 400}}):
        _, lines = journalled(acme, state(founded()), tmp_path)
    assert [line["address"] for line in lines if line["event"] == "failed"] == ["apis.orders"]
    assert [line["address"] for line in lines if line["event"] == "begun"] == ["roles.buyer"]
    assert [line["address"] for line in lines if line["event"] == "skipped"] == ["client_grants.job-orders"]
    assert lines[-1]["failed"] == ["apis.orders"]


def test_a_half_written_last_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    path.write_text('{"event": "started"}\n{"event": "sen', encoding="utf-8")
    assert events(path) == [{"event": "started"}]
    path.write_text('{"event": sta\n{"event": "sent"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="Expecting value"):
        events(path)


def test_a_journal_of_which_nothing_is_to_be_told_is_no_file(tmp_path: Path) -> None:
    with Journal.open(tmp_path, "p", tenant_file=tmp_path / "tenant.yaml") as journal:
        assert list(tmp_path.iterdir()) == []
        journal.write("started")
        assert journal.path
        assert [line["event"] for line in events(journal.path)] == ["opened", "started"]
    journal.write("finished")
    assert [line["event"] for line in events(journal.path)] == ["opened", "started"]


def test_events_reach_the_file_at_once(tmp_path: Path) -> None:
    with Journal.open(tmp_path, "p") as journal:
        journal.write("started")
        assert journal.path
        assert [line["event"] for line in events(journal.path)] == ["started"]


def test_whatever_is_written_secrets_are_masked(tmp_path: Path) -> None:
    with Journal.open(tmp_path, "p") as journal:
        journal.write("before", image={"a": [Secret.of("S", CANARY)]})
        assert journal.path
        assert events(journal.path)[0]["image"] == {"a": [{"secret": True, "set": True}]}


def test_a_name_that_holds_other_ends_of_lines_breaks_no_journal(tmp_path: Path) -> None:
    name = "a\x85b\u2028c\u2029d\x0be\x1cf\r\ng"
    with Journal.open(tmp_path, "plan-1") as journal:
        journal.write("started", name=name)
        assert journal.path
        assert [line["name"] for line in events(journal.path)] == [name]


def test_the_newest_journal_is_the_last_that_tells_of_a_write(tmp_path: Path) -> None:
    for year, event in ((2024, "sending"), (2025, "sending"), (2026, "started")):
        (tmp_path / f"{year}0101T000000.000000Z-plan.jsonl").write_text(f'{{"event": "{event}"}}\n', encoding="utf-8")
    assert newest(tmp_path).name.startswith("2025")


def test_the_newest_journal_is_not_waited_for_when_it_is_a_pipe(tmp_path: Path) -> None:
    with Journal.open(tmp_path, "plan-1") as journal:
        journal.write("sending", address="applications.web")
    os.mkfifo(tmp_path / "29990101T000000.000000Z-plan-2.jsonl")
    assert newest(tmp_path) == journal.path


def test_a_newest_journal_that_cannot_be_read_is_told_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "29990101T000000.000000Z-plan-2.jsonl").write_bytes(b'\xff "event": "sending"')
    with pytest.raises(
        UsageError,
        match=r"plan-2\.jsonl, the newest journal, cannot be read \(it is damaged, or something else: no text at byte 1\)",
    ):
        newest(tmp_path)


class Full:
    """A file on a disk that gets full: it takes some lines, and then none."""

    def __init__(self, file: Any, lines: int) -> None:
        self.file, self.lines = file, lines

    def write(self, text: str) -> None:
        self.lines -= 1
        if self.lines < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.file.write(text)

    def flush(self) -> None:
        self.file.flush()

    def close(self) -> None:
        self.file.close()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("room", range(0, 20, 3))
def test_on_a_full_disk_nothing_is_sent_that_the_journal_cannot_tell(
    tmp_path: Path, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda *args, **named: Full(opened(*args, **named), room))
    acme = Acme()
    with Journal.open(tmp_path, "plan-1") as journal, contextlib.suppress(TenantryError):
        outcome = acme.do(lambda client: up(client, state(founded()), journal=journal))
        assert {"No space left on device" in failed.message for failed in outcome.failed} == {True}
        assert outcome.skipped
    assert journal.path
    assert sum(acme.writes().values()) == journal.path.read_text().count('"sending"')
    monkeypatch.undo()
    assert acme.do(lambda client: up(client, state(founded()))).is_complete


def test_a_folder_that_cannot_be_written_to_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    acme = Acme()
    with Journal(tmp_path / "nowhere" / "x.jsonl") as journal, pytest.raises(TenantryError, match="No such file"):
        acme.do(lambda client: up(client, state(founded()), journal=journal))
    assert not acme.writes()


def test_a_disk_that_does_not_say_what_is_wrong_with_it_is_told_by_its_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise BlockingIOError

    with Journal.open(tmp_path, "p") as journal:
        monkeypatch.setattr(os, "open", refuse)
        with pytest.raises(TenantryError, match=r"cannot be written \(BlockingIOError\)"):
            journal.write("started")


def test_a_journal_may_be_closed_twice_and_takes_nothing_afterwards(tmp_path: Path) -> None:
    with Journal.open(tmp_path, "p") as journal:
        journal.write("started")
        journal.close()
        journal.write("sending")
    assert journal.path
    assert [line["event"] for line in events(journal.path)] == ["started"]


@pytest.fixture
def alphabet() -> Iterator[None]:
    """Let the machine know no letters but those of ASCII."""
    before = locale.setlocale(locale.LC_CTYPE)
    locale.setlocale(locale.LC_CTYPE, "C")
    yield
    locale.setlocale(locale.LC_CTYPE, before)


@pytest.mark.usefixtures("alphabet")
def test_whatever_alphabet_the_machine_has_what_a_run_leaves_is_utf_8(tmp_path: Path) -> None:
    with Journal.open(tmp_path, "p") as journal:
        journal.write("started", name="Wéb")
    assert journal.path
    assert events(journal.path)[0]["name"] == "Wéb"
    gone = [Gone(Address("roles", "buyer"), "Käufer", "r1", "deleted", {"name": "Käufer"})]
    write(gone, "acme", tmp_path / "backup.json")
    assert load(tmp_path / "backup.json") == gone
    assert "Käufer" in (tmp_path / "backup.json").read_bytes().decode("utf-8")
