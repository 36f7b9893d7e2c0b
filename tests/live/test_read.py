from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tenantry.kinds import KINDS
from tenantry.live import EVERYTHING, Wanted, read, wanted
from tenantry.model.address import Address
from tenantry.model.errors import ApiError, IncompleteRead, NotAllowed
from tenantry.model.state import DesiredState, Lifecycle, LiveState, Manage, Resource
from tests.management.tenant import Tenant, answer, refusal


def declare(manage: Manage | None = None, /, **sections: dict[str, Any]) -> DesiredState:
    resources = {}
    for section, entries in sections.items():
        for handle, fields in entries.items():
            address = Address(section, handle)
            said = {name: value for name, value in fields.items() if name != "lifecycle"}
            resources[address] = Resource(address, said, fields.get("lifecycle", Lifecycle()))
    return DesiredState("acme", resources, manage or Manage())


@dataclass
class World:
    """A rude tenant: lists come reversed, with unknown members; every request is noted; some paths fail."""

    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    failing: dict[str, httpx.Response] = field(default_factory=dict)
    hidden_after: int = 10_000
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v2/")
        query = dict(request.url.params)
        self.asked.append(path)
        if path in self.failing:
            return self.failing[path]
        if path == "tenants/settings":
            return answer({"friendly_name": "Acme", "unknown": [1]})
        if path not in self.lists:
            return refusal(404, "no such thing", "inexistent")
        found = [item | {"unknown": {"deep": True}} for item in reversed(self.lists[path])]
        if wish := query.get("identifiers") or query.get("name_filter"):
            found = [item for item in found if wish in {item.get("identifier"), item.get("name")}]
            return answer({path.replace("-", "_"): found, "total": len(found), "limit": 100})
        return self.page(path, found, query)

    def page(self, path: str, found: list[dict[str, Any]], query: dict[str, str]) -> httpx.Response:
        """Return the page that was asked for, in the style it was asked for."""
        name = path.rpartition("/")[2].replace("-", "_")
        if "take" in query:
            begin, size = int(query.get("from", "0")), int(query["take"])
            more = {"next": str(begin + size)} if begin + size < len(found) else {}
            return answer({name: found[begin : begin + size]} | more)
        if "per_page" in query:
            size, number = int(query["per_page"]), int(query["page"])
            assert (number + 1) * size <= 1000, "a real tenant refuses this"
            return answer({name: found[number * size :][:size], "total": len(found), "limit": size})
        return answer(found)


def look(world: World, wish: DesiredState | Wanted, sections: Iterable[str]) -> LiveState:
    async def within() -> LiveState:
        async with Tenant(world).client() as client:
            return await read(client, KINDS, wanted(wish) if isinstance(wish, DesiredState) else wish, sections)

    return asyncio.run(within())


def roles(*names: str) -> dict[str, list[dict[str, Any]]]:
    """Return roles, each with a permission of its own name."""
    listed = [{"id": f"rol_{name}", "name": name} for name in names]
    permissions = {
        f"roles/rol_{name}/permissions": [{"permission_name": name, "resource_server_identifier": "https://a"}]
        for name in names
    }
    return {"roles": listed} | permissions


def test_each_section_is_listed_once_and_whole() -> None:
    clients = [{"client_id": f"c{number}", "name": f"App {number}"} for number in range(250)]
    world = World({"clients": clients, "client-grants": []})
    live = look(world, declare(applications={"one": {"name": "App 1"}}), {"applications", "client_grants"})
    assert {each.id for each in live.of("applications")} == {client["client_id"] for client in clients}
    assert sorted(world.asked) == ["client-grants", "clients", "clients", "clients"]
    assert live.requests == 4
    assert live.caller.client_id == "cli"


def test_unknown_members_are_kept_for_whoever_may_need_them() -> None:
    live = look(World(roles("buyer")), declare(), {"roles"})
    assert live.of("roles")[0].data["unknown"] == {"deep": True}


