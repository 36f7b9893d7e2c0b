"""A value in declared form as the Management API wants it: only what changed, ids in place of handles."""

from __future__ import annotations

from typing import Any

from tenantry.model.marks import Clear, Merges, Ref, RefKeys
from tenantry.model.spec import FREE, Form, Shape
from tenantry.plan.compare import How, same
from tenantry.plan.names import Names


def whole(value: Any, shape: Shape, names: Names) -> Any:
    """Return the value as it is sent whole; null takes the wire form that clears its field."""
    if not shape.holds(Ref, RefKeys, Clear):
        return value
    if value is None:
        clear = shape.mark(Clear)
        return clear.wire if clear else None
    ref = shape.mark(Ref)
    if isinstance(value, list):
        return [names.wire(ref.section, ref.by, item) if ref else whole(item, shape.item or FREE, names) for item in value]
    if isinstance(value, dict):
        return _mapping(value, shape, names)
    return names.wire(ref.section, ref.by, value) if ref else value


def _mapping(value: dict[str, Any], shape: Shape, names: Names) -> dict[Any, Any]:
    """Return an object or a map as it is sent; a map's keys may be references."""
    keys = shape.mark(RefKeys)
    return {
        names.wire(keys.section, keys.by, key) if keys else key: whole(item, shape.inside(key), names)
        for key, item in value.items()
    }


def changed(live: Any, target: Any, shape: Shape, names: Names, *, resend: bool = False) -> Any:
    """Return what to send so that the tenant, holding ``live``, comes to hold ``target``.

    Objects that PATCH is proven to merge carry their changed members only; all others are sent whole.
    """
    merges = shape.mark(Merges)
    if merges and merges.removes and target is None:
        target = {}  # its members go one by one; nothing clears it at once
    if not merges or not isinstance(target, dict) or not isinstance(live, dict):
        return whole(target, shape, names)
    sent = {
        name: changed(live.get(name), value, shape.inside(name), names, resend=resend)
        for name, value in target.items()
        if _differs(live, name, value, shape, resend=resend)
    }
    gone = [name for name in live if name not in target] if merges.removes else []
    return {**sent, **dict.fromkeys(gone)}


def _differs(live: dict[str, Any], name: str, value: Any, shape: Shape, *, resend: bool) -> bool:
    """Return whether a member must be sent; in a map of free keys an empty value is still a value."""
    inner = shape.inside(name)
    if shape.form is Form.MAP and name not in live:
        return True
    return not same(live.get(name), value, inner, How(resend=resend))


def created(target: dict[str, Any], shape: Shape, names: Names) -> dict[str, Any]:
    """Return the body of a create: everything declared but nulls and empty objects, which a new resource lacks anyway."""
    return {name: whole(value, shape.members.get(name, FREE), names) for name, value in _said(target, shape).items()}


def _said(value: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """Return the object without members that say nothing, at any depth of its objects."""
    kept: dict[str, Any] = {}
    for name, item in value.items():
        inner = shape.members.get(name, FREE)
        said = _said(item, inner) if inner.form is Form.OBJECT and isinstance(item, dict) else item
        if said is not None and not (said == {} and inner.form in {Form.OBJECT, Form.MAP}):
            kept[name] = said
    return kept
