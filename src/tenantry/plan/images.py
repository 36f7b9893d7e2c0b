"""What a resource looks like before and after a change, without secrets: the ground on which staleness is judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenantry.model.kind import Kind
from tenantry.model.marks import Sensitive
from tenantry.model.secret import Secret
from tenantry.model.spec import FREE, Shape
from tenantry.model.values import ABSENT
from tenantry.plan.compare import How, same


def image(tree: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """Return a copy of the tree in which nothing secret is left."""
    return {
        name: _bare(value, kind.shape.members.get(name, FREE))
        for name, value in tree.items()
        if not _is_secret(value, kind.shape.members.get(name, FREE))
    }


def holds(kind: Kind, live: Mapping[str, Any], image: Mapping[str, Any]) -> bool:
    """Return whether a resource in declared form agrees with the image on every member of the image."""
    return not departures(kind, live, image)


def departures(kind: Kind, live: Mapping[str, Any], image: Mapping[str, Any]) -> list[str]:
    """Return the names of the image's members on which the resource does not agree with it."""
    return [
        name
        for name, value in image.items()
        if not same(live.get(name, ABSENT), value, kind.shape.members.get(name, FREE), How(blind=True))
    ]


def _bare(value: Any, shape: Shape) -> Any:
    """Return the value without the secrets inside it; of a map of secrets the names remain."""
    if isinstance(value, dict):
        if shape.mark(Sensitive):
            return dict.fromkeys(value)
        return {
            name: _bare(item, shape.members.get(name) or shape.item or FREE)
            for name, item in value.items()
            if not _is_secret(item, shape.members.get(name) or shape.item or FREE)
        }
    if isinstance(value, list):
        return [_bare(item, shape.item or FREE) for item in value if not isinstance(item, Secret)]
    return value


def _is_secret(value: Any, shape: Shape) -> bool:
    return isinstance(value, Secret) or (shape.mark(Sensitive) is not None and not isinstance(value, dict))
