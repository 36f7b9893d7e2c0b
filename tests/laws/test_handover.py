"""The law of names: whoever is to have which one, the tenant comes to hold just that, or nothing is written at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tenantry.model.errors import ConfigErrors, Stale
from tenantry.model.state import Lifecycle
from tests.apply.emulated import Acme, declare
from tests.apply.trouble import Killed, Killer

NAMES = ["n0", "n1", "n2", "n3"]
LISTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "roles": ("roles", "name", {}),
    "organizations": ("organizations", "name", {}),
    "actions": ("actions/actions", "name", {"supported_triggers": [{"id": "post-login", "version": "v3"}], "code": "1"}),
    "apis": ("resource-servers", "identifier", {}),
    "connections": ("connections", "name", {"strategy": "auth0"}),
}
"""By section: its list, the member that only one can have the same, and what else a new one needs."""
REPLACED = {"apis", "connections"}
"""Sections in which a new name makes a new resource, so that names can go round: all are deleted, then all are created."""

Wish = dict[str, str | None]
"""By the name that each has: the one that it shall have, None when it shall go."""


@st.composite
def wishes(draw: st.DrawFn) -> tuple[Wish, list[str]]:
    """Return what becomes of three names, and which further ones are to be there in the end."""
    order = draw(st.permutations(NAMES))
    wish: Wish = {old: draw(st.sampled_from([new, new, None])) for old, new in zip(NAMES[:3], order, strict=False)}
    free = sorted(set(NAMES) - {name for name in wish.values() if name})
    return wish, draw(st.lists(st.sampled_from(free), unique=True)) if free else []


def goes_round(wish: Wish) -> bool:
    """Return whether names are to be exchanged in a circle."""
    for start in wish:
        seen, name = [start], wish[start]
        while name in wish and name not in seen:
            seen.append(name)
            name = wish[name]
        if name == start != wish[start]:
            return True
    return False


def held(acme: Acme, section: str) -> dict[str, str]:
    """Return by name the ids of those that the test is about."""
    path, key, _ = LISTS[section]
    found = acme.ask("GET", f"{path}?per_page=100")
    items = found if isinstance(found, list) else found["actions"]
    return {item[key]: item["id"] for item in items if item[key] in NAMES}


def founded(acme: Acme, section: str) -> dict[str, str]:
    """Return the ids of three new ones."""
    path, key, needed = LISTS[section]
    return {name: acme.ask("POST", path, {**needed, key: name})["id"] for name in NAMES[:3]}


def declared(section: str, wish: Wish, new: list[str], ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return the wish as a file declares it: each is picked by its id."""
    _, key, needed = LISTS[section]
    kept = {
        f"was-{old}": {**needed, key: name or old, "lifecycle": Lifecycle(id=ids[old], absent=name is None)}
        for old, name in wish.items()
    }
    return {**kept, **{f"new-{name}": {**needed, key: name} for name in new}}


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(section=st.sampled_from(sorted(LISTS)), asked=wishes())
def test_each_comes_to_have_its_name(section: str, asked: tuple[Wish, list[str]]) -> None:
    wish, new = asked
    acme = Acme()
    try:
        ids = founded(acme, section)
        desired = declare(**{section: declared(section, wish, new, ids)})
        if goes_round(wish) and section not in REPLACED:
            with pytest.raises(ConfigErrors):
                acme.up(desired)
            assert held(acme, section) == ids
            return
        outcome = acme.up(desired)
        assert outcome.is_complete, outcome.failed
        now = held(acme, section)
        assert now.keys() == {*filter(None, wish.values()), *new}
        if section not in REPLACED:
            assert {name: now[name] for name in wish.values() if name} == {name: ids[old] for old, name in wish.items() if name}
    finally:
        acme.emulator.close()


def renamed(section: str, wish: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return the wish as a file declares it that knows no id: who is called otherwise names what it was called."""
    _, key, needed = LISTS[section]
    return {
        f"was-{old}": {**needed, key: name, "lifecycle": Lifecycle(renamed_from=old if old != name else None)}
        for old, name in wish.items()
    }


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(section=st.sampled_from(sorted(LISTS)), names=st.permutations(NAMES), turned=st.booleans())
def test_names_that_are_handed_on_need_no_ids(section: str, names: list[str], *, turned: bool) -> None:
    wish = dict(zip(NAMES[:3], names, strict=False))
    assume(not goes_round({**wish}))
    acme = Acme()
    try:
        ids = founded(acme, section)
        files = renamed(section, wish)
        desired = declare(**{section: dict(reversed(files.items())) if turned else files})
        outcome = acme.up(desired)
        assert outcome.is_complete, outcome.failed
        now = held(acme, section)
        assert now.keys() == set(wish.values())
        if section not in REPLACED:
            assert now == {name: ids[old] for old, name in wish.items()}
        assert acme.plan(desired).is_empty
    finally:
        acme.emulator.close()


@pytest.mark.parametrize("is_carried_out", [False, True])
@pytest.mark.parametrize(("section", "number"), [*(("roles", n) for n in range(4)), *(("apis", n) for n in range(6))])
def test_killed_anywhere_the_same_plan_brings_names_where_they_belong(
    section: str, number: int, *, is_carried_out: bool
) -> None:
    acme = Acme()
    ids = founded(acme, section)
    desired = declare(**{section: declared(section, {"n0": "n1", "n1": "n2", "n2": None}, ["n0"], ids)})
    saved = acme.plan(desired)
    with pytest.raises((Killed, BaseExceptionGroup)):
        acme.apply(saved, transport=Killer(acme, number, is_carried_out=is_carried_out, reads=False))
    outcome = acme.apply(saved)
    assert outcome.is_complete, outcome.failed
    now = held(acme, section)
    assert now.keys() == {"n0", "n1", "n2"}
    assert now["n0"] not in ids.values()
    if section not in REPLACED:
        assert {name: now[name] for name in ("n1", "n2")} == {"n1": ids["n0"], "n2": ids["n1"]}
    acme.emulator.close()


@pytest.mark.parametrize("number", range(4))
def test_killed_anywhere_a_fresh_plan_brings_names_where_they_belong(number: int) -> None:
    acme = Acme()
    ids = founded(acme, "roles")
    desired = declare(roles=declared("roles", {"n0": "n1", "n1": "n2", "n2": None}, ["n0"], ids))
    with pytest.raises((Killed, BaseExceptionGroup)):
        acme.up(desired, Killer(acme, number, is_carried_out=True, reads=False))
    assert acme.up(desired).is_complete
    now = held(acme, "roles")
    assert {**now, "n0": ""} == {"n0": "", "n1": ids["n0"], "n2": ids["n1"]}
    acme.emulator.close()


def test_a_saved_plan_is_stale_when_somebody_else_has_the_name_that_is_to_be_free() -> None:
    acme = Acme()
    ids = founded(acme, "roles")
    saved = acme.plan(declare(roles=declared("roles", {"n0": "n1", "n1": None}, [], ids)))
    acme.ask("PATCH", f"roles/{ids['n1']}", {"name": "else"})
    acme.ask("PATCH", f"roles/{ids['n2']}", {"name": "n1"})
    was = held(acme, "roles")
    with pytest.raises(Stale):
        acme.apply(saved)
    assert held(acme, "roles") == was
    acme.emulator.close()
