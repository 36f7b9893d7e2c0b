"""What the tenant does not delete, because something that stays is bound to it: an action that a trigger runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from tenantry.model.kind import Kind
from tenantry.model.marks import Ref, ServedBy
from tenantry.model.state import LiveResource, LiveState
from tenantry.plan.draft import Draft
from tenantry.plan.types import Guard


class Binding(NamedTuple):
    """A field that binds resources of a kind to others, and the list in which those name what they may be bound to."""

    kind: Kind
    field: str
    served: str

    def holds(self, holder: LiveResource, id_: str) -> bool:
        """Return whether a live resource of the kind is bound to the one with this id."""
        return id_ in self.kind.from_wire(dict(holder.data))[self.field]


def bindings(section: str, kinds: Mapping[str, Kind]) -> Iterator[Binding]:
    """Yield all that may be bound to the resources of a section."""
    for kind in kinds.values():
        for name, shape in kind.shape.holding(ServedBy).items():
            mark, ref = shape.mark(ServedBy), shape.mark(Ref)
            if mark and ref and ref.section == section:
                yield Binding(kind, name, mark.list)


def still_bound(drafts: Collection[Draft], live: LiveState, kinds: Mapping[str, Kind]) -> Iterator[Guard]:
    """Refuse to delete or replace what something is bound to that was read and that this plan leaves alone."""
    doomed = [(made, made.found) for made in drafts if made.goes and made.found]
    known = {section: tuple(bindings(section, kinds)) for section in {made.kind.section for made, _ in doomed}}
    rewritten = {(made.kind.section, made.found.id, name) for made in drafts if made.found for name in made.changed}
    for made, found in doomed:
        for binding in known[made.kind.section]:
            for holder in live.of(binding.kind.section):
                is_left_alone = (holder.section, holder.id, binding.field) not in rewritten
                if is_left_alone and binding.holds(holder, found.id):
                    yield Guard("bound", _sentence(made, binding, holder), address=made.address)


def _sentence(made: Draft, binding: Binding, holder: LiveResource) -> str:
    """Return why a resource cannot go, and what to do."""
    return (
        f"{made.kind.noun} {made.name} would be {made.past}, which the tenant refuses while the {binding.kind.noun} "
        f"{holder.id} has it: take it out there first, or let the file say what the {binding.kind.noun}'s {binding.field} "
        "shall be"
    )
