"""What the server does to lists on its own account: it joins new resources to them, and takes deleted ones off."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from tenantry.model.address import Address
from tenantry.model.kind import Attaches
from tenantry.model.marks import Ref
from tenantry.model.state import LiveState
from tenantry.model.values import Exclude, Include, value_at
from tenantry.plan.draft import Draft, changed
from tenantry.plan.types import Action, Effect, FieldChange


def join_and_leave(drafts: Mapping[Address, Draft], live: LiveState) -> None:
    """Take into account what new ones will be joined to (an exact list must drop them again), and what deleted ones leave."""
    lists = [each for made in drafts.values() for each in _lists_of(made)]
    effects = {effect for made in drafts.values() for effect in made.kind.attaches}
    joining = {effect for effect in effects if _is_switched_on(effect, drafts, live)}
    for made in drafts.values():
        for holder, part in lists:
            if made.action is Action.DELETE:
                _leave(made.address, holder, part)
            elif made.action in {Action.CREATE, Action.REPLACE} and _is_joined(made, holder, part, joining):
                _join(made.address, holder, part)


def _lists_of(made: Draft) -> Iterator[tuple[Draft, str]]:
    """Yield the parts of a resource that are declared, or go with it."""
    concerned = made.live if made.action is Action.DELETE else made.target
    yield from ((made, part.field) for part in made.kind.parts if part.field in concerned)


def _is_switched_on(effect: Attaches, drafts: Mapping[Address, Draft], live: LiveState) -> bool:
    """Return whether the tenant joins new resources: it does where its switch is on, and this plan leaves it on.

    Where the plan turns the switch, either way, new resources are made while it is off.
    """
    section, *path = effect.switch
    held = [resource.data for resource in live.of(section)]
    planned = [made.target for made in drafts.values() if made.address.section == section]
    return all(value_at(each, path) is not False for each in (*held, *planned))


def _is_joined(new: Draft, holder: Draft, part: str, joining: Collection[Attaches]) -> bool:
    """Return whether the server joins what is new to a part."""
    return any(
        effect in joining and (effect.section, effect.part) == (holder.address.section, part) for effect in new.kind.attaches
    )


def _join(new: Address, holder: Draft, part: str) -> None:
    """Add the new resource to the live value of a declared part, unless the part will hold it anyway, or goes itself."""
    said = holder.resource.fields.get(part) if holder.resource else None
    if new.handle in holder.target.get(part, ()):
        return
    is_open = isinstance(said, Include) or (isinstance(said, Exclude) and new.handle not in said.exclude)
    if is_open or holder.action is Action.DELETE:
        holder.tolerate(part, new.handle)
        return
    holder.live = {**holder.live, part: [*(holder.live.get(part) or []), new.handle]}
    holder.changed = changed(holder)
    if holder.action in {None, Action.UPDATE}:
        joined = FieldChange(part, f"{new.handle} (joined by the server)", None, Effect.REMOVED)
        holder.fields = (*holder.fields, joined)
        holder.action = Action.UPDATE


def _leave(gone: Address, holder: Draft, part: str) -> None:
    """Let an open list lose what goes: the server takes it off."""
    ref, held = holder.shape(part).mark(Ref), holder.target.get(part)
    if ref and ref.section == gone.section and isinstance(held, list) and gone.handle in held:
        holder.tolerate(part, gone.handle)
