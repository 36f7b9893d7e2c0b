"""What an apply refuses, each with the flag that would allow it; evaluated in the plan and enforced by apply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import ceil

from tenantry.model.address import Address
from tenantry.model.kind import Kind
from tenantry.model.marks import Ref, SignsIn
from tenantry.model.state import DesiredState, LiveState
from tenantry.plan.draft import Draft, unreadable
from tenantry.plan.types import Action, Effect, Guard


@dataclass(frozen=True)
class Allowances:
    """What the person who runs the tool allows by flags; ``flags`` holds them as written: ``--allow-replace``."""

    flags: frozenset[str] = frozenset()
    max_deletes: int | None = None


DESTRUCTIVE = {Action.DELETE, Action.REPLACE}
DEFAULT_DELETES = 3
DEFAULT_SHARE = 0.1


def guards(
    drafts: Mapping[Address, Draft],
    cascades: Mapping[Address, tuple[str, ...]],
    desired: DesiredState,
    live: LiveState,
    kinds: Mapping[str, Kind],
    *,
    allowed: Allowances,
    mine: frozenset[str],
) -> tuple[Guard, ...]:
    """Return every refusal that these changes meet; ``mine`` is how lists may name the tool's own application."""
    found = [
        guard
        for made in drafts.values()
        if made.action
        for guard in (
            *_protected(made, desired),
            *_costly(made),
            *_own(made, live, mine),
            *_system(made),
            *_unreadable(made),
        )
    ]
    found += _emptied(desired, drafts, live)
    found += _too_many(drafts, cascades, desired, live, allowed)
    found += _truncated(desired, live, kinds)
    return tuple(guard for guard in found if guard.flag not in allowed.flags or not guard.flag)


def _protected(made: Draft, desired: DesiredState) -> Iterator[Guard]:
    """Refuse to delete or replace what `manage.protect` names, by handle or by name."""
    patterns = desired.manage.protect.get(made.address.section, ())
    named = {made.address.handle, made.name, *(str(made.live.get(key)) for key in made.kind.key)}
    if made.action in DESTRUCTIVE and any(fnmatchcase(name, pattern) for name in named for pattern in patterns):
        sentence = f"{made.kind.noun} {made.name} is protected (manage.protect) and would be {_past(made)}"
        yield Guard("protect", sentence, address=made.address)


def _costly(made: Draft) -> Iterator[Guard]:
    """Refuse what loses more than configuration, unless its flag is given."""
    data = dict(made.found.data) if made.found else {}
    if made.action is Action.REPLACE and made.kind.replace_flag:
        sentence = f"replacing {made.kind.noun} {made.name} gives it a new id; whoever uses the old one breaks"
        yield Guard("replace", sentence, made.kind.replace_flag, made.address)
    guard = made.kind.delete_guard
    if made.action in DESTRUCTIVE and guard and guard.applies(data):
        yield Guard(guard.rule, f"{made.kind.noun} {made.name}: {guard.sentence}", guard.flag, made.address)


def _own(made: Draft, live: LiveState, mine: frozenset[str]) -> Iterator[Guard]:
    """Refuse to delete or narrow the tool's own application, what grants it access, and its place in lists."""
    me = live.caller.client_id
    if not me or not made.found:
        return
    yield from _own_place(made, mine)
    is_me = made.found.id == me
    is_mine = any(made.found.data.get(name) == me for name in made.kind.key if made.shape(name).mark(Ref))
    if (is_me or is_mine) and made.action in DESTRUCTIVE:
        whose = "the application tenantry itself uses" if is_me else "what gives tenantry's own application its access"
        yield Guard("own_application", f"{made.name} is {whose} and would be {_past(made)}", address=made.address)
    elif is_me or is_mine:
        for change in made.fields:
            top = made.shape(change.path.split(".")[0].split("[")[0])
            if change.effect is Effect.REMOVED or top.mark(SignsIn) or change.is_secret:
                sentence = f"{made.name} is tenantry's own: changing {change.path} could lock it out"
                yield Guard("own_application", sentence, address=made.address)


def _own_place(made: Draft, mine: frozenset[str]) -> Iterator[Guard]:
    """Refuse to take the tool's own application, by id or by handle, out of a list of references."""
    for name in made.changed if made.action is Action.UPDATE else ():
        held, wanted = made.known.get(name), made.target.get(name)
        if made.shape(name).mark(Ref) and isinstance(held, list) and mine & set(held) - set(wanted or ()):
            sentence = f"{made.kind.noun} {made.name}: {name} would lose tenantry's own application"
            yield Guard("own_application", sentence, address=made.address)


def _system(made: Draft) -> Iterator[Guard]:
    """Refuse to create, delete or rewrite what belongs to the server."""
    if not made.found or not made.kind.system(dict(made.found.data)):
        return
    if made.action in DESTRUCTIVE:
        yield Guard("system", f"{made.name} belongs to the tenant itself and cannot be {_past(made)}", address=made.address)
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
                f"{section} is pruned and nothing of it is declared: all {len(doomed)} would be deleted; "
                f"write `{section}: {{}}` in the tenant file itself if that is meant"
            )
            yield Guard("empty_section", sentence)


def _too_many(
    drafts: Mapping[Address, Draft],
    cascades: Mapping[Address, tuple[str, ...]],
    desired: DesiredState,
    live: LiveState,
    allowed: Allowances,
) -> Iterator[Guard]:
    """Refuse more deletes than expected; what the server deletes along and what is replaced counts as well."""
    counts: dict[str, int] = {}
    for address, made in drafts.items():
        if made.action in DESTRUCTIVE:
            counts[address.section] = counts.get(address.section, 0) + 1
            for lost in cascades.get(address, ()):
                section = lost.split(".", 1)[0]
                counts[section] = counts.get(section, 0) + 1
    limit = allowed.max_deletes if allowed.max_deletes is not None else desired.manage.max_deletes
    if limit is not None:
        total = sum(counts.values())
        if total > limit:
            yield Guard("max_deletes", f"{total} resources would go, more than the {limit} allowed", "--max-deletes")
        return
    for section, count in sorted(counts.items()):
        usual = max(DEFAULT_DELETES, ceil(DEFAULT_SHARE * len(live.of(section))))
        if count > usual:
            sentence = f"{count} of {section} would go, more than the usual {usual}"
            yield Guard("max_deletes", sentence, "--max-deletes")


def _truncated(desired: DesiredState, live: LiveState, kinds: Mapping[str, Kind]) -> Iterator[Guard]:
    """Refuse to prune a section whose list the server cuts off."""
    for section in sorted(desired.manage.prune & live.truncated):
        noun = kinds[section].noun
        yield Guard("truncated", f"the tenant lists only its first 1,000 {noun}s, so {section} cannot be pruned")


def _past(made: Draft) -> str:
    return "deleted" if made.action is Action.DELETE else "replaced"
