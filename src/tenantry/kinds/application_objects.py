"""The objects inside an application: refresh tokens, logout, session transfer, credentials and the like.

Source: Auth0's published Management API description; merge behaviour and defaults from recorded traffic of
terraform-provider-auth0 and auth0-deploy-cli.
"""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from tenantry.kinds.formats import HttpsUrlOrEmpty, Open, ScopeName, SomeOf, Text
from tenantry.model.marks import CREATE_ONLY, Clear, InOrder, Keyed, MemberOf, Ref, Unordered, Watch
from tenantry.model.spec import Spec
from tenantry.model.values import Exclude, Include, ListOf, SetOf

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
        SetOf[Initiator] | None, Field(description="The events that count when the mode is custom.")
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


class JwtConfiguration(Spec):
    """How ID tokens are signed and how long they live."""

    lifetime_in_seconds: Annotated[
        int | None,
        Field(description="Lifetime of ID tokens, in seconds."),
        Watch("rises", "lifetime-up", "ID tokens live longer"),
    ] = None
    secret_encoded: Annotated[
        bool | None, Field(description="Whether the client secret is base64 encoded when it signs with HS256.")
    ] = None
    scopes: Annotated[dict[str, Any] | None, Field(description="Legacy map of scopes.")] = None
    alg: Annotated[
        Literal["HS256", "RS256", "RS512", "PS256"] | None,
        Field(description="Algorithm that signs ID tokens."),
        Watch("changes", "algorithm-changed", "verifiers of ID tokens must know the new algorithm"),
    ] = None


class EncryptionKey(Spec):
    """Public key material that encrypts assertions for this application."""

    pub: Annotated[str | None, Field(description="Public key in PEM form.")] = None
    cert: Annotated[str | None, Field(description="Certificate in PEM form.")] = None
    subject: Annotated[str | None, Field(description="Subject of the certificate.")] = None


class Android(Spec):
    """The Android app that belongs to this application."""

    app_package_name: Annotated[str | None, Field(description="Package name of the app."), Clear("")] = None
    sha256_cert_fingerprints: Annotated[
        SomeOf[Text] | None, Field(description="SHA-256 fingerprints of the signing certificates.")
    ] = None


class Ios(Spec):
    """The iOS app that belongs to this application."""

    team_id: Annotated[str | None, Field(description="Apple team identifier."), Clear("")] = None
    app_bundle_identifier: Annotated[str | None, Field(description="Bundle identifier of the app."), Clear("")] = None


class Mobile(Spec):
    """Native apps that may use app links and passkeys."""

    android: Annotated[Android | None, Field(description="The Android app.")] = None
    ios: Annotated[Ios | None, Field(description="The iOS app.")] = None


class Switch(Spec):
    """One native social login provider."""

    enabled: Annotated[bool | None, Field(description="Whether its tokens may be exchanged.")] = None


class NativeSocialLogin(Spec):
    """Exchange of tokens that a native app got from a social provider's SDK."""

    apple: Annotated[Switch | None, Field(description="Sign in with Apple."), Clear()] = None
    facebook: Annotated[Switch | None, Field(description="Facebook Login."), Clear()] = None
    google: Annotated[Switch | None, Field(description="Sign in with Google."), Clear()] = None


class FedcmProvider(Spec):
    """One identity provider of federated credential management."""

    is_enabled: Annotated[bool | None, Field(description="Whether the browser's prompt is offered.")] = None


class FedcmLogin(Spec):
    """Federated credential management in the browser (early access)."""

    google: Annotated[FedcmProvider | None, Field(description="Google."), Clear()] = None


class RefreshTokenPolicy(Spec):
    """What one refresh token may get beyond the API it was issued for."""

    audience: Annotated[
        str, Field(description="The API, by handle.", min_length=1, max_length=600), Ref("apis", by="identifier")
    ]
    scope: Annotated[
        SetOf[ScopeName],
        Field(description="Scopes of that API."),
        MemberOf("audience", "scopes"),
        Watch("grows", "scope-added", "refresh tokens reach a further scope"),
    ]


Policies = Annotated[list[RefreshTokenPolicy], Field(min_length=1)] | Include[list[RefreshTokenPolicy]] | Exclude


