"""Network ACLs; they are kept, not applied.

Source: recorded traffic of terraform-provider-auth0 (TestAccNetworkACL*).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.clock import Clock
from tenantry.emulator.management.answers import invalid
from tenantry.emulator.management.kind import Kind

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler


def _prepare(_call: Call, body: Document) -> Document:
    _check(body)
    return body


def _revise(_call: Call, _before: Document, after: Document) -> Document:
    _check(after)
    return after


def _check(acl: Document) -> None:
    action = acl["rule"]["action"]
    if action.get("redirect") and not action.get("redirect_uri"):
        raise invalid("Payload validation error: Action type of `redirect` requires a `redirect_uri`")


def _shown(call: Call, acl: Document) -> Document:
    if call.operation.name == "GET /network-acls/{id}":
        return {"tenant_id": call.tenant.name, **acl, "deleted_at": None}
    return acl


NETWORK_ACLS = Kind(
    path="/network-acls",
    item="/network-acls/{id}",
    collection="network_acls",
    named_by="description",
    absent=("Network ACL not found.", None),
    defaults={"priority": 50},
    date=Clock.milliseconds,
    prepare=_prepare,
    revise=_revise,
    shown=_shown,
    deleted={"code": 204, "object": ""},
)
HANDLERS: dict[str, Handler] = NETWORK_ACLS.handlers()
