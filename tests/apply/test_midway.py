"""What a run does when the tenant changes under it, when steps fail, and what it counts as its own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from tenantry.apply import Journal, Outcome, apply, backup_of
from tenantry.apply.backup import load
from tenantry.kinds import KINDS
from tenantry.management import ManagementClient
from tenantry.model.errors import ApiError
from tenantry.model.secret import Secret
from tenantry.model.state import DesiredState, Lifecycle, Manage
from tenantry.plan import Options, Wishes, plan
from tests.apply.emulated import Acme, Meddler, declare, live, planned, up
from tests.apply.shop import CODE, POST_LOGIN, scopes

BUYER = {"name": "Buyer"}
USERS = {"name": "users", "strategy": "auth0", "display_name": "Users"}


def late(acme: Acme, wish: DesiredState, *, meanwhile: Any) -> Outcome:
    """Apply a plan although the tenant has moved on since it was read."""

    async def work(client: ManagementClient) -> Outcome:
        held = await live(client, wish)
        await meanwhile()
        return await apply(planned(wish, held), held, client, KINDS)

    return acme.do(work)


def test_what_changes_right_before_it_would_be_replaced_is_left_alone() -> None:
    acme = Acme()
    acme.up(declare(connections={"users": USERS}))
    connection = acme.ask("GET", "connections?name=users")[0]["id"]
    outcome = late(
        acme,
        declare(connections={"users": USERS | {"strategy": "google-oauth2", "display_name": "Shoppers"}}),
        meanwhile=lambda: acme.asked("PATCH", f"connections/{connection}", {"display_name": "Customers"}),
    )
    assert [(failed.code, str(failed.address)) for failed in outcome.failed] == [("stale", "connections.users")]
    assert acme.ask("GET", f"connections/{connection}")["display_name"] == "Customers"


def test_all_that_hangs_on_a_failure_says_so_not_only_what_follows_it_first() -> None:
    gate = {"name": "Gate", "app_type": "resource_server", "resource_server_identifier": "orders"}
    wish = declare(
        apis={"orders": {"identifier": "https://orders"}, "stock": {"identifier": "https://stock", "scopes": scopes("read")}},
        applications={"gate": gate},
        client_grants={"g": {"client_id": "gate", "audience": "stock", "scope": ["read"]}},
        connections={"users": {"name": "users", "strategy": "auth0", "enabled_clients": ["gate"]}},
    )
    acme = Acme()
    acme.ask("POST", "resource-servers", {"identifier": "https://stock", "scopes": scopes("read")})
    with acme.faults({"id": "f", "method": "POST", "path": "/api/v2/resource-servers", "action": {"status": 400}}):
        outcome = acme.up(wish)
    assert {str(each.address): each.reason for each in outcome.skipped} == {
        "applications.gate": "apis.orders failed",
        "client_grants.g": "apis.orders failed",
        "connections.users": "apis.orders failed",
    }


def test_each_run_of_a_client_counts_its_own_requests() -> None:
    acme = Acme()
    first, second = (declare(roles={"buyer": BUYER | {"description": text}}) for text in ("a", "b"))

    async def work(client: ManagementClient) -> list[Outcome]:
        return [await up(client, first), await up(client, second)]

    refused = [
        {"id": method, "method": method, "path": "/api/v2/roles", "times": 1, "action": {"status": 429}}
        for method in ("GET", "POST")
    ]
    with acme.faults(*refused):
        one, two = acme.do(work)
    assert [(each.writes, each.landed, each.rate_limited) for each in (one, two)] == [(2, 1, 1), (1, 1, 0)]


def deleting(acme: Acme, folder: Path, status: int) -> tuple[Outcome, Path]:
    """Prune a role whose permissions cannot be read for the backup."""
    acme.up(declare(roles={"buyer": BUYER | {"description": "buys"}}))
    gone = declare(Manage(prune=frozenset({"roles"}), emptied=frozenset({"roles"}), max_deletes=9))
    fault = {"id": "f", "method": "GET", "path": "/api/v2/roles/*/permissions", "action": {"status": status}}
    with acme.faults(fault), Journal.open(folder, "p") as journal:
        assert journal.path
        return acme.do(lambda client: up(client, gone, journal=journal)), backup_of(journal.path)


def test_a_backup_holds_what_was_known_of_something_that_goes_and_is_gone_already(tmp_path: Path) -> None:
    outcome, backup = deleting(Acme(), tmp_path, 404)
    assert outcome.is_complete
    [held] = load(backup)
    assert (held.image["description"], "permissions" in held.image) == ("buys", False)


def test_what_cannot_be_read_for_the_backup_is_not_deleted(tmp_path: Path) -> None:
    acme = Acme()
    with pytest.raises(ApiError, match="403"):
        deleting(acme, tmp_path, 403)
    assert [role["name"] for role in acme.ask("GET", "roles")] == ["Buyer"]


def test_what_is_deleted_right_before_it_would_be_deleted_is_not_deleted_again() -> None:
    acme = Acme()
    acme.up(declare(roles={"buyer": BUYER}))
    role = acme.ask("GET", "roles")[0]["id"]
    gone = declare(roles={"buyer": BUYER | {"lifecycle": Lifecycle(absent=True)}})
    outcome = late(acme, gone, meanwhile=lambda: acme.asked("DELETE", f"roles/{role}"))
    assert ([done.already for done in outcome.done], outcome.writes) == ([True], 0)


def test_what_is_deleted_right_before_it_would_be_changed_is_not_called_done() -> None:
    acme = Acme()
    acme.up(declare(roles={"buyer": BUYER}))
    role = acme.ask("GET", "roles")[0]["id"]
    wish = declare(roles={"buyer": BUYER | {"description": "buys"}})
    [failed] = late(acme, wish, meanwhile=lambda: acme.asked("DELETE", f"roles/{role}")).failed
    assert (failed.code, "it was deleted since the plan was made" in failed.message) == ("stale", True)


def test_what_is_done_already_is_neither_read_nor_written_again() -> None:
    acme = Acme()
    acme.up(declare(roles={"buyer": BUYER}))
    saved = acme.plan(declare(roles={"buyer": BUYER | {"description": "buys"}}))
    acme.ask("PATCH", f"roles/{acme.ask('GET', 'roles')[0]['id']}", {"description": "buys"})
    outcome = acme.apply(saved)
    assert ([done.already for done in outcome.done], outcome.reads, outcome.writes) == ([True], 0, 0)


def test_a_backup_lacks_only_what_is_gone_already(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(declare(roles={"buyer": BUYER, "seller": {"name": "Seller"}}))
    saved = acme.plan(declare(Manage(prune=frozenset({"roles"}), emptied=frozenset({"roles"}), max_deletes=9)))
    first = str(saved.changes[0].id)
    acme.ask("DELETE", f"roles/{first}")
    with Journal.open(tmp_path, "p") as journal:
        assert acme.apply(saved, journal=journal).is_complete
        assert journal.path
    assert [gone.id for gone in load(backup_of(journal.path))] == [saved.changes[1].id]


def test_a_secret_that_nobody_can_read_is_sent_although_all_that_shows_agrees() -> None:
    acme = Acme()
    action = {"name": "Claim", "code": CODE, "supported_triggers": POST_LOGIN}
    first, second = (declare(actions={"claim": action | {"secrets": {"KEY": Secret.of("KEY", key)}}}) for key in ("a", "b"))
    acme.up(first)
    acme.writes()

    async def work(client: ManagementClient) -> Outcome:
        held = await live(client, second)
        made = plan(second, held, KINDS, Options(wishes=Wishes(send_secrets=True)))
        return await apply(made, held, client, KINDS)

    [done] = acme.do(work).done
    assert not done.already
    assert acme.writes() == {"PATCH /api/v2/actions/actions/{id}": 1, "POST /api/v2/actions/actions/{id}/deploy": 1}


def stopped(acme: Acme, wish: DesiredState, method: str, action: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what failed in a run that is asked to stop as soon as its first such request got this answer."""

    async def work(client: ManagementClient) -> Outcome:
        return await up(client, wish, stop=stop)

    async def ask() -> None:
        stop.set()

    stop = asyncio.Event()
    with acme.faults({"id": "f", "method": method, "path": "/api/v2/*", "action": action}):
        outcome = acme.do(work, transport=Meddler(acme, method, "", ask))
    assert outcome.is_interrupted
    return [(failed.code, str(failed.address)) for failed in outcome.failed]


