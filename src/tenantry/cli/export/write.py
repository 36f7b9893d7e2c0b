"""Writing many files at once: all of them or none, and over nobody's work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tenantry.files import write_text
from tenantry.model.errors import Unsafe


def require_free(out: Path, files: Mapping[str, str], doomed: Sequence[Path] = ()) -> None:
    """Return when no file would be lost by writing these and removing the ``doomed``.

    Raises: Unsafe that names each file that differs from what would be written.
    """
    lost = [*(out / name for name, text in files.items() if _differs(out / name, text)), *doomed]
    if lost:
        names = ", ".join(map(str, lost))
        raise Unsafe(f"{names}: already there, and would be lost; name another folder with --out, or add --force")


def _differs(path: Path, text: str) -> bool:
    """Return whether something else than this text is at the path."""
    if path.is_symlink() or not path.is_file():
        return path.is_symlink() or path.exists()
    return path.read_bytes() != text.encode()


def write_all(out: Path, files: Mapping[str, str]) -> None:
    """Write the files below the folder; only when all of them could be written do they take their places."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".writing-", dir=out) as staged:
        for name, text in files.items():
            path = Path(staged, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, text)
        for name in files:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
        for name in files:
            Path(staged, name).replace(out / name)
