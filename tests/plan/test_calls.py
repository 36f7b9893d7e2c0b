"""Small plans: their calls line by line, the scopes they need, and what they say."""

from __future__ import annotations

from dataclasses import replace

from tenantry.kinds import KINDS
from tenantry.model.address import Address, IdOf
from tenantry.model.note import Note
from tenantry.model.secret import LiveSecret, Secret
from tenantry.model.state import DesiredState, LiveResource, LiveState
from tenantry.model.values import RawId
from tenantry.plan import Names
from tenantry.plan.draft import Draft
from tenantry.plan.images import image
from tenantry.plan.match import display_name
from tenantry.plan.rules import overlaid
from tenantry.plan.types import Attention
from tests.declared import declare
from tests.plan import whole
from tests.plan.conftest import api, app, connection, grant, hold, planned
from tests.plan.lines import A_ID, ABSENT, action, lines, role

A, API = Address("actions", "a"), Address("apis", "a")


def scopes(desired: DesiredState, live: LiveState, *flags: str) -> set[str]:
    return set(planned(desired, live, *flags, max_deletes=9).scopes)


def test_each_call_needs_its_own_scopes() -> None:
    boss = {"name": "Boss", "permissions": {"a": ["r"]}}
    live = hold(api(A_ID, "https://a", scopes=[{"value": "r"}]), role("R", "Boss", "r"))
    apis = {"a": {"identifier": "https://a"}}
    assert scopes(declare(apis=apis, roles={"boss": {**boss, "lifecycle": ABSENT}}), live) == {"delete:roles"}
    part = KINDS["roles"].parts[0].scopes
    taken = declare(apis=apis, roles={"boss": {**boss, "permissions": {}}})
    assert scopes(taken, live) == set(part.delete or part.update)
    given = declare(apis=apis, roles={"boss": boss})
    unheld = hold(api(A_ID, "https://a", scopes=[{"value": "r"}]), role("R", "Boss"))
    assert scopes(given, unheld) == set(part.create or part.update)
    organization = LiveResource("organizations", "org_1", {"id": "org_1", "name": "acme"}, {"connections": ()})
    part = KINDS["organizations"].parts[0].scopes
    joined = declare(
        connections={"users": {"name": "users"}},
        organizations={"acme": {"name": "acme", "connections": {"users": {"assign_membership_on_login": True}}}},
    )
    assert scopes(joined, hold(organization, connection("c1", "users", []))) == set(part.create)
    held = ({"connection_id": "c1", "assign_membership_on_login": True, "connection": {"name": "users"}},)
    left = replace(organization, parts={"connections": held})
    alone = declare(connections={"users": {"name": "users"}}, organizations={"acme": {"name": "acme", "connections": {}}})
    assert scopes(alone, hold(left, connection("c1", "users", []))) == set(part.delete)
    assert part.create != part.delete


def test_exchanging_a_scope_sends_the_rest_of_the_update_once() -> None:
    live = hold(
        api(A_ID, "https://a", name="Old", scopes=[{"value": "r", "description": "reads"}]),
        app("A", "Shop"),
        grant("g1", "A", "https://a", ["r"]),
    )
    wanted = declare(
        applications={"shop": {"name": "Shop"}},
        apis={"a": {"identifier": "https://a", "name": "New", "scopes": [{"value": "w"}]}},
        client_grants={"g": {"client_id": "shop", "audience": "a", "scope": ["w"]}},
    )
    assert lines(planned(wanted, live)) == [
        (
            "1 widen apis.a: PATCH resource-servers/<apis.a> "
            "{'name': 'New', 'scopes': [{'value': 'r', 'description': 'reads'}, {'value': 'w'}]}"
        ),
        "2 update client_grants.g: PATCH client-grants/<client_grants.g> {'scope': ['w']} after [1]",
        "3 narrow apis.a: PATCH resource-servers/<apis.a> {'scopes': [{'value': 'w'}]} after [1, 2]",
    ]


def test_a_deleted_connection_is_gone_when_it_is_no_longer_shown() -> None:
    gone = declare(connections={"users": {"name": "users", "lifecycle": ABSENT}})
    path = "connections/<connections.users>"
    assert lines(planned(gone, hold(connection("c1", "users", [])), "--allow-user-loss")) == [
        f"1 delete connections.users: DELETE {path} until {path} =None not []"
    ]


