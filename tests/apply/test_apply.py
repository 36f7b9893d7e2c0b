from __future__ import annotations

import asyncio
import dataclasses
from functools import partial
from typing import Any

import pytest

from tenantry.apply import Outcome, State, apply
from tenantry.kinds import KINDS
from tenantry.live import read, wanted
from tenantry.model.address import Address
from tenantry.model.errors import ConfigErrors, NotAllowed, Stale
from tenantry.model.secret import Secret
from tenantry.model.state import DesiredState, Lifecycle, Resource
from tenantry.plan import Step, plan
from tests.apply.emulated import Acme, Meddler, declare, planned, up
from tests.apply.shop import CODE, POST_LOGIN, facts, founded, grown, scopes, shrunk, state
from tests.older import without

SHOP = {"name": "Shop", "app_type": "spa"}


def test_the_tenant_holds_what_was_declared() -> None:
    acme = Acme()
    outcome = acme.up(state(founded()))
    assert outcome.is_complete
    assert len(outcome.done) == 10
    held = facts(acme)
    assert ("Shop", ["https://shop.example/cb"]) in held["applications"]
    assert held["apis"] == {"https://orders": ["read", "write"]}
    assert held["grants"] == [("Job", ["read"])]
    assert held["roles"] == {"Buyer": ["read"]}
    assert held["connections"]["customers"] == ["Shop"]
    assert held["organizations"] == {"acme": 1}
    assert held["actions"] == {"Claim": (CODE, True)}
    assert held["bound"] == ["Claim"]
    assert held["friendly_name"] == "Acme"


def test_what_refers_to_a_replaced_application_moves_along() -> None:
    def world(identifier: str) -> DesiredState:
        apis = {name: {"identifier": f"https://{name}", "scopes": scopes("read")} for name in ("old", "new")}
        gate = {"name": "Gate", "app_type": "resource_server", "resource_server_identifier": identifier}
        grant = {"client_id": "gate", "audience": "old", "scope": ["read"]}
        users = {"name": "users", "strategy": "auth0", "enabled_clients": ["gate"]}
        return declare(None, apis=apis, applications={"gate": gate}, client_grants={"g": grant}, connections={"users": users})

    acme = Acme()
    acme.up(world("old"))
    before = acme.named("Gate")[0]["client_id"]
    outcome = acme.up(world("new"))
    assert outcome.is_complete, outcome.failed
    [gate] = acme.named("Gate")
    assert gate["client_id"] != before
    held = facts(acme)
    assert (held["grants"], held["connections"]["users"]) == ([("Gate", ["read"])], ["Gate"])
    assert acme.plan(world("new")).is_empty


def test_a_second_plan_is_empty_and_writes_nothing() -> None:
    acme = Acme()
    for company in (founded(), grown(), shrunk()):
        acme.up(state(company))
        assert acme.plan(state(company)).is_empty
        acme.writes()
        assert acme.up(state(company)) == Outcome()
        assert acme.writes() == {}


@pytest.mark.parametrize("held", [[], ["old"]])
def test_what_the_server_joins_to_an_exact_list_is_dropped_in_the_same_run(held: list[str]) -> None:
    """Before the create nothing is there yet to drop, and the list seems to be as declared already."""
    settings = {"": {"flags": {"enable_client_connections": True}}}
    users = {"users": {"name": "users", "strategy": "auth0", "enabled_clients": held}}
    acme = Acme()
    old = {"old": {"name": "Old"}}
    assert acme.up(declare(tenant_settings=settings, applications=old, connections=users)).is_complete
    acme.writes()
    wanted = declare(tenant_settings=settings, applications=old | {"new": {"name": "New"}}, connections=users)
    assert acme.up(wanted).is_complete
    assert sum(acme.writes().values()) == 2
    assert acme.plan(wanted).is_empty


