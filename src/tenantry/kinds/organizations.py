"""Organizations and the connections their members log in with.

Source: Auth0's published Management API description (/organizations, /organizations/{id}/enabled_connections); replacement of
metadata and defaults of connections from recorded traffic of terraform-provider-auth0.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tenantry.kinds.common import TokenQuota
from tenantry.kinds.formats import Colour, HttpsUrl, OrganizationName, TextByText
from tenantry.model.address import IdOf
from tenantry.model.call import Call
from tenantry.model.kind import Kind, Pages, Part, PartCall, Scopes
from tenantry.model.marks import Clear, RefKeys, Watch
from tenantry.model.spec import Spec
from tenantry.model.values import Exclude, Include, MapOf

Metadata = Annotated[TextByText, Field(max_length=25)] | Include[TextByText] | Exclude


class Colors(Spec):
    """The two colours of an organization's login page; both are needed."""

    needs: ClassVar = ("primary", "page_background")

    primary: Annotated[Colour | None, Field(description="Colour of buttons and links.")] = None
    page_background: Annotated[Colour | None, Field(description="Colour of the page.")] = None


class Branding(Spec):
    """How an organization's login page looks."""

    logo_url: Annotated[HttpsUrl | None, Field(description="Address of the logo, https only."), Clear()] = None
    colors: Annotated[Colors | None, Field(description="Colours of the login page.")] = None


class EnabledConnection(Spec):
    """How an organization uses a connection."""

    assign_membership_on_login: Annotated[
        bool | None,
        Field(description="Whether whoever logs in becomes a member."),
        Watch("becomes", "membership-on-login", "whoever logs in becomes a member", value=True),
    ] = None
    show_as_button: Annotated[bool | None, Field(description="Whether the login page shows a button for it.")] = None
    is_signup_enabled: Annotated[
        bool | None,
        Field(description="Whether users may sign up; a database that assigns membership only."),
        Watch("becomes", "signup-open", "anybody may sign up", value=True),
    ] = None


class Organization(Spec):
    """A business customer, team or partner whose members log in together."""

    name: Annotated[OrganizationName | None, Field(description="Unique name, lower case, at most 50 characters.")] = None
    display_name: Annotated[str | None, Field(description="Name that people see.", min_length=1, max_length=255)] = None
    branding: Annotated[Branding | None, Field(description="Logo and colours of the login page.")] = None
    metadata: Annotated[
        Metadata | None,
        Field(description="Up to 25 texts of your own; each, and its name, of at most 255 characters."),
        Clear({}),
    ] = None
    token_quota: Annotated[TokenQuota | None, Field(description="Quota of tokens (early access)."), Clear()] = None
    third_party_client_access: Annotated[
        Literal["block", "allow"] | None,
        Field(description="Whether third parties' applications may be used."),
        Watch("becomes", "third-parties-allowed", "third parties' applications may be used", value="allow"),
    ] = None
    is_app_entitlement_active: Annotated[bool | None, Field(description="Whether only entitled applications may be used.")] = (
        None
    )
    connections: Annotated[
        MapOf[EnabledConnection] | None,
        Field(description="Connections that members log in with: the connection's handle, then how it is used."),
        RefKeys("connections"),
        Clear({}),
        Watch("grows", "connection-enabled", "there is a further way to log in"),
    ] = None


_MEMBERS = tuple(EnabledConnection.model_fields)


def connections_from_wire(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return enabled connections as a map from connection id to settings."""
    return {item["connection_id"]: {name: item[name] for name in _MEMBERS if name in item} for item in items}


def connection_calls(organization: IdOf, live: Any, target: Any) -> tuple[PartCall, ...]:
    """Return a call for each connection that is added, changed or removed."""
    path = ("organizations", organization, "enabled_connections")
    held, wanted = live or {}, target or {}
    added = [
        PartCall(Call("POST", path, {"connection_id": connection, **(settings or {})}), "attach")
        for connection, settings in wanted.items()
        if connection not in held
    ]
    changed = [
        PartCall(Call("PATCH", (*path, connection), difference), "update")
        for connection, settings in wanted.items()
        if connection in held and (difference := _difference(held[connection], settings))
    ]
    removed = [PartCall(Call("DELETE", (*path, connection)), "detach") for connection in held if connection not in wanted]
    return (*added, *changed, *removed)


def _difference(held: Any, wanted: Any) -> dict[str, Any]:
    """Return the settings that are wanted otherwise than they are held."""
    return {name: value for name, value in (wanted or {}).items() if (held or {}).get(name) != value}


ORGANIZATIONS = Kind(
    section="organizations",
    noun="organization",
    spec=Organization,
    path=("organizations",),
    scopes=Scopes(("read:organizations",), ("create:organizations",), ("update:organizations",), ("delete:organizations",)),
    listing=Pages(("organizations",), "organizations", "checkpoint"),
    parts=(
        Part(
            field="connections",
            read=Pages(
                ("organizations", "{id}", "enabled_connections"),
                "enabled_connections",
                "offset",
                query=(("include_totals", "true"),),
            ),
            from_wire=connections_from_wire,
            calls=connection_calls,
            scopes=Scopes(
                ("read:organization_connections",),
                ("create:organization_connections",),
                ("update:organization_connections",),
                ("delete:organization_connections",),
            ),
        ),
    ),
    required=("name",),
)
