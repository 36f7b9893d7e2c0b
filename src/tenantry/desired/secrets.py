"""Where secrets come from: the environment, a folder of files, a dotenv file; looked up only when they are needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from tenantry.files import read_bytes
from tenantry.model.errors import ConfigError, UsageError
from tenantry.model.secret import Secret

SECRETS_DIR = "TENANTRY_SECRETS_DIR"
MOST_BYTES = 1_000_000
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
CREDENTIAL = re.compile(r"SECRET|TOKEN|KEY|PASSWORD", re.IGNORECASE)
"""Names of environment variables that only ``${secret.X}`` may read."""

_QUOTES = ('"', "'")
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'""", re.DOTALL)
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*(.*?)\s*")
_NOTHING = re.compile(r"\s*(?:#.*)?")


class Secrets:
    """Finds secrets by name, and remembers which names a configuration uses."""

    def __init__(self, environ: Mapping[str, str], file: Path | None = None) -> None:
        self._environ = environ
        self._file = file
        self.names: set[str] = set()
        if file is not None and not file.is_file():
            raise UsageError(f"there is no secrets file {file}")

    def secret(self, name: str) -> Secret:
        """Return the secret of this name, without looking it up."""
        self.names.add(name)
        return Secret(name, lambda: self.value(name))

    def value(self, name: str) -> str | None:
        """Return a secret's value: from the environment, the folder, or the dotenv file; None if it is nowhere.

        An empty one counts as none: pipelines set those variables empty for which they have no secret.
        """
        return self._environ.get(name) or self._in_folder(name) or self._dotenv.get(name) or None

    def _in_folder(self, name: str) -> str | None:
        """Return the text of the secret's file in the folder, if there is one."""
        folder = self._environ.get(SECRETS_DIR)
        file = Path(folder) / name if folder else None
        return secret_text(file).removesuffix("\n") if file and file.is_file() else None

    @cached_property
    def _dotenv(self) -> dict[str, str]:
        """The lines of the dotenv file."""
        if not self._file:
            return {}
        try:
            return _parsed(secret_text(self._file))
        except ValueError as wrong:
            raise ConfigError(f"the file of secrets {self._file} cannot be read: {wrong}", code="secret_missing") from None


def secret_text(path: Path) -> str:
    """Return the text of a file of secrets.

    Raises: ConfigError without a word of the file.
    """
    try:
        return read_bytes(path, MOST_BYTES).decode("utf-8")
    except OSError as wrong:
        reason = wrong.strerror or type(wrong).__name__
    except UnicodeDecodeError:
        reason = "it is not UTF-8 text"
    raise ConfigError(f"the file of secrets {path} cannot be read: {reason}", code="secret_missing")


def _parsed(text: str) -> dict[str, str]:
    """Return the ``NAME=value`` lines of a dotenv file; quotes around a value, which may have several lines, are taken away.

    Raises: ValueError with what is wrong, and no word of the text but the name of a value whose quotes are not closed.
    """
    found = {}
    lines = enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"), start=1)
    for number, line in lines:
        if _NOTHING.fullmatch(line):
            continue
        if not (match := _LINE.fullmatch(line)):
            raise ValueError(f"line {number} is no `NAME=value`")
        name, value = match[1], match[2]
        while value[:1] in _QUOTES and not _QUOTED.match(value):
            _, further = next(lines, (0, None))
            if further is None:
                raise ValueError(f"the quotes around {name} are not closed")
            value = f"{value}\n{further.rstrip()}"
        found[name] = _unquoted(value)
    return found


def _unquoted(text: str) -> str:
    """Return a value as it is meant; double quotes know escaped line ends, single quotes nothing."""
    quoted = _QUOTED.match(text)
    rest = text[quoted.end() :].lstrip() if quoted else ""
    if quoted is None or (rest and not rest.startswith("#")):
        return text.partition(" #")[0].rstrip()
    inside = quoted.group()[1:-1]
    return inside.replace("\\n", "\n").replace('\\"', '"') if text[0] == '"' else inside
