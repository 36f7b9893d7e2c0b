"""The objects inside the tenant settings: pages, flags, sessions, quotas.

Source: Auth0's published Management API description (schema of PATCH /tenants/settings); flags that the server refuses are left
out, from recorded traffic of auth0-deploy-cli; ``use_scope_descriptions_for_consent`` from recorded traffic of
terraform-provider-auth0.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tenantry.kinds.common import TokenQuota
from tenantry.kinds.formats import UrlOrEmpty
from tenantry.model.marks import AbsentMeans, Clear, Program, Unordered, Watch
from tenantry.model.spec import Spec

CountryCode = Annotated[str, Field(min_length=2, max_length=2, pattern=r"^[A-Z]{2}$")]
Countries = Annotated[list[CountryCode], Unordered()]

Locale = Literal[
    "am", "ar", "ar-EG", "ar-SA", "az", "bg", "bn", "bs", "ca-ES", "cnr", "cs", "cy", "da", "de", "el", "en",
    "en-CA", "es", "es-419", "es-AR", "es-MX", "et", "eu-ES", "fa", "fi", "fr", "fr-CA", "fr-FR", "gl-ES",
    "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "kn", "ko", "lt", "lv", "mk",
    "ml", "mn", "mr", "ms", "my", "nb", "nl", "nn", "no", "pa", "pl", "pt", "pt-BR", "pt-PT", "ro", "ru",
    "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "th", "tl", "tr", "uk", "ur", "vi", "zgh", "zh-CN",
    "zh-HK", "zh-MO", "zh-TW",
]  # fmt: skip


class Page(Spec):
    """A page of the classic login with HTML of one's own."""

    enabled: Annotated[bool | None, Field(description="Whether the HTML is used.")] = None
    html: Annotated[str | None, Field(description="Liquid template of the page."), Program(), Clear("")] = None


class ErrorPage(Spec):
    """What users see when something went wrong."""

    html: Annotated[str | None, Field(description="Liquid template of the page."), Program(), Clear("")] = None
    show_log_link: Annotated[bool | None, Field(description="Whether the page links to the tenant's log.")] = None
    url: Annotated[UrlOrEmpty | None, Field(description="Where users are sent in place of the page."), Clear("")] = None


class DeviceFlow(Spec):
    """User codes of the device flow."""

    charset: Annotated[Literal["base20", "digits"] | None, Field(description="Characters of a code.")] = None
    mask: Annotated[str | None, Field(description="Form of a code, `*` standing for a character.", max_length=20)] = None


class DefaultTokenQuota(Spec):
    """Quotas that apply where none is set (early access)."""

    clients: Annotated[TokenQuota | None, Field(description="For each application.")] = None
    organizations: Annotated[TokenQuota | None, Field(description="For each organization.")] = None


Switch = Annotated[bool | None, AbsentMeans(value=False)]
"""A flag that may vanish from the answer once it was switched off, as recorded."""