def test_a_replaced_action_goes_and_is_made_and_deployed_anew() -> None:
    wanted = {"name": "A", "code": "1", "supported_triggers": [{"id": "credentials-exchange", "version": "v2"}]}
    path = "actions/actions/<actions.a>"
    made = planned(declare(actions={"a": wanted}), hold(action()))
    assert lines(made) == [
        f"1 delete actions.a: DELETE {path}",
        f"2 create actions.a: POST actions/actions {wanted} after [1]",
        (
            f"3 finish actions.a: POST {path}/deploy after [2]"
            f" before {path} status=built not ['failed'] until {path} all_changes_deployed=True not []"
        ),
    ]
    assert made.changes[0].reason == "supported_triggers cannot be changed on a live action"
    assert [(field.path, field.forces_replacement) for field in made.changes[0].fields] == [
        ("supported_triggers[post-login]", True),
        ("supported_triggers[credentials-exchange]", True),
    ]
    sentence = "action A is deleted and created anew, because supported_triggers cannot be changed: it gets a new id"
    assert made.attention == (Attention(A, "replace", sentence),)


def test_whether_a_new_action_is_deployed_is_no_field_of_the_files() -> None:
    wanted = {"name": "A", "code": "1", "supported_triggers": [{"id": "post-login", "version": "v3"}]}
    [change] = planned(declare(actions={"a": wanted}), hold()).changes
    assert [field.path for field in change.fields] == ["name", "code", "supported_triggers[post-login]"]
    undeployed = planned(declare(actions={"a": {"name": "A"}}), hold(action(all_changes_deployed=False)))
    assert [field.path for field in undeployed.changes[0].fields] == ["deployed"]
    assert undeployed.changes[0].reason == "its last version is not deployed"


def test_a_list_lets_go_of_what_goes_and_takes_what_comes() -> None:
    live = hold(app("A", "Shop"), app("B", "Bot"), connection("c1", "users", ["A", "B"]))
    wanted = declare(
        applications={"shop": {"name": "Shop", "lifecycle": ABSENT}, "bot": {"name": "Bot"}, "new": {"name": "New"}},
        connections={"users": {"name": "users", "enabled_clients": ["new", "bot"]}},
    )
    made = planned(wanted, live)
    users = "connections/<connections.users>/clients"
    assert lines(made) == [
        "1 create applications.new: POST clients {'name': 'New'}",
        f"2 detach connections.users: PATCH {users} [{{'client_id': '<applications.shop>', 'status': False}}]",
        "3 delete applications.shop: DELETE clients/<applications.shop> after [2]",
        f"4 attach connections.users: PATCH {users} [{{'client_id': '<applications.new>', 'status': True}}] after [1]",
    ]


def test_plans_that_would_do_something_else_have_another_name() -> None:
    def name(**fields: object) -> str:
        return planned(declare(applications={"shop": {"name": "Shop", **fields}}), hold(app("A", "Shop", description="old"))).id

    assert name(description="new") == name(description="new")
    assert len({name(description="new"), name(description="other"), name(callbacks=["https://b"])}) == 3
    elsewhere = hold(app("A", "Shop", description="older"))
    assert planned(declare(applications={"shop": {"name": "Shop", "description": "new"}}), elsewhere).id != name(
        description="new"
    )
    other = replace(declare(applications={"shop": {"name": "Shop", "description": "new"}}), tenant="other")
    assert planned(other, hold(app("A", "Shop", description="old"))).id != name(description="new")


def test_what_cannot_be_compared_is_told() -> None:
    secret = Secret("S", lambda: None)
    live = hold(api(A_ID, "https://a", signing_alg="HS256", signing_secret="0123456789abcdef"))
    made = planned(declare(apis={"a": {"identifier": "https://a", "signing_secret": secret}}), live)
    sentence = "secret S is not set, so signing_secret is not compared with what the tenant holds"
    assert made.notes == (Note(sentence, API, code="unverifiable"),)
    nested = connection("c", "idp", [], strategy="google-oauth2", options={"client_id": "i", "client_secret": "x"})
    wanted = {"name": "idp", "strategy": "google-oauth2", "options": {"client_id": "i", "client_secret": secret}}
    made = planned(declare(connections={"idp": wanted}), hold(nested))
    sentence = "secret S is not set, so options is not compared with what the tenant holds"
    assert made.notes == (Note(sentence, Address("connections", "idp"), code="unverifiable"),)


def test_what_a_create_says_is_not_left_to_the_server() -> None:
    said = {"name": "New", "oidc_conformant": True, "grant_types": [], "jwt_configuration": {"alg": "RS256"}}
    made = planned(declare(applications={"new": {**said, "token_endpoint_auth_method": "none"}}), hold())
    assert made.notes == ()
    unsaid = planned(declare(applications={"new": {**said, "jwt_configuration": {"lifetime_in_seconds": 60}}}), hold())
    assert [note.sentence.split(" ")[0] for note in unsaid.notes] == ["token_endpoint_auth_method", "jwt_configuration.alg"]


def test_a_scope_that_was_there_is_not_told_again() -> None:
    live = hold(api(A_ID, "https://a", scopes=[{"value": "r"}, {"value": "x"}]))
    wanted = declare(apis={"a": {"identifier": "https://a", "scopes": [{"value": "r"}, {"value": "w"}, {"value": "v"}]}})
    sentence = "scopes: there is a further scope to ask for (w, v)"
    assert planned(wanted, live).attention == (Attention(API, "scope-added", sentence),)


