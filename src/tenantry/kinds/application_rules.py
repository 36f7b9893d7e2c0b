"""What must hold between the members of an application.

Source: Auth0's published Management API description (POST and PATCH /clients) and its documentation of refresh token rotation,
client authentication, third-party applications and the device flow; issues 266 (a real tenant refuses the client_credentials
grant of an application that authenticates with `none`), 828 (and the device code grant of one that authenticates otherwise) and
1030 (all initiators of a logout beside selected ones) of terraform-provider-auth0.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from tenantry.model.kind import Breach
from tenantry.model.values import Include, value_at

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
GRANTS = (
    "authorization_code",
    "implicit",
    "refresh_token",
    "client_credentials",
    "password",
    "urn:openid:params:grant-type:ciba",
    DEVICE_CODE,
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
)
"""The grants that standards name and Auth0 has."""

VENDOR = ("http://auth0.com/oauth/", "urn:auth0:params:oauth:grant-type:")
"""How the names of Auth0's own grants begin."""


def rotation_expires(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where refresh tokens rotate but never expire, or outlive their lifetime while idle."""
    token = fields.get("refresh_token")
    if not isinstance(token, Mapping):
        return
    if token.get("rotation_type") == "rotating" and token.get("expiration_type") == "non-expiring":
        yield Breach(("refresh_token", "expiration_type"), "rotating refresh tokens must be `expiring`")
    if token.get("expiration_type") == "non-expiring" or token.get("infinite_token_lifetime"):
        return
    idle, whole = token.get("idle_token_lifetime"), token.get("token_lifetime")
    if isinstance(idle, int) and isinstance(whole, int) and idle > whole and not token.get("infinite_idle_token_lifetime"):
        yield Breach(
            ("refresh_token", "idle_token_lifetime"),
            f"the idle lifetime, {idle} seconds, is longer than the absolute lifetime, {whole} seconds",
        )


def rotation_can_happen(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where refresh tokens rotate that the application cannot get, or not in this way."""
    if value_at(fields, ("refresh_token", "rotation_type")) != "rotating":
        return
    if fields.get("oidc_conformant") is False:
        yield Breach(("oidc_conformant",), "rotating refresh tokens need `oidc_conformant: true`", is_warning=True)
    grants = fields.get("grant_types")
    if isinstance(grants, list) and "refresh_token" not in grants:
        yield Breach(("grant_types",), "rotating refresh tokens need the `refresh_token` grant", is_warning=True)


def authenticates_one_way(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where two ways to authenticate are declared, or one that leaves no secret to sign with."""
    if not fields.get("client_authentication_methods"):
        return
    if fields.get("token_endpoint_auth_method"):
        yield Breach(
            ("token_endpoint_auth_method",),
            "give either `token_endpoint_auth_method` or `client_authentication_methods`; set the other to null",
        )
    if value_at(fields, ("jwt_configuration", "alg")) == "HS256":
        yield Breach(
            ("jwt_configuration", "alg"), "an application that authenticates by key has no secret to sign with; use RS256"
        )


def public_has_no_secret(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where an application that does not authenticate is treated as if it could."""
    if fields.get("token_endpoint_auth_method") != "none":
        return
    if "client_credentials" in _listed(fields, "grant_types"):
        yield Breach(
            ("grant_types",),
            "the tenant refuses the client_credentials grant of an application that authenticates with `none`; take one away",
        )
    if value_at(fields, ("jwt_configuration", "alg")) == "HS256":
        yield Breach(
            ("jwt_configuration", "alg"),
            "a public application keeps no secret, so nobody can verify its HS256 ID tokens; use RS256",
            is_warning=True,
        )


def device_has_no_secret(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where an application of the device flow authenticates, or is of the older pipeline."""
    if DEVICE_CODE not in _listed(fields, "grant_types"):
        return
    if fields.get("token_endpoint_auth_method") not in (None, "none") or fields.get("client_authentication_methods"):
        yield Breach(
            ("grant_types",),
            "the tenant refuses the device code grant of an application that authenticates; it needs"
            " `token_endpoint_auth_method: none`",
        )
    if fields.get("oidc_conformant") is False:
        yield Breach(("oidc_conformant",), "the device code grant needs `oidc_conformant: true`", is_warning=True)


def single_page_keeps_no_secret(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where a single-page application has a secret, which everybody could read in the browser."""
    if fields.get("app_type") != "spa":
        return
    if fields.get("token_endpoint_auth_method") in ("client_secret_post", "client_secret_basic"):
        yield Breach(
            ("token_endpoint_auth_method",), "a single-page application cannot keep a secret; use `none`", is_warning=True
        )
    if fields.get("client_secret") is not None:
        yield Breach(("client_secret",), "a single-page application cannot keep a secret; leave it out", is_warning=True)


def logout_is_said_once(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where back-channel logout is declared under both of its names, or with more addresses than are taken."""
    if fields.get("oidc_logout") and fields.get("oidc_backchannel_logout"):
        yield Breach(("oidc_backchannel_logout",), "this is the old name of `oidc_logout`; declare only one of them")
    urls = value_at(fields, ("oidc_logout", "backchannel_logout_urls"))
    if isinstance(urls, list) and len(urls) > 1:
        yield Breach(
            ("oidc_logout", "backchannel_logout_urls"), "Auth0 takes only one address although it is a list", is_warning=True
        )


def all_selects_none(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where all events cause a back-channel logout and some are selected nevertheless."""
    initiators = value_at(fields, ("oidc_logout", "backchannel_logout_initiators"))
    if (
        isinstance(initiators, Mapping)
        and initiators.get("mode") == "all"
        and initiators.get("selected_initiators") is not None
    ):
        path = ("oidc_logout", "backchannel_logout_initiators", "selected_initiators")
        yield Breach(path, "with `mode: all` no events are selected; leave them out")


def link_fits_type(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where an application is linked to an API and may not be, or is and does what only others do."""
    app_type = fields.get("app_type")
    if fields.get("resource_server_identifier") and app_type not in (None, "resource_server"):
        yield Breach(
            ("resource_server_identifier",), "only an application with `app_type: resource_server` is linked to an API"
        )
    refused = ("refresh_token", "oidc_logout", "oidc_backchannel_logout") if app_type == "resource_server" else ()
    for name in refused:
        if fields.get(name):
            yield Breach((name,), "an application with `app_type: resource_server` refuses it on write", is_warning=True)


def approval_has_a_channel(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where users are to approve requests (CIBA) that nothing brings to them."""
    is_asked = "urn:openid:params:grant-type:ciba" in _listed(fields, "grant_types")
    if is_asked and not fields.get("async_approval_notification_channels"):
        yield Breach(("grant_types",), "the CIBA grant needs `async_approval_notification_channels`", is_warning=True)


def grants_are_known(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach for each grant that no one documents; a misspelt one would be noticed at the first login only."""
    for grant in _listed(fields, "grant_types"):
        if isinstance(grant, str) and grant not in GRANTS and not grant.startswith(VENDOR):
            near = get_close_matches(grant, GRANTS, 1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            yield Breach(("grant_types",), f"`{grant}` is no grant that is known here{hint}", is_warning=True)


def third_party_is_held(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where a third party's application may do what only one's own should."""
    if fields.get("is_first_party") is not False:
        return
    for grant in _listed(fields, "grant_types"):
        if grant in ("implicit", "password", DEVICE_CODE):
            yield Breach(("grant_types",), f"a third party's application should not use the `{grant}` grant", is_warning=True)
    for callback in _listed(fields, "callbacks"):
        if isinstance(callback, str) and "*" in callback:
            yield Breach(("callbacks",), "a third party's callbacks should hold no wildcard", is_warning=True)
    for name in ("organization_usage", "organization_require_behavior"):
        if fields.get(name):
            yield Breach((name,), "only first-party applications log in with organizations; set it to null")
    if value_at(fields, ("jwt_configuration", "alg")) == "HS256":
        yield Breach(("jwt_configuration", "alg"), "a third party's application should use RS256", is_warning=True)


def _listed(fields: Mapping[str, Any], name: str) -> list[Any]:
    """Return the items that a list field will hold for certain: all that are declared, whole or under `include`."""
    value = fields.get(name)
    items = value.include if isinstance(value, Include) else value
    return items if isinstance(items, list) else []


RULES = (
    rotation_expires,
    rotation_can_happen,
    authenticates_one_way,
    public_has_no_secret,
    device_has_no_secret,
    single_page_keeps_no_secret,
    logout_is_said_once,
    all_selects_none,
    link_fits_type,
    approval_has_a_channel,
    grants_are_known,
    third_party_is_held,
)
