"""The one comparison, used for planning, for staleness and for verification: are two values the same to the tenant?"""

from __future__ import annotations

import json
from typing import Any

from tenantry.model.marks import AbsentMeans, Keyed, Sensitive, Unreturned
from tenantry.model.secret import Secret
from tenantry.model.spec import FREE, Form, Shape
from tenantry.model.values import ABSENT, is_empty


def same(live: Any, target: Any, shape: Shape, *, resend: bool = False, blind: bool = False) -> bool:
    """Return whether the tenant holds ``target`` when it answers ``live``.

    Absent, null and empty are the same. A secret that cannot be read back or is not at hand counts as the same, unless
    ``resend`` asks for it to be sent again. With ``blind`` secrets are passed over altogether, as images do not hold them.
    """
    if shape.mark(Unreturned):
        return True
    if shape.mark(Sensitive) or isinstance(target, Secret) or isinstance(live, Secret):
        if blind:
            return not isinstance(target, dict) or _same_keys(live, target)
        return _same_secret(live, target, shape, resend=resend)
    live, target = _spoken(live, shape), _spoken(target, shape)
    if is_empty(live) and is_empty(target):
        return True
    match shape.form:
        case Form.OBJECT | Form.MAP:
            return _same_members(live, target, shape, resend=resend, blind=blind)
        case Form.SET:
            return _as_list(live, target) and _bag(live) == _bag(target)
        case Form.KEYED:
            return _same_keyed(live, target, shape, resend=resend, blind=blind)
        case Form.ORDERED:
            return _same_ordered(live, target, shape, resend=resend, blind=blind)
        case _:
            return _plain(live) == _plain(target)


def _spoken(value: Any, shape: Shape) -> Any:
    """Return the value, with silence replaced by what the server means by it."""
    mark = shape.mark(AbsentMeans)
    return mark.value if mark and (value is ABSENT or value is None) else value


def _same_secret(live: Any, target: Any, shape: Shape, *, resend: bool) -> bool:
    """Return whether a secret need not be sent: it matches, or nobody can tell."""
    if shape.form in {Form.MAP, Form.OBJECT} and not isinstance(target, Secret):
        return _same_keys(live, target) and not (resend and target)
    if target is ABSENT or target is None:
        return is_empty(live)
    if not isinstance(target, Secret) or resend:
        return not resend and live == target
    if not isinstance(live, Secret):
        return shape.mark(Sensitive) is not Sensitive.READABLE or is_empty(live)
    value = live.reveal() if live.is_available else None
    return target.matches(value) is not False


def _same_keys(live: Any, target: Any) -> bool:
    """Return whether two maps of secrets hold the same names; their values cannot be compared."""
    return set(live or ()) == set(target or ())


def _same_members(live: Any, target: Any, shape: Shape, *, resend: bool, blind: bool) -> bool:
    """Return whether two objects agree on every member, or two maps on their keys and every value."""
    live, target = live or {}, target or {}
    if not (isinstance(live, dict) and isinstance(target, dict)):
        return False
    if shape.form is Form.MAP and set(live) != set(target):
        return False
    return all(
        same(
            live.get(name, ABSENT),
            target.get(name, ABSENT),
            shape.members.get(name) or shape.item or FREE,
            resend=resend,
            blind=blind,
        )
        for name in {**live, **target}
    )


def _same_keyed(live: Any, target: Any, shape: Shape, *, resend: bool, blind: bool) -> bool:
    """Return whether two lists of objects hold the same keys with the same members."""
    left, right = by_key(live, shape), by_key(target, shape)
    item = shape.item or FREE
    return set(left) == set(right) and all(
        same(left[key], right[key], item, resend=resend, blind=blind) for key in left
    )


def _same_ordered(live: Any, target: Any, shape: Shape, *, resend: bool, blind: bool) -> bool:
    """Return whether two lists are the same item by item."""
    left, right = list(live or ()), list(target or ())
    item = shape.item or FREE
    return len(left) == len(right) and all(
        same(a, b, item, resend=resend, blind=blind) for a, b in zip(left, right, strict=True)
    )


def by_key(items: Any, shape: Shape) -> dict[Any, Any]:
    """Return the objects of a list by the member that its mark names."""
    mark = shape.mark(Keyed)
    key = mark.key if mark else ""
    return {item.get(key) if isinstance(item, dict) else item: item for item in items or ()}


def _as_list(live: Any, target: Any) -> bool:
    """Return whether both are lists, or nothing."""
    return all(is_empty(value) or isinstance(value, list) for value in (live, target))


def _bag(items: Any) -> set[str]:
    """Return the items of a set-like list, comparable whatever they are."""
    return {_plain(item) for item in items or ()}


def _plain(value: Any) -> str:
    """Return a canonical text: key order, and 1 against 1.0, mean nothing; true is not 1."""
    return json.dumps(_whole(value), sort_keys=True, default=str)


def _whole(value: Any) -> Any:
    """Return the value with floats that are whole numbers as integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(key): _whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    return value