def test_a_delete_that_was_sent_is_told_when_the_run_is_stopped_before_it_shows() -> None:
    acme = Acme()
    acme.up(declare(connections={"users": USERS}))
    gone = declare(connections={"users": USERS | {"lifecycle": Lifecycle(absent=True)}})
    assert stopped(acme, gone, "DELETE", {"status": 202}) == [("interrupted", "connections.users")]


def test_a_run_that_is_stopped_waits_for_no_other_attempt() -> None:
    refused = {"status": 429, "headers": {"retry-after": "30"}}
    assert stopped(Acme(), declare(roles={"buyer": BUYER}), "POST", refused) == [("interrupted", "roles.buyer")]


def test_a_run_that_is_stopped_looks_nothing_over() -> None:
    acme = Acme()

    async def work(client: ManagementClient) -> Outcome:
        stop = asyncio.Event()
        return await up(
            client, declare(roles={"buyer": BUYER}), stop=stop, progress=lambda _, now: stop.set() if now == "done" else None
        )

    outcome = acme.do(work)
    assert (len(outcome.done), outcome.writes, outcome.reads) == (1, 1, 0)


class Crowd(httpx.ASGITransport):
    """A way to the tenant that notes how many creates of applications are on it at once."""

    def __init__(self, acme: Acme) -> None:
        super().__init__(app=acme.emulator.app)
        self.now = self.most = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        counts = request.method == "POST" and request.url.path == "/api/v2/clients"
        self.now += counts
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.001)
        response = await super().handle_async_request(request)
        self.now -= counts
        return response


