"""Members whose declared form differs from the wire's, and parts with endpoints of their own."""

from __future__ import annotations

from typing import Any

from tenantry.kinds import KINDS
from tenantry.kinds.connections import client_calls, clients_from_wire
from tenantry.kinds.organizations import connection_calls, connections_from_wire
from tenantry.kinds.roles import permission_calls, permissions_from_wire
from tenantry.model.address import Address, IdOf

OWNER = IdOf(Address("connections", "people"))
SHOP, JOB = IdOf(Address("applications", "shop")), IdOf(Address("applications", "job"))


def told(calls: Any) -> list[tuple[str, str, Any]]:
    return [(part.effect, part.call.method, part.call.body) for part in calls]


def test_applications_are_enabled_before_others_are_disabled() -> None:
    assert told(client_calls(OWNER, ["old", SHOP], [SHOP, JOB])) == [
        ("attach", "PATCH", [{"client_id": JOB, "status": True}]),
        ("detach", "PATCH", [{"client_id": "old", "status": False}]),
    ]


def test_fifty_applications_go_in_one_request() -> None:
    calls = client_calls(OWNER, [], [f"client{number}" for number in range(101)])
    assert [len(part.call.body) for part in calls] == [50, 50, 1]


def test_nothing_to_enable_needs_no_request() -> None:
    assert client_calls(OWNER, [SHOP], [SHOP]) == ()
    assert client_calls(OWNER, None, None) == ()


def test_enabled_applications_are_read_as_ids() -> None:
    assert clients_from_wire([{"client_id": "a"}, {"client_id": "b"}]) == ["a", "b"]


def test_the_connections_own_list_of_applications_is_not_believed() -> None:
    assert KINDS["connections"].from_wire({"name": "x", "enabled_clients": []}) == {"name": "x"}


def test_permissions_are_a_map_from_api_to_scopes() -> None:
    items = [
        {"resource_server_identifier": "https://a", "permission_name": "read", "description": "x"},
        {"resource_server_identifier": "https://b", "permission_name": "read"},
        {"resource_server_identifier": "https://a", "permission_name": "write"},
    ]
    assert permissions_from_wire(items) == {"https://a": ["read", "write"], "https://b": ["read"]}


def test_permissions_are_added_and_removed_in_one_request_each() -> None:
    role = IdOf(Address("roles", "clerk"))
    calls = permission_calls(role, {"https://a": ["read", "old"]}, {"https://a": ["read", "new"], "https://b": ["x"]})
    assert told(calls) == [
        (
            "attach",
            "POST",
            {
                "permissions": [
                    {"resource_server_identifier": "https://a", "permission_name": "new"},
                    {"resource_server_identifier": "https://b", "permission_name": "x"},
                ]
            },
        ),
        ("detach", "DELETE", {"permissions": [{"resource_server_identifier": "https://a", "permission_name": "old"}]}),
    ]
    assert calls[0].call.path == ("roles", role, "permissions")


def test_an_organizations_connections_are_added_changed_and_removed() -> None:
    organization, people = IdOf(Address("organizations", "acme")), IdOf(Address("connections", "people"))
    live = {"con_1": {"show_as_button": True, "assign_membership_on_login": False}, "con_2": {}}
    target = {"con_1": {"show_as_button": True, "assign_membership_on_login": True}, people: {"show_as_button": False}}
    calls = connection_calls(organization, live, target)
    assert told(calls) == [
        ("attach", "POST", {"connection_id": people, "show_as_button": False}),
        ("update", "PATCH", {"assign_membership_on_login": True}),
        ("detach", "DELETE", None),
    ]
    assert calls[1].call.path == ("organizations", organization, "enabled_connections", "con_1")


def test_an_organizations_connections_are_read_without_what_is_derived() -> None:
    item = {"connection_id": "con_1", "show_as_button": True, "connection": {"name": "x"}, "is_enabled": True}
    assert connections_from_wire([item]) == {"con_1": {"show_as_button": True}}


def test_secrets_of_actions_are_a_map_here_and_a_list_there() -> None:
    actions = KINDS["actions"]
    live = actions.from_wire({"secrets": [{"name": "KEY", "updated_at": "x"}], "all_changes_deployed": True})
    assert live["secrets"] == {"KEY": None}
    assert actions.to_wire({"secrets": {"KEY": "v"}, "name": "a"}) == {"secrets": [{"name": "KEY", "value": "v"}], "name": "a"}


def test_an_action_is_deployed_when_all_its_changes_are() -> None:
    actions = KINDS["actions"]
    assert actions.finish
    assert actions.from_wire({"all_changes_deployed": True})[actions.finish.flag] is True
    assert actions.from_wire({"all_changes_deployed": False})[actions.finish.flag] is False
    assert actions.from_wire({})[actions.finish.flag] is False


def test_bindings_are_a_list_of_actions_in_order() -> None:
    triggers, claims = KINDS["triggers"], IdOf(Address("actions", "claims"))
    assert triggers.from_wire({"bindings": [{"action": {"id": "b"}}, {"action": {"id": "a"}}]}) == {"actions": ["b", "a"]}
    assert triggers.to_wire({"actions": [claims]}) == {"bindings": [{"ref": {"type": "action_id", "value": claims}}]}
    assert triggers.one("post-login") == ("actions", "triggers", "post-login", "bindings")


def test_lifetimes_that_are_no_whole_hours_are_said_in_minutes() -> None:
    live = {"session_lifetime": 1.5, "idle_session_lifetime": 72, "ephemeral_session_lifetime": 2.0}
    assert KINDS["tenant_settings"].from_wire(live) == {
        "session_lifetime_in_minutes": 90,
        "idle_session_lifetime": 72,
        "ephemeral_session_lifetime": 2,
    }


def test_system_objects_are_known_by_the_servers_flags() -> None:
    assert KINDS["apis"].system({"name": "Auth0 Management API", "is_system": True})
    assert not KINDS["apis"].system({"name": "Auth0 Management API"})
    assert KINDS["client_grants"].system({"is_system": True})
    assert KINDS["applications"].hidden({"global": True, "name": "All Applications"})
    assert not KINDS["applications"].hidden({"name": "All Applications"})


def test_deleting_a_database_loses_users() -> None:
    guard = KINDS["connections"].delete_guard
    assert guard
    assert guard.flag == "--allow-user-loss"
    assert guard.applies({"strategy": "auth0"})
    assert not guard.applies({"strategy": "oidc"})
