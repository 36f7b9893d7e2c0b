"""What a run leaves behind, whole: its journal, its outcome, its backup, its errors, and what whoever watches is told."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from tenantry.apply import Journal, Outcome
from tenantry.apply.backup import Gone, load, write
from tenantry.apply.creating import _ambiguous, _created, _unknown
from tenantry.apply.journal import events
from tenantry.apply.kept import kept, told
from tenantry.apply.outcome import Done, Failed, Skipped, failure
from tenantry.apply.run import State
from tenantry.apply.touched import sections_of, touched
from tenantry.apply.verify import _is_listing_cheaper, _listed
from tenantry.apply.waiting import _looks, _never, hold
from tenantry.kinds import KINDS
from tenantry.management.answers import Answer
from tenantry.management.paging import Listing
from tenantry.model.address import Address, IdOf
from tenantry.model.call import Call, Wait
from tenantry.model.errors import ApiError, IncompleteRead, Interrupted, LostAnswer, TenantryError
from tenantry.model.place import Place
from tenantry.model.secret import Secret
from tenantry.model.state import Lifecycle
from tenantry.model.values import RawId
from tenantry.plan import Action, Change, Plan, Step
from tests.apply.emulated import Acme, declare, up
from tests.management.tenant import Tenant, answer, script

API, BUYER, WEB, SHOP = (
    Address.parse(text) for text in ("apis.orders", "roles.buyer", "applications.web", "applications.shop")
)
BUYERS = Change(BUYER, Action.CREATE, "Buyer", "", "", post={"name": "Buyer"}, place=Place("tenant.yaml", 3, 5))


class Watcher:
    """Notes what is told of each step."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, State]] = []

    def __call__(self, step: Step, state: State) -> None:
        self.told.append((str(step.address), str(step.op), state))


def run(folder: Path) -> tuple[Outcome, list[dict[str, Any]], Watcher, Acme, str]:
    """Return what became of a run in which an API cannot be created, of which a role and a grant need it."""
    acme = Acme()
    acme.up(declare(applications={"shop": {"name": "Shop", "description": "old"}}))
    desired = declare(
        apis={"orders": {"identifier": "https://orders", "scopes": [{"value": "r"}]}},
        roles={"buyer": {"name": "Buyer", "permissions": {"orders": ["r"]}}},
        client_grants={"g": {"client_id": "shop", "audience": "orders", "scope": ["r"]}},
        applications={"shop": {"name": "Shop", "description": "new"}},
    )
    watcher = Watcher()
    fault = {"id": "f", "method": "POST", "path": "/api/v2/resource-servers"}
    body = {"message": "no more", "errorCode": "too_many_entities"}
    with acme.faults({**fault, "action": {"status": 403, "body": body}}), Journal.open(folder, "plan") as journal:
        outcome = acme.do(lambda client: up(client, desired, journal=journal, progress=watcher))
        assert journal.path
        lines = events(journal.path)
    return outcome, lines, watcher, acme, str(acme.named("Shop")[0]["client_id"])


def test_an_outcome_says_of_every_change_what_became_of_it(tmp_path: Path) -> None:
    outcome, _, _, _, shop = run(tmp_path)
    [failed] = outcome.failed
    assert failed == Failed(
        API, Action.CREATE, "api_error", failed.message, 403, "too_many_entities", failed.request_id, Place("tenant.yaml", 1, 3)
    )
    assert "no more" in failed.message
    reason = "apis.orders failed"
    assert outcome.begun == (Skipped(BUYER, Action.CREATE, reason, Place("tenant.yaml", 2, 3)),)
    assert outcome.skipped == (Skipped(Address("client_grants", "g"), Action.CREATE, reason, Place("tenant.yaml", 3, 3)),)
    assert outcome.done == (Done(SHOP, Action.UPDATE, shop, already=False, place=Place("tenant.yaml", 4, 3)),)
    assert (outcome.writes, outcome.landed, outcome.rate_limited, outcome.is_interrupted) == (3, 2, 0, False)
    assert outcome.is_partial


