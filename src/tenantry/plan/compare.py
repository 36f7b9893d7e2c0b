"""The one comparison, for planning, staleness and verification: whether two values are the same to the tenant."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from tenantry.model.marks import Keyed, Sensitive, Unreturned
from tenantry.model.secret import Secret
from tenantry.model.spec import FREE, Form, Shape
from tenantry.model.values import is_empty


class How(NamedTuple):
    """How to compare: ``resend`` counts a secret as different unless it surely agrees, ``blind`` passes over all secrets."""

    resend: bool = False
    blind: bool = False


PLAINLY = How()


def same(live: Any, target: Any, shape: Shape, how: How = PLAINLY) -> bool:
    """Return whether the tenant holds ``target`` when it answers ``live``.

    Absent, null and empty are the same. A secret that cannot be read back or is not at hand counts as the same.
    """
    if live is target and not how.resend:
        return True  # most members of a target are carried over from what is live
    if shape.mark(Unreturned):
        return True
    if shape.mark(Sensitive) or isinstance(target, Secret) or isinstance(live, Secret):
        return _same_secret(live, target, shape, how)
    if type(live) is type(target) and type(live) in _SINGLE:
        return bool(live == target)
    live, target = shape.spoken(live), shape.spoken(target)
    if is_empty(live) and is_empty(target):
        return True
    return _BY_FORM[shape.form](live, target, shape, how)


def _same_secret(live: Any, target: Any, shape: Shape, how: How) -> bool:
    """Return whether a secret need not be sent: it matches, or nobody can tell."""
    if shape.form in {Form.MAP, Form.OBJECT} and _is_map(live) and _is_map(target):
        return _same_secrets(live or {}, target or {}, shape, how)
    if how.blind:
        return True
    if not isinstance(target, Secret):
        return not isinstance(live, Secret) and (_plain(live) == _plain(target) or (is_empty(target) and is_empty(live)))
    agrees = _agrees(live, target, shape)
    return not how.resend if agrees is None else agrees


def _agrees(live: Any, target: Secret, shape: Shape) -> bool | None:
    """Return whether the tenant shows the very secret, None where nobody can tell."""
    if not isinstance(live, Secret):
        return False if shape.mark(Sensitive) is Sensitive.READABLE else None
    return target.matches(live.reveal() if live.is_available else None)


def _is_map(value: Any) -> bool:
    """Return whether the value is a map, or nothing."""
    return value is None or isinstance(value, dict)


def _same_secrets(live: dict[str, Any], target: dict[str, Any], shape: Shape, how: How) -> bool:
    """Return whether two maps of secrets hold the same names, and the same values where the tenant shows them."""
    if set(live) != set(target):
        return False
    if shape.mark(Sensitive) is not Sensitive.READABLE:
        return not (how.resend and target)
    return all(_same_secret(live[name], target[name], shape.item or FREE, how) for name in target)


def _same_members(live: Any, target: Any, shape: Shape, how: How) -> bool:
    """Return whether two objects agree on every member, or two maps on their keys and every value."""
    live, target = live or {}, target or {}
    if not (isinstance(live, dict) and isinstance(target, dict)):
        return False
    if shape.form is Form.MAP and _keys(live, shape) != _keys(target, shape):
        return False
    return all(
        same(
            live.get(name),
            target.get(name),
            shape.inside(name),
            how,
        )
        for name in {**live, **target}
        if name in target or not _may_differ(name, target, shape)
    )


def _may_differ(name: str, target: dict[str, Any], shape: Shape) -> bool:
    """Return whether a member is not in a target because of what is: it excludes that, or the server makes it of that."""
    return bool((shape.rivals.get(name, frozenset()) | shape.sources.get(name, frozenset())) & target.keys())


def _keys(value: dict[str, Any], shape: Shape) -> set[str]:
    """Return the keys of a map; one that leads to an empty list is as good as none."""
    of_lists = shape.item is not None and shape.item.form in {Form.SET, Form.KEYED, Form.ORDERED}
    return {key for key, item in value.items() if item or not of_lists}


def _same_keyed(live: Any, target: Any, shape: Shape, how: How) -> bool:
    """Return whether two lists of objects hold the same keys with the same members."""
    left, right = by_key(live, shape), by_key(target, shape)
    item = shape.item or FREE
    return set(left) == set(right) and all(same(left[key], right[key], item, how) for key in left)


def _same_ordered(live: Any, target: Any, shape: Shape, how: How) -> bool:
    """Return whether two lists are the same item by item."""
    left, right = list(live or ()), list(target or ())
    item = shape.item or FREE
    return len(left) == len(right) and all(same(a, b, item, how) for a, b in zip(left, right, strict=True))


def _same_set(live: Any, target: Any, shape: Shape, how: How) -> bool:
    """Return whether two lists hold the same members in any order; what is no list is compared as it is."""
    if not all(is_empty(value) or isinstance(value, list) for value in (live, target)):
        return _same_plain(live, target, shape, how)
    return {_plain(item) for item in live or ()} == {_plain(item) for item in target or ()}


def _same_plain(live: Any, target: Any, shape: Shape, how: How) -> bool:
    """Return whether two values are the same JSON; nothing is the same as nothing alone."""
    if shape.is_open and isinstance(live, dict) and isinstance(target, dict):
        return _same_members(live, target, shape, how)
    return _plain(live) == _plain(target)


_BY_FORM: dict[Form, Callable[[Any, Any, Shape, How], bool]] = {
    Form.OBJECT: _same_members,
    Form.MAP: _same_members,
    Form.SET: _same_set,
    Form.KEYED: _same_keyed,
    Form.ORDERED: _same_ordered,
    Form.SCALAR: _same_plain,
    Form.FREE: _same_plain,
}


def by_key(items: Any, shape: Shape) -> dict[Any, Any]:
    """Return the objects of a list by the member that its mark names."""
    mark = shape.mark(Keyed)
    key = mark.key if mark else ""
    return {item.get(key) if isinstance(item, dict) else item: item for item in items or ()}


_SINGLE = frozenset({str, int, float, bool})
"""The types whose values need no canonical form to be compared with one of the same type."""


def _plain(value: Any) -> str | tuple[str]:
    """Return a canonical form: key order, and 1 against 1.0, mean nothing; true is not 1, and no text is a number."""
    return value if isinstance(value, str) else (json.dumps(_whole(value), sort_keys=True, default=str),)


def _whole(value: Any) -> Any:
    """Return the value with floats that are whole numbers as integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(key): _whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    return value
