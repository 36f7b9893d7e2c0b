"""All that a tenant holds, as its HTTP API tells it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.laws.worlds import POINTS

LISTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "applications": ("clients?per_page=100", "name", {}),
    "apis": ("resource-servers?per_page=100", "identifier", {}),
    "client_grants": ("client-grants?per_page=100", "id", {}),
    "connections": ("connections?per_page=100", "name", {"enabled_clients": "connections/{}/clients?take=1000"}),
    "roles": ("roles?per_page=100", "name", {"permissions": "roles/{}/permissions?per_page=100"}),
    "organizations": (
        "organizations?per_page=100",
        "name",
        {"connections": "organizations/{}/enabled_connections?per_page=100"},
    ),
    "actions": ("actions/actions?per_page=100", "name", {}),
}
"""By section: its list, the member that people know one by, and the parts that have an endpoint of their own."""

OF_THE_API = {"resource_server_name", "description"}


@dataclass(frozen=True)
class Held:
    """One resource: what people know it by, and all that the tenant tells of it."""

    section: str
    id: str
    name: str
    data: Mapping[str, Any]


Snapshot = dict[tuple[str, str], Held]


async def asked(http: httpx.AsyncClient, path: str) -> Any:
    """Return the body of a GET below /api/v2; missing things are None."""
    answer = await http.get(f"/api/v2/{path}")
    return answer.json() if answer.status_code == httpx.codes.OK else None


async def snapshot(http: httpx.AsyncClient) -> Snapshot:
    """Return everything that the tenant holds; these worlds are smaller than a page."""
    found: Snapshot = {}
    for section, (path, key, parts) in LISTS.items():
        body = await asked(http, path)
        for item in body if isinstance(body, list) else body["actions"]:
            if item.get("global"):
                continue
            id_ = str(item.get("client_id") if section == "applications" else item["id"])
            more = {name: _items(await asked(http, part.format(id_))) for name, part in parts.items()}
            found[section, id_] = Held(section, id_, str(item[key]), {**item, **more})
    for point in POINTS:
        bindings = (await asked(http, f"actions/triggers/{point}/bindings"))["bindings"]
        found["triggers", point] = Held("triggers", point, point, {"actions": [each["action"]["id"] for each in bindings]})
    found["tenant_settings", ""] = Held("tenant_settings", "", "", await asked(http, "tenants/settings"))
    return found


def _items(body: Any) -> Any:
    """Return the items of a part, without what a role's permission says of its API: that is the API's own."""
    items = body["clients"] if isinstance(body, dict) else body or ()
    return [{name: value for name, value in item.items() if name not in OF_THE_API} for item in items]


def at(value: Any, path: str) -> Any:
    """Return what stands at a path, written as files write it; None where there is nothing."""
    for bracketed, plain in re.findall(r"\[([^\]]*)\]|([^.\[]+)", path):
        step = bracketed or plain
        if isinstance(value, list):
            value = next((item for item in value if item.get("value") == step), None)
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def scopes_of(held: Snapshot) -> set[str]:
    """Return every scope of every API, which roles and grants may lose along with the API's."""
    return {
        f"{each.name} {scope['value']}"
        for (section, _), each in held.items()
        if section == "apis"
        for scope in each.data.get("scopes") or ()
    }
