"""The planner: desired state and live state in, plan out. Pure: it reads nothing and sends nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tenantry.model.address import Address
from tenantry.model.errors import ConfigError, ConfigErrors
from tenantry.model.kind import Breach, Kind
from tenantry.model.marks import IMMUTABLE, Sensitive, Unreturned
from tenantry.model.secret import LiveSecret, PlainSecret, Secret, secrets_in, sources
from tenantry.model.spec import FREE
from tenantry.model.state import DesiredState, LiveResource, LiveState, Resource
from tenantry.plan.attention import attention
from tenantry.plan.draft import Draft, Wishes, draft
from tenantry.plan.guards import Allowances, guards, sifted
from tenantry.plan.handover import require_free
from tenantry.plan.images import image
from tenantry.plan.match import Matched, display_name, match
from tenantry.plan.order import steps
from tenantry.plan.types import Action, Attention, Change, Note, Op, Plan, Step, Summary


@dataclass(frozen=True)
class Options:
    """What the command line adds to the files."""

    allowed: Allowances = field(default_factory=Allowances)
    wishes: Wishes = field(default_factory=Wishes)
    inputs: Mapping[str, str] = field(default_factory=dict)
    file: str = ""


def plan(desired: DesiredState, live: LiveState, kinds: Mapping[str, Kind], options: Options | None = None) -> Plan:
    """Return the changes that make the tenant hold what is declared, in an order it accepts, and what forbids them.

    Raises: ConfigErrors for what only shows against the live tenant (namesakes, rules broken by the overlay);
    PlanError for references in a circle.
    """
    options = options or Options()
    matched = match(desired, live, kinds)
    drafts = draft(desired, live, kinds, matched, options.wishes)
    cascades = _cascades(drafts, live, kinds, matched)
    require_free(drafts, live, matched.names, {id_ for lost in cascades.values() for _, id_ in lost})
    drafts = _without_cascaded(drafts, cascades)
    notes = (*_checked(drafts), *_unverifiable(drafts))
    ordered = steps(drafts, matched.names)
    mine = frozenset({live.caller.client_id} | _handles_of(live.caller.client_id, matched)) - {""}
    told = {address: tuple(each for each, _ in lost) for address, lost in cascades.items()}
    changes = tuple(sorted(_changes(drafts, told), key=_danger))
    refused, lifted = sifted(guards(drafts, told, desired, live, kinds, mine=mine), changes, options.allowed)
    made = Plan(
        id="",
        tenant=desired.tenant,
        caller=live.caller.client_id,
        changes=changes,
        steps=ordered,
        guards=refused,
        lifted=lifted,
        attention=tuple(_attention(drafts, told)),
        notes=notes,
        summary=_summary(drafts, desired, matched),
        ids=_ids(drafts, matched),
        secrets=secrets_to_fetch(ordered),
        inputs=dict(options.inputs),
        file=options.file,
        scopes=_scopes(ordered, kinds),
        reads=live.requests,
    )
    return replace(made, id=_digest(made))


def sections_to_read(desired: DesiredState, kinds: Mapping[str, Kind]) -> frozenset[str]:
    """Return the sections that must be read to plan this: the declared ones, and those that a change may have an effect on."""
    declared = desired.sections
    doomed = desired.manage.prune | {
        address.section for address, resource in desired.resources.items() if _may_go(resource, kinds[address.section])
    }
    lost = {cascade.section for section in doomed for cascade in kinds[section].cascades}
    switches = {effect.switch[0] for section in declared for effect in kinds[section].attaches if effect.section in declared}
    return declared | lost | switches


def _may_go(resource: Resource, kind: Kind) -> bool:
    """Return whether a live resource may be deleted: it must be absent, or declares what cannot be changed.

    Whatever is found by its key has that already.
    """
    lifecycle = resource.lifecycle
    found_by = frozenset() if lifecycle.id or lifecycle.renamed_from else frozenset(kind.key)
    fixed = (name for name in resource.fields.keys() - found_by if kind.shape.members.get(name, FREE).has(IMMUTABLE))
    return lifecycle.absent or (lifecycle.managed and any(fixed))


def _handles_of(id_: str, matched: Matched) -> set[str]:
    """Return the handles that stand for this live id."""
    return {address.handle for address, found in matched.pairs.items() if found.id == id_}


def _cascades(
    drafts: Mapping[Address, Draft], live: LiveState, kinds: Mapping[str, Kind], matched: Matched
) -> dict[Address, list[tuple[str, str]]]:
    """Return what the server deletes along with each deleted resource: a sentence and the id of each."""
    handles = {(found.section, found.id): address for address, found in matched.pairs.items()}
    lost: dict[Address, list[tuple[str, str]]] = {}
    for address, made in drafts.items():
        if made.action in {Action.DELETE, Action.REPLACE} and made.found:
            for other in lost_along(made.kind, made.found, live):
                known = handles.get((other.section, other.id))
                name = known or f"{other.section}.{_short(kinds[other.section], other)}"
                lost.setdefault(address, []).append((str(name), other.id))
    return lost


def lost_along(kind: Kind, found: LiveResource, live: LiveState) -> Iterator[LiveResource]:
    """Yield what the server deletes along with a live resource."""
    marks = {found.id, found.data.get("identifier")} - {None}
    for cascade in kind.cascades:
        yield from (other for other in live.of(cascade.section) if other.data.get(cascade.field) in marks)


def _short(kind: Kind, live: LiveResource) -> str:
    return display_name(kind, dict(live.data)).replace(" ", "/")


def _without_cascaded(drafts: dict[Address, Draft], cascades: Mapping[Address, list[tuple[str, str]]]) -> dict[Address, Draft]:
    """Return the drafts without deletes that the server makes anyway: those are shown and counted, not sent."""
    gone = {id_ for address, lost in cascades.items() for _, id_ in lost if drafts[address].action is Action.DELETE}
    return {
        address: made
        for address, made in drafts.items()
        if not (made.action is Action.DELETE and made.found and made.found.id in gone)
    }


def _checked(drafts: Mapping[Address, Draft]) -> Iterator[Note]:
    """Yield the warnings of the kinds' rules, checked on live overlaid with declared.

    Raises: ConfigErrors for every rule that the result would break, and for creates that lack a required field.
    """
    errors: list[ConfigError] = []
    notes: list[Note] = []
    for made in drafts.values():
        if made.resource is None or made.action in {None, Action.DELETE}:
            continue
        errors += _missing(made)
        notes += _left_to_server(made)
        merged = _overlaid(made)
        for rule in made.kind.rules:
            # What the tenant holds already, it has accepted; only what the files bring about is our business.
            accepted = set(rule(made.live)) if made.found else set()
            for breach in rule(merged):
                if breach not in accepted:
                    _tell(breach, made, errors, notes)
    if errors:
        raise ConfigErrors(errors)
    yield from notes


def _overlaid(made: Draft) -> dict[str, Any]:
    """Return what the resource will hold; of a value in two units only the unit that is declared."""
    merged = {**made.live, **made.target}
    for name, twin in made.kind.shape.twins.items():
        merged.pop(twin.of if name in made.target and twin.of not in made.target else "", None)
        if name not in made.target:
            merged.pop(name, None)
    return merged


def _tell(breach: Breach, made: Draft, errors: list[ConfigError], notes: list[Note]) -> None:
    """File a breach under errors or warnings, with its place."""
    place = made.resource.place(breach.path) if made.resource else None
    if breach.is_warning:
        notes.append(Note(breach.message, made.address, place))
    else:
        errors.append(ConfigError(breach.sentence, place, str(made.address), code="rule"))


def _missing(made: Draft) -> Iterator[ConfigError]:
    """Yield an error for each required field that a create lacks."""
    if made.action is Action.CREATE and made.resource:
        for name in made.kind.required:
            if made.target.get(name) is None:
                message = f"{made.address} does not exist yet, and creating it needs `{name}`"
                yield ConfigError(message, made.resource.place(), str(made.address), code="required")


def _left_to_server(made: Draft) -> Iterator[Note]:
    """Yield a warning for each choice that a create leaves to the server, naming the choice."""
    if made.action is not Action.CREATE or not made.resource:
        return
    for path, choice in made.kind.server_choices.items():
        value: Any = made.target
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        if value is None:
            sentence = f"{path} is left to the server: {choice}"
            yield Note(sentence, made.address, made.resource.place(), code="server_choice")


def _unverifiable(drafts: Mapping[Address, Draft]) -> Iterator[Note]:
    """Yield a note for each declared field that the server never returns, or whose secret value is not at hand."""
    for made in drafts.values():
        for name in made.target if made.found and made.resource else ():
            if made.shape(name).mark(Unreturned):
                yield Note(f"{name} cannot be read back, so it is not compared", made.address, code="unverifiable")
            sensitive = made.target[name] if made.shape(name).holds(Sensitive) else None
            for secret in _unknown(sensitive, made.live.get(name)):
                sentence = f"secret {secret.name} is not set, so {name} is not compared with what the tenant holds"
                yield Note(sentence, made.address, code="unverifiable")


def _unknown(wanted: Any, held: Any) -> Iterator[Secret]:
    """Yield the secrets that the tenant shows and whose declared value is not at hand."""
    if isinstance(wanted, Secret):
        if isinstance(held, Secret) and held.is_available and not wanted.is_available:
            yield wanted
    elif isinstance(wanted, dict) and isinstance(held, dict):
        for name, value in wanted.items():
            yield from _unknown(value, held.get(name))


def _changes(drafts: Mapping[Address, Draft], cascades: Mapping[Address, tuple[str, ...]]) -> Iterator[Change]:
    """Yield what happens to each resource, with its images before and after."""
    for address, made in drafts.items():
        if made.action is None:
            continue
        touched = [name for name in made.target if name in made.changed]
        is_new, goes = made.found is None, made.action is Action.DELETE
        is_lost = made.action in {Action.DELETE, Action.REPLACE}
        pre = None if is_new else image(made.live if is_lost else {name: made.live.get(name) for name in touched}, made.kind)
        full = made.target if is_new or made.action is Action.REPLACE else {n: made.target[n] for n in touched}
        yield Change(
            address,
            made.action,
            made.name,
            made.matched_by,
            _reason(made),
            made.fields,
            pre,
            None if goes else image(full, made.kind),
            made.found.id if made.found else None,
            cascades.get(address, ()),
            made.tolerates,
            made.resource.place() if made.resource else None,
        )


def _reason(made: Draft) -> str:
    """Return in a few words why there is a change."""
    match made.action:
        case Action.CREATE:
            return "declared, and the tenant has none"
        case Action.DELETE:
            return "declared absent" if made.resource else f"{made.address.section} is pruned, and nobody declares it"
        case Action.REPLACE:
            return f"{', '.join(made.forced)} cannot be changed on a live {made.kind.noun}"
        case _ if made.kind.finish and not made.changed - {made.kind.finish.flag}:
            return f"its last version is not {made.kind.finish.flag}"
        case _:
            return "the tenant holds something else"


_ORDER = {Action.DELETE: 0, Action.REPLACE: 1, Action.UPDATE: 2, Action.CREATE: 3}


def _danger(change: Change) -> tuple[int, Address]:
    """Return a sort key that puts the dangerous first."""
    return (_ORDER[change.action], change.address)


def _attention(drafts: Mapping[Address, Draft], cascades: Mapping[Address, tuple[str, ...]]) -> Iterator[Attention]:
    """Yield what a reviewer must see, deletes first, with what goes along."""
    for made in sorted(
        (each for each in drafts.values() if each.action), key=lambda m: (_ORDER[m.action or Action.UPDATE], m.address)
    ):
        for each in attention(made):
            along = cascades.get(made.address, ()) if each.rule in {"delete", "replace"} else ()
            yield replace(each, sentence=f"{each.sentence}, and with it {', '.join(along)}") if along else each


def _summary(drafts: Mapping[Address, Draft], desired: DesiredState, matched: Matched) -> Summary:
    """Return the counts; ignored resources are not counted."""
    by = [made.action for made in drafts.values()]
    pruned = sum(1 for made in drafts.values() if made.resource is None)
    return Summary(
        create=by.count(Action.CREATE),
        update=by.count(Action.UPDATE),
        replace=by.count(Action.REPLACE),
        delete=by.count(Action.DELETE),
        unchanged=by.count(None),
        undeclared=sum(1 for live in matched.undeclared if live.section in desired.sections) - pruned,
    )


def _ids(drafts: Mapping[Address, Draft], matched: Matched) -> dict[Address, str]:
    """Return the live id of everything that has one, the built-in API included."""
    ids = {address: found.id for address, found in matched.pairs.items()}
    ids |= {address: made.found.id for address, made in drafts.items() if made.found}
    for address in sorted(matched.names.addresses()):
        if (id_ := matched.names.id_of(address)) and address not in ids:
            ids[address] = id_
    return ids


def secrets_to_fetch(ordered: Iterable[Step]) -> tuple[str, ...]:
    """Return the names of the secrets that an apply must fetch: the tenant's own and those in plain it has."""
    found = {
        source.name
        for step in ordered
        for secret in secrets_in(step.call.body)
        if not isinstance(secret, LiveSecret | PlainSecret)
        for source in sources(secret)
    }
    return tuple(sorted(found))


def _scopes(ordered: tuple[Step, ...], kinds: Mapping[str, Kind]) -> frozenset[str]:
    """Return the scopes that the calls need."""
    needed: set[str] = set()
    for step in ordered:
        kind = kinds[step.address.section]
        match step.op:
            case Op.CREATE:
                needed.update(kind.scopes.create)
            case Op.DELETE:
                needed.update(kind.scopes.delete)
            case Op.FINISH if kind.finish:
                needed.update(kind.finish.scopes)
            case Op.ATTACH | Op.DETACH:
                needed.update(scope for part in kind.parts for scope in _part_scopes(part.scopes, step.op))
            case _:
                needed.update(kind.scopes.update)
    return frozenset(needed)


def _part_scopes(scopes: Any, op: Op) -> tuple[str, ...]:
    """Return the scopes of a part's own endpoint."""
    return tuple(scopes.create or scopes.update if op is Op.ATTACH else scopes.delete or scopes.update)


def _digest(made: Plan) -> str:
    """Return a short name for the plan, the same for the same changes to the same tenant."""
    text = json.dumps([made.tenant, [[str(c.address), c.action, repr(c.pre), repr(c.post)] for c in made.changes]])
    return hashlib.sha256(text.encode()).hexdigest()[:12]
