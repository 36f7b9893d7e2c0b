"""A run that ended early is taken back as far as it came: its backup tells more than it did."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tenantry.apply import Journal, State, apply, recalled
from tenantry.kinds import KINDS
from tenantry.management import ManagementClient
from tenantry.model.state import Manage
from tenantry.plan import Step
from tests.apply.emulated import Acme, declare, live, planned
from tests.apply.shop import facts
from tests.apply.test_revert import reverted

PEOPLE = {"name": "people", "strategy": "auth0"}
BOTH = {"shop": {"name": "Shop"}, "old": {"name": "Old"}}
ONE_GOES = {"shop": {"name": "Shop"}}
PRUNED = Manage(prune=frozenset({"applications"}), max_deletes=10)


def test_what_was_still_to_go_is_put_back_where_it_was_taken_out(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(declare(applications=BOTH, connections={"people": PEOPLE | {"enabled_clients": ["shop", "old"]}}))
    was = facts(acme)
    wish = declare(PRUNED, applications=ONE_GOES, connections={"people": PEOPLE | {"enabled_clients": ["shop"]}})

    async def stopped(client: ManagementClient) -> Path:
        stop = asyncio.Event()

        def progress(step: Step, now: State) -> None:
            if now is State.DONE and step.address.section == "connections":
                stop.set()

        held = await live(client, wish)
        with Journal.open(tmp_path, "plan") as journal:
            outcome = await apply(planned(wish, held), held, client, KINDS, journal=journal, progress=progress, stop=stop)
        assert [each.address.section for each in outcome.skipped] == ["applications"]
        assert journal.path
        return journal.path

    journal = acme.do(stopped)
    assert facts(acme)["connections"]["people"] == ["Shop"]
    assert [gone.name for gone in recalled(journal).gone] == ["Old"]
    _, outcome = reverted(acme, journal)
    assert outcome.is_complete, outcome.failed
    assert facts(acme) == was
