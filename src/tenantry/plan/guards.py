"""What an apply refuses, each with the flag that would allow it; evaluated in the plan and enforced by apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import ceil

from tenantry.model.address import Address
from tenantry.model.kind import Kind
from tenantry.model.state import DesiredState, LiveState
from tenantry.plan.binding import still_bound
from tenantry.plan.cascades import Cascades
from tenantry.plan.draft import Draft
from tenantry.plan.own import Touched, own
from tenantry.plan.types import Action, Change, Guard, Plan
from tenantry.plan.unreadable import unreadable


@dataclass(frozen=True)
class Allowances:
    """What the person who runs the tool allows by flags; ``flags`` holds them as written: ``--allow-replace``."""

    flags: frozenset[str] = frozenset()
    max_deletes: int | None = None

    def lift(self, guard: Guard) -> bool:
        """Return whether this refusal is lifted; one without a flag never is."""
        if guard.deletes:
            return self.max_deletes is not None and guard.deletes <= self.max_deletes
        return guard.flag in self.flags


DEFAULT_DELETES = 3
DEFAULT_SHARE = 0.1


def guards(
    drafts: Mapping[Address, Draft],
    cascades: Cascades,
    desired: DesiredState,
    live: LiveState,
    kinds: Mapping[str, Kind],
    *,
    mine: frozenset[str],
) -> tuple[Guard, ...]:
    """Return every refusal that these changes meet, flags or not; ``mine`` is how lists may name the tool's own application."""
    me = live.caller.client_id
    found = [
        guard
        for made in drafts.values()
        if made.action
        for guard in (
            *_protected(made, desired),
            *_costly(made),
            *own(Touched.by_draft(made), me, mine),
            *_system(made),
            *_unreadable(made),
        )
    ]
    found += _emptied(desired, drafts, live)
    found += _too_many(drafts, cascades, desired, live)
    found += _truncated(desired, live, kinds)
    found += still_bound(drafts.values(), live, kinds)
    return tuple(found)


def sifted(
    found: Iterable[Guard], changes: Iterable[Change], allowed: Allowances
) -> tuple[tuple[Guard, ...], tuple[Guard, ...]]:
    """Return the refusals that stand, and those that the flags lift; a number of deletes may also be stricter than usual."""
    all_ = tuple(found)
    lifted = tuple(guard for guard in all_ if allowed.lift(guard))
    refused = tuple(guard for guard in all_ if not allowed.lift(guard))
    limit, total = allowed.max_deletes, deletes(changes)
    if limit is not None and total > limit:
        others = tuple(guard for guard in refused if not guard.deletes)
        sentence = _too_many_go(total, limit)
        refused = (*others, Guard("max_deletes", sentence, "--max-deletes", deletes=total))
    return refused, lifted


def refusals(plan: Plan, live: LiveState, kinds: Mapping[str, Kind], allowed: Allowances) -> tuple[Guard, ...]:
    """Return what forbids this plan to whoever applies it now: the flags given now count, and who is asking now."""
    me = live.caller.client_id
    found = [*plan.guards, *plan.lifted]
    if me != plan.caller:
        mine = frozenset({me, *(address.handle for address, id_ in plan.ids.items() if id_ == me)})
        for change in plan.changes:
            held = live.by_id.get((change.address.section, change.id or ""))
            touched = Touched.by_change(change, kinds[change.address.section], held)
            found += own(touched, me, mine)
    return sifted(found, plan.changes, allowed)[0]


def deletes(changes: Iterable[Change]) -> int:
    """Return how many resources go: deleted, replaced, or deleted along by the server."""
    return sum(1 + len(change.cascades) for change in changes if change.action.destroys)


def _protected(made: Draft, desired: DesiredState) -> Iterator[Guard]:
    """Refuse to delete or replace what `manage.protect` names, by handle or by name."""
    patterns = desired.manage.protect.get(made.address.section, ())
    named = {made.address.handle, made.name, *(str(made.live.get(key)) for key in made.kind.key)}
    if made.goes and any(fnmatchcase(name, pattern) for name in named for pattern in patterns):
        sentence = f"{made.kind.noun} {made.name} is protected (manage.protect) and would be {made.past}"
        yield Guard("protect", sentence, address=made.address)


