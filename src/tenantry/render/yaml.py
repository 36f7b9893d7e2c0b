"""Resources as YAML that reads back as the same values, byte for byte the same every time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from yaml import SafeDumper as Writer
else:
    Writer = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # libyaml, where the library was built with it

LIKE_A_NUMBER = re.compile(
    r"[-+]?(0o[0-7]+|0x[0-9a-fA-F]+|(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|\.(inf|nan))", re.IGNORECASE
)
"""What YAML 1.2 reads as a number; the library, which writes YAML 1.1, would leave some of it without quotes."""


class _Dumper(Writer):
    """A writer that quotes what either version of YAML would misread."""

    def ignore_aliases(self, _: Any) -> bool:
        """Return True: equal values are written twice, anchors only puzzle."""
        return True


def _text(dumper: Writer, text: str) -> yaml.ScalarNode:
    """Return a text as a block when it has lines, and in quotes when it looks like a number."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _style(text: str) -> str | None:
    """Return how to write a text: quoted where it would be misread, as a block where it has lines."""
    if LIKE_A_NUMBER.fullmatch(text) or not text.replace("\n", "").isprintable():
        return '"'
    return "|" if "\n" in text.strip("\n") else None


_Dumper.add_representer(str, _text)


def to_yaml(document: dict[str, Any], comment: str = "") -> str:
    """Return the document as YAML in the order of its keys, below a comment."""
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=False)
    head = "".join(f"# {line}\n" for line in comment.splitlines())
    return head + str(text)


def escaped(value: Any) -> Any:
    """Return the value with every ``${`` in its texts written so that it is not read as a mark."""
    return in_texts(value, lambda text: text.replace("${", "$${"))


def in_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Return the value with every text in it changed; keys stay as they are."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: in_texts(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [in_texts(item, change) for item in value]
    return value