def test_where_a_plan_turns_the_joining_on_or_off_new_ones_are_made_while_it_is_off() -> None:
    users = {"users": {"name": "users", "strategy": "auth0", "enabled_clients": []}}
    acme = Acme()
    assert acme.up(declare(connections=users)).is_complete
    for is_on, name in ((True, "One"), (False, "Two")):
        settings = {"": {"flags": {"enable_client_connections": is_on}}}
        wanted = declare(tenant_settings=settings, applications={name.lower(): {"name": name}}, connections=users)
        made = acme.plan(wanted)
        first, second = made.steps
        assert second.after == (first.number,)
        assert first.address.section == ("applications" if is_on else "tenant_settings")
        acme.writes()
        assert acme.up(wanted).is_complete
        assert sum(acme.writes().values()) == 2
        assert acme.plan(wanted).is_empty


def test_a_company_grows_and_shrinks() -> None:
    acme = Acme()
    acme.up(state(founded()))
    assert acme.up(state(grown())).is_complete
    held = facts(acme)
    assert {name for name, _ in held["applications"]} >= {"Shop", "Worker", "Extra"}
    assert held["apis"] == {"https://orders": ["view", "write"]}
    assert held["grants"] == [("Worker", ["view"])]
    assert held["roles"] == {"Buyer": ["view", "write"]}
    assert held["connections"]["customers"] == ["Worker"]
    assert held["organizations"] == {"acme": 0}
    assert held["bound"] == ["Two", "Claim"]
    assert held["versions"] == {"Claim": 2, "Two": 1}
    assert acme.up(state(shrunk())).is_complete
    held = facts(acme)
    assert "Extra" not in {name for name, _ in held["applications"]}
    assert (held["grants"], held["roles"]) == ([], {})
    assert "customers" not in held["connections"]
    assert held["bound"] == ["Claim"]


@pytest.mark.parametrize(
    ("change", "write"),
    [
        ({"callbacks": ["https://b"]}, "PATCH /api/v2/clients/{id}"),
        ({"name": "Shop", "description": "sells"}, "PATCH /api/v2/clients/{id}"),
    ],
)
def test_one_change_is_one_write(change: dict[str, Any], write: str) -> None:
    acme = Acme()
    acme.up(declare(None, applications={"shop": SHOP}))
    acme.writes()
    outcome = acme.up(declare(None, applications={"shop": SHOP | change}))
    assert acme.writes() == {write: 1}
    assert (outcome.writes, len(outcome.done)) == (1, 1)


def test_missing_scopes_are_named_before_the_first_write() -> None:
    acme = Acme()
    wish = dataclasses.replace(acme.plan(state(founded())), scopes=frozenset({"create:clients", "fly:kites", "be:king"}))
    acme.writes()
    with pytest.raises(NotAllowed, match="be:king, fly:kites") as caught:
        acme.apply(wish)
    assert caught.value.missing == ("be:king", "fly:kites")
    assert acme.writes() == {}


def test_missing_secrets_are_named_before_the_first_write() -> None:
    acme = Acme()
    action = {"name": "Claim", "code": CODE, "supported_triggers": POST_LOGIN}
    secrets = {"A": Secret("CLAIM_A", lambda: None), "B": Secret("CLAIM_B", lambda: None), "C": Secret.of("CLAIM_C", "c")}
    wish = declare(None, actions={"claim": action | {"secrets": secrets}}, applications={"shop": SHOP})
    with pytest.raises(ConfigErrors) as caught:
        acme.up(wish)
    assert [error.message.split(":")[0] for error in caught.value.errors] == [
        "secret CLAIM_A is not set",
        "secret CLAIM_B is not set",
    ]
    assert acme.writes() == {}


def test_a_plan_that_no_longer_fits_writes_nothing() -> None:
    acme = Acme()
    acme.up(state(founded()))
    saved = acme.plan(state(grown()))
    shop = acme.named("Shop")[0]
    acme.ask("PATCH", f"clients/{shop['client_id']}", {"callbacks": ["https://elsewhere"]})
    acme.writes()
    with pytest.raises(Stale, match=r"applications\.shop: callbacks changed since the plan was made"):
        acme.apply(saved)
    assert acme.writes() == {}


def test_a_change_outside_the_plan_does_not_make_it_stale() -> None:
    acme = Acme()
    acme.up(state(founded()))
    saved = acme.plan(state(grown()))
    shop = acme.named("Shop")[0]
    acme.ask("PATCH", f"clients/{shop['client_id']}", {"description": "by hand"})
    assert acme.apply(saved).is_complete
    assert acme.named("Shop")[0]["description"] == "by hand"


