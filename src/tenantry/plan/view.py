"""A live resource in declared form: members that the Spec knows, references as handles, secrets wrapped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenantry.model.kind import Kind
from tenantry.model.marks import Ref, RefKeys, Sensitive
from tenantry.model.place import Path, dotted
from tenantry.model.secret import LiveSecret, Secret
from tenantry.model.spec import FREE, Shape
from tenantry.model.state import LiveResource
from tenantry.plan.names import Names

Tree = dict[str, Any]


def view(kind: Kind, live: LiveResource, names: Names, extra: frozenset[str] = frozenset()) -> Tree:
    """Return the live resource in declared form; ``extra`` names top-level members that the Spec does not know.

    Members inside objects that the Spec does not know are kept as they are, so that a write of the whole object carries them.
    """
    data = kind.from_wire(dict(live.data))
    for part in kind.parts:
        if part.field in live.parts:
            data[part.field] = part.from_wire([dict(item) for item in live.parts[part.field]])
    _fill_twins(data, kind.shape)
    reader = _Reader(names, owner=f"{kind.section}:{live.id}")
    tree = {name: reader.read(data[name], member, (name,)) for name, member in kind.shape.members.items() if name in data}
    tree |= {name: data[name] for name in extra if name in data}
    if kind.finish:
        tree[kind.finish.flag] = bool(data.get(kind.finish.flag))
    return tree


def _fill_twins(data: Tree, shape: Shape) -> None:
    """Add the fields that the server reads back in another unit only."""
    for name, twin in shape.twins.items():
        if name not in data and isinstance(base := data.get(twin.of), int | float):
            data[name] = round(base * twin.factor)


class _Reader:
    """Translates one resource's values, remembering whose they are."""

    def __init__(self, names: Names, owner: str) -> None:
        self.names = names
        self.owner = owner

    def read(self, value: Any, shape: Shape, path: Path) -> Any:
        """Return a value in declared form."""
        if value is None or not (shape.is_open or shape.holds(Sensitive, Ref, RefKeys)):
            return value
        if shape.mark(Sensitive) and isinstance(value, str):
            return self.secret(value, path)
        if isinstance(value, list):
            return [self.item(item, shape, (*path, index)) for index, item in enumerate(value)]
        if isinstance(value, Mapping):
            return self.mapping(value, shape, path)
        ref = shape.mark(Ref)
        return self.names.handle(ref.section, ref.by, value) if ref else value

    def item(self, item: Any, shape: Shape, path: Path) -> Any:
        """Return an item of a list; a reference mark on the list speaks of its items."""
        ref = shape.mark(Ref)
        if ref and isinstance(item, str):
            return self.names.handle(ref.section, ref.by, item)
        return self.read(item, shape.item or FREE, path)

    def mapping(self, value: Mapping[str, Any], shape: Shape, path: Path) -> Tree:
        """Return an object or a map; a map's keys may be references."""
        keys = shape.mark(RefKeys)
        return {
            self.names.handle(keys.section, keys.by, key) if keys else key: self.read(item, shape.inside(key), (*path, key))
            for key, item in value.items()
        }

    def secret(self, value: str, path: Path) -> Secret:
        """Return a live secret that no output can show."""
        return LiveSecret(dotted(path), lambda: value, owner=self.owner)
