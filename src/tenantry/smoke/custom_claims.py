"""Which claims the declared post-login actions surely add: read from their text, where no condition stands before them.

What cannot be read for certain is left out: the contract must not raise an alarm over what it misread.
Source: Auth0 docs, "Create custom claims".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

HANDLER = re.compile(r"onExecutePostLogin\s*=\s*async\s*(?:function\s*\w*\s*)?\([^)]*\)\s*(?:=>\s*)?\{")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`(?:[^`\\]|\\.)*`", re.DOTALL)
CONSTANT = re.compile(r"(?:const|let|var)\s+(\w+)\s*=\s*(['\"])([^'\"\\]*)\2\s*$")
CALL = re.compile(r"(?:await\s+)?api\.(idToken|accessToken)\.setCustomClaim\(\s*([^,]+?)\s*,\s*(.*)\)\s*$", re.DOTALL)
LEAVING = re.compile(r"\b(?:return|throw|deny|redirect|revoke)\b")
UNKNOWN = object()
"""The value is computed."""


@dataclass(frozen=True)
class CustomClaim:
    """A claim that an action sets; ``value`` is UNKNOWN when it is computed."""

    token: Literal["access", "id"]
    name: str
    value: Any = UNKNOWN


def claims_of(code: str) -> list[CustomClaim]:
    """Return the claims that an action sets whoever logs in, by names in a name space."""
    text = _without_comments(code)
    start = HANDLER.search(text)
    if start is None:
        return []
    constants = dict(_constants(text[: start.start()].split(";")))
    found: list[CustomClaim] = []
    for statement in _statements(text[start.end() :]):
        call = CALL.match(statement)
        if call is None:
            if LEAVING.search(statement):
                break
            constants |= dict(_constants([statement]))
        elif (name := _name(call.group(2), constants)) is not None and ":" in name:
            found.append(CustomClaim("id" if call.group(1) == "idToken" else "access", name, _value(call.group(3))))
    return found


def surely_set(codes: list[str]) -> list[CustomClaim]:
    """Return the claims that a chain of actions sets; the last word counts, and where it may be another's no value is known."""
    read = [claim for code in codes for claim in claims_of(code)]
    calls = sum(_without_comments(code).count("setCustomClaim") for code in codes)
    last = {(claim.token, claim.name): claim for claim in read}
    return [claim if calls == len(read) else replace(claim, value=UNKNOWN) for claim in last.values()]


def _without_comments(code: str) -> str:
    """Return the text without comments; what looks like one inside a text stays."""
    parts = re.compile(f"({STRING.pattern})|{COMMENT.pattern}", re.DOTALL)
    return parts.sub(lambda match: match.group(1) or " ", code)


def _statements(text: str) -> Iterator[str]:
    """Yield the statements of a body, up to its end; only semicolons and closing braces part them."""
    depth, begin, position = 0, 0, 0
    while position < len(text):
        quoted = STRING.match(text, position)
        if quoted:
            position = quoted.end()
            continue
        sign = text[position]
        depth += (sign in "({[") - (sign in ")}]")
        if depth < 0:
            return
        position += 1
        if depth == 0 and sign in ";}":
            yield text[begin : position - (sign == ";")].strip()
            begin = position


def _constants(statements: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the names that stand for a text."""
    for statement in statements:
        if match := CONSTANT.search(statement.strip()):
            yield match.group(1), match.group(3)


def _name(written: str, constants: dict[str, str]) -> str | None:
    """Return the name that an expression stands for, None when that is not certain."""
    if written in constants:
        return constants[written]
    if not STRING.fullmatch(written):
        return None
    inner = written[1:-1]
    if written[0] != "`":
        return inner if "\\" not in inner else None
    known = re.sub(r"\$\{(\w+)\}", lambda match: constants.get(match.group(1), "${"), inner)
    return None if "${" in known else known


def _value(written: str) -> Any:
    """Return the value that is written, UNKNOWN when it is computed."""
    text = written.strip()
    if STRING.fullmatch(text) and text[0] != "`" and "\\" not in text:
        return text[1:-1]
    try:
        value = json.loads(text)
    except ValueError:
        return UNKNOWN
    return value if isinstance(value, bool | int | float) else UNKNOWN
