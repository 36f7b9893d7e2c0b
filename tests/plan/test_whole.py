"""One plan of many kinds whole: every call with its body and what it waits for, every change, note, and every ruling on it."""

from __future__ import annotations

from tenantry.kinds import KINDS
from tenantry.model.address import Address
from tenantry.model.place import Place
from tenantry.model.state import LiveState
from tenantry.plan import Ruling, Verdict, check
from tenantry.plan.types import Action, Attention, Change, Effect, FieldChange, Note, Summary
from tests.declared import declare
from tests.plan.conftest import ME, api, app, connection, grant, hold, planned
from tests.plan.lines import A_ID, ABSENT, action, lines, role

LIVE = hold(
    app("A", "Shop", description="old", callbacks=["https://a"]),
    app("B", "Bot", description="idle"),
    api(A_ID, "https://a", scopes=[{"value": "r"}]),
    grant("g1", "B", "https://a", ["r"]),
    connection("c1", "users", ["A"]),
    action(),
)
WANTED = declare(
    applications={
        "shop": {"name": "Shop", "description": "new"},
        "bot": {"name": "Bot", "lifecycle": ABSENT},
        "new": {"name": "New", "app_type": "spa", "allowed_clients": ["shop"]},
    },
    apis={"a": {"identifier": "https://a", "scopes": [{"value": "w"}]}},
    connections={"users": {"name": "users", "enabled_clients": ["new"]}},
    actions={"a": {"name": "A", "code": "2"}},
    roles={"boss": {"name": "Boss", "permissions": {"a": ["w"]}}},
)
IDLE = {"name": "Bot", "description": "idle"}
A, API, SHOP, BOT, NEW, USERS, BOSS = (
    Address.parse(text)
    for text in (
        "actions.a",
        "apis.a",
        "applications.shop",
        "applications.bot",
        "applications.new",
        "connections.users",
        "roles.boss",
    )
)


def test_the_calls() -> None:
    made = planned(WANTED, LIVE)
    actions, users = "actions/actions/<actions.a>", "connections/<connections.users>/clients"
    assert lines(made) == [
        f"1 update actions.a: PATCH {actions} {{'code': '2'}}",
        "2 update apis.a: PATCH resource-servers/<apis.a> {'scopes': [{'value': 'w'}]}",
        "3 delete applications.bot: DELETE clients/<applications.bot>",
        (
            "4 create applications.new: POST clients "
            "{'name': 'New', 'app_type': 'spa', 'allowed_clients': ['<applications.shop>']}"
        ),
        "5 update applications.shop: PATCH clients/<applications.shop> {'description': 'new'}",
        f"6 detach connections.users: PATCH {users} [{{'client_id': '<applications.shop>', 'status': False}}]",
        "7 create roles.boss: POST roles {'name': 'Boss'}",
        (
            f"8 finish actions.a: POST {actions}/deploy after [1]"
            f" before {actions} status=built not ['failed'] until {actions} all_changes_deployed=True not []"
        ),
        f"9 attach connections.users: PATCH {users} [{{'client_id': '<applications.new>', 'status': True}}] after [4]",
        (
            "10 attach roles.boss: POST roles/<roles.boss>/permissions "
            "{'permissions': [{'resource_server_identifier': 'https://a', 'permission_name': 'w'}]} after [2, 7]"
        ),
    ]


def test_the_changes() -> None:
    made = planned(WANTED, LIVE)

    def place(number: int) -> Place:
        return Place("tenant.yaml", number, 3)

    other, none = "the tenant holds something else", "declared, and the tenant has none"
    gone = "client_grants.B/https://a/client"
    assert made.changes == (
        Change(BOT, Action.DELETE, "Bot", "name", "declared absent", (), IDLE, None, "B", (gone,), {}, place(2)),
        Change(
            A,
            Action.UPDATE,
            "A",
            "name",
            other,
            (FieldChange("code", "1", "2", is_program=True),),
            {"code": "1"},
            {"code": "2"},
            "X",
            place=place(6),
        ),
        Change(
            API,
            Action.UPDATE,
            "https://a",
            "identifier",
            other,
            (
                FieldChange("scopes[r]", {"value": "r"}, None, Effect.REMOVED),
                FieldChange("scopes[w]", None, {"value": "w"}, Effect.ADDED),
            ),
            {"scopes": [{"value": "r"}]},
            {"scopes": [{"value": "w"}]},
            A_ID,
            place=place(4),
        ),
        Change(
            SHOP,
            Action.UPDATE,
            "Shop",
            "name",
            other,
            (FieldChange("description", "old", "new"),),
            {"description": "old"},
            {"description": "new"},
            "A",
            place=place(1),
        ),
        Change(
            USERS,
            Action.UPDATE,
            "users",
            "name",
            other,
            (
                FieldChange("enabled_clients", "shop", None, Effect.REMOVED),
                FieldChange("enabled_clients", None, "new", Effect.ADDED),
            ),
            {"enabled_clients": ["shop"]},
            {"enabled_clients": ["new"]},
            "c1",
            place=place(5),
        ),
        Change(
            NEW,
            Action.CREATE,
            "New",
            "",
            none,
            (
                FieldChange("name", None, "New"),
                FieldChange("app_type", None, "spa"),
                FieldChange("allowed_clients", None, "shop", Effect.ADDED),
            ),
            None,
            {"name": "New", "app_type": "spa", "allowed_clients": ["shop"]},
            place=place(3),
        ),
        Change(
            BOSS,
            Action.CREATE,
            "Boss",
            "",
            none,
            (FieldChange("name", None, "Boss"), FieldChange("permissions.a", None, ["w"], Effect.ADDED)),
            None,
            {"name": "Boss", "permissions": {"a": ["w"]}},
            place=place(7),
        ),
    )


