"""Why two values differ, leaf by leaf, in the words of the configuration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tenantry.model.marks import Program, Sensitive
from tenantry.model.secret import Secret, masked
from tenantry.model.spec import Form, Shape
from tenantry.model.values import is_empty
from tenantry.plan.compare import How, by_key, same
from tenantry.plan.types import Effect, FieldChange

COVER = masked(Secret.of("", ""))
"""What is shown of every secret."""


def diff(live: Any, target: Any, shape: Shape, path: str, *, resend: bool = False) -> Iterator[FieldChange]:
    """Yield what differs between the live value and the one that should be there, each with its path."""
    if not same(live, target, shape, How(resend=resend)):
        yield from differences(live, target, shape, path, resend=resend)


def differences(live: Any, target: Any, shape: Shape, path: str, *, resend: bool = False) -> Iterator[FieldChange]:
    """Yield what differs between two values that are not the same.

    Marks decide what is a difference; for values without marks deepdiff finds where it lies.
    """
    if shape.mark(Sensitive) or isinstance(target, Secret) or isinstance(live, Secret):
        yield from _secret(live, target, shape, path, resend=resend)
    elif shape.form is Form.OBJECT and isinstance(target, dict):
        held = live if isinstance(live, dict) else {}
        for name, value in target.items():
            inner = shape.inside(name)
            yield from diff(held.get(name), value, inner, f"{path}.{name}", resend=resend)
    elif (shape.form is Form.MAP or shape.is_open) and _both(live, target, dict):
        yield from _members(live or {}, target or {}, shape, path, "{}.{}", resend=resend)
    elif shape.form is Form.KEYED and _both(live, target, list):
        yield from _members(by_key(live, shape), by_key(target, shape), shape, path, "{}[{}]", resend=resend)
    elif shape.form is Form.SET and _both(live, target, list):
        yield from _items(live or [], target or [], path)
    elif _is_nested(live) and _is_nested(target):
        yield from _explained(live, target, path)
    else:
        yield _set(live, target, shape, path)


def _both(live: Any, target: Any, kind: Any) -> bool:
    """Return whether both values are of a type, or nothing."""
    return all(is_empty(value) or isinstance(value, kind) for value in (live, target))


def _is_nested(value: Any) -> bool:
    """Return whether a value has places inside it that are worth naming; a list of plain values is read as a whole."""
    if isinstance(value, list):
        return any(isinstance(item, dict | list) for item in value)
    return isinstance(value, dict) and bool(value)


def _set(live: Any, target: Any, shape: Shape, path: str) -> FieldChange:
    """Return the change of one value into another."""
    return FieldChange(
        path,
        masked(live),
        masked(target),
        is_program=shape.mark(Program) is not None,
    )


def _secret(live: Any, target: Any, shape: Shape, path: str, *, resend: bool) -> Iterator[FieldChange]:
    """Yield the change of a secret, or of each name in a map of secrets, without any value."""
    if shape.form not in {Form.MAP, Form.OBJECT} or not _both(live, target, dict):
        yield FieldChange(path, _cover(live), _cover(target), is_secret=True)
        return
    held, wanted = live or {}, target or {}
    for name in [*held, *(name for name in wanted if name not in held)]:
        if name not in wanted:
            yield FieldChange(f"{path}.{name}", COVER, None, Effect.REMOVED, is_secret=True)
        elif name not in held:
            yield FieldChange(f"{path}.{name}", None, COVER, Effect.ADDED, is_secret=True)
        elif not same(held[name], wanted[name], shape.inside(name), How(resend=resend)):
            yield FieldChange(f"{path}.{name}", COVER, COVER, is_secret=True)


def _cover(value: Any) -> Any:
    """Return the mask for a value that is there, None for one that is not."""
    return None if is_empty(value) else COVER


def _members(
    live: dict[Any, Any], target: dict[Any, Any], shape: Shape, path: str, form: str, *, resend: bool
) -> Iterator[FieldChange]:
    """Yield the keys that go, the keys that come, and what changes inside those that stay."""
    for key, value in live.items():
        if key not in target:
            yield FieldChange(form.format(path, key), masked(value), None, Effect.REMOVED)
    for key, value in target.items():
        inner = form.format(path, key)
        if key in live:
            yield from diff(live[key], value, shape.inside(key), inner, resend=resend)
        else:
            yield FieldChange(inner, None, masked(value), Effect.ADDED)


def _items(live: list[Any], target: list[Any], path: str) -> Iterator[FieldChange]:
    """Yield the members that leave a set and those that join it."""
    for value in live:
        if value not in target:
            yield FieldChange(path, masked(value), None, Effect.REMOVED)
    for value in target:
        if value not in live:
            yield FieldChange(path, None, masked(value), Effect.ADDED)


def _explained(live: Any, target: Any, path: str) -> Iterator[FieldChange]:
    """Yield where two nested values without marks differ."""
    import deepdiff  # noqa: PLC0415 - a heavy import that most plans never need

    for found in deepdiff.DeepDiff(live, target, view="tree", ignore_numeric_type_changes=True).values():
        for level in found:
            steps = level.path(output_format="list")
            inner = path + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
            was, will = (None if value is deepdiff.helper.notpresent else masked(value) for value in (level.t1, level.t2))
            yield FieldChange(inner, was, will)
