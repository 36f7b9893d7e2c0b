from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from tenantry.render.yaml import escaped, to_yaml

words = st.sampled_from(
    ["yes", "No", "null", "1e3", "a, b", "a: b", "a #b", "- a", "read:things", "https://a.b/c?d=e", "é", "--"]
)
lines = st.lists(st.sampled_from(["", "a", "  b", "c ", "# d", "- e: f", "..."]), min_size=2).map("\n".join)
texts = st.text() | words | lines
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet="abc_", min_size=1) | texts, inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(alphabet="abc", min_size=1), values))
def test_what_is_written_reads_back(document: dict[str, object]) -> None:
    assert yaml.safe_load(to_yaml(document)) == document


def test_long_and_nested_texts_read_back_where_they_stand() -> None:
    document = {"a": [{"code": "  x\ny\n", "b": [{"c": "word " * 60}]}, [["d"], {"e": "|"}]], "f": {"g": {"h": "i\n\nj\n\n"}}}
    assert yaml.safe_load(to_yaml(document)) == document


def test_texts_that_either_yaml_would_misread_are_quoted() -> None:
    text = to_yaml({"a": "NO", "b": "1e3", "c": "0o17", "d": "010", "e": "null"})
    assert text == 'a: \'NO\'\nb: "1e3"\nc: "0o17"\nd: "010"\ne: \'null\'\n'


def test_lists_stand_below_their_key_and_comments_on_top() -> None:
    assert to_yaml({"a": ["b"]}, "one\ntwo") == "# one\n# two\na:\n- b\n"


def test_marks_in_texts_are_escaped() -> None:
    assert escaped({"a": ["${var.x}", 1]}) == {"a": ["$${var.x}", 1]}
