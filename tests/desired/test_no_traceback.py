"""Whatever stands in a file, the loader answers with a state or with mistakes that have places."""

from __future__ import annotations

import copy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantry.desired import load
from tenantry.model.errors import ConfigError, ConfigErrors

WHOLE = yaml.safe_load((Path(__file__).parent / "good" / "everything.yaml").read_text(encoding="utf-8"))

TEXTS: list[Any] = ["", "x", "${", "${var.x}", "${unset}", "${secret.X}", "${file:x}", "${env.X}", "$${", "\N{SNOWMAN}"]
TREES: list[Any] = [[], {}, [None], [[]], {"include": None}, {"include": [1], "exclude": 2}, {"exclude": {}}, {"": ""}]
ODD: st.SearchStrategy[Any] = st.sampled_from([None, True, 0, -1, 1.5, "http://[x", {"a": {"b": []}}, *TEXTS, *TREES])


def spots(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return found + [spot for key, value in items for spot in spots(value, (*path, key))]


SPOTS = spots(WHOLE)


def changed(spot: tuple[Any, ...], value: Any, tree: Any) -> Any:
    tree = copy.deepcopy(tree)
    inside = tree
    for step in spot[:-1]:
        inside = inside[step]
    inside[spot[-1]] = value
    return tree


def mistakes(file: Path) -> tuple[ConfigError, ...]:
    try:
        load([file], environ={})
    except ConfigErrors as wrong:
        return wrong.errors
    return ()


def told(content: bytes) -> None:
    with TemporaryDirectory() as name:
        file = Path(name) / "tenant.yaml"
        file.write_bytes(content)
        assert all(error.place for error in mistakes(file))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SPOTS), ODD)
def test_an_odd_value_anywhere_is_told(spot: tuple[Any, ...], value: Any) -> None:
    told(yaml.safe_dump(changed(spot, value, WHOLE), sort_keys=False, allow_unicode=True).encode())


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab:-{}[]&*!|>'\"%@`,#? \n\t\u2028$", max_size=60))
def test_any_text_is_told(text: str) -> None:
    told(text.encode())


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_told(data: bytes) -> None:
    told(data)
