"""What a file says to leave alone: the tenant's value at some paths (``ignore_changes``), and whatever it ignores in lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tenantry.model.marks import Ref, RefKeys
from tenantry.model.place import undotted
from tenantry.model.spec import FREE, Form, Shape
from tenantry.model.values import ABSENT, RawId
from tenantry.plan.compare import by_key

Tree = dict[str, Any]


def left_alone(target: Tree, live: Mapping[str, Any], paths: Iterable[str], shape: Shape) -> Tree:
    """Return the target with the live value at each path; a whole field that is left alone is no longer part of it.

    A path is written as plans show it: ``options.mfa.active``, ``client_metadata.team``, ``scopes[read:orders].description``.
    """
    kept = dict(target)
    for path in paths:
        name, *rest = undotted(path)
        if not rest:
            kept.pop(name, None)
        elif name in kept:
            kept[name] = _as_live(kept[name], live.get(name), rest, shape.members.get(name, FREE))
    return kept


def with_ignored(target: Any, live: Any, shape: Shape, ignored: Collection[tuple[str, str, str]]) -> Any:
    """Return a list of references, or a map whose keys are some, with what the tenant holds in it of resources it ignores."""
    if isinstance(live, list) and isinstance(target, list | None) and (ref := shape.mark(Ref)):
        spared = [each for each in live if isinstance(each, RawId) and (ref.section, ref.by, str(each)) in ignored]
        return _with_items(target or [], live, spared) if spared else target
    if isinstance(live, dict) and isinstance(target, dict | None) and (keys := shape.mark(RefKeys)):
        kept = {each: live[each] for each in live if (keys.section, keys.by, str(each)) in ignored}
        return {**(target or {}), **kept} if kept else target
    return target


def _with_items(target: list[Any], live: list[Any], spared: list[Any]) -> list[Any]:
    """Return a list with the items that are spared, each at its place: that is all an order can mean of what is ignored."""
    found = [each for each in target if each not in spared]
    for each in spared:
        found.insert(live.index(each), each)
    return found


def _as_live(target: Any, live: Any, path: list[str], shape: Shape) -> Any:
    """Return the value with what is live at a path inside it; nothing where the tenant has nothing."""
    if not path:
        return live
    if not isinstance(target, dict | list | None):
        return target
    is_list = shape.form is Form.KEYED
    wanted, held = (by_key(each, shape) for each in (target, live or ())) if is_list else (target or {}, live or {})
    if not (isinstance(wanted, dict) and isinstance(held, dict)):
        return target
    head, *rest = path
    inner = shape.members.get(head) or shape.item or FREE
    members = {**wanted, head: _as_live(wanted.get(head, ABSENT), held.get(head, ABSENT), rest, inner)}
    members = {name: value for name, value in members.items() if value is not ABSENT}
    if target is None and not members:
        return None
    return list(members.values()) if is_list else members
