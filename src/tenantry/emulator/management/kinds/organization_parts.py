"""What organizations have beside connections: client grants, clients, discovery domains.

Source: recorded traffic of terraform-provider-auth0 (TestAccOrganizationClient*, TestAccOrgDiscoveryDomain*).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import Answer, conflict, invalid, missing
from tenantry.emulator.management.held import add, held, remove
from tenantry.emulator.management.kind import filtered, public
from tenantry.emulator.management.kinds.organizations import find
from tenantry.emulator.management.named import named
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_COPIED = ("client_id", "audience", "scope", "organization_usage", "allow_any_organization")


def _grants(call: Call) -> Any:
    ids = held(call.store, "organization_client_grants", find(call)["id"])
    rows = filtered(call, call.store.some("client_grants", ids), ("audience", "client_id"))
    return page(call, rows, public)


def _add_grant(call: Call) -> Answer:
    owner, grant_id = find(call)["id"], call.body["grant_id"]
    grant = named(call, "client_grants", grant_id)
    if grant.get("organization_usage") not in ("allow", "require"):
        raise invalid("The client grant does not allow organizations.")
    if grant_id in held(call.store, "organization_client_grants", owner):
        raise conflict("The client grant is already associated with the organization.")
    add(call.store, "organization_client_grants", owner, grant_id)
    return Answer(201, {"grant_id": grant_id, **{name: grant[name] for name in _COPIED if name in grant}})


def _remove_grant(call: Call) -> Answer:
    remove(call.store, "organization_client_grants", find(call)["id"], call.last)
    return Answer(204)


def _clients(call: Call) -> Any:
    rows = call.store.find("organization_clients", "organization_id", find(call)["id"])
    return page(call, rows, lambda row: _client(call, row), key="client_id")


def _client(call: Call, row: Document) -> Document:
    client = call.store.get("clients", row["client_id"]) or {}
    members = ("name", "is_first_party", "app_type", "grant_types", "organization_usage")
    about = {name: client[name] for name in members if name in client}
    return {
        "client_id": row["client_id"],
        "use_for_member_access": row["use_for_member_access"],
        "client": about,
    }


def _add_clients(call: Call) -> Answer:
    owner = find(call)["id"]
    made = []
    for each in call.body["clients"]:
        named(call, "clients", each["client_id"])
        key = f"{owner}:{each['client_id']}"
        if call.store.get("organization_clients", key):
            raise conflict("The client is already associated with the organization.")
        row = {"id": key, "organization_id": owner, "use_for_member_access": False, **each}
        call.store.put("organization_clients", key, row)
        made.append(_client(call, row))
    return Answer(201, made)


def _remove_clients(call: Call) -> Answer:
    owner = find(call)["id"]
    for client_id in call.body["clients"]:
        call.store.delete("organization_clients", f"{owner}:{client_id}")
    return Answer(204)


def _own_client(call: Call) -> Document:
    row = call.store.get("organization_clients", f"{find(call)['id']}:{call.last}")
    if row is None:
        raise missing("The client is not associated with the organization.")
    return row


def _change_client(call: Call) -> Document:
    row = {**_own_client(call), **call.body}
    call.store.put("organization_clients", row["id"], row)
    return _client(call, row)


def _domains(call: Call) -> Any:
    return page(call, call.store.find("discovery_domains", "organization_id", find(call)["id"]), _domain)


def _domain(row: Document) -> Document:
    return {name: value for name, value in public(row).items() if name != "organization_id"}


def _add_domain(call: Call) -> Document:
    owner, domain = find(call)["id"], call.body["domain"]
    if any(row["organization_id"] == owner for row in call.store.find("discovery_domains", "domain", domain)):
        raise conflict("The domain already exists for the organization.")
    row = {
        "id": call.tenant.ids.new("discovery_domains", f"{owner}:{domain}"),
        "organization_id": owner,
        "status": "pending",
        "verification_host": f"_ss-verification.{owner}.{domain}",
        "use_for_organization_discovery": True,
        **call.body,
    }
    row["verification_txt"] = hashlib.md5(row["id"].encode(), usedforsecurity=False).hexdigest()
    call.store.put("discovery_domains", row["id"], row)
    return _domain(row)


def _own_domain(call: Call) -> Document:
    owner = find(call)["id"]
    row = call.store.get("discovery_domains", call.last)
    if row is None or row["organization_id"] != owner:
        raise missing("No organization discovery domain found by that id")
    return row


def _domain_by_name(call: Call) -> Document:
    owner = find(call)["id"]
    for row in call.store.find("discovery_domains", "domain", call.last):
        if row["organization_id"] == owner:
            return _domain(row)
    raise missing("No organization discovery domain found by that name")


def _change_domain(call: Call) -> Document:
    row = {**_own_domain(call), **call.body}
    call.store.put("discovery_domains", row["id"], row)
    return _domain(row)


def _remove_domain(call: Call) -> Answer:
    call.store.delete("discovery_domains", _own_domain(call)["id"])
    return Answer(204)


_ROOT = "/organizations/{id}"
HANDLERS: dict[str, Handler] = {
    f"GET {_ROOT}/client-grants": _grants,
    f"POST {_ROOT}/client-grants": _add_grant,
    f"DELETE {_ROOT}/client-grants/{{grant_id}}": _remove_grant,
    f"GET {_ROOT}/clients": _clients,
    f"POST {_ROOT}/clients": _add_clients,
    f"DELETE {_ROOT}/clients": _remove_clients,
    f"GET {_ROOT}/clients/{{client_id}}": lambda call: _client(call, _own_client(call)),
    f"PATCH {_ROOT}/clients/{{client_id}}": _change_client,
    f"GET {_ROOT}/discovery-domains": _domains,
    f"POST {_ROOT}/discovery-domains": _add_domain,
    f"GET {_ROOT}/discovery-domains/name/{{discovery_domain}}": _domain_by_name,
    f"GET {_ROOT}/discovery-domains/{{discovery_domain_id}}": lambda call: _domain(_own_domain(call)),
    f"PATCH {_ROOT}/discovery-domains/{{discovery_domain_id}}": _change_domain,
    f"DELETE {_ROOT}/discovery-domains/{{discovery_domain_id}}": _remove_domain,
}
