"""What journals, outcomes, backups and refusals tell, member by member: mistakes planted there went unnoticed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from tenantry.apply import Journal, Outcome, apply, fitted, inverse, recalled
from tenantry.apply.backup import _secrets
from tenantry.apply.blame import _who
from tenantry.apply.journal import events
from tenantry.apply.past import Past
from tenantry.apply.restoring import as_it_was, declared
from tenantry.kinds import KINDS
from tenantry.management import ManagementClient
from tenantry.model.address import Address
from tenantry.model.errors import ConfigErrors, Stale
from tenantry.model.secret import PlainSecret, Secret
from tenantry.model.state import DesiredState, Lifecycle, Manage
from tenantry.model.values import RawId
from tenantry.plan import Action, Change, Plan, image
from tests.apply.emulated import Acme, Meddler, declare, live, planned, up
from tests.apply.shop import CODE, POST_LOGIN, founded, state
from tests.apply.trouble import Killed, Killer

BUYER, SELLER = {"name": "Buyer"}, {"name": "Seller"}


def journalled(acme: Acme, wish: DesiredState, folder: Path, **options: Any) -> tuple[Outcome, list[dict[str, Any]], Path]:
    with Journal.open(folder, "plan") as journal:
        outcome = acme.do(lambda client: up(client, wish, journal=journal), **options)
        assert journal.path
        return outcome, events(journal.path), journal.path


def failing(path: str) -> dict[str, Any]:
    return {"id": "no", "method": "POST", "path": f"/api/v2/{path}", "action": {"status": 400, "body": {"message": "no"}}}


def test_a_journal_says_of_which_tenant_and_which_step_it_speaks(tmp_path: Path) -> None:
    acme = Acme()
    with acme.faults(failing("roles")):
        outcome, lines, _ = journalled(
            acme, declare(None, roles={"buyer": BUYER}, applications={"web": {"name": "Wéb"}}), tmp_path
        )
    assert (lines[0]["tenant"], lines[0]["caller"]) == ("acme", acme.emulator.management_client_id)
    [failed] = [line for line in lines if line["event"] == "failed"]
    [sending] = [line for line in lines if line["event"] == "sending" and line["address"] == "roles.buyer"]
    assert failed["step"] == sending["step"]
    assert [done.address for done in outcome.done] == [Address("applications", "web")]
    assert [each.address for each in outcome.failed] == [Address("roles", "buyer")]
    assert outcome.skipped == ()
    assert "Wéb" in next(tmp_path.glob("*.jsonl")).read_text(encoding="utf-8")


def test_a_journal_of_a_killed_run_lists_the_steps_that_were_taken(tmp_path: Path) -> None:
    acme = Acme()
    wish = declare(None, roles={"buyer": BUYER, "seller": SELLER})
    with Journal.open(tmp_path, "plan") as journal:
        with pytest.raises((Killed, BaseExceptionGroup)):
            acme.do(
                lambda client: up(client, wish, journal=journal),
                transport=Killer(acme, 1, is_carried_out=False, reads=False),
            )
        assert journal.path
        lines = events(journal.path)
    assert (lines[-1]["event"], lines[-1]["interrupted"]) == ("finished", True)
    assert lines[-1]["taken"] == [line["step"] for line in lines if line["event"] == "sent"]


def test_what_was_done_already_is_told_from_what_was_done_now() -> None:
    acme = Acme()
    wish = declare(None, roles={"buyer": BUYER, "seller": SELLER})
    saved = acme.plan(wish)
    acme.ask("POST", "roles", SELLER)
    assert {done.address.handle: done.already for done in acme.apply(saved).done} == {"buyer": False, "seller": True}


def test_a_missing_secret_is_told_with_the_address_that_needs_it() -> None:
    nothing = PlainSecret("KEY", lambda: None)
    wish = declare(
        None, actions={"a": {"name": "A", "code": CODE, "supported_triggers": POST_LOGIN, "secrets": {"KEY": nothing}}}
    )
    with pytest.raises(ConfigErrors) as caught:
        Acme().up(wish)
    assert [error.address for error in caught.value.errors] == ["actions.a"]


def test_one_change_in_a_small_section_is_looked_at_by_itself() -> None:
    acme = Acme()
    acme.up(declare(None, roles={"buyer": BUYER}))
    acme.control("DELETE", "stats")
    acme.up(declare(None, roles={"buyer": BUYER | {"description": "buys"}}))
    asked = acme.control("GET", "stats")["requests"]
    assert asked == {"GET /api/v2/roles": 1, "GET /api/v2/roles/{id}": 2, "PATCH /api/v2/roles/{id}": 1}


def test_a_backup_names_the_secrets_it_lacks_also_inside_what_nobody_knows() -> None:
    tree = {"secrets": {"KEY": None}, "odd": {"deep": Secret.of("odd.deep", "x")}, "code": Secret.of("CODE", "x"), "name": "A"}
    assert list(_secrets(tree, KINDS["actions"])) == ["secrets.KEY", "odd.deep", "CODE"]


def test_the_past_knows_its_tenant_and_its_file(tmp_path: Path) -> None:
    acme = Acme()
    saved = acme.plan(declare(None, roles={"buyer": BUYER}))
    with Journal.open(tmp_path, "plan", tenant_file=Path("tenants/dev.yaml")) as journal:
        acme.apply(saved, journal=journal)
        assert journal.path
        past = recalled(journal.path)
    assert (past.plan.id, past.plan.tenant, past.file) == (saved.id, "acme", Path("tenants/dev.yaml"))


def test_a_revert_prunes_nothing_and_only_looks_at_what_was_left_alone(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(state(founded()))
    company = founded()
    company["connections"]["customers"]["enabled_clients"] = ["job"]
    _, _, path = journalled(acme, state(company), tmp_path)
    made = inverse(recalled(path), KINDS, Manage(prune=frozenset({"roles"}), emptied=frozenset({"roles"}), max_deletes=7))
    assert (made.state.manage.prune, made.state.manage.emptied, made.state.manage.max_deletes) == (frozenset(), frozenset(), 7)
    touched = {change.address for change in recalled(path).plan.changes}
    others = [each for address, each in made.state.resources.items() if address not in touched]
    assert others
    assert not any(each.lifecycle.managed for each in others)


def created(name: str, *, failed: bool = False) -> Past:
    """Return a run that began to create a role and was never heard of again."""
    change = Change(Address("roles", "buyer"), Action.CREATE, name, "", "", post={"name": name, "description": "x"})
    addresses = frozenset({change.address} if failed else ())
    return Past(Plan("p", "acme", "me", (change,)), {}, (), {}, addresses)


def test_what_may_have_been_created_is_found_by_its_name_and_said_so() -> None:
    made = inverse(created("Buyer"), KINDS, Manage())
    [resource] = made.state.resources.values()
    assert (dict(resource.fields), resource.lifecycle.absent, resource.lifecycle.id) == ({"name": "Buyer"}, True, None)
    [note] = made.notes
    assert note.address == Address("roles", "buyer")
    assert "whether Buyer was created" in note.sentence


def test_a_create_that_failed_leaves_nothing_to_take_back() -> None:
    made = inverse(created("Buyer", failed=True), KINDS, Manage())
    assert made.state.resources == {}
    assert [note.address for note in made.notes] == [Address("roles", "buyer")]


def test_what_a_change_set_is_taken_back_member_by_member() -> None:
    kind = KINDS["applications"]
    pre: dict[str, Any] = {"description": "", "jwt_configuration": {"alg": "RS256"}, "callbacks": [], "app_type": None}
    post: dict[str, Any] = {
        "description": "new",
        "jwt_configuration": {"alg": "HS256", "lifetime_in_seconds": 60},
        "callbacks": ["https://a.example"],
        "app_type": "spa",
        "client_metadata": {"a": "b"},
        "refresh_token": {"leeway": 3},
    }
    fields, kept = as_it_was(pre, post, kind)
    assert fields == {
        "description": "",
        "jwt_configuration": {"alg": "RS256"},
        "callbacks": [],
        "client_metadata": {},
    }
    assert sorted(kept) == ["app_type", "jwt_configuration.lifetime_in_seconds", "refresh_token.leeway"]


def test_what_is_declared_again_says_something_and_nothing_of_the_servers() -> None:
    action = {"name": "A", "deployed": True, "code": "", "secrets": {"K": None}, "dependencies": [{"name": "lodash"}]}
    assert declared(action, KINDS["actions"]) == {"name": "A", "dependencies": [{"name": "lodash"}]}
    app = {"name": "A", "jwt_configuration": {"alg": "RS256", "scopes": {}}, "client_metadata": {"k": "v", "empty": ""}}
    assert declared(app, KINDS["applications"]) == {
        "name": "A",
        "jwt_configuration": {"alg": "RS256"},
        "client_metadata": {"k": "v", "empty": ""},
    }


@pytest.mark.parametrize(
    ("event", "who"),
    [
        ({}, "somebody the log does not name"),
        ({"user_name": "Ann"}, "Ann"),
        ({"client_name": "Bot", "client_id": "x"}, "Bot"),
        ({"client_id": "x"}, "x"),
        ({"user_name": 7, "client_name": "Bot"}, "Bot"),
        ({"details": {"request": {"auth": {"user": {"name": "Ann"}}}}, "client_name": "Bot"}, "Ann"),
        ({"details": {"request": {"auth": {"user": {"name": "Ann", "email": "a@b"}}}}}, "a@b"),
        ({"details": {"request": {"auth": {"user": "odd"}}}}, "somebody the log does not name"),
    ],
)
def test_who_wrote_last_is_a_person_before_an_application(event: dict[str, Any], who: str) -> None:
    assert _who(event) == who


class Watched(httpx.ASGITransport):
    """A way to the tenant that remembers what was asked of it."""

    def __init__(self, acme: Acme) -> None:
        super().__init__(app=acme.emulator.app)
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return await super().handle_async_request(request)

    def queries(self, path: str) -> list[dict[str, str]]:
        return [dict(each.url.params) for each in self.asked if each.url.path == f"/api/v2/{path}"]


def test_the_newest_writes_are_asked_of_the_logs() -> None:
    acme = Acme()
    acme.up(declare(None, roles={"buyer": BUYER}))
    saved = acme.plan(declare(None, roles={"buyer": BUYER | {"description": "new"}}))
    acme.ask("PATCH", f"roles/{acme.ask('GET', 'roles')[0]['id']}", {"description": "other"})
    way = Watched(acme)
    with pytest.raises(Stale, match="description"):
        acme.apply(saved, transport=way)
    assert way.queries("logs") == [{"q": "type:sapi", "sort": "date:-1", "per_page": "100"}]


def test_what_stands_in_the_way_of_a_create_is_looked_for_by_name() -> None:
    acme = Acme()
    saved = acme.plan(declare(None, roles={"buyer": BUYER}))
    acme.ask("POST", "roles", BUYER)
    way = Watched(acme)

    async def work(client: ManagementClient) -> Outcome:
        held = await live(client, declare(None, roles={"seller": SELLER}))
        blind = type(held)({"roles": ()}, held.caller)
        return await apply(saved, blind, client, KINDS)

    assert acme.do(work, transport=way).is_complete
    assert "Buyer" in {query.get("name_filter") for query in way.queries("roles")}


def test_a_conflict_of_a_write_that_was_heard_is_a_failure() -> None:
    acme = Acme()
    acme.up(declare(None, roles={"buyer": BUYER}))
    fault = {"id": "c", "method": "PATCH", "path": "/api/v2/roles/*", "action": {"status": 409, "body": {"message": "taken"}}}
    with acme.faults(fault):
        outcome = acme.up(declare(None, roles={"buyer": BUYER | {"description": "x"}}))
    assert [(each.status, each.address.handle) for each in outcome.failed] == [(409, "buyer")]


def test_a_create_that_got_lost_twice_says_what_was_asked_and_what_came() -> None:
    acme = Acme()
    fault = {"id": "l", "method": "POST", "path": "/api/v2/clients", "action": {"status": 503, "body": {"message": "busy"}}}
    with acme.faults(fault):
        [failed] = acme.up(declare(None, applications={"a": {"name": "A"}})).failed
    assert failed.status == 503
    assert "got lost twice" in failed.message
    assert "busy" in failed.message


def test_a_run_that_is_stopped_while_it_waits_for_a_build_says_so() -> None:
    acme = Acme()
    acme.control("PUT", "timing", {"build_ms": 60_000})
    wish = declare(None, actions={"a": {"name": "A", "code": CODE, "supported_triggers": POST_LOGIN}})

    async def work(client: ManagementClient) -> Outcome:
        stop = asyncio.Event()
        held = await live(client, wish)
        asyncio.get_running_loop().call_later(0.05, stop.set)
        return await apply(planned(wish, held), held, client, KINDS, stop=stop)

    outcome = acme.do(work)
    assert not outcome.failed
    assert [(str(each.address), each.reason) for each in outcome.begun] == [("actions.a", "interrupted")]
    assert not outcome.skipped
    assert outcome.is_interrupted


def test_an_image_keeps_raw_ids_apart_from_handles() -> None:
    shown = image({"allowed_clients": [RawId("x")], "name": "A"}, KINDS["applications"])
    assert [type(each) for each in shown["allowed_clients"]] == [RawId]


def test_what_somebody_else_attaches_first_is_no_failure() -> None:
    acme = Acme()
    users = {"users": {"name": "users", "strategy": "auth0"}}
    acme.up(declare(None, connections=users, organizations={"acme": {"name": "acme"}}))
    organization, connection = acme.ask("GET", "organizations")[0]["id"], acme.ask("GET", "connections?name=users")[0]["id"]
    path = f"organizations/{organization}/enabled_connections"
    body = {"connection_id": connection, "assign_membership_on_login": False}
    meddler = Meddler(acme, "POST", path, lambda: acme.asked("POST", path, body), first=True)
    wish = declare(None, connections=users, organizations={"acme": {"name": "acme", "connections": {"users": {}}}})
    assert acme.up(wish, transport=meddler).is_complete
    assert not meddler.is_open


def test_what_a_run_created_and_somebody_changed_is_pointed_out(tmp_path: Path) -> None:
    acme = Acme()
    _, _, path = journalled(acme, declare(None, roles={"buyer": BUYER | {"description": "a"}}), tmp_path)
    past = recalled(path)
    made = inverse(past, KINDS, Manage())
    assert [each.lifecycle.id for each in made.state.resources.values()] == [acme.ask("GET", "roles")[0]["id"]]

    def notes() -> list[Any]:
        return fitted(made, past, acme.live(made.state), KINDS).notes

    assert [note.code for note in notes() if note.code == "changed_since"] == []
    acme.ask("PATCH", f"roles/{acme.ask('GET', 'roles')[0]['id']}", {"description": "b"})
    [note] = [note for note in notes() if note.code == "changed_since"]
    assert note.address == Address("roles", "buyer")


def test_what_comes_back_without_its_secrets_is_told_with_its_address(tmp_path: Path) -> None:
    acme = Acme()
    keyed = {"name": "A", "code": CODE, "supported_triggers": POST_LOGIN, "secrets": {"KEY": Secret.of("KEY", "x")}}
    acme.up(declare(None, actions={"a": keyed}))
    gone = {"name": "A", "lifecycle": Lifecycle(absent=True)}
    _, _, path = journalled(acme, declare(None, actions={"a": gone}), tmp_path)
    notes = inverse(recalled(path), KINDS, Manage()).notes
    assert [note.address for note in notes] == [Address("actions", "a")] * 2
    assert "secrets.KEY" in notes[1].sentence
    assert not any("actions.a" in note.sentence for note in notes), "whoever shows a note puts its address before it"


def test_a_secret_that_was_exchanged_keeps_its_value_and_that_is_told() -> None:
    address = Address("applications", "a")
    change = Change(address, Action.UPDATE, "A", "", "", pre={"description": "x"}, post={"description": "y"}, id="A")
    made = inverse(Past(Plan("p", "acme", "me", (change,)), {}, (), {address: ("client_secret",)}), KINDS, Manage())
    [note] = made.notes
    assert note.address == address
    assert "client_secret stays as it is" in note.sentence


def test_what_was_pruned_comes_back_into_the_lists_that_let_go_of_it(tmp_path: Path) -> None:
    acme = Acme()
    job = acme.ask("POST", "clients", {"name": "Job"})["client_id"]
    users = {"name": "users", "strategy": "auth0"}
    acme.up(declare(None, connections={"users": users}))
    connection = acme.ask("GET", "connections?name=users")[0]["id"]
    acme.ask("PATCH", f"connections/{connection}/clients", [{"client_id": job, "status": True}])
    pruned = Manage(prune=frozenset({"applications"}), emptied=frozenset({"applications"}), max_deletes=9)
    _, _, path = journalled(acme, declare(pruned, connections={"users": users | {"enabled_clients": []}}), tmp_path)
    assert acme.named("Job") == []
    past = recalled(path)

    async def work(client: ManagementClient) -> Outcome:
        made = inverse(past, KINDS, Manage(max_deletes=9))
        held = await live(client, made.state)
        made = fitted(made, past, held, KINDS)
        return await apply(planned(made.state, held), held, client, KINDS)

    assert acme.do(work).is_complete
    enabled = acme.ask("GET", f"connections/{connection}/clients")["clients"]
    assert [each["client_id"] for each in enabled] == [each["client_id"] for each in acme.named("Job")]


def test_what_was_begun_is_neither_done_nor_failed() -> None:
    acme = Acme()
    api = {"identifier": "https://orders", "scopes": [{"value": "read"}]}
    wish = declare(None, apis={"orders": api}, roles={"buyer": BUYER | {"permissions": {"orders": ["read"]}}, "seller": SELLER})
    with acme.faults(failing("resource-servers")):
        outcome = acme.up(wish)
    assert [str(each.address) for each in outcome.failed] == ["apis.orders"]
    assert [str(each.address) for each in outcome.begun] == ["roles.buyer"]
    assert [str(each.address) for each in outcome.done] == ["roles.seller"]