def test_whoever_watches_is_told_of_every_step(tmp_path: Path) -> None:
    _, _, watcher, _, _ = run(tmp_path)
    assert sorted(watcher.told) == sorted(
        [
            ("apis.orders", "create", State.STARTED),
            ("apis.orders", "create", State.FAILED),
            ("applications.shop", "update", State.STARTED),
            ("applications.shop", "update", State.DONE),
            ("roles.buyer", "create", State.STARTED),
            ("roles.buyer", "create", State.DONE),
            ("roles.buyer", "attach", State.SKIPPED),
            ("client_grants.g", "create", State.SKIPPED),
        ]
    )


def test_a_journal_holds_every_event_whole(tmp_path: Path) -> None:
    outcome, lines, _, acme, shop = run(tmp_path)
    assert all(line.pop("at").endswith("+00:00") for line in lines)
    found: dict[tuple[str, str | None], dict[str, Any]] = {(line.pop("event"), line.get("address")): line for line in lines}
    started = found.pop(("started", None))
    assert {**started, "plan": ""} == {
        "plan": "",
        "tenant": "acme",
        "caller": acme.emulator.management_client_id,
        "changes": 4,
        "steps": 5,
        "refers": {"applications.shop": shop},
    }
    assert found.pop(("finished", None)) == {
        "done": 1,
        "failed": ["apis.orders"],
        "begun": 1,
        "skipped": 1,
        "interrupted": False,
    }
    assert found.pop(("before", "applications.shop")) == {
        "address": "applications.shop",
        "action": "update",
        "id": shop,
        "name": "Shop",
        "image": {"description": "old"},
        "after": {"description": "new"},
        "secrets": [],
    }
    step = found[("sending", "roles.buyer")]["step"]
    role = {"step": step, "address": "roles.buyer", "op": "create"}
    assert found.pop(("sending", "roles.buyer")) == {**role, "method": "POST", "path": ["roles"]}
    assert found.pop(("sent", "roles.buyer")) == {**role, "id": acme.ask("GET", "roles")[0]["id"]}
    failed = found.pop(("failed", "apis.orders"))
    assert failed == {
        "step": found[("sending", "apis.orders")]["step"],
        "address": "apis.orders",
        "code": "api_error",
        "message": outcome.failed[0].message,
        "status": 403,
        "error_code": "too_many_entities",
    }
    left = {"action": "create", "reason": "apis.orders failed"}
    assert found.pop(("begun", "roles.buyer")) == {"address": "roles.buyer", **left}
    assert found.pop(("skipped", "client_grants.g")) == {"address": "client_grants.g", **left}
    assert found.pop(("done", "applications.shop")) == {
        "address": "applications.shop",
        "action": "update",
        "id": shop,
        "already": False,
    }
    sent = found.pop(("sending", "applications.shop"))
    assert (sent["method"], sent["path"]) == ("PATCH", ["clients", shop])


def test_what_was_deleted_keeps_the_id_that_it_had() -> None:
    acme = Acme()
    acme.up(declare(roles={"buyer": {"name": "Buyer"}}))
    id_ = acme.ask("GET", "roles")[0]["id"]
    gone = declare(roles={"buyer": {"name": "Buyer", "lifecycle": Lifecycle(absent=True)}})
    assert acme.up(gone).done == (Done(BUYER, Action.DELETE, id_, already=False, place=Place("tenant.yaml", 1, 3)),)


LOST = LostAnswer("cut", method="POST", path="/api/v2/roles", status=503, request_id="r-1")


def parts(error: ApiError) -> tuple[str, str, str, int, str | None]:
    return error.message, error.method, error.path, error.status, error.request_id


def test_a_create_that_nobody_knows_of_says_all_that_is_known() -> None:
    assert parts(_unknown(BUYERS, LOST)) == (
        "the answer to the create of roles.buyer got lost twice, and it does not show (cut)",
        "POST",
        "/api/v2/roles",
        503,
        "r-1",
    )
    assert isinstance(_unknown(BUYERS, LOST), LostAnswer)
    sentence = (
        "the answer to the create of roles.buyer got lost, and since then appeared a, b: not surely ours, so nothing more was "
        "sent. Look at them, delete what is too much, and run again"
    )
    assert parts(_ambiguous(BUYERS, LOST, ["b", "a"])) == (sentence, "POST", "/api/v2/roles", 503, "r-1")


