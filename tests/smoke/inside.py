"""The inside of an emulated tenant: its Management API by bare HTTP, with no code of the tool between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from tenantry.emulator import Emulator
from tenantry.model.address import Address
from tenantry.model.call import Call
from tenantry.model.errors import ApiError
from tenantry.model.state import Caller

Sections = dict[str, dict[str, dict[str, Any]]]
Ids = dict[Address, str]


@dataclass
class Answer:
    """What the bare client gives back."""

    body: Any


class Inside:
    """The Management API of an emulated tenant, and what is declared put in through it."""

    def __init__(self, emulator: Emulator, transport: httpx.AsyncBaseTransport) -> None:
        self._emulator = emulator
        self._client = httpx.AsyncClient(transport=transport, base_url=emulator.base_url)
        self.deleted: list[str] = []

    async def send(self, call: Call) -> Answer:
        """Return the answer to a call."""
        if "Authorization" not in self._client.headers:
            await self._authorize()
        path = "/api/v2/" + "/".join(httpx.URL(path=f"/{segment}").raw_path.decode()[1:] for segment in map(str, call.path))
        response = await self._client.request(call.method, path, json=call.body, params=list(call.query) or None)
        if response.is_error:
            raise ApiError(response.text, method=call.method, path=path, status=response.status_code)
        if call.method == "DELETE":
            self.deleted.append(str(call.path[-1]))
        return Answer(response.json() if response.content else None)

    async def caller(self) -> Caller:
        """Return who calls."""
        return Caller(self._emulator.management_client_id)

    async def _authorize(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._emulator.management_client_id,
            "client_secret": self._emulator.management_client_secret,
            "audience": f"{self._emulator.base_url}/api/v2/",
        }
        token = (await self._client.post("/oauth/token", json=form)).json()["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    async def put_in(self, sections: Sections) -> Ids:
        """Create what is declared, each kind after those it refers to, and return the ids."""
        ids: Ids = {}
        await self._put_apis_in(sections, ids)
        await self._put_applications_in(sections, ids)
        await self._put_client_grants_in(sections, ids)
        await self._put_connections_in(sections, ids)
        await self._put_roles_in(sections, ids)
        await self._put_organizations_in(sections, ids)
        await self._put_actions_in(sections, ids)
        await self._put_token_exchange_profiles_in(sections, ids)
        for settings in sections.get("tenant_settings", {}).values():
            await self.send(Call("PATCH", ("tenants", "settings"), settings))
        return ids

    async def _made(self, *path: str, **body: Any) -> Any:
        return (await self.send(Call("POST", path, body))).body

    async def _put_apis_in(self, sections: Sections, ids: Ids) -> None:
        for handle, fields in sections.get("apis", {}).items():
            ids[Address("apis", handle)] = (await self._made("resource-servers", **fields))["id"]

    async def _put_applications_in(self, sections: Sections, ids: Ids) -> None:
        for handle, fields in sections.get("applications", {}).items():
            ids[Address("applications", handle)] = (await self._made("clients", **fields))["client_id"]

    async def _put_client_grants_in(self, sections: Sections, ids: Ids) -> None:
        for handle, fields in sections.get("client_grants", {}).items():
            api = sections["apis"].get(fields["audience"], {}).get("identifier", f"{self._emulator.base_url}/api/v2/")
            named = {"client_id": ids[Address("applications", fields["client_id"])], "audience": api}
            ids[Address("client_grants", handle)] = (await self._made("client-grants", **{**fields, **named}))["id"]

    async def _put_connections_in(self, sections: Sections, ids: Ids) -> None:
        for handle, fields in sections.get("connections", {}).items():
            enabled = [ids[Address("applications", one)] for one in fields.get("enabled_clients", [])]
            own = {key: value for key, value in fields.items() if key != "enabled_clients"}
            id_ = ids[Address("connections", handle)] = (await self._made("connections", **own))["id"]
            body = [{"client_id": client_id, "status": True} for client_id in enabled]
            await self.send(Call("PATCH", ("connections", id_, "clients"), body))

    async def _put_roles_in(self, sections: Sections, ids: Ids) -> None:
        for handle, fields in sections.get("roles", {}).items():
            id_ = ids[Address("roles", handle)] = (await self._made("roles", name=fields["name"]))["id"]
            permissions = [
                {"resource_server_identifier": sections["apis"][api]["identifier"], "permission_name": one}
                for api, scopes in fields.get("permissions", {}).items()
                for one in scopes
            ]
            await self._made("roles", id_, "permissions", permissions=permissions)

    async def _put_organizations_in(self, sections: Sections, ids: Ids) -> None:
        for handle, fields in sections.get("organizations", {}).items():
            id_ = ids[Address("organizations", handle)] = (await self._made("organizations", name=fields["name"]))["id"]
            for connection, settings in fields.get("connections", {}).items():
                named = {"connection_id": ids[Address("connections", connection)]}
                await self._made("organizations", id_, "enabled_connections", **named, **settings)

    async def _put_actions_in(self, sections: Sections, ids: Ids) -> None:
        """Create actions and bind them to the triggers."""
        for handle, fields in sections.get("actions", {}).items():
            ids[Address("actions", handle)] = (await self._made("actions", "actions", **fields, deploy=True))["id"]
        for trigger, fields in sections.get("triggers", {}).items():
            names = [sections["actions"][handle]["name"] for handle in fields["actions"]]
            bindings = [{"ref": {"type": "action_name", "value": name}, "display_name": name} for name in names]
            await self.send(Call("PATCH", ("actions", "triggers", trigger, "bindings"), {"bindings": bindings}))

    async def _put_token_exchange_profiles_in(self, sections: Sections, ids: Ids) -> None:
        for handle, fields in sections.get("token_exchange_profiles", {}).items():
            named = {"action_id": ids[Address("actions", fields["action_id"])]}
            made = await self._made("token-exchange-profiles", **{**fields, **named})
            ids[Address("token_exchange_profiles", handle)] = made["id"]
