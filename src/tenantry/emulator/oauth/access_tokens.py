"""Access tokens: a JWT for an API, an opaque value for /userinfo.

Source: Auth0 docs, "Access tokens", "Access token profiles", "Update access token lifetime"; RFC 9068 section 2.2.
The `aud` rule (userinfo is added when `openid` is granted and the API is not HS256) is from the docs pages that
compare the legacy and the OIDC-conformant code flow. What a refreshed token says of the password grant before it is from public
tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import expiring, jose, opaque, rights, spoiling
from tenantry.emulator.oauth.authority import is_first_party
from tenantry.emulator.oauth.errors import access_denied

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.authorization import Authorization

Document = dict[str, Any]
OPAQUE_LIFETIME_S = 86400
OPAQUE_LIFETIME_WEB_S = 7200
THIRD_PARTY_LIFETIME_S = 3600
TOLD_GTY = {"client-credentials", "password"}


@dataclass(frozen=True)
class AccessToken:
    """A token and how long it lives.

    Units: seconds.
    """

    value: str
    expires_in: int


def issue(
    authority: Authority, authorization: Authorization, *, web: bool = False, lifetime_s: int | None = None
) -> AccessToken:
    """Return a new access token; `web` means that the browser gets it straight from /authorize."""
    api = api_of(authority, authorization)
    if api is None:
        return _opaque(authority, authorization, lifetime_s or (OPAQUE_LIFETIME_WEB_S if web else OPAQUE_LIFETIME_S))
    expires_in = _lifetime(api, authority.client(authorization.client_id) or {}, web=web) if lifetime_s is None else lifetime_s
    if authorization.refreshed and authority.misbehaves("refreshed_tokens_live_longer"):
        expires_in += 60
    claims = _claims(authority, authorization, api, expires_in)
    alg = str(api.get("signing_alg") or "RS256")
    typ = "at+jwt" if _is_rfc9068(api) else "JWT"
    token = jose.sign(authority, claims, alg=alg, secret=api.get("signing_secret"), typ=typ)
    if api.get("token_encryption"):
        token = jose.encrypted(token, api["token_encryption"])
    if authorization.id_claims and "openid" in authorization.scope:
        kept = {"id_claims": authorization.id_claims}
        expiring.keep(authority, "told_claims", opaque.digest(token), kept, expires_in)
    return AccessToken(token, expires_in)


def remembered_claims(authority: Authority, token: str) -> Document:
    """Return what Actions put into the ID token that was issued with this JWT: /userinfo tells it, the JWT does not."""
    kept = authority.store.get("told_claims", opaque.digest(token))
    return dict(kept["id_claims"]) if kept else {}


def api_of(authority: Authority, authorization: Authorization) -> Document | None:
    """Return the API that the token is for, None when it is for /userinfo alone and therefore opaque.

    Raises: OAuthError when the API is there no more; that and how a real tenant says so is assumed.
    """
    if authority.misbehaves("opaque_tokens_for_apis"):
        return None
    api = authority.api(authorization.audience)
    if authorization.audience and api is None and not authority.misbehaves("accept_unknown_audience"):
        raise access_denied(f"Service not found: {authorization.audience}")
    is_signed_all_the_same = authorization.user_id is not None and authority.misbehaves("signed_userinfo_tokens")
    return {"identifier": authority.userinfo_audience} if api is None and is_signed_all_the_same else api


def _opaque(authority: Authority, authorization: Authorization, expires_in: int) -> AccessToken:
    token = opaque.value(24)
    expiring.keep(authority, "opaque_tokens", opaque.digest(token), {"authorization": authorization.document()}, expires_in)
    return AccessToken(token, expires_in)


def _lifetime(api: Document, client: Document, *, web: bool) -> int:
    lifetime = int(OPAQUE_LIFETIME_S if api.get("token_lifetime") is None else api["token_lifetime"])
    if web:
        lifetime = min(lifetime, int(api.get("token_lifetime_for_web") or OPAQUE_LIFETIME_WEB_S))
    return lifetime if is_first_party(client) else min(lifetime, THIRD_PARTY_LIFETIME_S)


def _is_rfc9068(api: Document) -> bool:
    return str(api.get("token_dialect") or "").startswith("rfc9068_profile")


def _claims(authority: Authority, authorization: Authorization, api: Document, expires_in: int) -> dict[str, Any]:
    now = authority.now
    claims = {
        "iss": authority.issuer,
        "sub": authorization.user_id or f"{authorization.client_id}@clients",
        "aud": _audience(authority, authorization, api),
        "iat": now,
        "exp": now + expires_in,
    }
    claims |= _by_profile(authorization, api)
    if authorization.scope:
        claims["scope"] = " ".join(authorization.scope)
    if str(api.get("token_dialect") or "").endswith("_authz"):
        claims["permissions"] = _permissions(authority, authorization, api)
    claims |= organization_claims(authority, authorization.organization)
    return spoiling.spoilt(authority, {**authorization.access_claims, **claims}, spoiling.OF_ACCESS_TOKENS)


def _by_profile(authorization: Authorization, api: Document) -> dict[str, Any]:
    if _is_rfc9068(api):
        return {"client_id": authorization.client_id, "jti": opaque.value(16)}
    return {"azp": authorization.client_id, **_grant_types(authorization)}


def _grant_types(authorization: Authorization) -> dict[str, Any]:
    """Return `gty`: a text for one grant, a list when a refresh token came from a grant that is told too."""
    told = [authorization.gty] if authorization.gty in TOLD_GTY else []
    if authorization.refreshed:
        told.insert(0, "refresh_token")
    return {"gty": told[0] if len(told) == 1 else told} if told else {}


def _audience(authority: Authority, authorization: Authorization, api: Document) -> str | list[str]:
    shown = authority.tenant.shown_audience(authority.request, api["identifier"])
    if "openid" in authorization.scope and api.get("signing_alg") != "HS256":
        return [shown, authority.userinfo_audience]
    return shown


def _permissions(authority: Authority, authorization: Authorization, api: Document) -> list[str]:
    """Return what the token's subject may do at the API: the user's permissions, or the scopes of an application."""
    if authorization.user_id is None:
        return list(authorization.scope)
    return rights.permissions(authority.store, authorization.user_id, api["identifier"], authorization.organization)


def organization_claims(authority: Authority, organization_id: str | None) -> dict[str, str]:
    """Return `org_id`, and `org_name` where the tenant allows names.

    Source: Auth0 docs, "Work with tokens and organizations".
    """
    organization = authority.organization(organization_id)
    if organization is None or authority.misbehaves("omit_organization"):
        return {}
    named = authority.setting("allow_organization_name_in_authentication_api")
    return {"org_id": organization["id"], **({"org_name": organization["name"]} if named else {})}