def test_what_is_told_beside_the_calls() -> None:
    made = planned(WANTED, LIVE)
    choices = KINDS["applications"].server_choices
    assert made.notes == tuple(
        Note(f"{path} is left to the server: {choice}", NEW, Place("tenant.yaml", 3, 3), "server_choice")
        for path, choice in choices.items()
    )
    assert made.attention == (
        Attention(BOT, "delete", "application Bot is deleted, and with it client_grants.B/https://a/client"),
        Attention(A, "code-changed", "code: other code decides about logins and tokens"),
        Attention(API, "scope-added", "scopes: there is a further scope to ask for (w)"),
        Attention(USERS, "connection-enabled", "enabled_clients: a further application accepts these users (new)"),
        Attention(BOSS, "permission-added", "permissions.a: holders of the role may do more (w)"),
    )
    assert made.summary == Summary(create=2, update=4, delete=1)
    assert made.ids == {A: "X", API: A_ID, BOT: "B", SHOP: "A", USERS: "c1"}
    assert (made.guards, made.lifted, made.secrets) == ((), (), ())
    assert made.scopes == {
        "create:actions",
        "create:clients",
        "create:roles",
        "delete:clients",
        "update:actions",
        "update:clients",
        "update:connections",
        "update:resource_servers",
        "update:roles",
    }
    assert (made.tenant, made.caller) == ("acme", ME)
    assert made.steps_of(Address("apis", "none")) == ()


def rulings(live: LiveState) -> dict[str, Ruling]:
    made = planned(WANTED, LIVE)
    return {str(each.address): each for each in check(made, live, KINDS)}


def test_every_ruling_says_why_and_about_what() -> None:
    to_do = Verdict.TO_DO
    assert rulings(LIVE) == {
        "applications.bot": Ruling(BOT, to_do, id="B"),
        "actions.a": Ruling(A, to_do, id="X"),
        "apis.a": Ruling(API, to_do, id=A_ID),
        "applications.shop": Ruling(SHOP, to_do, id="A"),
        "connections.users": Ruling(USERS, to_do, id="c1"),
        "applications.new": Ruling(NEW, to_do),
        "roles.boss": Ruling(BOSS, to_do),
    }
    done = hold(
        app("A", "Shop", description="new"),
        app("N", "New", app_type="spa", allowed_clients=["A"]),
        api(A_ID, "https://a", scopes=[{"value": "w"}]),
        connection("c1", "users", ["N"]),
        action(code="2"),
        role("R", "Boss", "w"),
    )
    held, made = "the tenant holds it already", "it was created meanwhile, just so"
    assert rulings(done) == {
        "applications.bot": Ruling(BOT, Verdict.DONE, "it is gone already"),
        "actions.a": Ruling(A, Verdict.DONE, held, "X"),
        "apis.a": Ruling(API, Verdict.DONE, held, A_ID),
        "applications.shop": Ruling(SHOP, Verdict.DONE, held, "A"),
        "connections.users": Ruling(USERS, Verdict.DONE, held, "c1"),
        "applications.new": Ruling(NEW, Verdict.DONE, made, "N"),
        "roles.boss": Ruling(BOSS, Verdict.DONE, made, "R"),
    }
    changed = hold(
        app("B", "Bot", description="now in use"),
        app("N", "New", app_type="native", allowed_clients=[]),
        api(A_ID, "https://a", scopes=[{"value": "else"}]),
        connection("c1", "users", ["A", "B"]),
        role("R", "Boss", "r"),
    )
    assert {address: ruling.reason for address, ruling in rulings(changed).items()} == {
        "applications.bot": "description changed since the plan was made",
        "actions.a": "it was deleted since the plan was made",
        "apis.a": "scopes changed since the plan was made",
        "applications.shop": "it was deleted since the plan was made",
        "connections.users": "enabled_clients changed since the plan was made",
        "applications.new": "it was created meanwhile, with another app_type, allowed_clients",
        "roles.boss": "it was created meanwhile, with another permissions",
    }
