"""Every sort of field is set, cleared and set again, for every kind; the tenant is asked, and no plan is left over."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tenantry.desired import load
from tenantry.kinds import KINDS
from tenantry.model.state import DesiredState
from tests.laws.tenant import Tenant, fresh_tenant

WORLDS = Path(__file__).parent / "worlds"

EMPTY: tuple[Any, ...] = (None, "", [], {})

CLEARED = {
    "tenants/settings": ("friendly_name", "default_audience", "default_directory", "error_page", "mtls", "country_codes"),
    "clients": (
        "logo_uri",
        "callbacks",
        "client_metadata",
        "native_social_login",
        "initiate_login_uri",
        "refresh_token",
        "organization_usage",
        "default_organization",
        "session_transfer",
        "par_request_expiry",
        "allowed_clients",
        "encryption_key",
        "async_approval_notification_channels",
    ),
    "resource-servers": (
        "scopes",
        "consent_policy",
        "authorization_details",
        "proof_of_possession",
        "token_lifetime_for_anonymous_access_tokens",
        "access_token",
    ),
    "client-grants": ("scope", "organization_usage", "allow_any_organization"),
    "connections": ("metadata",),
    "roles": ("description",),
    "organizations": ("metadata",),
    "actions/actions": ("dependencies", "secrets"),
}
NAMES = ("Shop", "Orders", "people", "buyer", "acme", "A", "https://o.example")


def world(name: str) -> DesiredState:
    [file] = load([WORLDS / name], environ={})
    return file.state


async def held(tenant: Tenant) -> dict[str, dict[str, Any]]:
    """Return what the tenant itself says it holds, by endpoint."""
    found = {}
    for path in CLEARED:
        answer = (await tenant.http.get(f"/api/v2/{path}")).json()
        items = next((each for each in answer.values() if isinstance(each, list)), []) if isinstance(answer, dict) else answer
        is_one = path == "tenants/settings"
        found[path] = answer if is_one else next(item for item in items if item.get("name", item.get("audience")) in NAMES)
    return found


async def reach(tenant: Tenant, desired: DesiredState) -> dict[str, dict[str, Any]]:
    _, outcome = await tenant.apply(desired)
    assert outcome.failed == ()
    assert (await tenant.plan(desired)).steps == (), "a second plan is empty"
    return await held(tenant)


def filled(answers: dict[str, dict[str, Any]]) -> list[str]:
    return [f"{path} {name}" for path, names in CLEARED.items() for name in names if answers[path].get(name) not in EMPTY]


def test_what_is_set_can_be_cleared_and_set_again() -> None:
    async def work() -> None:
        everything = [f"{path} {name}" for path, names in CLEARED.items() for name in names]
        async with fresh_tenant() as tenant:
            tenant.kinds = KINDS
            assert filled(await reach(tenant, world("set.yaml"))) == everything
            assert filled(await reach(tenant, world("cleared.yaml"))) == []
            assert filled(await reach(tenant, world("set.yaml"))) == everything

    asyncio.run(work())


def test_the_order_in_which_approval_is_asked_for_counts(tmp_path: Path) -> None:
    async def work() -> None:
        async with fresh_tenant() as tenant:
            for channels in (["email", "guardian-push"], ["guardian-push", "email"]):
                file = tmp_path / "tenant.yaml"
                shop = f"{{name: Shop, async_approval_notification_channels: {channels}}}"
                file.write_text(f"tenant: {{emulator: laws}}\napplications: {{shop: {shop}}}\n", encoding="utf-8")
                [loaded] = load([file], environ={})
                await tenant.apply(loaded.state)
                live = (await tenant.http.get("/api/v2/clients")).json()
                assert [one["async_approval_notification_channels"] for one in live if one["name"] == "Shop"] == [channels]

    asyncio.run(work())


POLICIES = (
    "{passwordPolicy: good, password_history: {enable: true, size: 3}, requires_username: true}",
    "{password_options: {complexity: {min_length: 12}}, brute_force_protection: true}",
    "{brute_force_protection: false}",
    "{passwordPolicy: fair}",
    "{validation: {username: {min: 2, max: 9}}, requires_username: true}",
    "{attributes: {email: {identifier: {active: true}}}}",
)


def test_one_way_gives_place_to_the_other(tmp_path: Path) -> None:
    async def work() -> None:
        async with fresh_tenant() as tenant:
            for options in POLICIES:
                file = tmp_path / "tenant.yaml"
                text = f"tenant: {{emulator: laws}}\nconnections: {{db: {{name: db, strategy: auth0, options: {options}}}}}\n"
                file.write_text(text, encoding="utf-8")
                [loaded] = load([file], environ={})
                _, outcome = await tenant.apply(loaded.state)
                assert outcome.failed == (), options
                assert (await tenant.plan(loaded.state)).steps == (), options
                live = (await tenant.http.get("/api/v2/connections?name=db")).json()[0]["options"]
                assert not ("password_options" in live and "passwordPolicy" in live), options
                assert not ("attributes" in live and live.get("requires_username")), options

    asyncio.run(work())


INITIATORS = ("", "{mode: all}", "{mode: custom, selected_initiators: [rp-logout]}", "{mode: all}", "{mode: custom}")


def test_selected_initiators_of_a_logout_give_place_to_all(tmp_path: Path) -> None:
    async def work() -> None:
        async with fresh_tenant() as tenant:
            tenant.kinds = KINDS
            for initiators in INITIATORS:
                file = tmp_path / "tenant.yaml"
                how = f", backchannel_logout_initiators: {initiators}" if initiators else ""
                shop = f"{{name: Shop, oidc_logout: {{backchannel_logout_urls: [https://a.example]{how}}}}}"
                file.write_text(f"tenant: {{emulator: laws}}\napplications: {{shop: {shop}}}\n", encoding="utf-8")
                [loaded] = load([file], environ={})
                _, outcome = await tenant.apply(loaded.state)
                assert outcome.failed == (), initiators
                assert (await tenant.plan(loaded.state)).steps == (), initiators
                [shown] = [each["oidc_logout"] for each in await tenant.get("clients") if each["name"] == "Shop"]
                chosen = shown["backchannel_logout_initiators"]
                assert (chosen["mode"] == "all") == ("all" in initiators)
                assert "selected_initiators" not in chosen or chosen["mode"] == "custom"

    asyncio.run(work())