def test_only_declared_parts_of_declared_parents_are_read() -> None:
    world = World(roles("buyer", "seller", "guest", "old"))
    wish = declare(
        roles={
            "buyer": {"name": "buyer", "permissions": {}},
            "seller": {"name": "seller"},
            "renamed": {"name": "new", "permissions": {}, "lifecycle": Lifecycle(renamed_from="old")},
        }
    )
    live = look(world, wish, {"roles"})
    assert sorted(world.asked) == ["roles", "roles/rol_buyer/permissions", "roles/rol_old/permissions"]
    parts = {each.id: each.parts for each in live.of("roles")}
    assert parts["rol_seller"] == {}
    assert parts["rol_buyer"]["permissions"][0]["permission_name"] == "buyer"


def test_all_parts_of_what_is_to_go_are_read() -> None:
    world = World(roles("buyer"))
    look(world, declare(roles={"buyer": {"name": "buyer", "lifecycle": Lifecycle(absent=True)}}), {"roles"})
    assert "roles/rol_buyer/permissions" in world.asked


def test_a_chosen_namesake_is_the_one_whose_parts_are_read() -> None:
    world = World(roles("buyer"))
    world.lists["roles"].append({"id": "rol_twin", "name": "buyer"})
    wish = {"name": "buyer", "permissions": {}, "lifecycle": Lifecycle(id="rol_buyer")}
    look(world, declare(roles={"buyer": wish}), {"roles"})
    assert sorted(world.asked) == ["roles", "roles/rol_buyer/permissions"]


def test_what_is_ignored_or_not_managed_is_not_read_one_by_one() -> None:
    world = World(roles("legacy one", "theirs"))
    manage = Manage(ignore={"roles": ("legacy *",)})
    wish = declare(
        manage,
        roles={
            "a": {"name": "legacy one", "permissions": {}},
            "b": {"name": "theirs", "permissions": {}, "lifecycle": Lifecycle(managed=False)},
        },
    )
    look(world, wish, {"roles"})
    assert world.asked == ["roles"]


def test_an_export_reads_all_parts() -> None:
    world = World(roles("buyer", "seller"))
    live = look(world, EVERYTHING, {"roles"})
    assert all(each.parts["permissions"] for each in live.of("roles"))


def test_a_singleton_is_one_request() -> None:
    world = World()
    live = look(world, declare(), {"tenant_settings"})
    assert [each.data["friendly_name"] for each in live.of("tenant_settings")] == ["Acme"]
    assert world.asked == ["tenants/settings"]


def test_a_singleton_that_is_not_there_is_none() -> None:
    world = World(failing={"tenants/settings": refusal(404, "no")})
    assert look(world, declare(), {"tenant_settings"}).of("tenant_settings") == ()


def test_what_is_known_by_its_handle_is_read_for_declared_handles_only() -> None:
    bound = [{"id": "b1", "action": {"id": "act_1"}}]
    world = World({"actions/triggers/post-login/bindings": bound})
    live = look(world, declare(triggers={"post-login": {"actions": []}, "unheard-of": {"actions": []}}), {"triggers"})
    (trigger,) = live.of("triggers")
    assert (trigger.id, trigger.data["bindings"][0]["action"]) == ("post-login", {"id": "act_1"})


def test_all_missing_scopes_are_named_together() -> None:
    def lacking(scope: str) -> httpx.Response:
        return refusal(403, f"Insufficient scope, expected any of: {scope}", "insufficient_scope")

    world = World(failing={"roles": lacking("read:roles"), "clients": lacking("read:clients")})
    with pytest.raises(NotAllowed, match="read:clients, read:roles") as caught:
        look(world, declare(), {"roles", "applications"})
    assert caught.value.missing == ("read:clients", "read:roles")


def test_any_other_failure_is_itself() -> None:
    with pytest.raises(ApiError, match="answered 400: bad"):
        look(World(failing={"roles": refusal(400, "bad")}), declare(), {"roles"})


