"""Actions are built, deployed and bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.emulator.management.api import Api


@pytest.fixture
def action(api: Api) -> dict[str, Any]:
    body = {
        "name": "greet",
        "supported_triggers": [{"id": "post-login", "version": "v3"}],
        "code": "exports.onExecutePostLogin = async () => {};",
        "secrets": [{"name": "KEY", "value": "hush"}],
    }
    made = api.post("/actions/actions", body, status=201)
    assert isinstance(made, dict)
    return made


def test_a_new_action_is_pending_then_built(api: Api, action: dict[str, Any]) -> None:
    assert action["status"] == "pending"
    assert action["runtime"] == "node22"
    assert api.get(f"/actions/actions/{action['id']}")["status"] == "built"


def test_where_a_dependency_came_from_is_told_until_it_is_built(api: Api) -> None:
    asked = [{"name": "lodash", "version": "4.0.0", "registry_url": "https://registry.test/lodash"}]
    body = {"name": "dash", "supported_triggers": [{"id": "post-login"}], "dependencies": asked}
    made = api.post("/actions/actions", body, status=201)
    built = [{"name": "lodash", "version": "4.0.0"}]
    assert made["dependencies"] == asked
    assert api.get(f"/actions/actions/{made['id']}")["dependencies"] == built
    assert api.post(f"/actions/actions/{made['id']}/deploy")["dependencies"] == built


def test_secret_values_are_never_shown(api: Api, action: dict[str, Any]) -> None:
    assert set(action["secrets"][0]) == {"name", "updated_at"}
    api.post(f"/actions/actions/{action['id']}/deploy")
    assert "hush" not in str(api.get(f"/actions/actions/{action['id']}"))


def test_deploying_waits_for_the_build(api: Api, action: dict[str, Any]) -> None:
    path = f"/actions/actions/{action['id']}"
    api.tenant.timing.build_ms = 3000
    api.patch(path, {"code": "// new"})
    refusal = api.post(f"{path}/deploy", status=400)["message"]
    assert "must be in the 'built' state" in refusal
    api.tenant.clock.offset_s += 4
    version = api.post(f"{path}/deploy", status=200)
    assert (version["number"], version["deployed"], version["code"]) == (1, False, "// new")


def test_a_deployed_version_stays_until_the_next_deployment(api: Api, action: dict[str, Any]) -> None:
    path = f"/actions/actions/{action['id']}"
    first = api.post(f"{path}/deploy")
    live = api.get(path)
    assert live["all_changes_deployed"] is True
    assert live["deployed_version"]["id"] == first["id"]
    draft = api.patch(path, {"code": "// draft"}, status=200)
    assert draft["all_changes_deployed"] is False
    assert draft["deployed_version"]["code"] != "// draft"
    second = api.post(f"{path}/deploy")
    versions = api.get(f"{path}/versions")["versions"]
    assert [(each["number"], each["deployed"]) for each in versions] == [(2, True), (1, False)]
    assert api.get(path)["deployed_version"]["id"] == second["id"]
    api.post(f"{path}/versions/{first['id']}/deploy")
    assert api.get(path)["deployed_version"]["code"] == first["code"]


def test_a_version_says_of_which_action_it_is(api: Api, action: dict[str, Any]) -> None:
    root = f"/actions/actions/{action['id']}"
    version = api.post(f"{root}/deploy")
    (listed,) = api.get(f"{root}/versions")["versions"]
    assert listed == api.get(f"{root}/versions/{version['id']}")
    assert (listed["action"], listed["action"]["name"]) == (version["action"], "greet")
    other = api.post("/actions/actions", {"name": "other", "supported_triggers": [{"id": "post-login"}]})["id"]
    api.get(f"/actions/actions/{other}/versions/{version['id']}", status=404)


def test_bindings_are_replaced_in_order_and_need_deployed_actions(api: Api, action: dict[str, Any]) -> None:
    path = "/actions/triggers/post-login/bindings"
    binding = {"ref": {"type": "action_id", "value": action["id"]}, "display_name": "Greet"}
    api.patch(path, {"bindings": [binding]}, status=400)
    api.post(f"/actions/actions/{action['id']}/deploy")
    made = api.patch(path, {"bindings": [binding]}, status=200)["bindings"]
    assert [(each["display_name"], each["action"]["id"]) for each in made] == [("Greet", action["id"])]
    assert api.get(path)["total"] == 1
    by_name = {"ref": {"type": "action_name", "value": "greet"}}
    again = api.patch(path, {"bindings": [by_name]})["bindings"]
    assert again[0]["id"] != made[0]["id"]
    api.patch(path, {"bindings": []})
    assert api.get(path)["bindings"] == []


def test_an_action_of_another_trigger_cannot_be_bound(api: Api, action: dict[str, Any]) -> None:
    api.post(f"/actions/actions/{action['id']}/deploy")
    binding = {"ref": {"type": "action_id", "value": action["id"]}}
    api.patch("/actions/triggers/credentials-exchange/bindings", {"bindings": [binding]}, status=400)


def test_a_bound_action_is_deleted_only_by_force(api: Api, action: dict[str, Any]) -> None:
    path = f"/actions/actions/{action['id']}"
    api.post(f"{path}/deploy")
    binding = {"ref": {"type": "action_id", "value": action["id"]}}
    api.patch("/actions/triggers/post-login/bindings", {"bindings": [binding]})
    api.delete(path, status=409)
    api.delete(f"{path}?force=true", status=204)
    assert api.get("/actions/triggers/post-login/bindings")["bindings"] == []
    assert api.get(path, status=404) == {
        "statusCode": 404,
        "error": "Not Found",
        "message": "That action does not exist.",
    }


def test_a_used_module_cannot_be_deleted(api: Api) -> None:
    module = api.post("/actions/modules", {"name": "m", "code": "module.exports = {}"}, status=201)
    version = api.post(f"/actions/modules/{module['id']}/versions")
    assert version["version_number"] == 1
    used = {"module_id": module["id"], "module_version_id": version["id"]}
    triggers = [{"id": "post-login"}]
    action = api.post("/actions/actions", {"name": "uses", "supported_triggers": triggers, "modules": [used]})
    told = {**used, "module_name": "m", "module_version_number": 1}
    assert action["modules"] == [told]
    assert api.patch(f"/actions/actions/{action['id']}", {"modules": [used]})["modules"] == [told]
    assert api.get(f"/actions/modules/{module['id']}")["actions_using_module_total"] == 1
    api.delete(f"/actions/modules/{module['id']}", status=412)
    api.delete(f"/actions/actions/{action['id']}")
    api.delete(f"/actions/modules/{module['id']}", status=204)
