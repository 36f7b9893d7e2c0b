"""A validation's complaints as sentences: what is wrong, and what would be right."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from tenantry.desired.mistakes import listed, nearest
from tenantry.desired.tree import Node, Scalar
from tenantry.model.secret import Secret

_EXPECTED = re.compile(r"'([^']*)'")
_BOOLISH = frozenset({"yes", "no", "on", "off", "y", "n", "t", "f"})

_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "`true` or `false`",
    "list_type": "a list",
    "dict_type": "a map",
    "mapping_type": "a map",
    "model_type": "a map",
    "model_attributes_type": "a map",
}

MANY = 14
"""Of more names than this the rest is left out."""

_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


def sentence(error: dict[str, Any], name: str, node: Node, *, is_sensitive: bool, members: Collection[str] = ()) -> str:
    """Return one complaint as a sentence; a sensitive value is never shown, and no name stands for the whole object.

    ``members`` are what the value may hold, if it is an object.
    """
    kind, context = str(error["type"]), error.get("ctx", {})
    value = error.get("input")
    shown = "" if is_sensitive or isinstance(value, Secret | dict | list) else f" is `{value}`; it"
    if kind in _KINDS:
        of = f" of {listed(members, MANY)}" if members else ""
        return f"`{name}` needs {_KINDS[kind]}{of}, not {_what(value)}{_cure(kind, node, is_sensitive=is_sensitive)}"
    if kind == "literal_error":
        names = _EXPECTED.findall(str(context.get("expected", "")))
        hint = nearest(str(value), names) if shown else ""
        return f"`{name}`{shown} must be one of {listed(names, MANY)}{hint}"
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        return f"`{name}`{shown} must be {words} {context[bound]}"
    if kind in ("value_error", "assertion_error"):
        said = "is not valid" if is_sensitive else str(context.get("error") or error["msg"].partition(", ")[2])
        return f"`{name}`: {said}" if name else said
    return _measure(kind, context, name) or f"`{name}` is not valid: {error['msg'].lower()}"


def _measure(kind: str, context: dict[str, Any], name: str) -> str:
    """Return a sentence about a length or a pattern."""
    match kind:
        case "string_too_short":
            return f"`{name}` needs at least {_count(context['min_length'], 'character')}"
        case "string_too_long":
            return f"`{name}` may have at most {_count(context['max_length'], 'character')}"
        case "too_short":
            return f"`{name}` needs at least {_count(context['min_length'], 'item')}"
        case "too_long":
            return f"`{name}` may have at most {_count(context['max_length'], 'item')}"
        case "string_pattern_mismatch":
            return f"`{name}` does not fit the pattern `{context['pattern']}`"
        case _:
            return ""


def _count(number: int, noun: str) -> str:
    """Return a number of things."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _what(value: Any) -> str:
    """Return what sort of value it is, without showing it."""
    match value:
        case Secret():
            return "a secret"
        case bool():
            return "`true` or `false`"
        case float() if not value.is_integer():
            return "a fraction"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case dict():
            return "a map"
        case list():
            return "a list"
        case _:
            return "nothing"


def _cure(kind: str, node: Node, *, is_sensitive: bool) -> str:
    """Return how to write it right, where that can be told from how it was written."""
    if not isinstance(node, Scalar) or is_sensitive or not node.text:
        return ""
    if kind == "string_type" and node.is_plain:
        return f'; put it in quotes: "{node.text}"'
    if kind == "bool_type" and node.text.lower() in _BOOLISH:
        return f": `{node.text}` is text in YAML 1.2"
    if kind in ("int_type", "float_type", "bool_type") and not node.is_plain and node.value == node.text:
        return "; take the quotes away"
    if kind == "list_type" and isinstance(node.value, str):
        return f"; write [{node.text}]"
    return ""
