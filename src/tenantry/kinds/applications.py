"""Applications: OAuth clients.

Source: Auth0's published Management API description (schema of POST and PATCH /clients); defaults, merging and clearing from
recorded traffic of terraform-provider-auth0 and auth0-deploy-cli; that the order of notification channels counts from the
documentation of both. A client secret cannot be chosen on create: it is no field.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from tenantry.kinds.addons import Addons
from tenantry.kinds.application_credentials import ClientAuthenticationMethods, SignedRequestObject, TokenVaultAccess
from tenantry.kinds.application_organizations import DefaultOrganization, ExpressConfiguration, MyOrganizationConfiguration
from tenantry.kinds.application_platforms import FedcmLogin, Mobile, NativeSocialLogin
from tenantry.kinds.application_rules import RULES
from tenantry.kinds.application_sessions import OidcLogout, SessionTransfer
from tenantry.kinds.application_tokens import EncryptionKey, JwtConfiguration, RefreshToken, TokenExchange
from tenantry.kinds.common import Active, TokenQuota
from tenantry.kinds.formats import HttpsUrlOrEmpty, Metadata, NoAngles, SomeOf, Text, Url, UrlOrEmpty
from tenantry.model.kind import Attaches, Cascade, Kind, Pages, Scopes
from tenantry.model.marks import (
    CREATE_ONLY,
    IMMUTABLE,
    READABLE_SECRET,
    UPDATE_ONLY,
    Clear,
    InOrder,
    Merges,
    Program,
    Ref,
    SignsIn,
    Watch,
)
from tenantry.model.spec import Spec
from tenantry.model.values import SetOf

AppType = Literal[
    "native", "spa", "regular_web", "non_interactive", "resource_server", "express_configuration", "rms", "box",
    "cloudbees", "concur", "dropbox", "mscrm", "echosign", "egnyte", "newrelic", "office365", "salesforce", "sentry",
    "sharepoint", "slack", "springcm", "zendesk", "zoom", "sso_integration", "oag",
]  # fmt: skip

ComplianceLevel = Literal["none", "fapi1_adv_pkj_par", "fapi1_adv_mtls_par", "fapi2_sp_pkj_mtls", "fapi2_sp_mtls_mtls"]


class Application(Spec):
    """An application that gets tokens from the tenant."""

    name: Annotated[NoAngles | None, Field(description="Name that people see; it finds the application in the tenant.")] = None
    description: Annotated[
        str | None, Field(description="What it is for, at most 140 characters.", max_length=140), Clear("")
    ] = None
    logo_uri: Annotated[UrlOrEmpty | None, Field(description="Address of the logo."), Clear("")] = None
    app_type: Annotated[AppType | None, Field(description="What sort of application it is.")] = None
    is_first_party: Annotated[
        bool | None,
        Field(description="Whether it belongs to the tenant's owner, so that consent may be skipped."),
        Watch("becomes", "consent-skipped", "a third party's application becomes your own", value=True),
    ] = None
    oidc_conformant: Annotated[
        bool | None,
        Field(description="Whether the pipeline follows OpenID Connect strictly."),
        Watch("becomes", "legacy-pipeline", "the legacy pipeline puts more into tokens", value=False),
    ] = None
    callbacks: Annotated[
        SetOf[Url] | None,
        Field(description="Where logins may return to; the order means nothing."),
        Clear([]),
        Watch("grows", "callback-added", "authorization codes and tokens may be sent to a further address"),
    ] = None
    allowed_logout_urls: Annotated[
        SetOf[Url] | None,
        Field(description="Where logouts may return to."),
        Clear([]),
        Watch("grows", "logout-url-added", "logouts may lead to a further address"),
    ] = None
    allowed_origins: Annotated[
        SetOf[Url] | None,
        Field(description="Origins that may call the tenant from a browser, besides the callbacks'."),
        Clear([]),
        Watch("grows", "origin-added", "a further origin may call the tenant from a browser"),
    ] = None
    web_origins: Annotated[
        SetOf[Url] | None,
        Field(description="Origins that may use silent authentication by web message."),
        Clear([]),
        Watch("grows", "origin-added", "a further origin may get tokens silently"),
    ] = None
    client_aliases: Annotated[
        SetOf[Text] | None, Field(description="Further audiences of SAML and WS-Fed requests."), Clear([])
    ] = None
    allowed_clients: Annotated[
        SetOf[Text] | None,
        Field(description="Applications that may ask for delegation, by handle."),
        Ref("applications"),
        Clear([]),
        Watch("grows", "delegation-added", "a further application may act for this one"),
    ] = None
    grant_types: Annotated[
        SetOf[Text] | None,
        Field(description="Ways in which the application may get tokens."),
        Clear([]),
        Watch("grows", "grant-added", "there is a further way to get tokens"),
    ] = None
    token_endpoint_auth_method: Annotated[
        Literal["none", "client_secret_post", "client_secret_basic"] | None,
        Field(description="How the application authenticates at the token endpoint."),
        Clear(),
        SignsIn(),
        Watch("turns", "authentication-off", "the token endpoint no longer asks for a secret", value="none"),
    ] = None
    client_authentication_methods: Annotated[
        ClientAuthenticationMethods | None,
        Field(description="Authentication by key or certificate, in place of a secret."),
        CREATE_ONLY,
        SignsIn(),
        Clear(),
    ] = None
    client_secret: Annotated[
        Text | None,
        Field(description="The secret itself; left out, the tenant chooses one. Write it as `${secret.NAME}`."),
        READABLE_SECRET,
        UPDATE_ONLY,
        SignsIn(),
    ] = None
    is_token_endpoint_ip_header_trusted: Annotated[
        bool | None, Field(description="Whether the auth0-forwarded-for header is believed; needs a confidential application.")
    ] = None
    jwt_configuration: Annotated[
        JwtConfiguration | None, Field(description="How ID tokens are signed, and how long they live."), Merges()
    ] = None
    refresh_token: Annotated[RefreshToken | None, Field(description="Rotation and lifetimes of refresh tokens."), Clear()] = (
        None
    )
    encryption_key: Annotated[EncryptionKey | None, Field(description="Public key that encrypts assertions."), Clear()] = None
    sso: Annotated[bool | None, Field(description="Whether the legacy pipeline uses single sign-on.")] = None
    sso_disabled: Annotated[bool | None, Field(description="Whether single sign-on is off for this application.")] = None
    cross_origin_authentication: Annotated[
        bool | None,
        Field(description="Whether logins may be embedded in the application's own pages."),
        Watch("becomes", "cross-origin-on", "passwords may be posted from other origins", value=True),
    ] = None
    cross_origin_loc: Annotated[
        Url | None, Field(description="Page that falls in where third-party cookies are blocked."), Clear()
    ] = None
    custom_login_page_on: Annotated[bool | None, Field(description="Whether the custom login page is used.")] = None
    custom_login_page: Annotated[Text | None, Field(description="HTML of the custom login page."), Program()] = None
    custom_login_page_preview: Annotated[Text | None, Field(description="HTML shown in the preview."), Program()] = None
    form_template: Annotated[Text | None, Field(description="HTML of the WS-Fed response form."), Program()] = None
    addons: Annotated[Addons | None, Field(description="Addons that are switched on."), Clear()] = None
    client_metadata: Annotated[
        Metadata | None,
        Field(description="Up to ten texts of your own; each, and its name, of at most 255 characters."),
        Merges(removes=True),
        Clear({}),
    ] = None
    mobile: Annotated[Mobile | None, Field(description="Native apps that belong to the application."), Merges()] = None
    initiate_login_uri: Annotated[
        HttpsUrlOrEmpty | None, Field(description="Where a login may be started from outside, https only."), Clear("")
    ] = None
    native_social_login: Annotated[
        NativeSocialLogin | None, Field(description="Exchange of social providers' tokens."), Merges(), Clear()
    ] = None
    fedcm_login: Annotated[FedcmLogin | None, Field(description="Login by the browser (early access)."), Clear()] = None
    session_transfer: Annotated[
        SessionTransfer | None, Field(description="Native to web single sign-on."), Merges(), Clear()
    ] = None
    oidc_logout: Annotated[OidcLogout | None, Field(description="Back-channel logout.")] = None
    oidc_backchannel_logout: Annotated[
        OidcLogout | None, Field(description="Deprecated name of oidc_logout; declare only one of the two."), Clear()
    ] = None
    default_organization: Annotated[
        DefaultOrganization | None, Field(description="Organization of requests that name none."), Clear()
    ] = None
    organization_usage: Annotated[
        Literal["deny", "allow", "require"] | None,
        Field(description="Whether users log in with an organization."),
        Clear(),
    ] = None
    organization_require_behavior: Annotated[
        Literal["no_prompt", "pre_login_prompt", "post_login_prompt"] | None,
        Field(description="When the organization is asked for, where one is required."),
        Clear(),
    ] = None
    organization_discovery_methods: Annotated[
        SomeOf[Literal["email", "organization_name"]] | None,
        Field(description="How the organization is found before login (early access)."),
        Clear(),
    ] = None
    require_pushed_authorization_requests: Annotated[
        bool | None,
        Field(description="Whether authorization requests must be pushed (RFC 9126)."),
        Watch("becomes", "par-off", "authorization requests need not be pushed", value=False),
    ] = None
    par_request_expiry: Annotated[
        int | None, Field(description="How long a pushed request is good, in seconds.", ge=10, le=600), Clear()
    ] = None
    require_proof_of_possession: Annotated[
        bool | None,
        Field(description="Whether tokens must be bound to a key."),
        Watch("becomes", "proof-off", "tokens need not be bound to a key", value=False),
    ] = None
    signed_request_object: Annotated[SignedRequestObject | None, Field(description="Signed requests."), Merges(), Clear()] = (
        None
    )
    token_vault_privileged_access: Annotated[
        TokenVaultAccess | None, Field(description="Privileged access to the Token Vault."), CREATE_ONLY, Clear()
    ] = None
    compliance_level: Annotated[ComplianceLevel | None, Field(description="Security profile that is enforced."), Clear()] = None
    skip_non_verifiable_callback_uri_confirmation_prompt: Annotated[
        bool | None,
        Field(description="Whether loopback and custom-scheme callbacks need no confirmation page."),
        Clear(),
        Watch("becomes", "consent-skipped", "callbacks that cannot be verified need no confirmation", value=True),
    ] = None
    token_exchange: Annotated[TokenExchange | None, Field(description="Token exchange."), Clear()] = None
    token_quota: Annotated[TokenQuota | None, Field(description="Quota of tokens (early access)."), Clear()] = None
    resource_server_identifier: Annotated[
        str | None,
        Field(
            description="The API this application is linked to, by handle; app_type resource_server only.",
            min_length=1,
            max_length=600,
        ),
        Ref("apis", by="identifier"),
        IMMUTABLE,
    ] = None
    third_party_security_mode: Annotated[
        Literal["strict", "permissive"] | None,
        Field(description="How strictly a third party's application is held."),
        IMMUTABLE,
    ] = None
    redirection_policy: Annotated[
        Literal["allow_always", "open_redirect_protection"] | None,
        Field(description="Whether error redirects are held back."),
        Watch("becomes", "redirect-open", "open redirects are not held back", value="allow_always"),
    ] = None
    express_configuration: Annotated[ExpressConfiguration | None, Field(description="Express configuration."), Clear()] = None
    my_organization_configuration: Annotated[
        MyOrganizationConfiguration | None, Field(description="My Organization API (early access)."), Clear()
    ] = None
    async_approval_notification_channels: Annotated[
        list[Literal["guardian-push", "email"]] | None,
        Field(description="Where requests for approval are sent (CIBA), in the order they are tried.", min_length=1),
        InOrder(),
        Clear(),
    ] = None
    identity_assertion_authorization_grant: Annotated[
        Active | None, Field(description="Exchange of identity assertions for tokens."), Clear()
    ] = None
    anonymous_sessions: Annotated[Active | None, Field(description="Sessions without a login.")] = None
    enforce_anon_session_transfer_network_binding: Annotated[
        Literal["ip", "asn", "none"] | None, Field(description="What must stay the same when an anonymous session moves.")
    ] = None
    b2b_integration_configuration: Annotated[dict[str, Any] | None, Field(description="Business integration settings.")] = None
    oidc_support: Annotated[dict[str, Any] | None, Field(description="OpenID Connect support settings.")] = None


def _is_global(live: Mapping[str, Any]) -> bool:
    """Return whether this is the legacy client that stands for all applications."""
    return live.get("global") is True


APPLICATIONS = Kind(
    section="applications",
    noun="application",
    spec=Application,
    path=("clients",),
    scopes=Scopes(("read:clients",), ("create:clients",), ("update:clients",), ("delete:clients",)),
    listing=Pages(("clients",), "clients", "checkpoint", id_field="client_id"),
    is_unique=False,
    hidden=_is_global,
    cascades=(Cascade("client_grants", "client_id"),),
    attaches=(
        Attaches(
            "connections",
            "enabled_clients",
            ("tenant_settings", "flags", "enable_client_connections"),
            Pages(("clients", "{id}", "connections"), "connections", "checkpoint"),
        ),
    ),
    rules=RULES,
    replace_flag="--allow-replace",
    server_choices={
        "oidc_conformant": "the API chooses false, the dashboard true",
        "token_endpoint_auth_method": "the API leaves it open, and picks refresh token lifetimes by it",
        "jwt_configuration.alg": "the API leaves it open, which is HS256 for many libraries",
        "grant_types": "the API grants implicit, refresh_token and client_credentials as well",
    },
    required=("name",),
    aliases=("clients",),
    answered=frozenset(
        {
            "tenant",
            "global",
            "signing_keys",
            "callback_url_template",
            "cross_origin_auth",
            "encrypted",
            "external_client_id",
            "external_metadata_type",
            "external_metadata_created_by",
            "external_metadata_status",
            "jwks_uri",
            "created_at",
            "updated_at",
        }
    ),
)
