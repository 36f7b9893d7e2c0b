"""What an apply says and decides, asked of each function by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from tenantry.apply.backup import Gone, _secrets, backup_of
from tenantry.apply.blame import _last_write, outdated
from tenantry.apply.creating import _is_adopted
from tenantry.apply.first import require_scopes, require_secrets
from tenantry.apply.journal import quiet
from tenantry.apply.outcome import Failed
from tenantry.apply.past import Past, recalled
from tenantry.apply.restoring import as_it_was, carried
from tenantry.apply.revert import inverse
from tenantry.apply.run import Run
from tenantry.apply.stepping import _is_needless, _send
from tenantry.apply.verify import _reason, _record
from tenantry.kinds import KINDS
from tenantry.model.address import Address
from tenantry.model.call import Call
from tenantry.model.errors import ApiError, ConfigErrors, LostAnswer, NotAllowed, Outdated, Stale, UsageError
from tenantry.model.place import Place
from tenantry.model.secret import LiveSecret, PlainSecret, Secret
from tenantry.model.state import Caller, LiveState, Manage
from tenantry.model.values import RawId
from tenantry.plan import Action, Change, Op, Plan, Step
from tests.plan.toy import TOY, TOYS

BUYER, SHOP, USERS = Address("roles", "buyer"), Address("applications", "shop"), Address("connections", "users")
HERE = Place("tenant.yaml", 3, 5)
CHANGE = Change(BUYER, Action.CREATE, "Buyer", "", "", post={"name": "Buyer"}, place=HERE)


def test_scopes_that_lack_are_named_with_whom_to_grant_them_to() -> None:
    made = Plan("p", "acme", "me", scopes=frozenset({"b", "a", "c"}))
    require_scopes(made, Caller("me", frozenset({"a", "b", "c", "d"})))
    with pytest.raises(NotAllowed) as caught:
        require_scopes(made, Caller("me", frozenset({"c"}), api_identifier="https://api"))
    error = caught.value
    sentence = "the token lacks a, b, which this plan needs; grant them to client me for https://api"
    assert (str(error), error.status) == (sentence, 0)
    assert list(error.missing) == ["a", "b"]


def test_secrets_that_lack_are_named_once_each_with_the_way_to_give_them() -> None:
    open_ = [
        LiveSecret("options.secret", lambda: None, owner="x"),
        PlainSecret("signing_secret", lambda: None),
        Secret("KEY", lambda: None),
        Secret.of("THERE", "v"),
    ]
    body = {"a": open_, "b": {"c": open_[2]}}
    made = Plan("p", "acme", "me", (CHANGE,), (Step(1, BUYER, Op.CREATE, Call("POST", ("roles",), body)),))
    with pytest.raises(ConfigErrors) as caught:
        require_secrets(made)
    assert {error.message for error in caught.value.errors} == {
        "the tenant no longer shows options.secret, which would have to be sent back to it; plan again",
        "signing_secret stands in plain in the file, and no plan holds it: name the file too, `apply --plan PLAN FILE`",
        "secret KEY is not set: export it as an environment variable, or put it into the file of --secrets",
    }
    assert len(caught.value.errors) == 3
    about = {(error.place, error.address, error.code) for error in caught.value.errors}
    assert about == {(HERE, "roles.buyer", "secret_missing")}


def test_who_wrote_last_is_put_behind_the_reason() -> None:
    def event(method: str, path: object, **more: object) -> dict[str, object]:
        return {"details": {"request": {"method": method, "path": path}}, "client_name": "Bot", **more}

    written = event("patch", "/api/v2/clients/A?x=1", date="2026-01-02")
    assert _last_write("A", [written]) == " (last written 2026-01-02 by Bot)"
    assert _last_write("A", [event("POST", "/api/v2/clients/A/x")]) == " (last written at an unknown time by Bot)"
    for other in (
        event("get", "/api/v2/clients/A"),
        event("patch", "/api/v2/clients/AB"),
        event("patch", None),
        {},
        "odd",
        None,
    ):
        assert _last_write("A", [other]) == ""
        assert _last_write("A", [other, written]) == " (last written 2026-01-02 by Bot)"
    assert outdated(CHANGE, "gone") == Outdated("roles.buyer: gone", "roles.buyer", HERE)


def adopting(found: dict[str, Any], wrong: list[str]) -> tuple[bool, list[Any]]:
    learned: list[Any] = []

    async def namesakes(_: Change) -> dict[str, Any]:
        return found

    world: Any = SimpleNamespace(
        namesakes=namesakes, differs=lambda _change, _tree: wrong, learn=lambda *known: learned.append(known)
    )
    return asyncio.run(_is_adopted(world, CHANGE)), learned


def test_what_stands_in_the_way_is_ours_only_if_it_is_just_so() -> None:
    assert adopting({}, []) == (False, [])
    found = {"r1": ({"id": "r1", "name": "Buyer"}, {"name": "Buyer"})}
    assert adopting(found, []) == (True, [(BUYER, "r1", {"id": "r1", "name": "Buyer"})])
    with pytest.raises(Stale) as caught:
        adopting(found, ["name", "description"])
    sentence = "roles.buyer was created meanwhile by somebody else, with another name, description"
    assert list(caught.value.reasons) == [Outdated(sentence, "roles.buyer", HERE)]


@pytest.mark.parametrize(
    ("op", "status", "is_lost", "is_needless"),
    [
        (Op.DELETE, 404, False, True),
        (Op.DELETE, 409, True, False),
        (Op.UPDATE, 404, True, False),
        (Op.UPDATE, 409, False, False),
        (Op.UPDATE, 409, True, True),
        (Op.ATTACH, 409, False, True),
        (Op.ATTACH, 400, True, False),
        (Op.DETACH, 409, False, False),
    ],
)
def test_when_a_refusal_means_that_it_is_so_already(op: Op, status: int, *, is_lost: bool, is_needless: bool) -> None:
    error = ApiError("no", method="X", path="/", status=status)
    assert _is_needless(error, Step(1, BUYER, op, Call("X", ())), is_lost=is_lost) is is_needless


def test_what_conflicts_after_its_answer_got_lost_was_carried_out_by_the_lost_request() -> None:
    lost, conflict = LostAnswer("cut", method="POST", path="/"), ApiError("no", method="POST", path="/", status=409)
    call = Call("POST", ("actions", "actions", "a", "deploy"))

    async def sent(*answers: ApiError) -> bool:
        client = SimpleNamespace(send=AsyncMock(side_effect=answers), sleep=AsyncMock())
        world: Any = SimpleNamespace(client=client)
        return await _send(world, Step(1, BUYER, Op.FINISH, call), call)

    assert asyncio.run(sent(lost, conflict)) is True
    with pytest.raises(ApiError, match="no"):
        asyncio.run(sent(conflict))


def test_what_a_run_learns_is_known_and_seen_also_in_a_section_that_was_not_read() -> None:
    parties: dict[str, Any] = {"journal": quiet(), "progress": None, "stop": None}
    nobody: Any = None
    run = Run.of(Plan("p", "acme", "me"), LiveState({}, Caller("me")), nobody, KINDS, **parties)
    run.learn(BUYER, "r1", {"name": "Buyer"})
    assert (run.ids, run.seen) == ({BUYER: "r1"}, {"roles": {"r1"}})


def test_what_was_written_and_does_not_hold_is_recorded() -> None:
    sentence = "it was written, but the tenant does not show just that: name differs"
    assert _record(CHANGE, "name differs") == Failed(BUYER, Action.CREATE, "unverified", sentence, place=HERE)


def test_what_is_there_under_an_id_that_nobody_knows_is_not_verified() -> None:
    world: Any = SimpleNamespace(ids={})
    assert asyncio.run(_reason(world, KINDS["roles"], CHANGE, None)) == "its id is not known"


def test_what_a_change_is_about_is_what_was_and_what_shall_be() -> None:
    change = Change(SHOP, Action.UPDATE, "Shop", "", "", pre={"name": "a"}, post={"description": "b"}, id="A")
    assert change.members == {"name": "a", "description": "b"}
    assert CHANGE.members == {"name": "Buyer"}


def test_the_names_of_secrets_are_those_of_maps_and_of_values() -> None:
    tree = {
        "secrets": {"K": None, "L": None},
        "inner": {"password": Secret.of("inner.password", "x"), "a": 1},
        "free": {"a": 1},
        "text": "t",
    }
    assert list(_secrets(tree, TOYS)) == ["secrets.K", "secrets.L", "inner.password"]
    assert backup_of(Path("/a/x-plan.jsonl")) == Path("/a/x-plan.backup.json")


def test_what_a_replacement_carries_over_is_named_by_its_path() -> None:
    post = {"text": "new", "inner": {"a": 1, "b": "x", "tags": [], "password": None}, "merged": {"b": "y"}, "texts": {"k": "v"}}
    assert list(carried({"inner": {"a": 2}, "merged": {}, "texts": {}}, post, TOY)) == ["inner.b", "merged.b"]
    assert list(carried({"text": "old"}, post, TOY)) == []
    assert list(carried({"inner": "odd"}, post, TOY)) == []
    assert list(carried({"inner": {}}, {"inner": None}, TOY)) == []


def test_whether_something_is_deployed_is_not_taken_back() -> None:
    fields, kept = as_it_was({"code": "1", "deployed": True}, {"code": "2", "deployed": True}, KINDS["actions"])
    assert (fields, kept) == ({"code": "1"}, [])
    assert as_it_was({}, {"name": "x", "": "y"}, KINDS["roles"])[1] == ["name"]


def test_what_the_server_would_join_by_itself_is_not_what_was_there() -> None:
    def change(address: Address, action: Action, **more: Any) -> Change:
        return Change(address, action, address.handle, "", "", **more)

    held = ["old", "new", "moved", RawId("new"), "gone"]
    run = Plan(
        "p",
        "acme",
        "me",
        (
            change(Address("applications", "new"), Action.CREATE, post={"name": "n"}),
            change(Address("applications", "moved"), Action.REPLACE, pre={}, post={"name": "m"}, id="M"),
            change(Address("applications", "gone"), Action.DELETE, pre={"name": "g"}, id="G"),
            change(Address("roles", "old"), Action.CREATE, post={"name": "r"}),
            change(USERS, Action.UPDATE, pre={"enabled_clients": held}, post={"enabled_clients": ["old"]}, id="c"),
            change(Address("organizations", "o"), Action.UPDATE, pre={"enabled_clients": ["new"]}, post={"x": 1}, id="o"),
        ),
    )
    made = inverse(Past(run, {}, (), {}), KINDS, Manage())
    back = made.state.resources[USERS].fields["enabled_clients"]
    assert back == ["old", RawId("new"), "gone"]
    assert [type(each) for each in back] == [str, RawId, str]


def test_a_replacement_is_reverted_with_word_of_what_it_keeps() -> None:
    post = {"name": "Shop", "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 60}}
    change = Change(SHOP, Action.REPLACE, "Shop", "", "", pre={}, post=post, id="A")
    gone = Gone(SHOP, "Shop", "A", "replaced", {"name": "Shop", "jwt_configuration": {"alg": "HS256"}})
    made = inverse(Past(Plan("p", "acme", "me", (change,)), {SHOP: "B"}, (gone,), {}), KINDS, Manage())
    sentence = "jwt_configuration.lifetime_in_seconds stays as it is: it was not set before, and is carried over"
    assert [(note.address, note.sentence) for note in made.notes if "carried" in note.sentence] == [(SHOP, sentence)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"event": "sent"}\n', "JSON, but not what was written"),
        ('{"event": "opened"}\n{"event": \n', "no JSON at line 2, column 11"),
        ('{"event": "opened"}\n{"event": "started"}\n{"event": \n', "no JSON at line 3, column 11"),
    ],
)
def test_what_is_no_journal_is_said_with_what_is_wrong(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(text, encoding="utf-8")
    why = f"it is damaged, or something else: {why}"
    sentence = f"{path} is not a readable journal ({why}); apply keeps them under .tenantry/journal"
    with pytest.raises(UsageError) as caught:
        recalled(path)
    assert str(caught.value) == sentence


def test_a_damaged_backup_is_named_not_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "x.backup.json"
    path.write_text('{"resources": [', encoding="utf-8")
    why = "it is damaged, or something else: no JSON at line 1, column 16"
    with pytest.raises(UsageError) as caught:
        recalled(tmp_path / "x.jsonl")
    assert str(caught.value) == f"{path} is not a readable backup ({why}); move it away to revert all but what went"


def test_a_journal_is_remembered_whole(tmp_path: Path) -> None:
    lines = [
        '{"event": "opened", "file": "/x/tenant.yaml"}',
        '{"event": "started", "plan": "p", "tenant": "acme", "caller": "me", "refers": {"apis.a": "1"}}',
        (
            '{"event": "before", "address": "roles.buyer", "action": "create", "id": null, "name": "Buyer", "image": null, '
            '"after": {"name": "Buyer"}, "secrets": []}'
        ),
        (
            '{"event": "before", "address": "apis.b", "action": "update", "id": "2", "name": "B", "image": {"name": "$raw:x"}, '
            '"after": {"name": "b"}, "secrets": ["signing_secret"]}'
        ),
        (
            '{"event": "before", "address": "apis.c", "action": "delete", "id": "3", "name": "C", "image": {}, "after": null, '
            '"secrets": ["signing_secret"]}'
        ),
        '{"event": "sending", "address": "roles.buyer", "op": "create"}',
        '{"event": "sent", "address": "roles.buyer", "op": "create", "id": "r1"}',
        '{"event": "sending", "address": "apis.b", "op": "update"}',
        '{"event": "sent", "address": "apis.b", "op": "update", "id": "2"}',
        '{"event": "failed", "address": "apis.b"}',
    ]
    (tmp_path / "x.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    api = Address("apis", "b")
    created = Change(BUYER, Action.CREATE, "Buyer", "", "", post={"name": "Buyer"})
    updated = Change(api, Action.UPDATE, "B", "", "", pre={"name": RawId("x")}, post={"name": "b"}, id="2")
    assert recalled(tmp_path / "x.jsonl") == Past(
        Plan("p", "acme", "me", (created, updated), ids={Address("apis", "a"): "1"}),
        {BUYER: "r1"},
        (),
        {api: ("signing_secret",)},
        frozenset({api}),
        Path("/x/tenant.yaml"),
    )
