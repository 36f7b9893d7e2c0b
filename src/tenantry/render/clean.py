"""Values of a tenant as one safe line: no control character and no markup of theirs reaches a terminal or a page."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

LONGEST = 200
"""Characters of a value that are shown; a plan is to be read, not scrolled."""

_COMMAND = re.compile(r"##(?=[a-z]*\[)", re.IGNORECASE)
"""What a pipeline obeys wherever it stands in a line. Source: logging commands of Azure Pipelines and of GitHub's runner."""
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str) -> str:
    """Return ``text`` on one line, with all that is not plainly visible, or that a pipeline would obey, escaped."""
    if not text.isprintable():
        text = "".join(_escaped(character) if unicodedata.category(character) in _UNSAFE else character for character in text)
    return _COMMAND.sub(r"#\\u0023", text) if "##" in text else text


def _escaped(character: str) -> str:
    """Return a character as JSON would write it."""
    return json.dumps(character)[1:-1] if character != "\x7f" else "\\u007f"


def shown(value: Any) -> str:
    """Return a value as people read it on one line: JSON, but for nothing and for secrets."""
    if value is None:
        return "(not set)"
    if isinstance(value, dict) and value.get("secret") is True and set(value) <= {"secret", "set"}:
        return "(secret)" if value.get("set", True) else "(no secret)"
    text = clean(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"


def markdown(text: str) -> str:
    """Return ``text`` so that Markdown and HTML show it letter by letter."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&@])", _entity, clean(text))


def _entity(match: re.Match[str]) -> str:
    """Return the numeric entity of a character, which no flavour of Markdown interprets."""
    return f"&#{ord(match.group())};"


def fenced(text: str, language: str = "") -> str:
    """Return ``text`` as a code block whose fence is longer than any inside."""
    runs = [len(run) for run in re.findall(r"`+", text)]
    fence = "`" * max([3, *(run + 1 for run in runs)])
    return f"{fence}{language}\n{text}\n{fence}"


def few(names: Sequence[str], most: int = 4) -> str:
    """Return ``a, b, c and 7 more``: no more than ``most`` names in a row."""
    return ", ".join(names) if len(names) <= most else f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"


def count(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 request`` or ``2 requests``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
