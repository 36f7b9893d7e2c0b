"""What the tenant should hold: the live value overlaid with what is declared."""

from __future__ import annotations

from typing import Any

from tenantry.model.marks import Excludes
from tenantry.model.spec import FREE, Form, Shape
from tenantry.model.values import ABSENT, Exclude, Include
from tenantry.plan.compare import by_key, same


def target(desired: Any, live: Any, shape: Shape) -> Any:
    """Return the value that the tenant should hold at this place.

    Members of objects that nobody declared stay as they are live; maps and lists are exact unless include or exclude says
    otherwise; undeclared members of a matched item are carried over.
    """
    if isinstance(desired, Include):
        return _included(desired.include, live, shape)
    if isinstance(desired, Exclude):
        return _without(live, frozenset(desired.exclude), shape)
    if isinstance(desired, dict):
        return _object(desired, live, shape)
    if isinstance(desired, list):
        return _list(desired, live, shape)
    return desired


def _object(desired: dict[str, Any], live: Any, shape: Shape) -> dict[str, Any]:
    """Return an object overlaid member by member, or a map exactly as declared (a null takes its key away)."""
    held = live if isinstance(live, dict) else {}
    overlaid = {name: target(value, held.get(name, ABSENT), shape.inside(name)) for name, value in desired.items()}
    if shape.form is Form.OBJECT:
        stale = _stale(held, overlaid, shape)
        kept = {name: value for name, value in held.items() if name not in stale} if stale else held
        return _reconciled({**kept, **overlaid}, overlaid, shape)
    return {name: value for name, value in overlaid.items() if value is not None or shape.form is Form.FREE}


def _stale(live: dict[str, Any], declared: dict[str, Any], shape: Shape) -> frozenset[str]:
    """Return the members that nobody declared and that the server makes of what is about to change."""
    return frozenset(
        name
        for name, sources in shape.sources.items()
        if name in live and name not in declared
        if any(not same(live.get(each), declared[each], shape.inside(each)) for each in sources & declared.keys())
    )


def _reconciled(whole: dict[str, Any], declared: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """Return the object without carried-over members that the server refuses beside others.

    What is declared wins; among members that nobody declared, one that excludes others does (assumed to be the newer form).
    """
    if not shape.rivals:
        return whole
    said = {name for name in shape.rivals if whole.get(name) is not None}
    wanted = {name for name in said if declared.get(name) is not None}
    wanted |= {name for name in said - wanted if shape.members[name].mark(Excludes) and not shape.rivals[name] & wanted}
    losers = {name for name in shape.rivals if name not in wanted and shape.rivals[name] & wanted}
    return {name: value for name, value in whole.items() if name not in losers}


def _list(desired: list[Any], live: Any, shape: Shape) -> list[Any]:
    """Return a list exactly as declared; items that the tenant already holds keep their undeclared members."""
    item = shape.item or FREE
    if shape.form is Form.KEYED:
        held = by_key(live if isinstance(live, list) else (), shape)
        return [target(value, held.get(key, ABSENT), item) for key, value in by_key(desired, shape).items()]
    if shape.form is Form.SET:
        return list({str(value): value for value in desired}.values())
    return [target(value, ABSENT, item) for value in desired]


def _included(wanted: Any, live: Any, shape: Shape) -> Any:
    """Return what is live, with the wanted members added or overlaid."""
    if isinstance(wanted, dict):
        held = live if isinstance(live, dict) else {}
        return {**held, **_object(wanted, held, shape)}
    held_items = live if isinstance(live, list) else []
    if shape.form is Form.KEYED:
        merged = by_key(held_items, shape) | by_key(_list(wanted, held_items, shape), shape)
        return list(merged.values())
    return [*held_items, *(value for value in _list(wanted, live, shape) if value not in held_items)]


def _without(live: Any, unwanted: frozenset[str], shape: Shape) -> Any:
    """Return what is live, less the unwanted members."""
    if not live:
        return empty(shape)
    if isinstance(live, dict):
        return {name: value for name, value in live.items() if name not in unwanted}
    if shape.form is Form.KEYED:
        return [value for key, value in by_key(live or (), shape).items() if key not in unwanted]
    return [value for value in (live if isinstance(live, list) else ()) if value not in unwanted]


def empty(shape: Shape) -> Any:
    """Return the value of a collection that holds nothing."""
    return {} if shape.form in {Form.MAP, Form.OBJECT} else []
