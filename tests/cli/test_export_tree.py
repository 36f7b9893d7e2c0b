"""An export says everything that can be declared, and nothing that cannot."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.cli.export.tree import exported
from tenantry.kinds import KINDS
from tenantry.model.address import Address
from tenantry.model.state import Caller, LiveResource, LiveState

CALLER = Caller("own", frozenset(), "https://t/api/v2/", "https://t/")


def live(**sections: list[dict[str, Any]]) -> LiveState:
    resources = {
        section: tuple(
            LiveResource(section, str(item.get(KINDS[section].id_field, "")), item, item.pop("_parts", {})) for item in items
        )
        for section, items in sections.items()
    }
    return LiveState(resources, CALLER)


def sections_of(**sections: list[dict[str, Any]]) -> dict[str, Any]:
    return exported(live(**sections), KINDS).sections


def test_handles_are_made_of_names_and_namesakes_get_a_number_and_their_id() -> None:
    found = sections_of(applications=[{"client_id": "b", "name": "My App!"}, {"client_id": "a", "name": "My App!"}])
    assert found["applications"] == {
        "my-app": {"name": "My App!", "lifecycle": {"id": "a"}},
        "my-app-2": {"name": "My App!", "lifecycle": {"id": "b"}},
    }


def test_a_number_that_is_part_of_another_name_is_passed_over() -> None:
    named = [("b", "My App"), ("a", "My App"), ("c", "My App 2"), ("d", "my app"), ("e", "My App 3")]
    found = sections_of(applications=[{"client_id": id_, "name": name} for id_, name in named])
    assert {handle: app["name"] for handle, app in found["applications"].items()} == {
        "my-app": "My App",
        "my-app-4": "My App",
        "my-app-5": "my app",
        "my-app-2": "My App 2",
        "my-app-3": "My App 3",
    }


def test_letters_with_marks_lose_the_marks_alone() -> None:
    names = {"a": "Übung à l'Été", "b": "日本", "c": "App 05 übung", "d": "Große Straße"}
    found = sections_of(applications=[{"client_id": id_, "name": name} for id_, name in names.items()])
    assert sorted(found["applications"]) == ["app-05-ubung", "application", "grosse-strasse", "ubung-a-l-ete"]


def test_references_become_handles_and_a_grant_is_named_after_both_ends() -> None:
    found = sections_of(
        applications=[{"client_id": "a", "name": "Job"}],
        apis=[{"id": "x", "name": "Orders", "identifier": "https://api.example/orders"}],
        client_grants=[{"id": "g", "client_id": "a", "audience": "https://api.example/orders", "scope": ["b", "a"]}],
    )
    [(handle, grant)] = found["client_grants"].items()
    assert handle == "job-api-example-orders"
    assert grant == {"client_id": "job", "audience": "api-example-orders", "scope": ["a", "b"]}


@pytest.mark.parametrize(("audience", "handle"), [("https://t/api/v2/", "management-api"), ("https://t/userinfo", "userinfo")])
def test_the_tenants_own_apis_go_by_the_names_that_files_have_for_them(audience: str, handle: str) -> None:
    own = {"id": "m", "name": "Auth0 Management API", "identifier": "https://t/api/v2/", "is_system": True}
    found = sections_of(
        applications=[{"client_id": "a", "name": "Job"}],
        apis=[own],
        client_grants=[{"id": "g", "client_id": "a", "audience": audience, "scope": ["read:users"]}],
    )
    assert found["client_grants"] == {f"job-{handle}": {"client_id": "job", "audience": handle, "scope": ["read:users"]}}
    assert "apis" not in found


def test_no_secret_is_written() -> None:
    found = exported(
        live(apis=[{"id": "x", "identifier": "https://a", "signing_alg": "HS256", "signing_secret": "canary-1"}]), KINDS
    )
    assert "canary-1" not in str(found)


def test_the_tools_own_application_and_its_grant_are_left_out() -> None:
    found = sections_of(
        applications=[{"client_id": "own", "name": "Deployer"}],
        apis=[{"id": "m", "identifier": "https://t/api/v2/", "is_system": True, "name": "Management"}],
        client_grants=[{"id": "g", "client_id": "own", "audience": "https://t/api/v2/", "scope": ["read:clients"]}],
    )
    assert found == {}


def test_what_a_list_refers_to_is_declared_as_not_managed_if_it_is_the_tools_own() -> None:
    found = sections_of(
        applications=[{"client_id": "own", "name": "Deployer"}],
        connections=[{"id": "c", "name": "users", "strategy": "auth0", "_parts": {"enabled_clients": ({"client_id": "own"},)}}],
    )
    assert found["applications"] == {"deployer": {"name": "Deployer", "lifecycle": {"managed": False}}}
    assert found["connections"]["users"]["enabled_clients"] == ["deployer"]


def test_a_list_with_something_that_nobody_can_name_includes_the_rest() -> None:
    found = sections_of(
        applications=[{"client_id": "a", "name": "Web"}],
        connections=[
            {
                "id": "c",
                "name": "users",
                "strategy": "auth0",
                "_parts": {"enabled_clients": ({"client_id": "a"}, {"client_id": "gone"})},
            }
        ],
    )
    assert found["connections"]["users"]["enabled_clients"] == {"include": ["web"]}


def test_programs_stand_in_files_of_their_own_letter_by_letter() -> None:
    code = "exports.x = `${a}`;\r\n"
    found = exported(
        live(
            actions=[
                {
                    "id": "a",
                    "name": "Greet",
                    "code": code,
                    "all_changes_deployed": True,
                    "supported_triggers": [{"id": "post-login"}],
                }
            ]
        ),
        KINDS,
    )
    assert found.sections["actions"]["greet"]["code"] == "${file:code/actions-greet-code.js}"
    assert found.files == {"code/actions-greet-code.js": code}


def test_marks_inside_texts_are_escaped() -> None:
    assert sections_of(roles=[{"id": "r", "name": "x", "description": "${var.y}"}])["roles"]["x"]["description"] == "$${var.y}"


def test_a_field_that_is_read_in_two_units_is_written_once() -> None:
    settings = sections_of(tenant_settings=[{"session_lifetime": 168, "session_lifetime_in_minutes": 10080}])["tenant_settings"]
    assert settings == {"session_lifetime": 168}


def test_triggers_are_written_as_lists_and_empty_ones_are_left_out() -> None:
    found = exported(
        LiveState(
            {
                "actions": (LiveResource("actions", "a1", {"id": "a1", "name": "Greet", "all_changes_deployed": True}),),
                "triggers": (
                    LiveResource("triggers", "post-login", {"bindings": [{"action": {"id": "a1"}}]}),
                    LiveResource("triggers", "credentials-exchange", {"bindings": []}),
                ),
            },
            CALLER,
        ),
        KINDS,
    ).sections
    assert found["triggers"] == {"post-login": ["greet"]}


def test_options_that_no_spec_names_are_kept_but_for_what_sounds_like_a_secret() -> None:
    options = {
        "client_id": "x",
        "client_secret": "canary-1",
        "tenant_region": "eu",
        "vendor": {"api_key": "canary-2", "mode": "a"},
    }
    found = exported(live(connections=[{"id": "c", "name": "goo", "strategy": "google-oauth2", "options": options}]), KINDS)
    assert found.sections["connections"]["goo"]["options"] == {
        "client_id": "x",
        "tenant_region": "eu",
        "vendor": {"mode": "a"},
    }
    assert found.notes == ["connections.goo: options.vendor.api_key is left out: it may be a secret"]
    assert "canary" not in str(found)


def test_what_a_file_may_not_say_is_left_out_with_a_note() -> None:
    options = {"passwordPolicy": "good", "invented_by_the_server": 1}
    found = exported(live(connections=[{"id": "c", "name": "users", "strategy": "auth0", "options": options}]), KINDS)
    assert found.sections["connections"]["users"]["options"] == {"passwordPolicy": "good"}
    assert found.notes == ["connections.users: options.invented_by_the_server is left out: it is not what a file may say"]


def test_secrets_that_another_tenant_would_need_are_named_and_those_that_it_makes_itself_are_not() -> None:
    found = exported(
        live(
            applications=[{"client_id": "a", "name": "Web", "client_secret": "canary-1"}],
            connections=[
                {"id": "c", "name": "goo", "strategy": "google-oauth2", "options": {"client_secret": "canary-2"}},
                {"id": "d", "name": "db", "strategy": "auth0", "options": {"configuration": {"URL": "canary-3"}}},
            ],
            actions=[
                {"id": "x", "name": "Act", "all_changes_deployed": True, "secrets": [{"name": "ONE"}, {"name": "TWO"}]},
                {"id": "y", "name": "Bare", "all_changes_deployed": True, "secrets": []},
            ],
        ),
        KINDS,
    )
    assert found.secrets == {
        Address("connections", "goo"): [("options", "client_secret")],
        Address("connections", "db"): [("options", "configuration", "URL")],
        Address("actions", "act"): [("secrets", "ONE"), ("secrets", "TWO")],
    }
    assert "canary" not in str(found)


def test_an_action_that_is_not_deployed_is_left_out_with_a_note() -> None:
    found = exported(live(actions=[{"id": "a", "name": "Draft", "code": "x", "all_changes_deployed": False}]), KINDS)
    assert "actions" not in found.sections
    assert "not deployed" in found.notes[0]
