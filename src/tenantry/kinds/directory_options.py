"""The options of connections to directories: ad, adfs, waad (Microsoft Entra ID) and google-apps (Google Workspace).

Source: Auth0's published Management API description (options per strategy); types of auth0-python 6.8.
"""

from typing import Annotated, Literal

from pydantic import Field

from tenantry.kinds.common import Open
from tenantry.model.marks import READABLE_SECRET, Clear, Unordered
from tenantry.model.values import SetOf


class DirectoryOptions(Open):
    """Settings that connections to directories may have; some are those of other enterprise providers too."""

    tenant_domain: Annotated[str | None, Field(description="Domain of the organization.", max_length=512), Clear()] = None
    domain_aliases: Annotated[
        list[str] | None, Field(description="E-mail domains that belong to this connection."), Unordered(), Clear([])
    ] = None
    icon_url: Annotated[str | None, Field(description="Picture on the login button.", max_length=255), Clear()] = None
    thumbprints: Annotated[
        SetOf[str] | None,
        Field(description="Thumbprints of the provider's certificates; the tenant learns them itself."),
        Clear([]),
    ] = None
    prev_thumbprints: Annotated[SetOf[str] | None, Field(description="Those of former certificates (adfs)."), Clear([])] = None
    should_trust_email_verified_connection: Annotated[
        Literal["never_set_emails_as_verified", "always_set_emails_as_verified"] | None,
        Field(description="Whether the directory's e-mail addresses count as verified."),
    ] = None
    api_enable_users: Annotated[bool | None, Field(description="Whether users are read from the directory.")] = None
    api_enable_groups: Annotated[bool | None, Field(description="Whether groups are read (early access).")] = None
    basic_profile: Annotated[bool | None, Field(description="Whether the basic profile is read.")] = None
    ext_admin: Annotated[bool | None, Field(description="Whether the administrator flag is read.")] = None
    ext_is_suspended: Annotated[bool | None, Field(description="Whether the suspension flag is read.")] = None
    ext_agreed_terms: Annotated[bool | None, Field(description="Whether agreement to terms is read.")] = None
    ext_groups: Annotated[bool | None, Field(description="Whether group names are read.")] = None
    ext_assigned_plans: Annotated[bool | None, Field(description="Whether assigned plans are read.")] = None
    ext_profile: Annotated[bool | None, Field(description="Whether the extended profile is read.")] = None
    ext_access_token: Annotated[bool | None, Field(description="Whether the access token is kept (waad).")] = None
    ext_refresh_token: Annotated[bool | None, Field(description="Whether the refresh token is kept (waad).")] = None
    max_groups_to_retrieve: Annotated[
        str | None, Field(description="Most groups that are read, a number as text (waad).", pattern="^[0-9]*$"), Clear()
    ] = None
    ips: Annotated[SetOf[str] | None, Field(description="Addresses from which Kerberos is used (ad)."), Clear([])] = None
    certs: Annotated[SetOf[str] | None, Field(description="Certificates of the connector, in base64 (ad)."), Clear([])] = None
    adfs_server: Annotated[str | None, Field(description="Where the server's metadata is fetched (adfs)."), Clear()] = None
    fedMetadataXml: Annotated[str | None, Field(description="The server's metadata (adfs)."), Clear()] = None
    tenantId: Annotated[str | None, Field(description="Identifier of the directory (waad)."), Clear()] = None
    app_id: Annotated[str | None, Field(description="URI of the application (waad).", max_length=500), Clear()] = None
    app_domain: Annotated[str | None, Field(description="The tenant's host, set by the server (waad).")] = None
    identity_api: Annotated[
        Literal["azure-active-directory-v1.0", "microsoft-identity-platform-v2.0"] | None,
        Field(description="Version of Microsoft's platform (waad)."),
    ] = None
    waad_protocol: Annotated[
        Literal["openid-connect", "ws-federation"] | None, Field(description="Protocol of logins (waad).")
    ] = None
    waad_common_endpoint: Annotated[bool | None, Field(description="Whether any directory may log in (waad).")] = None
    userid_attribute: Annotated[Literal["oid", "sub"] | None, Field(description="Claim that identifies users (waad).")] = None
    domain: Annotated[str | None, Field(description="Domain at Google Workspace or Okta.", max_length=1024), Clear()] = None
    admin_access_token: Annotated[
        str | None, Field(description="Token that reads the directory (google-apps)."), READABLE_SECRET
    ] = None
    admin_refresh_token: Annotated[str | None, Field(description="Token that renews it (google-apps)."), READABLE_SECRET] = None
    admin_access_token_expiresin: Annotated[str | None, Field(description="When it ends (google-apps)."), Clear()] = None
    handle_login_from_social: Annotated[
        bool | None, Field(description="Whether this connection takes logins of its domain at Google (google-apps).")
    ] = None
    map_user_id_to_id: Annotated[bool | None, Field(description="Whether users keep Google's identifier (google-apps).")] = None
