"""Images as declarations: what a changed resource held before, and what a deleted one was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tenantry.model.kind import Kind
from tenantry.model.marks import Clear, Sensitive
from tenantry.model.spec import FREE, Form, Shape
from tenantry.model.values import ABSENT, RawId, is_empty, mapped

LISTS = {Form.SET, Form.KEYED, Form.ORDERED}
UNKNOWN = Shape(Form.SCALAR)
"""Of a field that stands under ``unchecked:`` nobody knows how it is cleared."""


def as_it_was(pre: Mapping[str, Any], post: Mapping[str, Any], kind: Kind) -> tuple[dict[str, Any], list[str]]:
    """Return the members that a change set as they were before it, and the paths of what cannot be unset; no secrets."""
    flag = kind.finish.flag if kind.finish else ""
    kept: list[str] = []
    fields = {
        name: _back(pre.get(name), value, kind.shape.members.get(name, UNKNOWN), name, kept)
        for name, value in post.items()
        if name != flag
    }
    return {name: value for name, value in fields.items() if value is not ABSENT}, kept


def _back(before: Any, after: Any, shape: Shape, path: str, kept: list[str]) -> Any:
    """Return what to declare so that a value that is now ``after`` becomes ``before`` again; ABSENT when it cannot be."""
    if shape.mark(Sensitive):
        return ABSENT
    if shape.form is Form.OBJECT and isinstance(after, dict):
        return _object_back(before if isinstance(before, dict) else {}, after, shape, path, kept)
    if not is_empty(before):
        return before
    if shape.form in LISTS:
        return []
    if shape.form is Form.MAP:
        return {}
    if before in ("", [], {}):
        return before
    if is_empty(after):
        return ABSENT
    if shape.mark(Clear) or shape.form is Form.FREE:
        return None
    kept.append(path)
    return ABSENT


def _object_back(before: dict[str, Any], after: dict[str, Any], shape: Shape, path: str, kept: list[str]) -> Any:
    """Return an object as it was: members that came with the change are unset one by one."""
    members = {
        name: _back(before.get(name), after.get(name), shape.members.get(name, FREE), f"{path}.{name}", kept)
        for name in {**before, **after}
    }
    return {name: value for name, value in members.items() if value is not ABSENT} or ABSENT


def declared(image: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """Return what to declare so that a resource like the one of the image is created: what says something, in one unit."""
    flag = kind.finish.flag if kind.finish else ""
    twins = {name for name, twin in kind.shape.twins.items() if image.get(twin.of) is not None}
    return {name: value for name, value in _telling(dict(image), kind.shape).items() if name not in {*twins, flag}}


def _telling(tree: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """Return an object without members that say nothing, and without maps of secrets, whose values nobody has."""
    found: dict[str, Any] = {}
    for name, value in tree.items():
        inner = shape.members.get(name, FREE)
        told = _telling(value, inner) if inner.form is Form.OBJECT and isinstance(value, dict) else value
        if told not in (None, "", {}) and not inner.mark(Sensitive):
            found[name] = told
    return found


def carried(fields: Any, post: Any, shape: Shape, path: str = "") -> Iterator[str]:
    """Yield the paths of what a replacement set inside objects and the old resource lacked: it is carried over as it is."""
    for name, value in post.items() if isinstance(fields, Mapping) and isinstance(post, Mapping) else ():
        inner = shape.members.get(name, FREE)
        if inner.form is Form.OBJECT and name in fields:
            yield from carried(fields[name], value, inner, f"{path}{name}.")
        elif path and name not in fields and not is_empty(value):
            yield f"{path}{name}"


def renamed(value: Any, handles: Mapping[str, str]) -> Any:
    """Return the value with the handles of what will be created again in place of ids that are gone."""
    return mapped(value, lambda leaf: handles.get(str(leaf), leaf) if isinstance(leaf, RawId) else leaf)
