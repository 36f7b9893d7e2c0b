"""Tenant settings: the one object that every tenant has.

Source: Auth0's published Management API description (/tenants/settings); merging per member and what is read back from recorded
traffic of terraform-provider-auth0 and auth0-deploy-cli. Lifetimes are written in hours or minutes and read back in hours.
Issue 57 of auth0-deploy-cli (a tenant that refuses to change enable_sso); a recorded tenant that takes it says that it may
change, so that the flag beside it decides is assumed.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from tenantry.kinds.formats import EmailOrEmpty, HttpsUrlOrEmpty, Url, UrlOrEmpty
from tenantry.kinds.security_headers import SecurityHeaders
from tenantry.kinds.tenant_objects import (
    CountryCodes,
    DefaultTokenQuota,
    DeviceFlow,
    ErrorPage,
    Flags,
    Locale,
    Mtls,
    OidcLogout,
    Page,
    SessionCookie,
    Sessions,
)
from tenantry.model.kind import Breach, Identity, Kind, Scopes
from tenantry.model.marks import Clear, InOrder, Merges, Ref, Twin, Watch
from tenantry.model.spec import Spec
from tenantry.model.values import SetOf

LONGER = Watch("rises", "lifetime-up", "sessions live longer")


class TenantSettings(Spec):
    """What holds for the whole tenant."""

    friendly_name: Annotated[str | None, Field(description="Name that people see."), Clear("")] = None
    picture_url: Annotated[UrlOrEmpty | None, Field(description="Address of the logo."), Clear("")] = None
    support_email: Annotated[EmailOrEmpty | None, Field(description="Address for help."), Clear("")] = None
    support_url: Annotated[UrlOrEmpty | None, Field(description="Page for help."), Clear("")] = None
    allowed_logout_urls: Annotated[
        SetOf[Url] | None,
        Field(description="Where logouts without an application may return to."),
        Clear([]),
        Watch("grows", "logout-url-added", "logouts may lead to a further address"),
    ] = None
    default_audience: Annotated[
        str | None, Field(description="The API of requests that name none, by handle."), Ref("apis", by="identifier"), Clear("")
    ] = None
    default_directory: Annotated[
        str | None,
        Field(description="The connection of the password grant, by handle."),
        Ref("connections", by="name"),
        Clear(""),
    ] = None
    default_redirection_uri: Annotated[
        HttpsUrlOrEmpty | None, Field(description="Where logins that cannot go on are sent, https only."), Clear("")
    ] = None
    session_lifetime: Annotated[int | None, Field(description="Longest session, in hours.", ge=1), LONGER] = None
    session_lifetime_in_minutes: Annotated[
        int | None,
        Field(description="Longest session, in minutes, in place of hours.", ge=1),
        Twin("session_lifetime", 60),
        LONGER,
    ] = None
    idle_session_lifetime: Annotated[
        int | None, Field(description="Longest idle time of a session, in hours.", ge=1), LONGER
    ] = None
    idle_session_lifetime_in_minutes: Annotated[
        int | None,
        Field(description="Longest idle time of a session, in minutes, in place of hours.", ge=1),
        Twin("idle_session_lifetime", 60),
        LONGER,
    ] = None
    ephemeral_session_lifetime: Annotated[
        int | None, Field(description="Longest session that ends with the browser, in hours.", ge=1), LONGER
    ] = None
    ephemeral_session_lifetime_in_minutes: Annotated[
        int | None,
        Field(description="Longest session that ends with the browser, in minutes, in place of hours.", ge=1),
        Twin("ephemeral_session_lifetime", 60),
        LONGER,
    ] = None
    idle_ephemeral_session_lifetime: Annotated[
        int | None, Field(description="Longest idle time of a session that ends with the browser, in hours.", ge=1), LONGER
    ] = None
    idle_ephemeral_session_lifetime_in_minutes: Annotated[
        int | None,
        Field(description="Longest idle time of a session that ends with the browser, in minutes, in place of hours.", ge=1),
        Twin("idle_ephemeral_session_lifetime", 60),
        LONGER,
    ] = None
    session_cookie: Annotated[SessionCookie | None, Field(description="Cookie of a session."), Clear()] = None
    sessions: Annotated[Sessions | None, Field(description="Whether logouts ask for confirmation."), Clear()] = None
    oidc_logout: Annotated[OidcLogout | None, Field(description="Whether discovery names the logout endpoint.")] = None
    enabled_locales: Annotated[
        list[Locale] | None, Field(description="Languages of the login pages, the default first.", min_length=1), InOrder()
    ] = None
    flags: Annotated[Flags | None, Field(description="Switches of the tenant, each written by itself."), Merges()] = None
    change_password: Annotated[Page | None, Field(description="Page that changes a password."), Merges(), Clear()] = None
    guardian_mfa_page: Annotated[Page | None, Field(description="Page of the second factor."), Merges(), Clear()] = None
    error_page: Annotated[ErrorPage | None, Field(description="Page for errors."), Clear()] = None
    device_flow: Annotated[DeviceFlow | None, Field(description="User codes of the device flow."), Clear()] = None
    default_token_quota: Annotated[DefaultTokenQuota | None, Field(description="Quotas (early access)."), Clear()] = None
    sandbox_version: Annotated[str | None, Field(description="Node.js version of extensibility code.", max_length=8)] = None
    legacy_sandbox_version: Annotated[str | None, Field(description="Node.js version of legacy code.", max_length=8)] = None
    security_headers: Annotated[SecurityHeaders | None, Field(description="Headers of the login pages."), Clear()] = None
    customize_mfa_in_postlogin_action: Annotated[
        bool | None, Field(description="Whether actions decide about the second factor."), Clear()
    ] = None
    allow_organization_name_in_authentication_api: Annotated[
        bool | None, Field(description="Whether organizations may be named in place of their id."), Clear()
    ] = None
    acr_values_supported: Annotated[
        SetOf[str] | None, Field(description="Authentication context classes that may be asked for."), Clear()
    ] = None
    mtls: Annotated[Mtls | None, Field(description="Endpoints with mutual TLS."), Clear()] = None
    pushed_authorization_requests_supported: Annotated[
        bool | None, Field(description="Whether authorization requests may be pushed (RFC 9126)."), Clear()
    ] = None
    authorization_response_iss_parameter_supported: Annotated[
        bool | None, Field(description="Whether authorization answers name the issuer (RFC 9207)."), Clear()
    ] = None
    skip_non_verifiable_callback_uri_confirmation_prompt: Annotated[
        bool | None,
        Field(description="Whether loopback and custom-scheme callbacks need no confirmation page."),
        Clear(),
        Watch("becomes", "consent-skipped", "callbacks that cannot be verified need no confirmation", value=True),
    ] = None
    resource_parameter_profile: Annotated[
        Literal["audience", "compatibility"] | None, Field(description="How the resource parameter is read (RFC 8707).")
    ] = None
    client_id_metadata_document_supported: Annotated[
        bool | None, Field(description="Whether applications may be known by a metadata document (early access).")
    ] = None
    client_id_metadata_document_dynamic_registration_supported: Annotated[
        bool | None, Field(description="Whether such applications register themselves.")
    ] = None
    dynamic_client_registration_security_mode: Annotated[
        Literal["strict", "permissive"] | None, Field(description="How strictly registered applications are held.")
    ] = None
    enable_ai_guide: Annotated[bool | None, Field(description="Whether the dashboard's guide is on.")] = None
    phone_consolidated_experience: Annotated[
        bool | None, Field(description="Whether phone providers are managed in one place.")
    ] = None
    include_session_metadata_in_tenant_logs: Annotated[
        bool | None, Field(description="Whether logs hold session metadata (early access).")
    ] = None
    country_codes: Annotated[CountryCodes | None, Field(description="Countries of phone numbers."), Clear()] = None
    access_token: Annotated[dict[str, Any] | None, Field(description="Claims that access tokens carry.")] = None
    dpop_strict_refresh_token_binding: Annotated[
        bool | None, Field(description="Whether refresh tokens stay bound to their key.")
    ] = None

    @model_validator(mode="after")
    def _says_each_lifetime_once(self) -> Self:
        """Return the settings if no lifetime is said in hours and in minutes at once."""
        for name in sorted(self.model_fields_set):
            if f"{name}_in_minutes" in self.model_fields_set:
                raise ValueError(f"`{name}` and `{name}_in_minutes` say the same; declare only one of them")
        return self


def lifetimes_agree(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a warning where a session may idle for longer than it may live.

    Source: assumed; the dashboard refuses it, the API was never seen to.
    """
    for whole, idle in (
        ("session_lifetime", "idle_session_lifetime"),
        ("ephemeral_session_lifetime", "idle_ephemeral_session_lifetime"),
    ):
        longest, longest_idle = _minutes(fields, whole), _minutes(fields, idle)
        if longest is not None and longest_idle is not None and longest_idle > longest:
            yield Breach(
                (idle,), f"sessions that may idle for longer than they may live (`{whole}`) make no sense", is_warning=True
            )