def test_what_has_no_name_is_called_by_its_id_or_its_noun() -> None:
    assert display_name(KINDS["applications"], {"client_id": "A", "name": ""}) == "A"
    assert display_name(KINDS["applications"], {}) == "application"
    assert display_name(KINDS["client_grants"], {"client_id": "A", "audience": "https://a"}) == "A https://a"


def test_an_image_holds_nothing_that_is_secret_whatever_it_is() -> None:
    tree = {"identifier": "https://a", "signing_secret": "in the open", "name": LiveSecret("x", lambda: "y"), "odd": None}
    assert image(tree, KINDS["apis"]) == {"identifier": "https://a", "odd": None}


def test_a_reference_is_written_as_what_the_tenant_calls_its_target() -> None:
    names = Names()
    names.declare(API, {"identifier": "https://a", "name": "Orders"})
    assert names.wire("apis", "identifier", "a") == "https://a"
    assert names.wire("apis", "name", "a") == "Orders"
    assert names.wire("apis", "id", "a") == IdOf(API)
    assert names.wire("apis", "identifier", RawId("b")) == "b"
    assert type(names.wire("apis", "identifier", RawId("b"))) is str
    assert names.wire("apis", "identifier", 1) == 1
    assert names.id_of(API) is None
    names.add(API, A_ID, {"identifier": "https://a", "name": "Orders"})
    assert names.id_of(API) == A_ID
    assert names.ids().keys() == {API}
    assert names.handle("apis", "id", A_ID) == names.handle("apis", "name", "Orders") == "a"


def test_a_list_drops_what_is_joined_to_it_only_when_that_is_made() -> None:
    zoo = {"name": "Zoo", "app_type": "resource_server", "resource_server_identifier": "a"}
    wanted = declare(
        applications={"old": {"name": "Old"}, "zoo": zoo},
        apis={"a": {"identifier": "https://a"}},
        connections={"users": {"name": "users", "enabled_clients": ["old"]}},
    )
    made = planned(wanted, hold(app("A", "Old"), connection("c1", "users", ["A"])))
    assert [(step.op, str(step.address), step.after) for step in made.steps] == [
        ("create", "apis.a", ()),
        ("create", "applications.zoo", (1,)),
        ("detach", "connections.users", (2,)),
    ]


def test_what_can_only_be_said_on_create_is_said_then_and_never_compared() -> None:
    only_once: dict[str, object] = {"client_authentication_methods": {"private_key_jwt": {"credentials": []}}}
    wanted = declare(applications={"shop": {"name": "Shop", **only_once}})
    assert [step.call.body for step in planned(wanted, hold()).steps] == [{"name": "Shop", **only_once}]
    assert planned(wanted, hold(app("A", "Shop"))).is_empty


def test_all_that_forces_a_replacement_is_named() -> None:
    boss = LiveResource("roles", "R", {"id": "R", "name": "Boss"}, {"permissions": ()})
    acme = LiveResource("organizations", "org_1", {"id": "org_1", "name": "acme"}, {"connections": ()})
    wanted = declare(
        organizations={"acme": {"name": "acme"}},
        roles={"boss": {"name": "Boss", "type": "organization", "owner_id": "acme"}},
    )
    [change] = planned(wanted, hold(boss, acme)).changes
    assert change.reason == "type, owner_id cannot be changed on a live role"


def test_a_value_that_becomes_dangerous_is_told_in_the_words_of_its_mark() -> None:
    live = hold(api(A_ID, "https://a", allow_offline_access=False))
    made = planned(declare(apis={"a": {"identifier": "https://a", "allow_offline_access": True}}), live)
    sentence = "allow_offline_access: access outlives the login by refresh tokens"
    assert made.attention == (Attention(API, "offline-access", sentence),)


def test_of_a_value_in_two_units_the_rules_see_the_one_that_is_declared() -> None:
    kind = KINDS["tenant_settings"]
    settings = Address("tenant_settings", "")
    live = {"session_lifetime": 1, "session_lifetime_in_minutes": 60}

    def seen(**target: object) -> dict[str, object]:
        return overlaid(Draft(kind, settings, None, None, live=dict(live), target=dict(target)))

    assert seen(session_lifetime_in_minutes=90) == {"session_lifetime_in_minutes": 90}
    assert seen(session_lifetime=2) == {"session_lifetime": 2}
    assert seen() == {"session_lifetime": 1}
    assert seen(session_lifetime=2, session_lifetime_in_minutes=120) == {
        "session_lifetime": 2,
        "session_lifetime_in_minutes": 120,
    }


def test_each_call_of_a_plan_of_many_kinds_is_in_its_place() -> None:
    made = planned(whole.WANTED, whole.LIVE)
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