def test_a_saved_plan_is_not_done_twice() -> None:
    acme = Acme()
    saved = acme.plan(state(founded()))
    acme.apply(saved)
    acme.writes()
    again = acme.apply(saved)
    assert acme.writes() == {}
    assert again.is_complete
    assert all(done.already for done in again.done)


def test_what_changes_right_before_its_write_is_left_alone() -> None:
    acme = Acme()
    acme.up(state(founded()))
    old = acme.live(state(grown()))
    shop = acme.named("Shop")[0]["client_id"]
    acme.ask("PATCH", f"clients/{shop}", {"callbacks": ["https://elsewhere"]})
    outcome = acme.do(lambda client: up_from(client, old))
    (failed,) = outcome.failed
    assert (str(failed.address), failed.code) == ("applications.shop", "stale")
    assert failed.place is not None
    assert acme.named("Shop")[0]["callbacks"] == ["https://elsewhere"]
    assert len(outcome.done) > 5


async def up_from(client: Any, old: Any) -> Outcome:
    """Apply a plan although the tenant has moved on since it was read."""
    return await apply(planned(state(grown()), old), old, client, KINDS)


def test_a_saved_plan_is_stale_when_more_would_go_along_than_it_says() -> None:
    acme = Acme()
    company = founded()
    del company["client_grants"]
    acme.up(state(company))
    saved = acme.plan(declare(applications={"job": {"name": "Job", "lifecycle": Lifecycle(absent=True)}}))
    job = acme.named("Job")[0]["client_id"]
    acme.ask("POST", "client-grants", {"client_id": job, "audience": "https://orders", "scope": ["read"]})
    acme.writes()
    with pytest.raises(Stale, match=r"applications\.job: client grant \w+ would go along with it"):
        acme.apply(saved)
    assert acme.writes() == {}
    assert acme.named("Job")


def test_what_follows_a_failure_is_not_tried_and_the_rest_goes_on() -> None:
    acme = Acme()
    refusal = {"status": 400, "body": {"statusCode": 400, "error": "Bad Request", "message": "no", "errorCode": "invalid_body"}}
    with acme.faults({"id": "f", "method": "POST", "path": "/api/v2/resource-servers", "action": refusal}):
        outcome = acme.up(state(founded()))
    (failed,) = outcome.failed
    assert (str(failed.address), failed.status, failed.error_code, failed.message) == ("apis.orders", 400, "invalid_body", "no")
    assert failed.place is not None
    assert {str(each.address): each.reason for each in outcome.begun} == {"roles.buyer": "apis.orders failed"}
    assert {str(each.address): each.reason for each in outcome.skipped} == {"client_grants.job-orders": "apis.orders failed"}
    assert {str(each.address) for each in outcome.done} >= {"applications.shop", "organizations.acme", "triggers.post-login"}
    assert acme.up(state(founded())).is_complete


def test_a_stopped_run_finishes_what_is_on_its_way_and_begins_nothing() -> None:
    acme = Acme()

    async def work(client: Any) -> Outcome:
        stop = asyncio.Event()
        states: list[State] = []

        def progress(_: Step, now: State) -> None:
            states.append(now)
            if states.count(State.DONE) == 3:
                stop.set()

        outcome = await up(client, state(founded()), stop=stop, progress=progress)
        assert states.count(State.STARTED) == states.count(State.DONE) + states.count(State.FAILED)
        return outcome

    outcome = acme.do(work)
    assert outcome.is_interrupted
    assert outcome.done
    assert outcome.skipped
    assert {each.reason for each in (*outcome.begun, *outcome.skipped)} == {"interrupted"}
    assert acme.up(state(founded())).is_complete
    assert len(acme.named("Shop")) == 1


def test_somebody_elses_equal_creation_is_taken_for_ours() -> None:
    acme = Acme()

    async def meanwhile() -> None:
        await acme.asked("POST", "roles", {"name": "Buyer"})

    outcome = acme.up(state(founded()), transport=Meddler(acme, "POST", "roles", meanwhile, first=True))
    assert outcome.is_complete
    assert facts(acme)["roles"] == {"Buyer": ["read"]}