def single_sign_on_may_change(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where the tenant says that `enable_sso` is not ours to change; what it holds already is no breach."""
    flags = fields.get("flags")
    if isinstance(flags, Mapping) and flags.get("allow_changing_enable_sso") is False and "enable_sso" in flags:
        value = str(flags["enable_sso"]).lower()
        message = f"this tenant may refuse `enable_sso: {value}`: its flag `allow_changing_enable_sso` is false"
        yield Breach(("flags", "enable_sso"), message, is_warning=True)


def _minutes(fields: Mapping[str, Any], name: str) -> float | None:
    """Return a lifetime in minutes; None if it is not said, or if hours and minutes disagree, so that one is stale."""
    minutes, hours = fields.get(f"{name}_in_minutes"), fields.get(name)
    told = {round(hours * 60)} if isinstance(hours, int | float) else set()
    told |= {minutes} if isinstance(minutes, int) else set()
    return told.pop() if len(told) == 1 else None


LIFETIMES = ("session_lifetime", "idle_session_lifetime", "ephemeral_session_lifetime", "idle_ephemeral_session_lifetime")


def from_wire(live: dict[str, Any]) -> dict[str, Any]:
    """Return the settings with lifetimes as whole hours, or in minutes where only these can say them."""
    found = dict(live)
    for name in LIFETIMES:
        if isinstance(hours := live.get(name), float):
            del found[name]
            found |= {name: int(hours)} if hours.is_integer() else {f"{name}_in_minutes": round(hours * 60)}
    return found


TENANT_SETTINGS = Kind(
    section="tenant_settings",
    noun="tenant settings",
    spec=TenantSettings,
    path=("tenants", "settings"),
    scopes=Scopes(read=("read:tenant_settings",), update=("update:tenant_settings",)),
    identity=Identity.SINGLETON,
    key=(),
    from_wire=from_wire,
    rules=(lifetimes_agree, single_sign_on_may_change),
    answered=frozenset({"sandbox_versions_available", "universal_login"}),
)