@pytest.mark.parametrize("body", [{}, {"id": ""}, {"id": 7}, [], None])
def test_an_answer_without_an_id_is_a_lost_one(body: Any) -> None:
    ids: dict[Address, str] = {}
    world: Any = SimpleNamespace(kind=lambda _: KINDS["roles"], learn=lambda address, id_, _: ids.update({address: id_}))
    call = Call("POST", ("roles",), {})
    with pytest.raises(LostAnswer) as caught:
        _created(world, BUYER, call, Answer(201, body))
    assert parts(caught.value) == ("the answer to the create holds no id", "POST", "/api/v2/roles", 201, None)
    _created(world, BUYER, call, Answer(201, {"id": "r1"}))
    assert ids == {BUYER: "r1"}


def test_looks_come_soon_and_then_at_length_and_never_take_longer_than_allowed() -> None:
    assert list(_looks(0.0)) == []
    assert list(_looks(0.1)) == [0.1]
    assert list(_looks(0.79)) == [0.1, 0.2]
    assert list(_looks(1.8)) == pytest.approx([0.1, 0.2, 0.5, 1.0])
    assert list(_looks(5.8)) == pytest.approx([0.1, 0.2, 0.5, 1.0, 2.0, 2.0])
    error = _never(("connections", "c1"), "waited")
    assert parts(error) == ("waited", "GET", "/api/v2/connections/c1", 0, None)


def awaited(*answers: Any, condition: Wait, is_stopped: bool = False) -> None:
    stop = asyncio.Event()
    if is_stopped:
        stop.set()

    async def within() -> None:
        async with Tenant(script(*answers)).client() as client:
            await hold(client, condition, {API: "x"}, 0.3, stop)

    asyncio.run(within())


def test_what_was_waited_for_is_said() -> None:
    path = ("connections", IdOf(API))
    with pytest.raises(ApiError) as caught:
        awaited(answer({}), condition=Wait(path, "status", "built"))
    assert parts(caught.value)[:3] == ("waited 0 s for status to become 'built'", "GET", "/api/v2/connections/x")
    with pytest.raises(ApiError) as caught:
        awaited(answer({}), condition=Wait(path))
    assert caught.value.message == "waited 0 s for it to be gone"
    with pytest.raises(ApiError) as caught:
        awaited(answer({"status": "failed"}), condition=Wait(path, "status", "built", ("failed", "odd")))
    assert caught.value.message == "status became 'failed'"
    with pytest.raises(Interrupted, match=r"^interrupted while waiting for it to be gone$"):
        awaited(answer({}), condition=Wait(path), is_stopped=True)
    awaited(answer({"status": "built"}), condition=Wait(path, "status", "built"))


def test_a_backup_is_read_as_it_was_written(tmp_path: Path) -> None:
    gone = [
        Gone(
            SHOP,
            "Shöp",
            "A",
            "deleted",
            {"name": "Shöp", "friends": [RawId("x"), "y", "$z"]},
            ("client_secret",),
            (("connections", "c", "enabled_clients"),),
        ),
        Gone(API, "https://orders", "1", "replaced", {}, places=None),
    ]
    path = tmp_path / "b.json"
    write(gone, "acme", path)
    assert load(path) == gone
    friends = load(path)[0].image["friends"]
    assert [type(each) for each in friends] == [RawId, str, str]
    text = path.read_text(encoding="utf-8")
    assert "Shöp" in text
    assert text.startswith('{\n "format_version"')
    assert text.endswith("}\n")
    assert json.loads(text)["tenant"] == "acme"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(TenantryError, match="File exists"):
        write(gone, "acme", path)
    assert load(tmp_path / "none.json") == []


def test_a_journal_is_named_for_its_time_and_plan_and_shares_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    first = Journal.open(folder, "plan", lambda: 0.000001)
    second = Journal.open(folder, "plan", lambda: 0.000001)
    assert first.path == folder / "19700101T000000.000001Z-plan.jsonl"
    assert folder.stat().st_mode & 0o777 == 0o700
    with first:
        first.write("started", name="Shöp", plan=Path("x"))
    assert "Shöp" in first.path.read_text(encoding="utf-8")
    assert events(first.path) == [
        {"at": "1970-01-01T00:00:00.000+00:00", "event": "started", "name": "Shöp", "plan": "x"},
    ]
    assert first.path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(TenantryError, match="File exists"):
        second.write("started")
    second.close()
    second.close()


