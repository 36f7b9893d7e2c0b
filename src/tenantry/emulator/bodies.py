"""Reading the JSON of a control endpoint, with every mistake in it reported at once.

Source: the emulator's own control interface.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from tenantry.emulator.utf8 import is_writable

if TYPE_CHECKING:
    from collections.abc import Iterable


class BadBody(ValueError):
    """The body is not what the endpoint takes; the message names every mistake with its place."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


def parse(body: bytes) -> Any:
    """Return the JSON value of a body.

    Raises: BadBody when it is none.
    """
    try:
        value = json.loads(body, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise BadBody([f"the body is not JSON: {error}"]) from None
    if not is_writable(value):
        raise BadBody(["the body is not JSON: half of a surrogate pair could never be shown again"])
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is too large a number")
    return value


class Members:
    """One JSON object, read member by member; mistakes are collected in a list that several objects share."""

    def __init__(self, value: Any, place: str, mistakes: list[str], known: Iterable[str]) -> None:
        self._place = place
        self._mistakes = mistakes
        self._members: dict[str, Any] = {}
        if not isinstance(value, dict):
            self._wrong("", "an object", value)
            return
        self._members = value
        unknown = sorted(set(value) - set(known))
        if unknown:
            self.mistake("", f"unknown member {', '.join(unknown)}; known are {', '.join(sorted(known))}")

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def get(self, name: str) -> Any:
        """Return the member as it is, or None."""
        return self._members.get(name)

    def text(self, name: str, default: str) -> str:
        """Return a member that must be a text."""
        value = self._members.get(name, default)
        if isinstance(value, str):
            return value
        self._wrong(name, "a text", value)
        return default

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a member that must be true or false."""
        value = self._members.get(name, default)
        if isinstance(value, bool):
            return value
        self._wrong(name, "true or false", value)
        return default

    def whole(self, name: str, default: int | None, *, low: int = 0, high: int = 10**9) -> int | None:
        """Return a member that must be a whole number of a range; the default may be None."""
        value: int | None = self._members.get(name, default)
        if value is default or (isinstance(value, int) and not isinstance(value, bool) and low <= value <= high):
            return value
        self._wrong(name, f"a whole number from {low} to {high}", value)
        return default

    def number(self, name: str, default: float, *, low: float, high: float) -> float:
        """Return a member that must be a number of a range."""
        value = self._members.get(name, default)
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if is_number and low <= value <= high:
            return float(value)
        self._wrong(name, f"a number from {low} to {high}", value)
        return default

    def items(self, name: str) -> list[Any]:
        """Return a member that must be a list, empty when it is absent."""
        value = self._members.get(name, [])
        if isinstance(value, list):
            return value
        self._wrong(name, "a list", value)
        return []

    def mistake(self, name: str, sentence: str) -> None:
        """Note a mistake at a member, or with an empty name at the object itself."""
        place = ".".join(part for part in (self._place, name) if part)
        self._mistakes.append(f"{place}: {sentence}" if place else sentence)

    def _wrong(self, name: str, expected: str, value: Any) -> None:
        self.mistake(name, f"expected {expected}, got {shown(value)}")


def shown(value: Any) -> str:
    """Return a value as a message may show it: short."""
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004 - what fits a line
