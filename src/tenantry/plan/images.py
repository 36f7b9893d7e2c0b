"""What a resource looks like before and after a change, without secrets: the ground on which staleness is judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenantry.model.kind import Kind
from tenantry.model.marks import Sensitive
from tenantry.model.secret import Secret
from tenantry.model.spec import FREE, Form, Shape
from tenantry.plan.compare import How, by_key, same


def image(tree: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """Return a copy of the tree in which nothing secret is left."""
    return _bare(tree, kind.shape)


def departures(kind: Kind, live: Mapping[str, Any], image: Mapping[str, Any]) -> list[str]:
    """Return the names of the image's members on which the resource does not agree with it."""
    return [
        name
        for name, value in image.items()
        if not same(live.get(name), value, kind.shape.members.get(name, FREE), How(blind=True))
    ]


def shortcomings(kind: Kind, live: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """Return the names of the members that a created resource does not show as they were asked for.

    What the server added of its own inside an object is no shortcoming.
    """
    shapes = kind.shape.members
    filled = {name: overlaid(value, live.get(name), shapes.get(name, FREE)) for name, value in wanted.items()}
    return departures(kind, live, filled)


def overlaid(value: Any, live: Any, shape: Shape) -> Any:
    """Return the value with what the live objects inside it hold beside it."""
    if isinstance(value, dict):
        held = live if isinstance(live, dict) else {}
        beside = held if shape.form is Form.OBJECT else {}
        return {**beside, **{n: overlaid(v, held.get(n), shape.inside(n)) for n, v in value.items()}}
    if isinstance(value, list) and shape.form is Form.KEYED:
        items = by_key(live if isinstance(live, list) else (), shape)
        return [overlaid(v, items.get(key), shape.item or FREE) for key, v in by_key(value, shape).items()]
    return value


def _bare(tree: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """Return an object or a map without the secrets inside it."""
    return {
        name: _without_secrets(item, inner) for name, item in tree.items() if not _is_secret(item, inner := shape.inside(name))
    }


def _without_secrets(value: Any, shape: Shape) -> Any:
    """Return the value without the secrets inside it; of a map of secrets the names remain."""
    if isinstance(value, dict):
        return dict.fromkeys(value) if shape.mark(Sensitive) else _bare(value, shape)
    if isinstance(value, list):
        return [_without_secrets(item, shape.item or FREE) for item in value if not isinstance(item, Secret)]
    return value


def _is_secret(value: Any, shape: Shape) -> bool:
    return isinstance(value, Secret) or (shape.mark(Sensitive) is not None and not isinstance(value, dict))
