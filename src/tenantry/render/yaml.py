"""Resources as YAML that reads back as the same values, byte for byte the same every time.

Nearly all of a tenant are names, numbers and addresses in maps and lists: these are written here, at a tenth of the time that
the library takes for them. Whatever needs quotes, blocks or thought is the library's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

LIKE_A_NUMBER = re.compile(
    r"[-+]?(0o[0-7]+|0x[0-9a-fA-F]+|(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|\.(inf|nan))", re.IGNORECASE
)
"""What YAML 1.2 reads as a number; the library, which writes YAML 1.1, would leave some of it without quotes."""


class _Dumper(yaml.SafeDumper):
    """A writer that indents lists and quotes what either version of YAML would misread."""

    def increase_indent(self, flow: bool = False, *_: bool, **__: bool) -> None:  # noqa: FBT001, FBT002  the library's signature
        """Indent lists below their key, as people write them."""
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, _: Any) -> bool:
        """Return True: equal values are written twice, anchors only puzzle."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Return a text as a block when it has lines, and in quotes when it looks like a number."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _style(text: str) -> str | None:
    """Return how to write a text: quoted where it would be misread, as a block where it has lines."""
    if LIKE_A_NUMBER.fullmatch(text) or not text.replace("\n", "").isprintable():
        return '"'
    return "|" if "\n" in text.strip("\n") else None


_Dumper.add_representer(str, _text)


_WORD = "[A-Za-z0-9_./@+-]+"
_SIMPLE = re.compile(rf"(?=[A-Za-z]){_WORD}(?:(?:, |[ :,]){_WORD})*")
_MEANT_OTHERWISE = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_LONGEST = 80


def _simple(value: Any) -> str | None:
    """Return how to write a value that is the same in every place and either version of YAML, None when it is not that."""
    if isinstance(value, str):
        is_plain = len(value) <= _LONGEST and _SIMPLE.fullmatch(value) and value.lower() not in _MEANT_OTHERWISE
        return value if is_plain else None
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if value in ({}, []):
        return "{}" if value == {} else "[]"
    return str(value) if isinstance(value, int) else None


def _lines(value: dict[str, Any] | list[Any], pad: str) -> Iterator[str]:
    """Yield the lines of a map or a list that holds something, behind ``pad``."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _member(name, item, pad)
    else:
        for item in value:
            yield from _item(item, pad)


def _member(name: str, item: Any, pad: str) -> Iterator[str]:
    """Yield the lines of a key and its value."""
    text = _simple(item)
    if _simple(name) is None or (text is None and not isinstance(item, dict | list)):
        yield from _by_library({name: item}, pad)
    elif text is not None:
        yield f"{pad}{name}: {text}"
    else:
        yield f"{pad}{name}:"
        yield from _lines(item, pad + "  ")


def _item(item: Any, pad: str) -> Iterator[str]:
    """Yield the lines of one item of a list."""
    if (text := _simple(item)) is not None:
        yield f"{pad}- {text}"
    elif isinstance(item, dict):
        inner = pad + "  "
        first, *rest = _lines(item, inner)
        yield f"{pad}- {first.removeprefix(inner)}"
        yield from rest
    else:
        yield from _by_library([item], pad)


def _by_library(value: dict[str, Any] | list[Any], pad: str) -> Iterator[str]:
    """Yield what the library writes, moved behind ``pad``, without the mark that it may put at a document's end."""
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=False)
    lines = str(text).removesuffix("\n").split("\n")
    yield from (pad + line if line else line for line in (lines[:-1] if lines[-1] == "..." else lines))


def to_yaml(document: dict[str, Any], comment: str = "") -> str:
    """Return the document as YAML in the order of its keys, below a comment."""
    head = [f"# {line}" for line in comment.splitlines()]
    return "\n".join([*head, *(_lines(document, "") if document else ["{}"]), ""])


def escaped(value: Any) -> Any:
    """Return the value with every ``${`` in its texts written so that it is not read as a mark."""
    if isinstance(value, str):
        return value.replace("${", "$${")
    if isinstance(value, dict):
        return {key: escaped(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [escaped(item) for item in value]
    return value
