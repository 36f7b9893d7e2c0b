"""Client grants.

Source: recorded traffic of terraform-provider-auth0; issue 255 of that repository (wording of the conflict), issue 1069 of
pulumi-auth0 (system APIs and all scopes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import conflict, invalid, missing
from tenantry.emulator.management.held import holders, remove
from tenantry.emulator.management.kind import Kind, filtered, public
from tenantry.emulator.management.named import ABSENT, named
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler
    from tenantry.emulator.management.paging import Rows

_FILTERS = ("audience", "client_id", "allow_any_organization", "subject_type", "default_for")


def _prepare(call: Call, body: Document) -> Document:
    client_id, default_for = body.get("client_id"), body.get("default_for")
    if (client_id is None) == (default_for is None):
        raise invalid("Exactly one of client_id and default_for must be given.")
    if client_id is not None:
        named(call, "clients", client_id)
    _check(call, body)
    if client_id is not None:
        others = call.store.find("client_grants", "client_id", client_id)
    else:
        others = call.store.find("client_grants", "default_for", default_for)
    made = {"subject_type": "client", **body}
    same = ("audience", "subject_type")
    if any(all(other[name] == made[name] for name in same) for other in others):
        raise conflict(f"A client grant already exists between {client_id or default_for} and {body['audience']}")
    return made


def _check(call: Call, grant: Document) -> None:
    apis = call.store.find("resource_servers", "identifier", grant["audience"])
    if not apis:
        raise missing(f"Resource server not found: {grant['audience']}", "inexistent_resource_server")
    if "allow_all_scopes" in call.body and apis[0].get("is_system"):
        raise invalid("`allow_all_scopes` cannot be provided when `audience` is a system API")
    if grant.get("allow_all_scopes") and grant.get("scope"):
        raise invalid("The scope must be absent when allow_all_scopes is true.")
    known = {scope["value"] for scope in apis[0].get("scopes", [])}
    unknown = [scope for scope in grant.get("scope", []) if scope not in known]
    if unknown:
        raise invalid(f"The following scopes are not defined in the resource server: {', '.join(unknown)}")


def _revise(call: Call, before: Document, after: Document) -> Document:
    if before.get("is_system"):
        raise invalid("System client grants cannot be changed.", "operation_not_supported")
    _check(call, after)
    return after


def _forget(call: Call, grant: Document) -> None:
    if grant.get("is_system"):
        raise invalid("System client grants cannot be deleted.", "operation_not_supported")
    for owner in holders(call.store, "organization_client_grants", grant["id"]):
        remove(call.store, "organization_client_grants", owner, grant["id"])


def _wanted(call: Call) -> Rows | None:
    first = next((name for name in _FILTERS if name in call.query), None)
    if first is None:
        return None
    return filtered(call, call.store.find("client_grants", first, call.query[first]), _FILTERS)


def _organizations(call: Call) -> Any:
    grant = CLIENT_GRANTS.find(call, call.key)
    owners = holders(call.store, "organization_client_grants", grant["id"])
    return page(call, call.store.some("organizations", owners), public)


CLIENT_GRANTS = Kind(
    path="/client-grants",
    item="/client-grants/{id}",
    collection="client_grants",
    named_by="client_id",
    absent=ABSENT["client_grants"],
    prepare=_prepare,
    revise=_revise,
    forget=_forget,
    wanted=_wanted,
)
HANDLERS: dict[str, Handler] = {
    **CLIENT_GRANTS.handlers(),
    "GET /client-grants/{id}/organizations": _organizations,
}