class RefreshToken(Spec):
    """Rotation and lifetimes of refresh tokens."""

    needs: ClassVar = ("rotation_type", "expiration_type")

    rotation_type: Annotated[
        Literal["rotating", "non-rotating"] | None,
        Field(description="Whether each use replaces the refresh token."),
        Watch("becomes", "rotation-off", "a stolen refresh token stays good", value="non-rotating"),
    ] = None
    expiration_type: Annotated[
        Literal["expiring", "non-expiring"] | None,
        Field(description="Whether refresh tokens expire; rotating ones must."),
        Watch("becomes", "lifetime-up", "refresh tokens never expire", value="non-expiring"),
    ] = None
    leeway: Annotated[
        int | None,
        Field(description="How long a replaced token may still be used, in seconds.", ge=0),
        Watch("rises", "leeway-up", "a replaced refresh token stays usable for longer"),
    ] = None
    token_lifetime: Annotated[
        int | None,
        Field(description="Absolute lifetime of a refresh token, in seconds.", ge=1, le=157788000),
        Watch("rises", "lifetime-up", "refresh tokens live longer"),
    ] = None
    infinite_token_lifetime: Annotated[
        bool | None,
        Field(description="Whether the absolute lifetime is endless, whatever token_lifetime says."),
        Watch("becomes", "lifetime-up", "refresh tokens never expire", value=True),
    ] = None
    idle_token_lifetime: Annotated[
        int | None,
        Field(description="How long a refresh token may stay unused, in seconds.", ge=1),
        Watch("rises", "lifetime-up", "unused refresh tokens live longer"),
    ] = None
    infinite_idle_token_lifetime: Annotated[
        bool | None,
        Field(description="Whether the idle lifetime is endless, whatever idle_token_lifetime says."),
        Watch("becomes", "lifetime-up", "unused refresh tokens never expire", value=True),
    ] = None
    policies: Annotated[
        Policies | None,
        Field(description="Further APIs that a refresh token may get access tokens for."),
        Keyed("audience"),
        Clear(),
        Watch("grows", "audience-added", "refresh tokens reach a further API"),
    ] = None


class DefaultOrganization(Spec):
    """The organization used when a request names none."""

    needs: ClassVar = ("organization_id", "flows")

    organization_id: Annotated[str | None, Field(description="The organization, by handle."), Ref("organizations")] = None
    flows: Annotated[SetOf[Literal["client_credentials"]] | None, Field(description="The flows it is the default for.")] = None


class Credential(Spec):
    """A public key or certificate that authenticates the application; only its first form is ever sent."""

    credential_type: Annotated[
        Literal["public_key", "cert_subject_dn", "x509_cert"], Field(description="What kind of credential it is.")
    ]
    name: Annotated[str | None, Field(description="Name for people.", max_length=128)] = None
    pem: Annotated[str | None, Field(description="Public key or certificate in PEM form.", min_length=1, max_length=4096)] = (
        None
    )
    alg: Annotated[
        Literal["RS256", "RS384", "PS256"] | None, Field(description="Algorithm of the signatures made with the key.")
    ] = None
    kid: Annotated[
        str | None,
        Field(description="Key identifier.", min_length=10, max_length=64, pattern=r"^([0-9a-zA-Z-_]{10,64})$"),
    ] = None
    subject_dn: Annotated[
        str | None, Field(description="Subject of the certificate, instead of the certificate.", min_length=1, max_length=256)
    ] = None
    expires_at: Annotated[str | None, Field(description="When the credential ends, as an RFC 3339 date and time.")] = None
    parse_expiry_from_cert: Annotated[bool | None, Field(description="Whether the end is taken from the certificate.")] = None


class Credentials(Spec):
    """The credentials of one authentication method."""

    credentials: Annotated[list[Credential] | None, Field(description="The credentials, sent on create."), InOrder()] = None


