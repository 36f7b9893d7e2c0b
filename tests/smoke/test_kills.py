"""The token contract is sharp: whatever is wrong is noticed by the assertion that is about it, and what is right by none.

Each assertion is asked alone, so none is noticed by the way.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tenantry.emulator.oauth.misbehaviours import MISBEHAVIOURS, activate
from tenantry.smoke import Outcome, Report, asked, exit_code
from tenantry.smoke.contract import EVERY, TABLES, TENANT
from tenantry.smoke.contract import id_token as id_tokens
from tests.smoke.matrix.lies import LIES
from tests.smoke.matrix.mutant import Mutant
from tests.smoke.matrix.mutants import MUTANTS, UNREACHABLE
from tests.smoke.matrix.scenes import SCENES
from tests.smoke.matrix.table import PROPERTY
from tests.smoke.world import World, failed, ids_of, line


@cache
def world_of(name: str) -> World:
    """Return the emulated tenant of a scene, one per process."""
    scene = SCENES[name]
    world = World(scene.sections)
    for call in scene.calls:
        world.does(call)
    world.proves(level="read")
    return world


def only(monkeypatch: pytest.MonkeyPatch, ids: tuple[str, ...]) -> None:
    """Let a run ask these assertions alone."""
    tables = {kind: tuple(one for one in table if one.id in ids) for kind, table in TABLES.items()}
    monkeypatch.setattr(asked, "TABLES", tables)
    monkeypatch.setattr(asked, "TENANT", tuple(one for one in TENANT if one.id in ids))


def proven(mutant: Mutant) -> Report:
    """Return what a run at the highest level finds."""
    world = world_of(mutant.scene)
    activate(world.emulator.tenant, mutant.lies)
    try:
        return world.proves(mutant.config, level="full", declared=mutant.sections)
    finally:
        activate(world.emulator.tenant, [])


@pytest.mark.parametrize("name", SCENES)
def test_a_right_tenant_raises_no_alarm(name: str) -> None:
    report = world_of(name).proves(SCENES[name].config, level="full")
    assert not failed(report)
    odd = [line(one) for one in report.findings if one.outcome in {Outcome.BLOCKED, Outcome.INCONCLUSIVE}]
    assert report.proved.is_complete or not SCENES[name].is_whole, odd


def test_a_flow_that_asks_for_no_id_token_raises_no_alarm() -> None:
    """The standard logout needs an ID token as its hint; a run without one neither fails nor passes there."""
    flow = {"flow": "authorization_code_pkce", "application": "storefront", "api": "orders", "scope": ["read:orders"]}
    report = World().proves({"flows": {"plain": flow}}, level="full")
    assert not failed(report)
    assert "OUT-01" in ids_of(report, Outcome.PASSED)
    assert {"OUT-04", "OUT-05", "OUT-06"}.isdisjoint(one.id for one in report.findings)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_what_is_wrong_is_noticed(mutant: Mutant, monkeypatch: pytest.MonkeyPatch, record_property: Any) -> None:
    record_property(PROPERTY, f"{mutant.name}: {', '.join(mutant.breaks)}")
    for id_ in mutant.breaks:
        only(monkeypatch, (id_,))
        report = proven(mutant)
        seen = [line(one) for one in report.findings]
        assert id_ in ids_of(report, mutant.outcome), seen
        assert exit_code(report) == (3 if mutant.outcome is Outcome.FAILED else 6)


def test_what_nobody_knows_of_real_tenants_informs_there_and_never_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = tuple(one.id for one in EVERY if one.real == "unknown")
    only(monkeypatch, unknown)
    world, flow = world_of("shop"), {"work": SCENES["shop"].flows["work"]}
    activate(world.emulator.tenant, ["choose_otherwise"])
    try:
        report = world.proves({**SCENES["shop"].config, "flows": flow}, level="full", emulated=False)
    finally:
        activate(world.emulator.tenant, [])
    assert not failed(report)
    assert {"CLI-06", "COD-06", "PKC-07", "PKC-08"} <= ids_of(report, Outcome.INFO)
    assert {one.expected for one in report.findings if one.outcome is Outcome.INFO} == {""}


def test_no_misbehaviour_is_forgotten() -> None:
    assert {mutant.lies[0] for mutant in LIES} == MISBEHAVIOURS.keys()
    assert len(MUTANTS) == len({mutant.name for mutant in MUTANTS})


def test_every_assertion_can_fail() -> None:
    """Whether it really does is what the matrix above tries."""
    breakable = {id_ for mutant in MUTANTS for id_ in mutant.breaks}
    assert sorted({one.id for one in EVERY} - breakable - UNREACHABLE.keys()) == []
    assert sorted(breakable - {one.id for one in EVERY}) == []
    assert UNREACHABLE.keys().isdisjoint(breakable)


def test_no_forgery_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """IDT-25 judges the verifier: one that believes everything makes it fail."""
    only(monkeypatch, ("IDT-25",))
    right = Mutant("a verifier that believes everything", "shop", "shop", ("IDT-25",))
    assert "IDT-25" in ids_of(proven(right), Outcome.PASSED)
    monkeypatch.setattr(id_tokens, "verifies", lambda *_, **__: "")
    assert "IDT-25" in ids_of(proven(right), Outcome.FAILED)