@pytest.mark.parametrize(("names", "most"), [("AAA", 1), ("ABC", 3)])
def test_only_creates_of_one_name_wait_for_each_other(names: str, most: int) -> None:
    acme = Acme()
    way = Crowd(acme)
    applications = {f"a{number}": {"name": name} for number, name in enumerate(names)}
    assert acme.up(declare(applications=applications), transport=way).is_complete
    assert way.most == most


def test_what_is_about_to_be_created_is_not_looked_at_first() -> None:
    acme = Acme()
    acme.up(declare(apis={"orders": {"identifier": "https://orders"}}))
    moved = {"identifier": "https://orders/2", "lifecycle": Lifecycle(renamed_from="https://orders")}
    saved = acme.plan(declare(apis={"orders": moved}))
    acme.control("DELETE", "stats")
    outcome = acme.apply(saved)
    assert outcome.is_complete
    assert outcome.reads == 2, "once before the old one goes, once to verify the new one"


@pytest.mark.parametrize("name", ["App 0", "Else"])
def test_what_another_run_made_under_the_same_name_is_told(name: str) -> None:
    acme = Acme()
    wish = declare(applications={f"a{number}": {"name": f"App {number}"} for number in range(4)})
    made: list[str] = []

    async def meanwhile() -> None:
        made.extend([(await acme.asked("POST", "clients", {"name": name}))["client_id"] for _ in range(2)])

    outcome = acme.up(wish, transport=Meddler(acme, "POST", "clients", meanwhile))
    told = [(each.address.handle, each.code, each.message.partition(": ")[2]) for each in outcome.failed]
    sentence = f"another application of this name appeared meanwhile ({', '.join(made)}); delete what is too much"
    assert told == ([("a0", "unverified", sentence)] if name == "App 0" else [])
    assert len(outcome.done) + len(outcome.failed) == 4