def test_somebody_elses_different_creation_is_not_overwritten() -> None:
    acme = Acme()

    async def meanwhile() -> None:
        await acme.asked("POST", "roles", {"name": "Buyer", "description": "theirs"})

    wish = declare(None, roles={"buyer": {"name": "Buyer", "description": "ours"}})
    (failed,) = acme.up(wish, transport=Meddler(acme, "POST", "roles", meanwhile, first=True)).failed
    assert (failed.code, failed.message.split(",")[1]) == ("stale", " with another description")
    assert acme.ask("GET", "roles")[0]["description"] == "theirs"


def test_what_no_longer_holds_at_the_end_is_reported() -> None:
    acme = Acme()

    async def meanwhile() -> None:
        shop = next(each for each in await acme.asked("GET", "clients") if each["name"] == "Shop")
        await acme.asked("PATCH", f"clients/{shop['client_id']}", {"app_type": "native"})

    wish = declare(None, applications={"shop": SHOP})
    (failed,) = acme.up(wish, transport=Meddler(acme, "POST", "clients", meanwhile)).failed
    assert (failed.code, str(failed.address)) == ("unverified", "applications.shop")
    assert "app_type differs" in failed.message


def test_a_tenant_that_reads_behind_its_writes_is_given_time() -> None:
    acme = Acme()
    acme.control("PUT", "timing", {"read_after_write_ms": 4, "build_ms": 4, "connection_delete_ms": 4})
    for company in (founded(), grown(), shrunk()):
        assert acme.up(state(company)).is_complete
    assert acme.slept


def test_many_creations_are_verified_by_pages() -> None:
    acme = Acme()
    wish = declare(None, applications={f"a{number}": {"name": f"App {number}"} for number in range(30)})
    outcome = acme.up(wish)
    assert len(outcome.done) == 30
    assert outcome.writes == 30
    assert outcome.reads == 1


def test_what_somebody_else_has_done_already_is_not_written_again() -> None:
    acme = Acme()
    acme.up(declare(None, applications={"shop": SHOP}))
    wish = declare(None, applications={"shop": SHOP | {"description": "sells"}})
    old = acme.live(wish)
    acme.ask("PATCH", f"clients/{acme.named('Shop')[0]['client_id']}", {"description": "sells"})
    acme.writes()

    async def work(client: Any) -> Outcome:
        return await apply(planned(wish, old), old, client, KINDS)

    (done,) = acme.do(work).done
    assert done.already
    assert acme.writes() == {}


def test_only_what_a_killed_run_left_open_is_written() -> None:
    acme = Acme()
    api = {"orders": {"identifier": "https://orders", "scopes": [{"value": "read", "description": "r"}]}}
    acme.up(declare(None, apis=api))
    saved = acme.plan(declare(None, apis=api, roles={"buyer": {"name": "Buyer", "permissions": {"orders": ["read"]}}}))
    acme.ask("POST", "roles", {"name": "Buyer"})
    acme.writes()
    assert acme.apply(saved).is_complete
    assert acme.writes() == {"POST /api/v2/roles/{id}/permissions": 1}


def test_fields_this_version_does_not_know_are_compared_and_verified() -> None:
    acme = Acme()
    address = Address("applications", "shop")

    def wish(text: str) -> DesiredState:
        fields = SHOP | {"initiate_login_uri": text}
        return DesiredState("acme", {address: Resource(address, fields, unchecked=frozenset({"initiate_login_uri"}))})

    kinds = without(applications=("initiate_login_uri",))

    async def work(client: Any, text: str) -> Outcome:
        held = await read(client, kinds, wanted(wish(text)), {"applications"})
        return await apply(plan(wish(text), held, kinds), held, client, kinds)

    for text in ("https://a.example", "https://b.example"):
        outcome = acme.do(partial(work, text=text))
        assert outcome.is_complete, outcome.failed
        assert acme.named("Shop")[0]["initiate_login_uri"] == text
