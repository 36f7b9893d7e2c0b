"""What happens to each resource, before anybody asks in which order: the live value, the target, the action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tenantry.model.address import Address
from tenantry.model.kind import Attaches, Identity, Kind
from tenantry.model.marks import CREATE_ONLY, IMMUTABLE, Ref, Unreadable
from tenantry.model.secret import Secret
from tenantry.model.spec import FREE, Shape
from tenantry.model.state import DesiredState, LiveResource, LiveState, Resource
from tenantry.model.values import ABSENT, Exclude, Include, is_empty
from tenantry.plan.compare import How, same
from tenantry.plan.diff import diff
from tenantry.plan.ignored import left_alone
from tenantry.plan.match import Matched, display_name
from tenantry.plan.target import target
from tenantry.plan.types import PRUNED, Action, Effect, FieldChange
from tenantry.plan.view import view

Tree = dict[str, Any]


@dataclass
class Draft:
    """One resource and what is to become of it.

    ``live`` and ``target`` are trees in declared form; ``known`` is the live tree with every reference named, also to what will
    be replaced. ``target`` holds declared fields only. ``changed`` names the top-level fields that must be written.
    ``action`` None: nothing happens.
    """

    kind: Kind
    address: Address
    resource: Resource | None
    found: LiveResource | None
    live: Tree = field(default_factory=dict)
    known: Tree = field(default_factory=dict)
    target: Tree = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    fields: tuple[FieldChange, ...] = ()
    action: Action | None = None
    matched_by: str = ""

    @property
    def name(self) -> str:
        """Return what people call the resource."""
        if self.resource and not self.kind.key:
            return str(self.address)
        source = self.target or self.live
        named = [str(source[key]) for key in self.kind.key if source.get(key)]
        if named:
            return " ".join(named)
        return display_name(self.kind, dict(self.found.data)) if self.found else self.address.handle

    resent: frozenset[str] = frozenset()
    tolerates: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def shape(self, name: str) -> Shape:
        """Return the shape of a top-level field."""
        return self.kind.shape.members.get(name, FREE)

    @property
    def forced(self) -> list[str]:
        """Return the changed fields that cannot change on a live resource."""
        return [name for name in self.target if name in self.changed and self.shape(name).has(IMMUTABLE)]


@dataclass(frozen=True)
class Wishes:
    """What the person who runs the tool asked for beside the files."""

    send_secrets: bool = False


def draft(
    desired: DesiredState, live: LiveState, kinds: Mapping[str, Kind], matched: Matched, wishes: Wishes
) -> dict[Address, Draft]:
    """Return what happens to every declared resource, and to every undeclared one of a pruned section.

    A replacement gives a resource a new id, so whoever refers to it by id must change as well: drafts are made again
    until no further replacement follows.
    """
    names = matched.names
    known = held = _views(desired, kinds, matched)
    replaced: set[Address] = set()
    while True:
        drafts = {
            address: _draft_one(
                resource,
                kinds[address.section],
                matched,
                known=known.get(address, {}),
                held=held.get(address, {}),
                wishes=wishes,
            )
            for address, resource in desired.resources.items()
            if resource.lifecycle.managed
        }
        more = {address for address, each in drafts.items() if each.action is Action.REPLACE} - replaced
        if not more:
            break
        replaced |= more
        names.forget(more)
        held = _views(desired, kinds, matched)
    _join_and_leave(drafts, live)
    return drafts | _pruned(desired, kinds, matched, live.caller.client_id)


def _views(desired: DesiredState, kinds: Mapping[str, Kind], matched: Matched) -> dict[Address, Tree]:
    """Return every matched live resource in declared form, by the names that are known now."""
    return {
        address: view(kinds[address.section], found, matched.names, desired.resources[address].unchecked)
        for address, found in matched.pairs.items()
    }


def _draft_one(resource: Resource, kind: Kind, matched: Matched, *, known: Tree, held: Tree, wishes: Wishes) -> Draft:
    """Return what happens to one declared resource."""
    found = matched.pairs.get(resource.address)
    made = Draft(kind, resource.address, resource, found, known=known)
    made.matched_by = matched.matched_by.get(resource.address, "")
    if resource.lifecycle.absent:
        made.action = Action.DELETE if found else None
        made.live = held
        return made
    made.live = held
    _aim(made, wishes, resource.lifecycle.ignore_changes if found else ())
    if made.action is Action.REPLACE:
        _aim(made, wishes, ())  # the new one has no value yet that could be left alone
    return made


def _aim(made: Draft, wishes: Wishes, ignored: Sequence[str]) -> None:
    """Say what a declared resource shall hold, and what that amounts to."""
    declared = made.resource.fields if made.resource else {}
    aims = {
        name: target(value, made.live.get(name, ABSENT), made.shape(name))
        for name, value in declared.items()
        if made.found is None or not made.shape(name).has(CREATE_ONLY)
    }
    made.target = left_alone(aims, made.live, ignored, made.kind.shape)
    if made.kind.finish:
        made.target[made.kind.finish.flag] = True
    if wishes.send_secrets:
        made.resent = frozenset(name for name, value in made.target.items() if _holds_secret(value))
    made.changed = _changed(made)
    made.fields = _fields(made)
    made.action = _action(made)


def _holds_secret(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_secret(item) for item in value.values())
    return isinstance(value, Secret)


def _changed(made: Draft) -> frozenset[str]:
    """Return the top-level fields whose live value is not the target."""
    return frozenset(
        name
        for name, value in made.target.items()
        if not same(made.live.get(name, ABSENT), value, made.shape(name), How(resend=name in made.resent))
    )


def _fields(made: Draft) -> tuple[FieldChange, ...]:
    """Return what differs, field by field."""
    return tuple(
        replace(change, forces_replacement=True) if made.shape(name).has(IMMUTABLE) else change
        for name, value in made.target.items()
        if name in made.changed and not (made.found is None and made.kind.finish and name == made.kind.finish.flag)
        for change in diff(made.live.get(name, ABSENT), value, made.shape(name), name, resend=name in made.resent)
    )


def _action(made: Draft) -> Action | None:
    """Return what the differences amount to."""
    if made.found is None:
        return Action.CREATE
    if made.forced:
        return Action.REPLACE
    return Action.UPDATE if made.changed else None


def _join_and_leave(drafts: dict[Address, Draft], live: LiveState) -> None:
    """Take into account what the server joins new ones to (an exact list must drop them again) and what deleted ones leave."""
    lists = [
        (made, part.field)
        for made in drafts.values()
        for part in made.kind.parts
        if part.field in (made.live if made.action is Action.DELETE else made.target)
    ]
    effects = {effect for made in drafts.values() for effect in made.kind.attaches} if lists else set()
    joining = {effect for effect in effects if _switched_on(effect, drafts, live)}
    for made in drafts.values() if lists else ():
        if made.action is Action.DELETE:
            for other, part in lists:
                _leave(made.address, other, part)
        if made.action in {Action.CREATE, Action.REPLACE}:
            for effect in made.kind.attaches:
                if effect in joining:
                    for other, part in lists:
                        if (other.address.section, part) == (effect.section, effect.part):
                            _join(made.address, other, part)


def _switched_on(effect: Attaches, drafts: Mapping[Address, Draft], live: LiveState) -> bool:
    """Return whether the tenant joins new resources: it does where its switch is on, and this plan leaves it on.

    Where the plan turns the switch, either way, new resources are made while it is off.
    """
    section, *path = effect.switch
    held = [resource.data for resource in live.of(section)]
    planned = [made.target for made in drafts.values() if made.address.section == section]
    return all(value_at(each, path) is not False for each in (*held, *planned))


def value_at(value: Any, path: Sequence[str]) -> Any:
    """Return the member at a path, or None."""
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _join(new: Address, made: Draft, part: str) -> None:
    """Add the new resource to the live value of a declared part, unless the part will hold it anyway, or goes itself."""
    said = made.resource.fields.get(part) if made.resource else None
    if new.handle in made.target.get(part, ()):
        return
    is_open = isinstance(said, Include) or (isinstance(said, Exclude) and new.handle not in said.exclude)
    if is_open or made.action is Action.DELETE:
        made.tolerates = {**made.tolerates, part: (*made.tolerates.get(part, ()), new.handle)}
        return
    made.live = {**made.live, part: [*(made.live.get(part) or []), new.handle]}
    made.changed = _changed(made)
    if made.action in {None, Action.UPDATE}:
        joined = FieldChange(part, f"{new.handle} (joined by the server)", None, Effect.REMOVED)
        made.fields = (*made.fields, joined)
        made.action = Action.UPDATE


def _leave(gone: Address, made: Draft, part: str) -> None:
    """Let an open list lose what goes: the server takes it off."""
    ref, held = made.shape(part).mark(Ref), made.target.get(part)
    if ref and ref.section == gone.section and isinstance(held, list) and gone.handle in held:
        made.tolerates = {**made.tolerates, part: (*made.tolerates.get(part, ()), gone.handle)}


def _pruned(desired: DesiredState, kinds: Mapping[str, Kind], matched: Matched, me: str) -> dict[Address, Draft]:
    """Return the deletes of what pruned sections hold and nobody declared; what is the server's or the tool's own stays."""
    drafts = {}
    for found in matched.undeclared:
        kind = kinds[found.section]
        if found.section not in desired.manage.prune or kind.identity is not Identity.LISTED:
            continue
        if kind.system(dict(found.data)) or _is_own(kind, found, me):
            continue
        address = Address(found.section, found.id)
        matched.names.doom(address, found.id, found.data)
        tree = view(kind, found, matched.names)
        drafts[address] = Draft(kind, address, None, found, tree, tree, action=Action.DELETE, matched_by=PRUNED)
    return drafts


def _is_own(kind: Kind, found: LiveResource, me: str) -> bool:
    """Return whether this is the tool's own application, or what gives it access."""
    owners = (found.data.get(name) for name in kind.key if kind.shape.members.get(name, FREE).mark(Ref))
    return bool(me) and (found.id == me or me in owners)


def unreadable(made: Draft) -> Iterable[tuple[str, list[str]]]:
    """Yield fields that would be written whole although they hold live members whose value nobody here knows."""
    for name, value in made.target.items():
        if name in made.changed:
            yield from _unreadable(value, made.shape(name), name)


def _unreadable(value: Any, shape: Shape, path: str) -> Iterable[tuple[str, list[str]]]:
    if not isinstance(value, dict):
        return
    if shape.mark(Unreadable):
        unknown = [name for name, item in value.items() if not isinstance(item, Secret) or is_empty(item)]
        if unknown:
            yield path, unknown
        return
    for name, item in value.items():
        yield from _unreadable(item, shape.members.get(name, FREE), f"{path}.{name}")
