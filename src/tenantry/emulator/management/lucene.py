"""The part of Lucene's query syntax that Auth0's searches take: terms, phrases, wildcards, ranges, AND, OR, NOT, groups.

Source: Auth0 docs, "User Search Query Syntax" and "Log Search Query Syntax"; terms side by side are joined by OR, as
Lucene does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import invalid

if TYPE_CHECKING:
    from collections.abc import Collection

    from tenantry.emulator.management.answers import Refusal
    from tenantry.emulator.management.call import Document

Test = Callable[["Document"], bool]

_VALUE = r"""
        (?P<range>[\[{]\s*(?P<low>"[^"]*"|[^\s\]}]+)\s+TO\s+(?P<high>"[^"]*"|[^\s\]}]+)\s*[\]}])
      | (?P<bound>(?:>=|<=|>|<)[^\s()]+)
      | "(?P<phrase>(?:[^"\\]|\\.)*)"
      | (?P<mark>[MARKS])
      | (?P<word>(?:[^\s()\[\]{}"\\]|\\.)+)
"""
_TERM = re.compile(rf"\s*(?:(?P<field>(?:[\w.@]|\\.)(?:[\w.@-]|\\.)*):|{_VALUE.replace('MARKS', '()+-')})", re.VERBOSE)
_AFTER_FIELD = re.compile(rf"(?P<field>(?!)):|{_VALUE.replace('MARKS', '(')}", re.VERBOSE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DEEPEST = 20
_ANY = "*"


@dataclass(frozen=True, slots=True)
class Searched:
    """What a term without a field looks at, and which fields do not tell capitals from small letters."""

    bare: Collection[str]
    folded: Collection[str] = ()


def matching(query: str, searched: Searched) -> Test:
    """Return the test that the query stands for.

    Raises: Refusal.
    """
    return _Reader(_tokens(query), searched).whole()


def _wrong(said: str) -> Refusal:
    return invalid(f"The query is not valid: {said}.", "invalid_query_string")


def _tokens(query: str) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    position, text = 0, query.rstrip()
    while position < len(text):
        after_field = bool(found and found[-1]["field"])
        match = (_AFTER_FIELD if after_field else _TERM).match(text, position)
        if match is None:
            raise _wrong(f"it cannot be read from {text[position : position + 20]!r} on")
        found.append(match)
        position = match.end()
    return found


class _Reader:
    """Reads tokens from left to right; NOT binds closer than AND, AND closer than OR."""

    def __init__(self, tokens: list[re.Match[str]], searched: Searched) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._searched = searched

    def whole(self) -> Test:
        if not self._tokens:
            raise _wrong("it is empty")
        test = self._either(None)
        if self._at < len(self._tokens):
            raise _wrong("a parenthesis is closed that was not opened")
        return test

    def _word(self) -> str:
        """Return the operator or mark at hand, empty if it is something else."""
        if self._at == len(self._tokens):
            return ")"
        token = self._tokens[self._at]
        word = token["mark"] or token["word"] or ""
        return {"&&": "AND", "||": "OR", "!": "NOT", "-": "NOT"}.get(word, word)

    def _either(self, field: str | None) -> Test:
        tests = [self._both(field)]
        while self._word() != ")":
            if self._word() == "OR":
                self._at += 1
            tests.append(self._both(field))
        return tests[0] if len(tests) == 1 else lambda document: any(test(document) for test in tests)

    def _both(self, field: str | None) -> Test:
        tests = [self._one(field)]
        while self._word() == "AND":
            self._at += 1
            tests.append(self._one(field))
        return tests[0] if len(tests) == 1 else lambda document: all(test(document) for test in tests)

    def _one(self, field: str | None) -> Test:
        negations = 0
        while self._word() in ("NOT", "+"):
            negations += self._word() == "NOT"
            self._at += 1
        test = self._term(field)
        return test if negations % 2 == 0 else lambda document: not test(document)

    def _term(self, field: str | None) -> Test:
        if self._word() in (")", "AND", "OR"):
            raise _wrong("a term is missing")
        token = self._tokens[self._at]
        self._at += 1
        if token["mark"] == "(":
            return self._group(field)
        if token["field"]:
            return self._named(_unescaped(token["field"]))
        return self._value(field, token)

    def _named(self, field: str) -> Test:
        if self._at == len(self._tokens):
            raise _wrong(f"{field} has no value")
        if self._word() == "(":
            self._at += 1
            return self._group(field)
        token = self._tokens[self._at]
        self._at += 1
        return self._value(field, token)

    def _group(self, field: str | None) -> Test:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _wrong(f"it is nested deeper than {_DEEPEST} levels")
        test = self._either(field)
        if self._at == len(self._tokens):
            raise _wrong("a parenthesis is not closed")
        self._at += 1
        self._depth -= 1
        return test

    def _value(self, field: str | None, token: re.Match[str]) -> Test:
        if token["range"]:
            return self._looking(field, _within(token))
        if token["bound"]:
            return self._looking(field, _beyond(token["bound"]))
        if token["phrase"] is not None:
            return self._text(field, _unescaped(token["phrase"]), whole=True)
        if token["word"]:
            return self._text(field, token["word"], whole=False)
        raise _wrong("a term is missing")

    def _text(self, field: str | None, text: str, *, whole: bool) -> Test:
        if field == "_exists_":
            return lambda document: bool(values_at(document, text))
        if field == "_missing_":
            return lambda document: not values_at(document, text)
        fits = _equal(text) if whole else _like(text)
        folded = _equal(text.lower()) if whole else _like(text.lower())
        names = [field] if field else list(self._searched.bare)
        folds = [name in self._searched.folded for name in names]
        return lambda document: any(
            folded(value.lower()) if fold else fits(value)
            for name, fold in zip(names, folds, strict=True)
            for value in values_at(document, name)
        )

    def _looking(self, field: str | None, fits: Callable[[str], bool]) -> Test:
        if field is None:
            raise _wrong("a range needs a field")
        return lambda document: any(fits(value) for value in values_at(document, field))


def values_at(document: Document, field: str) -> list[str]:
    """Return the texts at a path such as `app_metadata.plan`; lists are looked through."""
    if field.startswith("_"):
        return []  # what is private cannot be searched
    return _texts(document[field], []) if field in document else _texts(document, field.split("."))


def _texts(value: Any, path: list[str]) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _texts(item, path)]
    if path:
        return _texts(value[path[0]], path[1:]) if isinstance(value, dict) and path[0] in value else []
    if value is None or isinstance(value, dict):
        return ["{}"] if value else []
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _equal(wanted: str) -> Callable[[str], bool]:
    if _DAY.fullmatch(wanted):
        return lambda value: value.startswith(wanted)
    return lambda value: value == wanted


def _like(pattern: str) -> Callable[[str], bool]:
    """Return a test of a word in which `*` stands for any text."""
    pieces = [_unescaped(piece) for piece in re.split(r"(?<!\\)\*", pattern)]
    if len(pieces) == 1:
        return _equal(pieces[0])
    first, *middle, last = pieces

    def fits(value: str) -> bool:
        if not (value.startswith(first) and value.endswith(last) and len(value) >= len(first) + len(last)):
            return False
        at, end = len(first), len(value) - len(last)
        for piece in middle:
            found = value.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True

    return fits


def _within(token: re.Match[str]) -> Callable[[str], bool]:
    low, high = token["low"].strip('"'), token["high"].strip('"')
    above = _beyond((">=" if token["range"].startswith("[") else ">") + low) if low != _ANY else None
    below = _beyond(("<=" if token["range"].endswith("]") else "<") + high) if high != _ANY else None
    return lambda value: (above is None or above(value)) and (below is None or below(value))


def _beyond(bound: str) -> Callable[[str], bool]:
    """Return a test against one bound such as `>=2026-01-31`: of numbers, else of texts; a day is a whole day."""
    sign = bound[:2] if bound[1:2] == "=" else bound[:1]
    limit = bound[len(sign) :]

    def compare(value: str) -> int:
        numbers = _number(value), _number(limit)
        if None not in numbers:
            return _order(*numbers)
        return _order(value[: len(limit)], limit)

    accepted = {">=": (0, 1), ">": (1,), "<=": (-1, 0), "<": (-1,)}[sign]
    return lambda value: compare(value) in accepted


def _order(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
