"""The judge of the laws is no yes-man: whatever of a world is not so in the tenant, or is not the run's to touch, it names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tenantry.model.state import Lifecycle, Manage
from tests.laws.promised import complaints
from tests.laws.restraint import left_over, trespasses
from tests.laws.snapshot import Held, Snapshot
from tests.laws.tenant import fresh_tenant
from tests.laws.worlds import POINTS, World, state

ACTION = {"supported_triggers": [{"id": "post-login", "version": POINTS["post-login"]}], "code": "1"}
WORLD: World = {
    "applications": {"web": {"name": "Web", "app_type": "spa", "callbacks": ["https://a.example/cb"]}},
    "apis": {"orders": {"identifier": "https://orders.example", "scopes": [{"value": "read"}]}},
    "client_grants": {"web-orders": {"client_id": "web", "audience": "orders", "scope": ["read"]}},
    "connections": {"staff": {"name": "staff", "strategy": "auth0", "enabled_clients": ["web"]}},
    "roles": {"clerk": {"name": "Clerk", "permissions": {"orders": ["read"]}}},
    "organizations": {"acme": {"name": "acme", "connections": {"staff": {"assign_membership_on_login": True}}}},
    "actions": {"claim": {"name": "Claim", **ACTION}},
    "triggers": {"post-login": {"actions": ["claim"]}},
    "tenant_settings": {"": {"friendly_name": "Acme"}},
}
WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "a member": ("applications", {"app_type": "native"}, "applications.web.app_type: 'native' instead of 'spa'"),
    "a list": ("applications", {"callbacks": []}, "applications.web.callbacks"),
    "a scope": ("apis", {"scopes": []}, "apis.orders.scopes"),
    "a grant's scope": ("client_grants", {"scope": []}, "client_grants.web-orders.scope"),
    "an application": ("connections", {"enabled_clients": []}, "connections.staff.enabled_clients"),
    "a permission": ("roles", {"permissions": []}, "roles.clerk.permissions"),
    "a link": ("organizations", {"connections": []}, "organizations.acme.connections"),
    "a deploy": ("actions", {"all_changes_deployed": False}, "actions.claim.all_changes_deployed"),
    "a binding": ("triggers", {"actions": []}, "triggers.post-login: []"),
    "a setting": ("tenant_settings", {"friendly_name": "Else"}, "tenant_settings..friendly_name"),
}
OF_OTHERS = "Somebody else's"


@pytest.fixture(scope="module")
def snapshots() -> tuple[Snapshot, Snapshot]:
    """Return a tenant that somebody else uses too, before the world was applied and after."""

    async def work() -> tuple[Snapshot, Snapshot]:
        async with fresh_tenant() as tenant:
            await tenant.send("POST", "clients", {"name": OF_OTHERS})
            before = await tenant.held()
            _, outcome = await tenant.apply(state(WORLD))
            assert outcome.is_complete, outcome.failed
            return before, await tenant.held()

    return asyncio.run(work())


def changed(held: Snapshot, is_meant: Callable[[Held], bool], **members: Any) -> Snapshot:
    """Return the snapshot with other members of one resource."""
    [key] = [key for key, each in held.items() if is_meant(each)]
    return {**held, key: replace(held[key], data={**held[key].data, **members})}


def ours(section: str) -> Callable[[Held], bool]:
    """Return what tells the one resource of the world; its grant by its scopes, for it has no name."""
    names = {"Web", "https://orders.example", "staff", "Clerk", "acme", "Claim", "post-login", ""}
    return lambda each: each.section == section and (each.name in names or each.data.get("scope") == ["read"])


def test_what_is_as_declared_gives_no_cause_for_complaint(snapshots: tuple[Snapshot, Snapshot]) -> None:
    before, after = snapshots
    assert list(complaints(WORLD, before, after, Manage())) == []
    assert list(trespasses(before, after, WORLD, Manage(), "")) == []


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_as_declared_is_named(snapshots: tuple[Snapshot, Snapshot], what: str) -> None:
    before, after = snapshots
    section, members, sentence = WRONG[what]
    [told] = complaints(WORLD, before, changed(after, ours(section), **members), Manage())
    assert told.startswith(sentence)


@pytest.mark.parametrize("section", ["applications", "apis", "connections", "roles", "organizations", "actions"])
def test_what_is_not_there_is_missed(snapshots: tuple[Snapshot, Snapshot], section: str) -> None:
    before, after = snapshots
    is_ours = ours(section)
    without = {key: each for key, each in after.items() if not is_ours(each)}
    [handle] = WORLD[section]
    assert f"{section}.{handle} is missing" in list(complaints(WORLD, before, without, Manage()))


def test_what_is_of_others_is_not_to_be_touched(snapshots: tuple[Snapshot, Snapshot]) -> None:
    before, after = snapshots
    touched = changed(after, lambda each: each.name == OF_OTHERS, description="touched")
    assert len(list(trespasses(before, touched, WORLD, Manage(), ""))) == 1
    gone = {key: each for key, each in after.items() if each.name != OF_OTHERS}
    assert len(list(trespasses(before, gone, WORLD, Manage(), ""))) == 1


def test_what_names_an_api_may_go_along_with_it(snapshots: tuple[Snapshot, Snapshot]) -> None:
    _, after = snapshots
    permission = {"resource_server_identifier": "https://orders.example", "permission_name": "a scope that the API had once"}
    held = changed(after, ours("roles"), permissions=[permission])
    bare = changed(after, ours("roles"), permissions=[])
    world = {**{section: {} for section in WORLD}, "apis": {"orders": {"identifier": "x", "lifecycle": Lifecycle(absent=True)}}}
    [told] = (each for each in trespasses(held, bare, world, Manage(), "") if each.startswith("roles"))
    assert told.startswith("roles Clerk.permissions")
    is_api, is_grant = ours("apis"), ours("client_grants")
    without = {key: each for key, each in bare.items() if not is_api(each) and not is_grant(each)}
    assert not [each for each in trespasses(held, without, world, Manage(), "") if each.startswith("roles")]


def test_an_undeclared_member_of_what_is_declared_is_not_to_be_touched(snapshots: tuple[Snapshot, Snapshot]) -> None:
    _, after = snapshots
    touched = changed(after, ours("applications"), description="touched")
    [told] = trespasses(after, touched, WORLD, Manage(), "")
    assert told.startswith("applications Web.description")


def test_what_is_there_twice_or_left_in_a_pruned_section_is_named(snapshots: tuple[Snapshot, Snapshot]) -> None:
    before, after = snapshots
    [web] = [each for each in after.values() if each.name == "Web"]
    twice = {**after, ("applications", "another"): replace(web, id="another")}
    assert "applications Web is there twice" in list(trespasses(before, twice, WORLD, Manage(), ""))
    left = list(left_over(before, after, WORLD, Manage(prune=frozenset({"applications"})), ""))
    assert f"applications {OF_OTHERS} is left in a pruned section" in left
