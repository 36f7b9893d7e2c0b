from __future__ import annotations

import errno
import json
import os
import resource
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tenantry.files import read_bytes, unread, write_private, write_text


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_private_file_is_its_owners_alone_whatever_stood_there(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_text("a longer text of before")
    path.chmod(0o666)
    write_private(path, "short")
    assert path.read_text() == "short"
    assert mode(path) == 0o600


def test_a_link_is_followed_and_stays_one(tmp_path: Path) -> None:
    link, path = tmp_path / "link", tmp_path / "file"
    path.write_text("before")
    link.symlink_to(path)
    write_private(link, "after")
    assert link.is_symlink()
    assert (path.read_text(), mode(path)) == ("after", 0o600)


def test_what_is_no_regular_file_keeps_its_mode(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_private(pipe, "told")
    reader.join()
    assert read == ["told"]
    assert mode(pipe) == 0o666


def test_nothing_private_is_written_into_a_file_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "theirs"
    path.write_text("theirs")
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(PermissionError, match="somebody else"):
        write_private(path, "a secret")
    assert path.read_text() == "theirs"


@pytest.mark.parametrize("write", [write_text, write_private])
def test_of_a_file_that_has_no_room_no_half_is_left(write: Callable[[Path, str], None], tmp_path: Path) -> None:
    path = tmp_path / "large"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            write(path, "x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.filename == str(path)
    assert not path.exists()
    with pytest.raises(OSError, match="No space left"):
        write(Path("/dev/full"), "x")
    assert Path("/dev/full").exists()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="no regular file"):
        read_bytes(pipe, 10)


def test_no_more_is_read_than_allowed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    assert read_bytes(path, 10) == b"0123456789"
    with pytest.raises(OSError, match="larger than 9 bytes"):
        read_bytes(path, 9)


def test_why_a_record_is_unread_is_said_in_words() -> None:
    assert unread(FileNotFoundError(errno.ENOENT, "No such file or directory")) == "No such file or directory"
    assert unread(OSError("pulled out")) == "pulled out"
    assert unread(KeyError("plan")) == "it is damaged, or something else: JSON, but not what was written"
    for text, why in (('{"a": 1,\n "b"}', "no JSON at line 2, column 5"), ("hello", "no JSON at line 1, column 1")):
        with pytest.raises(ValueError, match=":") as raised:
            json.loads(text)
        assert unread(raised.value) == f"it is damaged, or something else: {why}"
    with pytest.raises(UnicodeDecodeError) as undecoded:
        b"abc\xff".decode()
    assert unread(undecoded.value) == "it is damaged, or something else: no text at byte 4"
