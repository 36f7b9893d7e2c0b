"""The law of reverting: after any apply, its revert leaves the tenant as it was, but for ids, secrets and what it said."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import httpx
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenantry.apply import Inverse, Journal, Outcome, apply, fitted, inverse, newest, recalled
from tenantry.kinds import KINDS
from tenantry.management import ManagementClient
from tenantry.model.errors import ConfigErrors
from tenantry.model.state import Lifecycle, Manage, Purpose
from tenantry.model.values import Exclude, Include
from tests.apply.emulated import Acme, declare, live, planned, up
from tests.laws.hands import Hand, hands
from tests.laws.lacking import dangling, lacking
from tests.laws.restraint import COUPLED
from tests.laws.snapshot import Snapshot, snapshot
from tests.laws.worlds import OLDER, World, state, worlds

T = TypeVar("T")
LONG = int(os.environ.get("TENANTRY_LONG_HISTORIES", "0"))
NEVER_THE_SAME = {
    # the server's own: ids, times, versions and states of builds, and secrets, which no journal holds
    *("id", "created_at", "updated_at", "client_secret", "signing_secret", "signing_keys", "secrets"),
    *("current_version", "deployed_version", "all_changes_deployed", "status", "built_at", "number"),
}
UNHEARD_OF = {
    name for section, kind in KINDS.items() for name in kind.shape.members.keys() - OLDER[section].shape.members.keys()
}
"""Members that the tool does not know in these worlds: of what is created again they do not come back, and that is told."""
SECTIONS = ["applications", "apis", "client_grants", "connections", "roles", "organizations", "actions"]
Facts = dict[str, Any]


def facts(held: Snapshot) -> Facts:
    """Return all that a tenant holds by the names that people know it by, references as names too."""
    names = {
        each.id: f"{each.section} {each.name}"
        for each in held.values()
        if each.section not in {"client_grants", "triggers", "tenant_settings"}
    }
    found: Facts = {}
    for each in held.values():
        known = f"{each.data['client_id']} {each.data['audience']}" if each.section == "client_grants" else each.name
        name = f"{each.section} {' '.join(names.get(part, part) for part in known.split())}"
        found[name] = _named(each.data, names)
    return found


def _named(value: Any, names: dict[str, str]) -> Any:
    """Return a value with names for ids, lists in an order of their own, and nothing, null and empty as one."""
    if isinstance(value, dict):
        members = {names.get(key, key): _named(item, names) for key, item in sorted(value.items()) if key not in NEVER_THE_SAME}
        return {key: item for key, item in members.items() if item not in (None, "", [], {})}
    if isinstance(value, list):
        items = [_named(item, names) for item in value]
        return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    return names.get(value, value) if isinstance(value, str) else value


async def reverted(client: ManagementClient, journal: Path) -> tuple[Inverse, Outcome]:
    """Take back what a journal tells, as the command line does."""
    past = recalled(journal)
    made = inverse(past, OLDER, Manage(max_deletes=1000))
    held = await live(client, made.state, OLDER)
    made = fitted(made, past, held, OLDER)
    with Journal.open(journal.parent / "reverts", "back") as again:
        return made, await apply(planned(made.state, held, OLDER), held, client, OLDER, journal=again)


def without_told(found: Facts, made: Inverse, after: World) -> Facts:
    """Return the facts without what the revert says that it does not bring back."""
    words = [note.sentence for note in made.notes]
    kept = {each.split(" ")[0].split(".")[0] for each in words if "stays as it is" in each}
    kept |= {other for each in kept for other in COUPLED.get(each, ())}
    undone = {each.split("`")[1] for each in words if "do not get it back" in each}
    declared = {
        (f"{section} {wanted.get('name')}", part)
        for section, entries in after.items()
        for wanted in entries.values()
        for part, value in wanted.items()
        if not isinstance(value, Include | Exclude)  # of what it leaves alone it says nothing
    }
    anew = {
        f"{note.address.section} {note.sentence.split(' was ')[0]}"
        for note in made.notes
        if note.address and "created again" in note.sentence
    }
    return {
        name: {
            key: item
            for key, item in fact.items()
            if key not in kept
            and not (key in undone and (name, key) not in declared)
            and not (name in anew and key in UNHEARD_OF)
        }
        for name, fact in found.items()
    }


def without_joined(became: Facts, was: Facts, made: Inverse) -> Facts:
    """Return the facts without the applications that the server joined to connections because they are new, if that is told."""
    if not any("it may be joined to connections" in note.sentence for note in made.notes):
        return became
    part = "enabled_clients"
    return {
        name: {
            key: [item for item in value if item in was.get(name, {}).get(part, [])] or None if key == part else value
            for key, value in fact.items()
        }
        for name, fact in became.items()
    }


def departures(was: Facts, became: Facts) -> list[str]:
    """Return a sentence for each member in which two tenants differ."""
    return [
        f"{name}.{key}: {was.get(name, {}).get(key)} became {became.get(name, {}).get(key)}"
        for name in sorted({*was, *became})
        for key in sorted(
            {*was.get(name, {}), *became.get(name, {}), *(["(there)"] if (name in was) != (name in became) else [])}
        )
        if was.get(name, {}).get(key) != became.get(name, {}).get(key) or key == "(there)"
    ]


def ask(acme: Acme, work: Callable[[httpx.AsyncClient], Awaitable[T]]) -> T:
    """Return what some work with a door to the tenant gives that knows nothing of the tool."""

    async def within() -> T:
        transport = httpx.ASGITransport(app=acme.emulator.app)
        async with httpx.AsyncClient(transport=transport, base_url=acme.base) as http:
            http.headers["authorization"] = f"Bearer {await acme.granted(http)}"
            return await work(http)

    return asyncio.run(within())


@settings(
    max_examples=LONG or 8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(
    before=worlds(),
    after=worlds(),
    by_hand=st.lists(hands, max_size=3),
    prune=st.frozensets(st.sampled_from(SECTIONS)),
)
def test_a_revert_leaves_the_tenant_as_it_was(before: World, after: World, by_hand: list[Hand], prune: frozenset[str]) -> None:
    acme = Acme(kinds=OLDER)
    try:
        _law(acme, before, after, by_hand, prune)
    finally:
        acme.emulator.close()


def _law(acme: Acme, before: World, after: World, by_hand: list[Hand], prune: frozenset[str]) -> None:
    if not acme.up(state(before)).is_complete:
        return
    for hand in by_hand:
        ask(acme, hand.act)
    held = ask(acme, snapshot)
    if list(dangling(held)):
        return  # a grant of what its API no longer has: the server lets it stand, and lets nobody make it again
    was = facts(held)
    with TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with Journal.open(folder, "plan") as journal:
                wish = state(after, Manage(prune=prune, emptied=prune, max_deletes=1000))
                outcome = acme.do(lambda client: up(client, wish, OLDER, journal=journal))
        except ConfigErrors:
            return
        if not outcome.is_complete:
            assert list(lacking(after, held, ask(acme, snapshot))), outcome.failed
            return
        if not outcome.done:
            return
        made, taken_back = acme.do(lambda client: reverted(client, newest(folder)))
    assert taken_back.is_complete, taken_back.failed
    assert [note.sentence for note in made.notes if note.code == "changed_since"] == [], "nobody changed anything since"
    became = without_joined(facts(ask(acme, snapshot)), was, made)
    told = "\n".join(note.sentence for note in made.notes)
    assert departures(without_told(was, made, after), without_told(became, made, after)) == [], told


def test_names_that_changed_hands_change_back() -> None:
    acme = Acme(kinds=OLDER)
    ids = {name: acme.ask("POST", "roles", {"name": name})["id"] for name in ("one", "two", "three")}
    roles = {
        "a": {"name": "two", "lifecycle": Lifecycle(id=ids["one"])},
        "b": {"name": "four", "lifecycle": Lifecycle(id=ids["two"])},
        "c": {"name": "three", "lifecycle": Lifecycle(id=ids["three"], absent=True)},
        "d": {"name": "one"},
    }
    with TemporaryDirectory() as name, Journal.open(Path(name), "plan") as journal:
        assert acme.do(lambda client: up(client, declare(roles=roles), OLDER, journal=journal)).is_complete
        made, taken_back = acme.do(lambda client: reverted(client, newest(Path(name))))
    assert taken_back.is_complete, taken_back.failed
    assert made.state.purpose is Purpose.REVERT
    now = {role["name"]: role["id"] for role in acme.ask("GET", "roles")}
    assert now.keys() == ids.keys()
    assert {name: now[name] for name in ("one", "two")} == {name: ids[name] for name in ("one", "two")}
    acme.emulator.close()
