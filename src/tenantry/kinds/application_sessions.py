"""What becomes of the sessions of an application: back-channel logout, and transfer from native apps to the browser.

Source: Auth0's published Management API description; merge behaviour and defaults from recorded traffic of
terraform-provider-auth0 and auth0-deploy-cli; its issue 1030 (`mode: all` stands without selected initiators).
"""

from typing import Annotated, Literal

from pydantic import Field

from tenantry.kinds.formats import HttpsUrlOrEmpty
from tenantry.model.marks import Clear, MadeOf, Watch
from tenantry.model.spec import Spec
from tenantry.model.values import SetOf

Initiator = Literal[
    "rp-logout",
    "idp-logout",
    "password-changed",
    "session-expired",
    "session-revoked",
    "account-deleted",
    "email-identifier-changed",
    "mfa-phone-unenrolled",
    "account-deactivated",
]


class LogoutInitiators(Spec):
    """Which events cause a back-channel logout."""

    mode: Annotated[Literal["custom", "all"] | None, Field(description="All events, or only the selected ones.")] = None
    selected_initiators: Annotated[
        SetOf[Initiator] | None,
        Field(description="The events that count when the mode is custom."),
        MadeOf(frozenset({"mode"})),
    ] = None


class LogoutSessionMetadata(Spec):
    """Whether session metadata travels with a back-channel logout."""

    include: Annotated[bool | None, Field(description="Whether the logout token carries the session's metadata.")] = None


class OidcLogout(Spec):
    """OpenID Connect back-channel logout of an application."""

    backchannel_logout_urls: Annotated[
        SetOf[HttpsUrlOrEmpty] | None, Field(description="Where logout tokens are sent; today at most one URL.")
    ] = None
    backchannel_logout_initiators: Annotated[
        LogoutInitiators | None, Field(description="Which events cause a logout token.")
    ] = None
    backchannel_logout_session_metadata: Annotated[
        LogoutSessionMetadata | None, Field(description="Whether session metadata is sent along."), Clear()
    ] = None


class TransferDelegation(Spec):
    """Delegated access through session transfer."""

    allow_delegated_access: Annotated[bool | None, Field(description="Whether a delegated session may be transferred.")] = None
    enforce_device_binding: Annotated[
        Literal["ip", "asn"] | None, Field(description="What must stay the same between both ends.")
    ] = None


class SessionTransfer(Spec):
    """Native to web single sign-on by session transfer tokens."""

    can_create_session_transfer_token: Annotated[
        bool | None,
        Field(description="Whether the application may get session transfer tokens."),
        Watch("becomes", "session-transfer", "the application may hand sessions to others", value=True),
    ] = None
    enforce_cascade_revocation: Annotated[
        bool | None, Field(description="Whether revoking the refresh token ends the sessions made from it.")
    ] = None
    allowed_authentication_methods: Annotated[
        SetOf[Literal["cookie", "query"]] | None,
        Field(description="How a session transfer token may be presented."),
        Clear(),
    ] = None
    enforce_device_binding: Annotated[
        Literal["ip", "asn", "none"] | None, Field(description="What must stay the same between both ends.")
    ] = None
    allow_refresh_token: Annotated[
        bool | None, Field(description="Whether refresh tokens may be issued in transferred sessions.")
    ] = None
    enforce_online_refresh_tokens: Annotated[
        bool | None, Field(description="Whether refresh tokens of a transferred session end with it.")
    ] = None
    delegation: Annotated[TransferDelegation | None, Field(description="Delegated access."), Clear()] = None