class Flags(Spec):
    """Switches of the tenant; each is written by itself."""

    change_pwd_flow_v1: Annotated[Switch, Field(description="Whether the older password change flow is used.")] = None
    enable_apis_section: Annotated[Switch, Field(description="Whether the dashboard shows APIs.")] = None
    enable_client_connections: Annotated[Switch, Field(description="Whether new applications join every connection.")] = None
    enable_pipeline2: Annotated[Switch, Field(description="Whether newer authorization is enabled.")] = None
    allow_legacy_delegation_grant_types: Annotated[
        Switch,
        Field(description="Whether the legacy delegation grant may be used."),
        Watch("becomes", "legacy-grant", "a legacy way to tokens opens", value=True),
    ] = None
    allow_legacy_ro_grant_types: Annotated[
        Switch,
        Field(description="Whether the legacy password grant may be used."),
        Watch("becomes", "legacy-grant", "a legacy way to tokens opens", value=True),
    ] = None
    allow_legacy_tokeninfo_endpoint: Annotated[Switch, Field(description="Whether /tokeninfo answers.")] = None
    enable_legacy_profile: Annotated[Switch, Field(description="Whether ID tokens may carry the legacy profile.")] = None
    enable_idtoken_api2: Annotated[Switch, Field(description="Whether ID tokens may call some of this API.")] = None
    enable_public_signup_user_exists_error: Annotated[
        Switch,
        Field(description="Whether sign-up tells that a user exists."),
        Watch("becomes", "users-revealed", "strangers can find out who has an account", value=True),
    ] = None
    enable_sso: Annotated[
        Switch, Field(description="Whether single sign-on goes on without asking the user to confirm it.")
    ] = None
    disable_clickjack_protection_headers: Annotated[
        Switch,
        Field(description="Whether login pages may be framed."),
        Watch("becomes", "clickjacking", "login pages may be framed by others", value=True),
    ] = None
    use_scope_descriptions_for_consent: Annotated[
        Switch, Field(description="Whether the consent page shows the descriptions of scopes in place of their names.")
    ] = None
    no_disclose_enterprise_connections: Annotated[
        Switch, Field(description="Whether enterprise connections are kept out of public answers.")
    ] = None
    enforce_client_authentication_on_passwordless_start: Annotated[
        Switch, Field(description="Whether a passwordless login needs an authenticated application.")
    ] = None
    enable_adfs_waad_email_verification: Annotated[
        Switch, Field(description="Whether addresses of AD FS and Azure AD users are verified.")
    ] = None
    revoke_refresh_token_grant: Annotated[Switch, Field(description="Whether revoking a refresh token ends its grant.")] = None
    dashboard_log_streams_next: Annotated[Switch, Field(description="Whether the dashboard shows newer log streams.")] = None
    dashboard_insights_view: Annotated[Switch, Field(description="Whether the dashboard shows insights.")] = None
    disable_fields_map_fix: Annotated[Switch, Field(description="Whether a fix of SAML field maps is off.")] = None
    mfa_show_factor_list_on_enrollment: Annotated[
        Switch, Field(description="Whether users choose among factors when they enrol.")
    ] = None
    remove_alg_from_jwks: Annotated[Switch, Field(description="Whether published keys leave out their algorithm.")] = None
    improved_signup_bot_detection_in_classic: Annotated[
        Switch, Field(description="Whether classic sign-up detects bots better.")
    ] = None
    genai_trial: Annotated[Switch, Field(description="Whether the trial for generative AI is on.")] = None
    enable_dynamic_client_registration: Annotated[
        Switch,
        Field(description="Whether anybody may register applications."),
        Watch("becomes", "registration-open", "anybody may register applications", value=True),
    ] = None
    disable_management_api_sms_obfuscation: Annotated[
        Switch, Field(description="Whether phone numbers are answered in full.")
    ] = None
    trust_azure_adfs_email_verified_connection_property: Annotated[
        Switch, Field(description="Whether these providers' word on verified addresses is believed.")
    ] = None
    custom_domains_provisioning: Annotated[Switch, Field(description="Whether custom domains are provisioned.")] = None


class SessionCookie(Spec):
    """The cookie that keeps a session."""

    needs: ClassVar = ("mode",)

    mode: Annotated[Literal["persistent", "non-persistent"] | None, Field(description="Whether it outlives the browser.")] = (
        None
    )


class Sessions(Spec):
    """Sessions."""

    oidc_logout_prompt_enabled: Annotated[bool | None, Field(description="Whether a logout may ask for confirmation.")] = None


class OidcLogout(Spec):
    """OpenID Connect logout."""

    rp_logout_end_session_endpoint_discovery: Annotated[
        bool | None, Field(description="Whether discovery names the logout endpoint.")
    ] = None


class Mtls(Spec):
    """Mutual TLS."""

    enable_endpoint_aliases: Annotated[bool | None, Field(description="Whether discovery names endpoints with mutual TLS.")] = (
        None
    )


class CountryCodes(Spec):
    """Countries whose phone numbers are accepted."""

    list: Annotated[Countries | None, Field(description="Two-letter country codes.")] = None
    mode: Annotated[Literal["allow", "deny"] | None, Field(description="Whether the listed ones are allowed or denied.")] = None
