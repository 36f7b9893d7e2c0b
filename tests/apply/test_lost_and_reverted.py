"""What nobody knows to have been created is looked for when its run is taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tenantry.apply import Outcome, recalled
from tests.apply.emulated import Acme, declare
from tests.apply.test_revert import journalled, reverted, told_of

ROLE = declare(None, roles={"buyer": {"name": "Buyer"}})
SHOP = declare(None, applications={"shop": {"name": "Shop"}})


def lost(acme: Acme, path: str, folder: Path, wish: Any) -> Path:
    """Apply while the creates of one kind are lost on their way, and return the journal."""
    with acme.faults({"id": "lost", "method": "POST", "path": f"/api/v2/{path}", "action": {"drop": True}}):
        return journalled(acme, wish, folder)


def undone(acme: Acme, journal: Path) -> tuple[str, Outcome]:
    made, outcome = reverted(acme, journal)
    assert outcome.is_complete, outcome.failed
    return told_of(made), outcome


@pytest.mark.parametrize(("path", "wish", "name"), [("roles", ROLE, "Buyer"), ("clients", SHOP, "Shop")])
def test_what_the_tenant_created_after_all_is_deleted(tmp_path: Path, path: str, wish: Any, name: str) -> None:
    acme = Acme()
    journal = lost(acme, path, tmp_path, wish)
    assert not recalled(journal).failed
    acme.ask("POST", path, {"name": name})  # it comes later than anybody waits
    told, outcome = undone(acme, journal)
    assert "the run ended before it knew whether" in told
    assert len(outcome.done) == 1
    assert name not in [each["name"] for each in acme.ask("GET", path)]


def test_what_was_never_created_leaves_nothing_to_do(tmp_path: Path) -> None:
    acme = Acme()
    _, outcome = undone(acme, lost(acme, "roles", tmp_path, ROLE))
    assert not outcome.done


def test_of_several_that_may_be_it_none_is_deleted(tmp_path: Path) -> None:
    acme = Acme()
    journal = lost(acme, "clients", tmp_path, SHOP)
    ids = sorted(acme.ask("POST", "clients", {"name": "Shop"})["client_id"] for _ in range(2))
    told, outcome = undone(acme, journal)
    assert f"several applications have its name ({', '.join(ids)}), so none is deleted" in told
    assert not outcome.done
    assert len(acme.named("Shop")) == 2


def test_what_was_refused_is_not_looked_for(tmp_path: Path) -> None:
    acme = Acme()
    with acme.faults({"id": "no", "method": "POST", "path": "/api/v2/roles", "action": {"status": 400}}):
        journal = journalled(acme, ROLE, tmp_path)
    acme.ask("POST", "roles", {"name": "Buyer"})
    told, outcome = undone(acme, journal)
    assert "its creation failed, so there is nothing to delete" in told
    assert not outcome.done


@pytest.mark.parametrize(("description", "is_told"), [("by hand", True), ("as declared", False)])
def test_what_came_after_all_and_is_not_as_declared_is_pointed_out(tmp_path: Path, description: str, *, is_told: bool) -> None:
    acme = Acme()
    journal = lost(acme, "roles", tmp_path, declare(None, roles={"buyer": {"name": "Buyer", "description": "as declared"}}))
    acme.ask("POST", "roles", {"name": "Buyer", "description": description})
    told, _ = undone(acme, journal)
    assert ("it was changed again after that run; reverting takes that back as well" in told) is is_told