def test_a_resource_that_comes_twice_is_no_world_to_plan_on() -> None:
    clients = [{"client_id": "same", "name": "One"}, {"client_id": "same", "name": "Two"}]
    with pytest.raises(IncompleteRead, match="same came twice"):
        look(World({"clients": clients}), declare(), {"applications"})


def many(number: int) -> list[dict[str, Any]]:
    return [{"id": f"id{n}", "identifier": f"https://api/{n}", "name": f"API {n}"} for n in range(number)]


def test_what_stands_behind_the_end_of_a_list_is_asked_for_by_its_key() -> None:
    world = World({"resource-servers": many(1200)})
    wish = {"first": {"identifier": "https://api/0"}, "last": {"identifier": "https://api/1199"}, "new": {"identifier": "x"}}
    live = look(world, declare(apis=wish), {"apis"})
    assert live.truncated == {"apis"}
    found = {each.data["identifier"] for each in live.of("apis")}
    assert {"https://api/0", "https://api/1199"} <= found
    assert len(live.of("apis")) == 1001
    assert len(world.asked) == 12


def test_a_list_that_is_whole_needs_no_asking() -> None:
    world = World({"resource-servers": many(1000)})
    live = look(world, declare(apis={"new": {"identifier": "x"}}), {"apis"})
    assert not live.truncated
    assert len(world.asked) == 10


def test_behind_the_end_an_id_will_do() -> None:
    world = World({"resource-servers": many(1200), "resource-servers/id0": [{"id": "id0"}]})
    world.lists["resource-servers/id0"] = []
    world.failing["resource-servers/id0"] = answer({"id": "id0", "identifier": "https://api/0"})
    wish = {"first": {"identifier": "https://api/0", "lifecycle": Lifecycle(id="id0")}}
    live = look(world, declare(apis=wish), {"apis"})
    assert "id0" in {each.id for each in live.of("apis")}


def test_what_is_deleted_between_its_list_and_its_parts_is_not_there() -> None:
    world = World(roles("buyer"))
    del world.lists["roles/rol_buyer/permissions"]
    live = look(world, declare(roles={"buyer": {"name": "buyer", "permissions": {}}}), {"roles"})
    assert live.of("roles") == ()
    world.failing["roles/rol_buyer"] = answer({"id": "rol_buyer"})
    with pytest.raises(ApiError, match="answered 404"):
        look(world, declare(roles={"buyer": {"name": "buyer", "permissions": {}}}), {"roles"})


def test_what_is_no_resource_has_no_parts_to_export() -> None:
    hidden = dataclasses.replace(KINDS["roles"], hidden=lambda data: data["name"] == "global")
    assert EVERYTHING.parts(hidden, "rol_1", {"name": "global"}) == frozenset()
    assert EVERYTHING.parts(hidden, "rol_1", {"name": "buyer"}) == {"permissions"}


def test_behind_the_end_what_was_renamed_is_asked_for_by_both_names() -> None:
    world = World({"roles": [{"id": f"rol_{number}", "name": f"role {number}"} for number in range(1200)]})
    wish = {"first": {"name": "Chief", "lifecycle": Lifecycle(renamed_from="role 0")}}
    live = look(world, declare(roles=wish), {"roles"})
    assert "rol_0" in {each.id for each in live.of("roles")}


def test_behind_the_end_of_a_list_that_cannot_be_searched_an_id_is_asked_of_the_file() -> None:
    assert KINDS["roles"].listing
    kinds = {"roles": dataclasses.replace(KINDS["roles"], listing=dataclasses.replace(KINDS["roles"].listing, by_key=""))}
    world = World({"roles": [{"id": f"rol_{number}", "name": f"role {number}"} for number in range(1200)]})

    async def within() -> None:
        async with Tenant(world).client() as client:
            await read(client, kinds, wanted(declare(roles={"first": {"name": "role 0"}})), {"roles"})

    with pytest.raises(IncompleteRead, match=r"roles\.first is not in the list; give its id as `lifecycle: \{id: …\}`"):
        asyncio.run(within())
