"""Roles and the permissions they carry.

Source: Auth0's published Management API description (/roles, /roles/{id}/permissions); ``type`` and ``owner_id`` from a newer
official SDK; sets and status codes from recorded traffic of terraform-provider-auth0.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from tenantry.kinds.formats import ScopeName, Text
from tenantry.model.address import IdOf
from tenantry.model.call import Call
from tenantry.model.kind import Kind, Pages, Part, PartCall, Scopes
from tenantry.model.marks import IMMUTABLE, KEY, AbsentMeans, Clear, MemberOf, Ref, RefKeys, Unordered, Watch
from tenantry.model.spec import Spec
from tenantry.model.values import MapOf

Permissions = Annotated[
    list[ScopeName], Unordered(), MemberOf(KEY, "scopes"), Watch("grows", "permission-added", "holders of the role may do more")
]


class Role(Spec):
    """A role that users can hold."""

    name: Annotated[Text | None, Field(description="Unique name of the role.")] = None
    description: Annotated[str | None, Field(description="What holders may do."), Clear("")] = None
    type: Annotated[
        Literal["tenant", "organization"] | None,
        Field(description="Whether the role is the tenant's or an organization's."),
        IMMUTABLE,
        AbsentMeans("tenant"),
    ] = None
    owner_id: Annotated[
        str | None, Field(description="The organization that owns the role, by handle."), Ref("organizations"), IMMUTABLE
    ] = None
    permissions: Annotated[
        MapOf[Permissions] | None,
        Field(description="Scopes by API: the API's handle, then the scopes that holders get."),
        RefKeys("apis", by="identifier"),
        Clear({}),
    ] = None


def permissions_from_wire(items: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return listed permissions as a map from API identifier to scopes."""
    found: dict[str, list[str]] = {}
    for item in items:
        found.setdefault(item["resource_server_identifier"], []).append(item["permission_name"])
    return found


def permission_calls(role: IdOf, live: Any, target: Any) -> tuple[PartCall, ...]:
    """Return one call that adds what is missing and one that removes what is too much."""
    path = ("roles", role, "permissions")
    held, wanted = _pairs(live), _pairs(target)
    added = [_item(*pair) for pair in wanted if pair not in held]
    removed = [_item(*pair) for pair in held if pair not in wanted]
    attach = (PartCall(Call("POST", path, {"permissions": added}), "attach"),) if added else ()
    detach = (PartCall(Call("DELETE", path, {"permissions": removed}), "detach"),) if removed else ()
    return (*attach, *detach)


def _pairs(permissions: Any) -> list[tuple[Any, str]]:
    """Return the permissions as pairs of API and scope."""
    return [(api, scope) for api, scopes in (permissions or {}).items() for scope in scopes]


def _item(api: Any, scope: str) -> dict[str, Any]:
    """Return one permission as the API wants it."""
    return {"resource_server_identifier": api, "permission_name": scope}


ROLES = Kind(
    section="roles",
    noun="role",
    spec=Role,
    path=("roles",),
    scopes=Scopes(("read:roles",), ("create:roles",), ("update:roles",), ("delete:roles",)),
    listing=Pages(("roles",), "roles", "offset", query=(("include_totals", "true"),), by_key="name_filter"),
    parts=(
        Part(
            field="permissions",
            read=Pages(("roles", "{id}", "permissions"), "permissions", "offset", query=(("include_totals", "true"),)),
            from_wire=permissions_from_wire,
            calls=permission_calls,
            scopes=Scopes(("read:roles",), ("update:roles",), ("update:roles",), ("update:roles",)),
        ),
    ),
    required=("name",),
)
