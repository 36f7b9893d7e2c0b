"""The laws over random histories: files that change, people who change the tenant by hand, faults, deaths and saved plans.

The judge asks the tenant's HTTP API, never the planner. A short walk by default; ``TENANTRY_LONG_HISTORIES=2000`` takes
that many histories of fifty steps.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import httpx
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tenantry.apply import Journal, Outcome
from tenantry.apply.journal import events
from tenantry.model.errors import ApiError, ConfigErrors, Stale
from tenantry.model.state import Manage
from tenantry.plan import Plan
from tests.apply.emulated import Acme
from tests.apply.trouble import FAULTS, Killed, Killer
from tests.laws.hands import Hand, hands, is_free
from tests.laws.lacking import lacking
from tests.laws.meaning import identified
from tests.laws.promised import complaints
from tests.laws.restraint import left_over, trespasses
from tests.laws.snapshot import Snapshot, snapshot
from tests.laws.tenant import announced
from tests.laws.worlds import CANARY, KEYS, OLDER, World, state, treatment, worlds

T = TypeVar("T")
LONG = int(os.environ.get("TENANTRY_LONG_HISTORIES", "0"))

manages = st.builds(
    lambda prune, ignore, protect: Manage(prune=prune, emptied=prune, max_deletes=100, ignore=ignore, protect=protect),
    st.frozensets(
        st.sampled_from(["applications", "apis", "client_grants", "connections", "roles", "organizations", "actions"]),
        max_size=3,
    ),
    st.sampled_from([{}, {"applications": ("Hand *",)}, {"roles": ("Hand *",), "apis": ("*hand*",)}]),
    st.sampled_from([{}, {}, {"applications": ("Web",)}, {"roles": ("Boss",), "connections": ("staff",)}]),
)

single_faults = st.builds(
    lambda method, skip, times, fault: [
        {"id": "fault", "method": method, "path": "/api/v2/*", "skip": skip, "times": times, **FAULTS[fault]}
    ],
    st.sampled_from(["POST", "PATCH", "DELETE", "GET"]),
    st.integers(0, 12),
    st.integers(1, 3),
    st.sampled_from(sorted(FAULTS)),
)
storms = st.lists(st.sampled_from(sorted(FAULTS)), min_size=1, max_size=3, unique=True).map(
    lambda names: [{"id": name, "path": "/api/v2/*", "probability": 0.1, **FAULTS[name]} for name in names]
)


class Histories(RuleBasedStateMachine):
    """One tenant through the years."""

    def __init__(self) -> None:
        super().__init__()
        self.acme = Acme(kinds=OLDER)
        self.world: World = {}
        self.manage = Manage()
        self.saved: tuple[Plan, World, Manage] | None = None
        self.by_hand: list[tuple[str, Snapshot]] = []

    def teardown(self) -> None:
        self.acme.emulator.close()

    # -- what may happen --

    @initialize(world=worlds())
    def is_founded(self, world: World) -> None:
        self.world = world

    @rule(world=worlds(), manage=manages)
    def the_files_change(self, world: World, manage: Manage) -> None:
        self.world, self.manage = world, manage

    @rule(section=st.sampled_from([*KEYS, "client_grants"]), index=st.integers(0, 5), other=st.integers(0, 20))
    def one_is_picked_by_its_id(self, section: str, index: int, other: int) -> None:
        held = self.held()
        fit = [
            each
            for each in held.values()
            if each.section == section and is_free({**each.data, "name": each.name}) and self.me not in each.data.values()
        ]
        if fit:
            self.treat(section, index, id=fit[other % len(fit)].id)

    @rule(section=st.sampled_from([*KEYS, "client_grants"]), index=st.integers(0, 5))
    def one_is_managed_by_others(self, section: str, index: int) -> None:
        self.treat(section, index, managed=False)

    def treat(self, section: str, index: int, **treated: Any) -> None:
        """Let a declared resource be treated in a way."""
        entries = self.world.get(section, {})
        handles = [handle for handle, fields in entries.items() if treated.get("managed", True) or not treatment(fields).absent]
        held = self.held()
        found = identified(self.world, held, held)
        handles = [handle for handle in handles if (section, handle) in found or "id" in treated]
        if handles:
            handle = sorted(handles)[index % len(handles)]
            fields = {**entries[handle], "lifecycle": replace(treatment(entries[handle]), **treated)}
            self.world = {**self.world, section: {**entries, handle: fields}}

    @rule(hand=hands)
    def somebody_changes_something_by_hand(self, hand: Hand) -> None:
        self.ask(hand.act)

    @rule()
    def an_apply_makes_it_so(self) -> None:
        self.converges()

    @rule(rules=st.one_of(single_faults, storms), seed=st.integers(0, 1000))
    def an_apply_meets_faults(self, rules: list[dict[str, Any]], seed: int) -> None:
        before = self.held()
        outcome = None
        with self.acme.faults(*rules, seed=seed):
            try:
                outcome = self.apply()
            except ApiError:
                event("reading failed")
                outcome = None
        after = self.held()
        self.nobody_elses_is_touched(before, after, self.world, self.manage)
        if outcome is not None and outcome.is_complete:
            self.is_as_declared(before, after)
        elif outcome is not None:
            event("a fault was told")
            assert all(each.message for each in outcome.failed)
            assert all(each.reason for each in outcome.skipped)
        self.converges()

    @rule(number=st.integers(0, 25), is_carried_out=st.booleans(), reads=st.booleans(), is_saved=st.booleans())
    def an_apply_is_killed(self, number: int, *, is_carried_out: bool, reads: bool, is_saved: bool) -> None:
        before = self.held()
        saved = self.planned() if is_saved else None
        if is_saved and (saved is None or saved.guards):
            return
        killer = Killer(self.acme, number, is_carried_out=is_carried_out, reads=reads)
        try:
            self.acme.apply(saved, transport=killer) if saved else self.apply(transport=killer)
        except (Killed, BaseExceptionGroup):
            event("killed")
        self.nobody_elses_is_touched(before, self.held(), self.world, self.manage)
        if saved:
            self.is_complete(self.acme.apply(saved), self.world, before)
        self.converges()

    @rule()
    def a_plan_is_saved(self) -> None:
        made = self.planned()
        self.saved = (made, self.world, self.manage) if made and not made.guards else None

    @precondition(lambda self: self.saved is not None)
    @rule(hand=st.none() | hands)
    def a_saved_plan_is_applied(self, hand: Hand | None) -> None:
        assert self.saved is not None
        (made, world, manage), self.saved = self.saved, None
        if hand:
            self.ask(hand.act)
        before = self.held()
        try:
            outcome = self.acme.apply(made)
        except Stale:
            event("a stale plan is refused")
            assert self.held() == before, "a refused plan writes nothing"
            return
        self.nobody_elses_is_touched(before, self.held(), world, manage)
        self.is_complete(outcome, world, before)

    # -- the laws --

    def converges(self) -> None:
        """Apply, and hold the run to the laws."""
        before = self.held()
        self.acme.writes()
        made = self.planned()
        if made is None or made.guards:
            event("refused: " + (", ".join(sorted({guard.rule for guard in made.guards})) if made else "invalid"))
            return
        with TemporaryDirectory() as folder:
            path = Path(folder, "journal.jsonl")
            with Journal(path) as journal:
                outcome = self.apply(journal=journal)
            kept = "".join(file.read_text(encoding="utf-8") for file in Path(folder).iterdir())
            _is_whole(path, is_empty=made.is_empty)
        assert outcome is not None
        written = self.acme.writes()
        if not self.is_complete(outcome, self.world, before):
            return
        assert sum(written.values()) == announced(made, written), f"{written} for {[(s.address, s.op) for s in made.steps]}"
        after = self.held()
        self.nobody_elses_is_touched(before, after, self.world, self.manage)
        self.is_as_declared(before, after)
        left = list(left_over(before, after, self.world, self.manage, self.me))
        assert not left, left
        again = self.planned()
        if again is None and has_new_ids(self.world, after):
            event("what an id picked was replaced")
            return
        assert again is not None
        assert not again.steps, [(step.address, step.op, step.call.body) for step in again.steps]
        assert CANARY not in kept + repr(made)
        event(f"converged, {'nothing' if made.is_empty else 'something'} to do")

    def is_complete(self, outcome: Outcome, world: World, before: Snapshot) -> bool:
        """Return whether a run did all it should; where not, the world asks for what nobody lets the tool bring about."""
        if outcome.is_complete:
            return True
        assert list(lacking(world, before, self.held())), (outcome.failed, outcome.skipped)
        event("what is not ours lacks what is asked of it")
        return False

    def is_as_declared(self, before: Snapshot, after: Snapshot) -> None:
        found = list(complaints(self.world, before, after, self.manage))
        assert not found, "\n".join(found)

    def nobody_elses_is_touched(self, before: Snapshot, after: Snapshot, world: World, manage: Manage) -> None:
        found = list(trespasses(before, after, world, manage, self.me))
        assert not found, "\n".join(found)

    # -- the ways to the tenant --

    @property
    def me(self) -> str:
        return self.acme.emulator.management_client_id

    def planned(self) -> Plan | None:
        """Return a plan as the command line makes it, None when files and tenant together are refused."""
        desired = state(self.world, self.manage)
        try:
            return self.acme.plan(desired)
        except ConfigErrors:
            return None

    def apply(self, transport: httpx.AsyncBaseTransport | None = None, **options: Any) -> Outcome | None:
        """Plan and apply, as the command line does; None when the plan is refused."""
        try:
            return self.acme.up_if_allowed(state(self.world, self.manage), transport, **options)
        except ConfigErrors:
            return None

    def held(self) -> Snapshot:
        return self.ask(snapshot)

    def ask(self, work: Callable[[httpx.AsyncClient], Awaitable[T]]) -> T:
        """Return what some work with a door to the tenant gives that knows nothing of the tool."""

        async def within() -> T:
            transport = httpx.ASGITransport(app=self.acme.emulator.app)
            async with httpx.AsyncClient(transport=transport, base_url=self.acme.base) as http:
                self.acme.token = self.acme.token or await self.acme.granted(http)
                http.headers["authorization"] = f"Bearer {self.acme.token}"
                return await work(http)

        return asyncio.run(within())


def has_new_ids(world: World, after: Snapshot) -> bool:
    """Return whether a world picks something by an id that the tenant no longer has."""
    return any(
        (section, id_) not in after
        for section, entries in world.items()
        for each in entries.values()
        if (id_ := treatment(each).id)
    )


def _is_whole(path: Path, *, is_empty: bool) -> None:
    """Check that a journal begins and ends, and accounts for everything it says was sent."""
    assert path.exists() is not is_empty
    if is_empty:
        return
    lines = events(path)
    assert (lines[0]["event"], lines[-1]["event"]) == ("started", "finished")
    sending = {line["step"] for line in lines if line["event"] == "sending"}
    assert sending <= {line["step"] for line in lines if line["event"] in {"sent", "failed"}}


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=LONG or 20,
    stateful_step_count=50 if LONG else 12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
