"""Provisioning of connections: SCIM with its tokens, and Google Workspace directories with their groups.

Source: recorded traffic of terraform-provider-auth0 (TestAccDataSCIMConfiguration, TestAccDirectory*); SCIM tokens
after Auth0's published description.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import Answer, conflict, invalid, missing
from tenantry.emulator.management.held import held, hold
from tenantry.emulator.management.kind import public
from tenantry.emulator.management.kinds.connection_mappings import DIRECTORY_MAPPING, SCIM_MAPPING, SCIM_STRATEGIES
from tenantry.emulator.management.kinds.connections import CONNECTIONS
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler


def _about(call: Call) -> Document:
    connection = CONNECTIONS.find(call, call.key)
    return {
        "connection_id": connection["id"],
        "connection_name": connection["name"],
        "strategy": connection["strategy"],
    }


def _own(call: Call, collection: str) -> Document:
    found = call.store.get(collection, _about(call)["connection_id"])
    if found is None:
        raise missing()
    return found


def _delete(collection: str) -> Handler:
    def handler(call: Call) -> Answer:
        call.store.delete(collection, _own(call, collection)["connection_id"])
        return Answer(204)

    return handler


def _create_scim(call: Call) -> Document:
    about = _about(call)
    if about["strategy"] not in SCIM_STRATEGIES:
        raise missing("This connection type does not support SCIM.")
    if call.store.get("scim_configurations", about["connection_id"]):
        raise conflict("SCIM configuration already exists.")
    now = call.clock.milliseconds()
    made = {
        "tenant_name": call.tenant.name,
        **about,
        "mapping": SCIM_MAPPING,
        "user_id_attribute": "externalId",
        **(call.body or {}),
        "created_at": now,
        "updated_on": now,
    }
    call.store.put("scim_configurations", about["connection_id"], made)
    return made


def _change_scim(call: Call) -> Document:
    made = {**_own(call, "scim_configurations"), **call.body, "updated_on": call.clock.milliseconds()}
    call.store.put("scim_configurations", made["connection_id"], made)
    return made


def _scim_mapping(call: Call) -> Document:
    _own(call, "scim_configurations")
    return {"mapping": SCIM_MAPPING}


def _scim_tokens(call: Call) -> list[Document]:
    owner = _own(call, "scim_configurations")["connection_id"]
    rows = call.store.find("scim_tokens", "connection_id", owner)
    return [{name: value for name, value in public(row).items() if name != "connection_id"} for row in rows]


def _create_token(call: Call) -> Document:
    owner = _own(call, "scim_configurations")["connection_id"]
    token_id = call.tenant.ids.new("scim_tokens", owner)
    row = {"token_id": token_id, "scopes": [], **(call.body or {}), "created_at": call.clock.milliseconds()}
    call.store.put("scim_tokens", token_id, {**row, "connection_id": owner})
    return {**row, "token": f"tok_{token_id}.{call.tenant.ids.secret(token_id)}"}


def _delete_token(call: Call) -> Answer:
    _own(call, "scim_configurations")
    if not call.store.delete("scim_tokens", call.last):
        raise missing()
    return Answer(204)


def _create_directory(call: Call) -> Document:
    about = _about(call)
    if about["strategy"] != "google-apps":
        raise invalid("Directory provisioning is not supported for this connection.", "operation_not_supported")
    if call.store.get("directory_provisionings", about["connection_id"]):
        raise conflict("Directory provisioning already exists.")
    now = call.clock.milliseconds()
    made = {
        **about,
        "mapping": DIRECTORY_MAPPING,
        "synchronize_automatically": False,
        "synchronize_groups": "off",
        **(call.body or {}),
        "created_at": now,
        "updated_at": now,
    }
    call.store.put("directory_provisionings", about["connection_id"], made)
    return made


def _change_directory(call: Call) -> Document:
    made = {**_own(call, "directory_provisionings"), **call.body, "updated_at": call.clock.milliseconds()}
    call.store.put("directory_provisionings", made["connection_id"], made)
    return made


def _directory_mapping(call: Call) -> Document:
    _about(call)
    return {"mapping": DIRECTORY_MAPPING}


def _groups(call: Call) -> Any:
    owner = _own(call, "directory_provisionings")["connection_id"]
    rows = sorted(held(call.store, "synchronized_groups", owner), key=lambda group: str(group["id"]))
    return page(call, rows, lambda group: group)


def _put_groups(call: Call) -> Answer:
    owner = _own(call, "directory_provisionings")["connection_id"]
    hold(call.store, "synchronized_groups", owner, list(call.body["groups"]))
    return Answer(204)


def _add_groups(call: Call) -> Answer:
    owner = _own(call, "directory_provisionings")["connection_id"]
    groups = {group["id"]: group for group in held(call.store, "synchronized_groups", owner)}
    groups.update({group["id"]: group for group in call.body["groups"]})
    hold(call.store, "synchronized_groups", owner, list(groups.values()))
    return Answer(204)


def _remove_groups(call: Call) -> Answer:
    owner = _own(call, "directory_provisionings")["connection_id"]
    gone = {group.get("id") for group in call.body.get("groups", [])}
    kept = [group for group in held(call.store, "synchronized_groups", owner) if group["id"] not in gone]
    hold(call.store, "synchronized_groups", owner, kept)
    return Answer(204)


def _all(collection: str) -> Handler:
    return lambda call: page(call, call.store.all(collection), public, key="connection_id")


_SCIM = "/connections/{id}/scim-configuration"
_DIRECTORY = "/connections/{id}/directory-provisioning"
HANDLERS: dict[str, Handler] = {
    f"GET {_SCIM}": lambda call: _own(call, "scim_configurations"),
    f"POST {_SCIM}": _create_scim,
    f"PATCH {_SCIM}": _change_scim,
    f"DELETE {_SCIM}": _delete("scim_configurations"),
    f"GET {_SCIM}/default-mapping": _scim_mapping,
    f"GET {_SCIM}/tokens": _scim_tokens,
    f"POST {_SCIM}/tokens": _create_token,
    f"DELETE {_SCIM}/tokens/{{tokenId}}": _delete_token,
    "GET /connections-scim-configurations": _all("scim_configurations"),
    f"GET {_DIRECTORY}": lambda call: _own(call, "directory_provisionings"),
    f"POST {_DIRECTORY}": _create_directory,
    f"PATCH {_DIRECTORY}": _change_directory,
    f"DELETE {_DIRECTORY}": _delete("directory_provisionings"),
    f"GET {_DIRECTORY}/default-mapping": _directory_mapping,
    f"GET {_DIRECTORY}/synchronized-groups": _groups,
    f"PUT {_DIRECTORY}/synchronized-groups": _put_groups,
    f"POST {_DIRECTORY}/synchronized-groups": _add_groups,
    f"DELETE {_DIRECTORY}/synchronized-groups": _remove_groups,
    "GET /connections-directory-provisionings": _all("directory_provisionings"),
}