def test_a_journal_tells_the_time_of_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as far:
        far.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        journal = Journal.open(tmp_path, "plan", lambda: 0.0)
        with journal:
            journal.write("started")
    time.tzset()
    assert journal.path == tmp_path / "19700101T000000.000000Z-plan.jsonl"
    assert events(journal.path)[0]["at"] == "1970-01-01T00:00:00.000+00:00"


def test_images_keep_what_they_are_made_of() -> None:
    value = {"a": "x", "$b": ["$c", RawId("i"), ("t", 1, None, True)], RawId("k"): {"d": Secret.of("S", "v")}}
    image = {"a": "x", "$$b": ["$$c", "$raw:i", ["t", 1, None, True]], "$raw:k": {"d": {"secret": True, "set": True}}}
    assert kept(value) == image
    back = told(image)
    assert back == {"a": "x", "$b": ["$c", "i", ["t", 1, None, True]], "k": {"d": {"secret": True, "set": True}}}
    assert [type(key) for key in back] == [str, str, RawId]


def test_a_defect_is_recorded_with_the_change_that_met_it() -> None:
    record = failure(BUYERS, KeyError("x"))
    sentence = "unexpected KeyError: this is a defect of tenantry, please report it"
    assert record == Failed(BUYER, Action.CREATE, "internal", sentence, place=BUYERS.place)


def test_what_a_plan_touches_is_read_by_id_if_it_had_one_or_else_by_what_it_would_be() -> None:
    changes = (
        Change(SHOP, Action.UPDATE, "Shop", "name", "", pre={"description": "a"}, post={"callbacks": []}, id="A"),
        Change(WEB, Action.DELETE, "Web", "name", "", pre={"name": "Web"}, id="B"),
        Change(API, Action.REPLACE, "x", "name", "", pre={"identifier": "x"}, post={"identifier": "y"}, id="C"),
        BUYERS,
    )
    made = Plan("p", "acme", "me", changes, ids={Address("connections", "c"): "1"})
    state = touched(made)
    assert state.tenant == "acme"
    assert {str(each.address): (dict(each.fields), each.lifecycle) for each in state.resources.values()} == {
        "applications.shop": ({"description": "a", "callbacks": []}, Lifecycle(id="A")),
        "applications.web": ({"name": "Web"}, Lifecycle(id="B")),
        "apis.orders": ({"identifier": "y"}, Lifecycle()),
        "roles.buyer": ({"name": "Buyer"}, Lifecycle()),
    }
    assert sections_of(made, KINDS) == {"applications", "apis", "roles", "connections", "client_grants"}


@pytest.mark.parametrize(
    ("section", "seen", "count", "is_cheaper"),
    [
        ("roles", 0, 1, False),
        ("roles", 0, 2, True),
        ("roles", 99, 1, False),
        ("roles", 99, 2, True),
        ("roles", 100, 2, False),
        ("roles", 100, 3, True),
        ("tenant_settings", 0, 9, False),
        ("triggers", 0, 9, False),
    ],
)
def test_a_list_is_read_where_it_takes_fewer_requests(section: str, seen: int, count: int, *, is_cheaper: bool) -> None:
    world: Any = SimpleNamespace(seen={section: {str(n) for n in range(seen)}})
    assert _is_listing_cheaper(world, KINDS[section], count) is is_cheaper


@pytest.mark.parametrize("listing", [Listing([{"id": "r1"}], is_truncated=True), LOST, IncompleteRead("short")])
def test_a_list_that_does_not_tell_all_is_not_believed(listing: Listing | Exception) -> None:
    async def within() -> dict[str, Any] | None:
        world: Any = SimpleNamespace(client=SimpleNamespace(listing=AsyncMock(side_effect=[listing])))
        return await _listed(world, KINDS["roles"])

    assert asyncio.run(within()) is None
