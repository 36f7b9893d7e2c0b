"""YAML is read as YAML 1.2 core, with limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tenantry.desired.mistakes import Mistakes
from tenantry.desired.reader import read, scalar
from tenantry.desired.tree import plain


def said(tmp_path: Path, text: str | bytes) -> tuple[Any, list[str]]:
    path, mistakes = tmp_path / "file.yaml", Mistakes()
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return plain(read(path, "file.yaml", mistakes)), [str(error) for error in mistakes.errors]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("12", 12),
        ("0o14", 12),
        ("0x1F", 31),
        ("010", 10),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        ("1.10", 1.1),
        ("12:30:45", "12:30:45"),
        ("2026-11-22", "2026-11-22"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_plain_text_is_read_as_the_core_schema_says(text: str, value: Any) -> None:
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


def test_quotes_and_tags_make_text(tmp_path: Path) -> None:
    assert said(tmp_path, "a: '1'\nb: !!str 1\nc: |\n  1\nd: !!int '1'\n") == ({"a": "1", "b": "1", "c": "1\n", "d": 1}, [])


def test_aliases_are_values(tmp_path: Path) -> None:
    assert said(tmp_path, "a: &x {b: [1]}\nc: *x\n") == ({"a": {"b": [1]}, "c": {"b": [1]}}, [])


def test_a_bomb_of_aliases_does_not_explode(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    _, [told] = said(tmp_path, "\n".join(lines))
    assert "more than 200,000 values" in told


def test_depth_is_limited(tmp_path: Path) -> None:
    _, [told] = said(tmp_path, "a: " + "[" * 300 + "]" * 300)
    assert "nested deeper than 100 levels" in told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\n---\nb: 2\n", "file.yaml:2:1: a file holds one document; begin a new file here"),
        ("- a\n", "file.yaml:1:1: a file holds a map of sections, such as `applications:`"),
        ("a: &x 1\n<<: {b: 1}\n", "file.yaml:2:1: `<<` does not merge in YAML 1.2; use `extends`, or write the members out"),
        ("a: !secret x\n", "file.yaml:1:4: the tag `!secret` means nothing here; leave it out"),
        ("a: !secret {b: c}\n", "file.yaml:1:4: the tag `!secret` means nothing here; leave it out"),
        ("a: !!set [b]\n", "file.yaml:1:4: the tag `tag:yaml.org,2002:set` means nothing here; leave it out"),
        ("? [a]\n: 1\n", "file.yaml:1:3: a key is a single text, not a list or a map"),
        (b"a: \xff\n", "file.yaml:1:1: the file is not UTF-8 text"),
    ],
)
def test_what_is_not_read_is_told(tmp_path: Path, text: str | bytes, message: str) -> None:
    assert said(tmp_path, text)[1] == [message]


def test_nothing_is_an_empty_map(tmp_path: Path) -> None:
    assert said(tmp_path, "# nothing\n") == ({}, [])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a:\n\tb: 1\n", "file.yaml:2:1: this is not YAML: a line begins with a tab; indent with spaces"),
        ("a: 1\n\tb: 2\n", "indent with spaces"),
        ("a: @x\n", "file.yaml:1:4: this is not YAML: text that begins with `@` needs quotes"),
        ("a: `x`\n", "file.yaml:1:4: this is not YAML: text that begins with a backtick needs quotes"),
        ('b: 1\na: "x\nc: 1\n', "file.yaml:2:4: this is not YAML: nothing closes the quote that begins here"),
        ("a: [x\nb: 1\n", "that begins at file.yaml:1:4; within [ ] and { } quote"),
        ("a:\n    b: 1\n  c: 2\n", "begin each member in the column of those beside it"),
        ("a:\n  b: 1\n   c: 2\n", "begin each member in the column of those beside it"),
        ("a: b: c\n", "quote text that holds `: `"),
        ("a:\n  - b\n c: 1\n", "begin each"),
        ('a: "\\q"\n', "file.yaml:1:5: this is not YAML: found unknown escape character while parsing a quoted scalar"),
    ],
)
def test_what_is_not_yaml_is_told_with_what_to_do(tmp_path: Path, text: str, sentence: str) -> None:
    _, [error] = said(tmp_path, text)
    assert sentence in error