class ClientAuthenticationMethods(Spec):
    """Authentication by key or certificate; exactly one method."""

    private_key_jwt: Annotated[Credentials | None, Field(description="Signed assertions (RFC 7523).")] = None
    tls_client_auth: Annotated[Credentials | None, Field(description="Mutual TLS with a certificate authority.")] = None
    self_signed_tls_client_auth: Annotated[
        Credentials | None, Field(description="Mutual TLS with a self-signed certificate.")
    ] = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        """Return the methods if there is exactly one."""
        if len(self.model_fields_set) != 1:
            raise ValueError("give exactly one of `private_key_jwt`, `tls_client_auth`, `self_signed_tls_client_auth`")
        return self


class SignedRequestObject(Spec):
    """Signed authorization requests (RFC 9101)."""

    required: Annotated[
        bool | None,
        Field(description="Whether authorization requests must be signed."),
        Watch("becomes", "signed-requests-off", "authorization requests need no signature", value=False),
    ] = None
    credentials: Annotated[
        list[Credential] | None, Field(description="Keys that sign them, sent on create."), InOrder(), CREATE_ONLY
    ] = None


class TokenVaultAccess(Open):
    """Privileged access to the Token Vault (early access)."""

    needs: ClassVar = ("credentials",)

    credentials: Annotated[list[Credential] | None, Field(description="Keys that authenticate, sent on create."), InOrder()] = (
        None
    )
    ip_allowlist: Annotated[SetOf[str] | None, Field(description="IP addresses and ranges that may use it.")] = None


class TokenExchange(Spec):
    """Token exchange profiles that the application may use."""

    allow_any_profile_of_type: Annotated[
        SetOf[Literal["custom_authentication", "on_behalf_of_token_exchange"]] | None,
        Field(description="Types of profiles that may be used."),
        Watch("grows", "grant-added", "the application may exchange tokens"),
    ] = None


class LinkedClient(Spec):
    """An application that takes part in the express configuration."""

    client_id: Annotated[str, Field(description="The application, by handle."), Ref("applications")]


class ExpressConfiguration(Spec):
    """Express configuration for the Okta integration network."""

    needs: ClassVar = (
        "initiate_login_uri_template",
        "user_attribute_profile_id",
        "connection_profile_id",
        "enable_client",
        "enable_organization",
        "okta_oin_client_id",
        "admin_login_domain",
    )

    initiate_login_uri_template: Annotated[str | None, Field(description="Template of the login address.")] = None
    user_attribute_profile_id: Annotated[str | None, Field(description="Id of the user attribute profile.")] = None
    connection_profile_id: Annotated[str | None, Field(description="Id of the connection profile.")] = None
    enable_client: Annotated[bool | None, Field(description="Whether connections are enabled for the application.")] = None
    enable_organization: Annotated[bool | None, Field(description="Whether connections are enabled for the organization.")] = (
        None
    )
    linked_clients: Annotated[
        ListOf[LinkedClient] | None, Field(description="Further applications to enable."), Keyed("client_id"), Clear([])
    ] = None
    okta_oin_client_id: Annotated[
        str | None, Field(description="The application of the integration, by handle."), Ref("applications")
    ] = None
    admin_login_domain: Annotated[str | None, Field(description="Domain where administrators log in.", min_length=1)] = None
    oin_submission_id: Annotated[
        str | None, Field(description="Identifier of the submission.", min_length=1, max_length=200)
    ] = None


class MyOrganizationConfiguration(Spec):
    """What the application may do through the My Organization API (early access)."""

    needs: ClassVar = ("allowed_strategies", "connection_deletion_behavior")

    connection_profile_id: Annotated[str | None, Field(description="Id of the connection profile.")] = None
    user_attribute_profile_id: Annotated[str | None, Field(description="Id of the user attribute profile.")] = None
    allowed_strategies: Annotated[
        list[Literal["pingfederate", "adfs", "waad", "google-apps", "okta", "oidc", "samlp"]] | None,
        Field(description="Strategies of connections that members may make."),
        Unordered(),
    ] = None
    connection_deletion_behavior: Annotated[
        Literal["allow", "allow_if_empty"] | None, Field(description="When members may delete a connection.")
    ] = None
    invitation_landing_client_id: Annotated[
        str | None, Field(description="The application that invitations lead to, by handle."), Ref("applications")
    ] = None


class Active(Spec):
    """Something that can be switched on."""

    active: Annotated[bool | None, Field(description="Whether it is on.")] = None