def _costly(made: Draft) -> Iterator[Guard]:
    """Refuse what loses more than configuration, unless its flag is given."""
    if made.action is Action.REPLACE and made.kind.replace_flag:
        sentence = f"replacing {made.kind.noun} {made.name} gives it a new id; whoever uses the old one breaks"
        yield Guard("replace", sentence, made.kind.replace_flag, made.address)
    guard = made.kind.delete_guard
    if made.goes and made.found and guard and guard.applies(made.found.data):
        yield Guard(guard.rule, f"{made.kind.noun} {made.name}: {guard.sentence}", guard.flag, made.address)


def _system(made: Draft) -> Iterator[Guard]:
    """Refuse to create, delete or rewrite what belongs to the server."""
    if not made.found or not made.kind.system(made.found.data):
        return
    if made.goes:
        yield Guard("system", f"{made.name} belongs to the tenant itself and cannot be {made.past}", address=made.address)
        return
    if foreign := sorted(made.changed - made.kind.system_fields):
        allowed = ", ".join(sorted(made.kind.system_fields)) or "none"
        sentence = f"{made.name} belongs to the tenant itself: {', '.join(foreign)} cannot be set (only: {allowed})"
        yield Guard("system", sentence, address=made.address)


def _unreadable(made: Draft) -> Iterator[Guard]:
    """Refuse to replace an object whose unreadable members are not all declared with a value at hand."""
    if made.action not in {Action.UPDATE, Action.REPLACE}:
        return
    for path, names in unreadable(made):
        sentence = (
            f"{made.address} {path} is replaced as a whole, and the values of {', '.join(sorted(names))} cannot be read "
            "back: declare each of them, or leave the field out"
        )
        yield Guard("unreadable", sentence, address=made.address)


def _emptied(desired: DesiredState, drafts: Mapping[Address, Draft], live: LiveState) -> Iterator[Guard]:
    """Refuse to prune a section of which nothing is declared, unless the tenant file itself says it is empty."""
    declared = {address.section for address in desired.resources}
    for section in sorted(desired.manage.prune - declared - desired.manage.emptied):
        doomed = [made for made in drafts.values() if made.address.section == section and made.action is Action.DELETE]
        if doomed and live.of(section):
            sentence = (
                f"{section} is pruned and nothing of it is declared: {_all(len(doomed))} would be deleted; "
                f"write `{section}: {{}}` in the tenant file itself if that is meant"
            )
            yield Guard("empty_section", sentence)


def _too_many(
    drafts: Mapping[Address, Draft],
    cascades: Cascades,
    desired: DesiredState,
    live: LiveState,
) -> Iterator[Guard]:
    """Refuse more deletes than expected; what the server deletes along and what is replaced counts as well."""
    counts: dict[str, int] = {}
    for address, made in drafts.items():
        if made.goes:
            counts[address.section] = counts.get(address.section, 0) + 1
            for lost in cascades.get(address, ()):
                section = lost.name.split(".", 1)[0]
                counts[section] = counts.get(section, 0) + 1
    limit, total = desired.manage.max_deletes, sum(counts.values())
    if limit is not None:
        if total > limit:
            yield Guard("max_deletes", _too_many_go(total, limit), "--max-deletes", deletes=total)
        return
    for section, count in sorted(counts.items()):
        usual = max(DEFAULT_DELETES, ceil(DEFAULT_SHARE * len(live.of(section))))
        if count > usual:
            sentence = f"{count} of {section} would go, more than the usual {usual}"
            yield Guard("max_deletes", sentence, "--max-deletes", deletes=total)


def _too_many_go(total: int, limit: int) -> str:
    """Return that more would go than is allowed."""
    return f"{total} resource{'s' if total != 1 else ''} would go, more than the {limit} allowed"


def _truncated(desired: DesiredState, live: LiveState, kinds: Mapping[str, Kind]) -> Iterator[Guard]:
    """Refuse to prune a section whose list the server cuts off."""
    for section in sorted(desired.manage.prune & live.truncated):
        noun = kinds[section].noun
        yield Guard("truncated", f"the tenant lists only its first 1,000 {noun}s, so {section} cannot be pruned")


def _all(number: int) -> str:
    """Return how many all are."""
    return "the only one" if number == 1 else f"all {number}"
