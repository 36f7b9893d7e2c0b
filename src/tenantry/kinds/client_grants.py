"""Client grants: which scopes of an API an application may get.

Source: Auth0's published Management API description (/client-grants); identity and defaults from recorded traffic
of terraform-provider-auth0.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from tenantry.kinds.formats import ScopeName, Text
from tenantry.model.kind import Breach, Kind, Pages, Scopes
from tenantry.model.marks import IMMUTABLE, AbsentMeans, Clear, MemberOf, Ref, Watch
from tenantry.model.spec import Spec
from tenantry.model.values import SetOf

DetailType = Annotated[str, Field(min_length=1, max_length=255)]


class ClientGrant(Spec):
    """What an application may get of an API."""

    client_id: Annotated[str | None, Field(description="The application, by handle."), Ref("applications"), IMMUTABLE] = None
    audience: Annotated[Text | None, Field(description="The API, by handle."), Ref("apis", by="identifier"), IMMUTABLE] = None
    default_for: Annotated[
        Literal["third_party_clients"] | None,
        Field(description="All applications of third parties, in place of one application."),
        IMMUTABLE,
    ] = None
    subject_type: Annotated[
        Literal["client", "user", "anonymous_user"] | None,
        Field(description="Whether the application acts for itself or for users."),
        IMMUTABLE,
        AbsentMeans("client"),
    ] = None
    scope: Annotated[
        SetOf[ScopeName] | None,
        Field(description="Scopes of the API; the order means nothing."),
        MemberOf("audience", "scopes"),
        Clear([]),
        Watch("grows", "scope-granted", "the application may get a further scope"),
    ] = None
    allow_all_scopes: Annotated[
        bool | None,
        Field(description="Whether every scope of the API is granted, also future ones."),
        Clear(),
        Watch("becomes", "scope-granted", "the application may get every scope", value=True),
    ] = None
    organization_usage: Annotated[
        Literal["deny", "allow", "require"] | None,
        Field(description="Whether tokens may or must be for an organization."),
        Clear(),
    ] = None
    allow_any_organization: Annotated[
        bool | None,
        Field(description="Whether every organization may be named."),
        Clear(),
        AbsentMeans(value=False),
        Watch("becomes", "grant-widened", "tokens may be for every organization", value=True),
    ] = None
    authorization_details_types: Annotated[
        SetOf[DetailType] | None, Field(description="Types of rich authorization requests that may be used."), Clear([])
    ] = None


def has_one_subject(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where a grant is for nobody or for two, or gives all scopes and some."""
    if fields.get("audience") and bool(fields.get("client_id")) == bool(fields.get("default_for")):
        yield Breach(
            ("default_for",), "a grant is for an application (`client_id`) or a default (`default_for`); give one of them"
        )
    if fields.get("allow_all_scopes") and fields.get("scope"):
        yield Breach(("scope",), "`allow_all_scopes` already grants every scope; leave out `scope`")


def _is_system(live: Mapping[str, Any]) -> bool:
    """Return whether the grant is Auth0's own."""
    return live.get("is_system") is True


CLIENT_GRANTS = Kind(
    section="client_grants",
    noun="client grant",
    spec=ClientGrant,
    path=("client-grants",),
    scopes=Scopes(("read:client_grants",), ("create:client_grants",), ("update:client_grants",), ("delete:client_grants",)),
    listing=Pages(("client-grants",), "client_grants", "checkpoint"),
    key=("client_id", "default_for", "audience", "subject_type"),
    system=_is_system,
    rules=(has_one_subject,),
    required=("audience",),
    aliases=("clientGrants",),
    answered=frozenset({"is_system"}),
)
