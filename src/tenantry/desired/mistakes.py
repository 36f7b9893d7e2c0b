"""Mistakes are collected, so that all of them are told at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from tenantry.model.errors import ConfigError, ConfigErrors
from tenantry.model.place import Place


class Mistakes:
    """A list of mistakes that grows while files are read."""

    def __init__(self) -> None:
        self.errors: list[ConfigError] = []
        self._told: set[tuple[str, Place | None]] = set()

    def add(
        self, message: str, place: Place | None = None, *, address: str | None = None, code: str = "config_invalid"
    ) -> None:
        """Remember a mistake, once."""
        if (message, place) not in self._told:
            self._told.add((message, place))
            self.errors.append(ConfigError(message, place, address, code))

    def tell(self) -> None:
        """Tell all mistakes, if there are any.

        Raises: ConfigErrors with every mistake in the order of the files.
        """
        if self.errors:
            raise ConfigErrors(self.errors)


def nearest(name: str, names: Iterable[str]) -> str:
    """Return a hint at the name that was probably meant, or nothing."""
    known = sorted(names)
    folded = {each.lower(): each for each in known}
    near = get_close_matches(name, known, 1, 0.6) or get_close_matches(name.lower(), list(folded), 1, 0.6)
    return f"; did you mean `{folded.get(near[0], near[0])}`?" if near else ""


def listed(names: Iterable[str], most: int = 12) -> str:
    """Return names as people list them, not too many."""
    known = [f"`{name}`" for name in names]
    return ", ".join(known[:most]) + (" …" if len(known) > most else "")
