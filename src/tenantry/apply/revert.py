"""The inverse of a run as a desired state: created → absent, updated → as it was, deleted → declared again.

It goes through the same planner, guards and applier as every other desired state. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tenantry.apply.backup import ALONG_WITH, Gone, Spot
from tenantry.apply.past import Past
from tenantry.apply.restoring import as_it_was, carried, declared, renamed
from tenantry.model.address import MANAGEMENT_API, USERINFO, Address
from tenantry.model.kind import Identity, Kind
from tenantry.model.marks import Ref, RefKeys
from tenantry.model.note import Note
from tenantry.model.spec import FREE
from tenantry.model.state import DesiredState, Lifecycle, LiveResource, LiveState, Manage, Purpose, Resource
from tenantry.model.values import Include, RawId
from tenantry.plan import Action, Change, Verdict, check, references

BUILT_IN = {MANAGEMENT_API, USERINFO}
NEW = {Action.CREATE, Action.REPLACE}
LOST_WITH_IT = (
    "what the tenant itself hung on it (users, assignments, memberships, sessions) "
    "and fields that this version does not know do not come back"
)


@dataclass
class Inverse:
    """What would bring back the tenant as it was, and what will not come back."""

    state: DesiredState
    notes: list[Note] = field(default_factory=list)


def inverse(past: Past, kinds: Mapping[str, Kind], manage: Manage) -> Inverse:
    """Return the state that undoes a run; ``manage`` says what is protected and ignored. Nothing is ever pruned."""
    made = _Inverter(past, kinds)
    resources = {resource.address: resource for resource in made.resources()}
    resources |= {resource.address: resource for resource in made.placed(resources)}
    resources |= {resource.address: resource for resource in made.referred(resources)}
    unpruned = replace(manage, prune=frozenset(), emptied=frozenset())
    return Inverse(DesiredState(past.plan.tenant, resources, unpruned, Purpose.REVERT), made.notes)


def fitted(made: Inverse, past: Past, live: LiveState, kinds: Mapping[str, Kind]) -> Inverse:
    """Return the inverse without what cannot be undone in the tenant as it is now, with the reasons."""
    notes = [*made.notes, *_changed_since(past, live, kinds)]
    held = live.by_id
    wished = made.state.resources.values()
    leaving = {(each.address.section, each.lifecycle.id) for each in wished if _gives_up_its_name(each, kinds, held)}
    kept: dict[Address, Resource] = {}
    for address, resource in made.state.resources.items():
        kind, id_ = kinds[address.section], resource.lifecycle.id
        is_update = bool(resource.fields) and id_ is not None and not resource.lifecycle.absent
        if is_update and (address.section, id_) not in held:
            notes.append(Note("it is gone: the journal holds only what the run changed of it", address))
        elif not id_ and (sentence := _mistakable(resource, kind, [held[each] for each in held.keys() - leaving])):
            notes.append(Note(sentence, address))
        else:
            kept[address] = resource
    return Inverse(replace(made.state, resources=kept), notes)


def _gives_up_its_name(resource: Resource, kinds: Mapping[str, Kind], held: Mapping[tuple[str, str], LiveResource]) -> bool:
    """Return whether what a declaration picks by its id goes, or will not have the name any more that it has."""
    found = held.get((resource.address.section, resource.lifecycle.id or ""))
    if found is None or resource.lifecycle.absent:
        return found is not None
    return any(resource.fields.get(name, found.data.get(name)) != found.data.get(name) for name in kinds[found.section].key)


def _mistakable(resource: Resource, kind: Kind, others: Iterable[LiveResource]) -> str:
    """Return why a resource that is known by its name alone is left as it is; empty when its name leads to the right one."""
    if kind.is_unique:
        return ""
    key = [resource.fields.get(name) for name in kind.key]
    same = (each for each in others if each.section == kind.section and [each.data.get(name) for name in kind.key] == key)
    namesakes = [each.id for each in same]
    if resource.lifecycle.absent:
        which = ", ".join(sorted(namesakes))
        return f"several {kind.noun}s have its name ({which}), so none is deleted" if len(namesakes) > 1 else ""
    return f"the tenant holds another {kind.noun} of this name, so none is created" if namesakes else ""


def _changed_since(past: Past, live: LiveState, kinds: Mapping[str, Kind]) -> Iterator[Note]:
    """Yield a warning for each change whose resource is no longer as the run left it."""
    new = {**past.plan.ids, **{each.address: each.id for each in past.plan.changes if each.id}, **past.new}
    changes = tuple(replace(each, id=new.get(each.address)) for each in past.plan.changes)
    actions = {each.address: each.action for each in changes}
    updates = tuple(_as_update(each) if each.action in NEW and each.id else each for each in changes)
    for ruling in check(replace(past.plan, changes=updates, ids=new), live, kinds):
        if ruling.verdict is Verdict.STALE and actions[ruling.address] is not Action.DELETE and ruling.id:
            sentence = "it was changed again after that run; reverting takes that back as well"
            yield Note(sentence, ruling.address, code="changed_since")


def _as_update(change: Change) -> Change:
    """Return what made something new as if it were an update of it, so that it is looked for, and known, by its id."""
    return replace(change, action=Action.UPDATE, pre={})


def _owner(gone: Gone) -> Address | None:
    """Return what a resource was to be deleted along with: it is gone only if that has been deleted."""
    owner = gone.how.removeprefix(ALONG_WITH)
    return None if owner == gone.how else Address.parse(owner)


class _Inverter:
    """Turns one run around, and notes what cannot be."""

    def __init__(self, past: Past, kinds: Mapping[str, Kind]) -> None:
        """Keep of the backup, which tells all that was to go, what a run that ended early may have reached."""
        self.past = past
        self.kinds = kinds
        self.notes: list[Note] = []
        self.touched = {change.address for change in past.plan.changes}
        self.gone = {each.address: each for each in past.gone if not self.touched.isdisjoint({each.address, _owner(each)})}
        self.known = {(address.section, id_): address for address, id_ in past.plan.ids.items()}
        self.known |= {(each.address.section, each.id): each.address for each in past.plan.changes if each.id}
        self.handles = {each.id: each.address.handle for each in self.gone.values()}
        self.handles |= {
            each.image["identifier"]: each.address.handle
            for each in self.gone.values()
            if isinstance(each.image.get("identifier"), str)
        }

    def resources(self) -> Iterator[Resource]:
        """Yield what is to be declared of everything that the run touched, or that went along."""
        for change in self.past.plan.changes:
            yield from self.undone(change)
        for address, gone in self.gone.items():
            if address not in self.touched:
                yield self.recreated(gone, None)

    def undone(self, change: Change) -> Iterator[Resource]:
        """Yield the declaration that undoes one change."""
        for name in self.past.secrets.get(change.address, ()) if change.action is Action.UPDATE else ():
            self.tell(change.address, f"{name} stays as it is: no journal holds secrets")
        match change.action:
            case Action.CREATE:
                yield from self.uncreated(change)
            case Action.UPDATE:
                yield from self.restored(change)
            case _ if change.address in self.gone:
                back = self.recreated(self.gone[change.address], self.past.new.get(change.address))
                for path in carried(back.fields, change.post or {}, self.kinds[change.address.section].shape):
                    self.tell(change.address, f"{path} stays as it is: it was not set before, and is carried over")
                yield back
            case _:
                self.tell(change.address, "there is no backup of it, so it cannot be created again")

    def uncreated(self, change: Change) -> Iterator[Resource]:
        """Yield that what was created shall be absent; what nobody knows to be created is looked for by its name."""
        id_ = self.past.new.get(change.address)
        if id_ is None and change.address in self.past.failed:
            self.tell(change.address, "its creation failed, so there is nothing to delete")
            return
        if id_ is None:
            self.tell(
                change.address, f"the run ended before it knew whether {change.name} was created; it is found by its name"
            )
        fields = {name: (change.post or {}).get(name) for name in self.kinds[change.address.section].key}
        yield Resource(change.address, fields, Lifecycle(id=id_, absent=True))

    def restored(self, change: Change) -> Iterator[Resource]:
        """Yield the members that the run changed, as they were."""
        kind = self.kinds[change.address.section]
        fields, kept = as_it_was(self.unjoined(change), change.post or {}, kind)
        for path in kept:
            self.tell(change.address, f"{path} stays as it is: it was not set before, and cannot be cleared")
        fields = renamed(fields, self.handles)
        unchecked = frozenset(fields) - set(kind.shape.members)
        id_ = change.id if kind.identity is Identity.LISTED else None
        if fields:
            yield Resource(change.address, fields, Lifecycle(id=id_), unchecked)

    def unjoined(self, change: Change) -> Mapping[str, Any]:
        """Return what the run found, without the new resources that it expected the server to join to it meanwhile."""
        found = dict(change.pre or {})
        for each in self.past.plan.changes:
            for attached in self.kinds[each.address.section].attaches if each.action in NEW else ():
                held = found.get(attached.part)
                if attached.section == change.address.section and isinstance(held, list):
                    found[attached.part] = [item for item in held if isinstance(item, RawId) or item != each.address.handle]
        return found

    def recreated(self, gone: Gone, id_: str | None) -> Resource:
        """Return the declaration of what was deleted; of what was replaced, with the new one's id."""
        kind = self.kinds[gone.address.section]
        self.tell(gone.address, f"{gone.name} was {gone.how}: it is created again with a new id, and {LOST_WITH_IT}")
        if gone.secrets:
            self.tell(gone.address, f"no backup holds its secrets: {', '.join(gone.secrets)}")
        for attached in kind.attaches:
            self.tell(gone.address, f"as every new {kind.noun} it may be joined to {attached.section} that it was not in")
        for holder, part in self.unlisted(kind):
            self.tell(gone.address, f"{holder.noun}s that had it in `{part}` without a file saying so do not get it back")
        if kind.delete_guard and kind.delete_guard.applies(gone.image):
            self.tell(gone.address, f"{kind.delete_guard.sentence}, and no backup brings them back")
        return Resource(gone.address, renamed(declared(gone.image, kind), self.handles), Lifecycle(id=id_))

    def unlisted(self, kind: Kind) -> Iterator[tuple[Kind, str]]:
        """Yield the parts of other kinds that name resources of a kind, and of which the tenant does not tell which do."""
        listed = {(attached.section, attached.part) for attached in kind.attaches}
        for holder in self.kinds.values():
            for part in sorted(holder.part_fields):
                shape = holder.shape.members.get(part, FREE)
                refers = shape.mark(Ref) or shape.mark(RefKeys)
                if refers and refers.section == kind.section and (holder.section, part) not in listed:
                    yield holder, part

    def placed(self, resources: Mapping[Address, Resource]) -> Iterator[Resource]:
        """Yield what held a deleted resource in one of its parts, with that resource in it again."""
        wanted: dict[Spot, list[str]] = {}
        for gone in self.gone.values():
            if gone.address in resources and gone.places is None:
                self.tell(
                    gone.address, "what it was enabled in could not be read; it is put back only where a file declares it"
                )
            for spot in (gone.places or ()) if gone.address in resources else ():
                wanted.setdefault(spot, []).append(gone.address.handle)
        holders: dict[Address, Resource] = {}
        for (section, id_, part), handles in sorted(wanted.items()):
            address = self.known.get((section, id_)) or Address(section, id_)
            holder = holders.get(address) or resources.get(address) or Resource(address, {}, Lifecycle(id=id_))
            # A holder that goes along comes back with its own image, and a part that the run changed comes back as it was.
            if id_ not in self.handles and not holder.lifecycle.absent and part not in holder.fields:
                holders[address] = replace(holder, fields={**holder.fields, part: Include(include=sorted(handles))})
        yield from holders.values()

    def referred(self, resources: Mapping[Address, Resource]) -> Iterator[Resource]:
        """Yield what those refer to and the run left alone, so that their handles stand for something."""
        named = {
            address
            for resource in resources.values()
            for address in references(dict(resource.fields), self.kinds[resource.address.section].shape).resources
        }
        for address in sorted(named - set(resources)):
            if address.handle not in BUILT_IN and (id_ := self.past.plan.ids.get(address)):
                yield Resource(address, {}, Lifecycle(id=id_, managed=False))

    def tell(self, address: Address, sentence: str) -> None:
        """Note something that a reader must know."""
        self.notes.append(Note(sentence, address, code="revert"))
