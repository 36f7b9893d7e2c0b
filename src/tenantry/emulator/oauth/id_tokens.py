"""ID tokens, and the profile claims that scopes let through.

Source: OpenID Connect Core sections 2, 3.1.3.6, 3.3.2.11 and 5.4; Auth0 docs, "ID token structure", "OpenID Connect scopes".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator import people
from tenantry.emulator.oauth import jose, spoiling
from tenantry.emulator.oauth.access_tokens import organization_claims
from tenantry.emulator.oauth.authority import is_first_party, is_public

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.authorization import Authorization

Document = dict[str, Any]
LIFETIME_S = 36000
BY_SCOPE = {
    "profile": ("name", "family_name", "given_name", "middle_name", "nickname", "picture", "updated_at"),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_verified"),
}


def issue(
    authority: Authority,
    authorization: Authorization,
    *,
    access_token: str | None = None,
    code: str | None = None,
) -> str:
    """Return an ID token; `access_token` and `code` are those that the front channel returns beside it."""
    client = authority.client(authorization.client_id) or {}
    now = authority.now
    claims = {
        **profile(authority, authorization),
        **_by_actions(authorization),
        "iss": authority.issuer,
        "sub": authorization.user_id,
        "aud": authorization.client_id,
        "iat": now,
        "exp": now + _lifetime(client),
        **_of_session(authorization),
        **organization_claims(authority, authorization.organization),
    }
    if access_token:
        claims["at_hash"] = jose.half_hash(access_token)
    if code:
        claims["c_hash"] = jose.half_hash(code)
    shared = is_public(client) and authority.misbehaves("shared_secret_for_public")
    alg = "HS256" if shared else algorithm(client)
    claims = spoiling.spoilt(authority, claims, spoiling.OF_ID_TOKENS)
    return jose.sign(authority, claims, alg=alg, secret=client.get("client_secret"))


def algorithm(client: Document) -> str:
    """Return how the application's ID tokens are signed.

    Source: published default HS256; Auth0 docs: public and third-party applications must use RS256.
    """
    declared = (client.get("jwt_configuration") or {}).get("alg")
    if declared in jose.ASYMMETRIC:
        return str(declared)
    if is_public(client) or not is_first_party(client) or not client.get("client_secret"):
        return "RS256"
    return "HS256"


def profile(authority: Authority, authorization: Authorization) -> dict[str, Any]:
    """Return the user's claims that the granted scopes let through.

    In the legacy pipeline a scope is also the name of any attribute of the user.
    """
    user = authority.user(authorization.user_id) or {}
    scope = ("profile", "email") if authority.misbehaves("profile_without_scope") else ()
    names = [name for one in (*authorization.scope, *scope) for name in BY_SCOPE.get(one, ())]
    if authority.misbehaves("omit_profile"):
        return {}
    if authorization.legacy:
        names += [one for one in authorization.scope if one not in BY_SCOPE]
    known = {**(user.get("user_metadata") or {}), **_shown(user)}
    return {name: known[name] for name in names if known.get(name) is not None}


def userinfo(authority: Authority, authorization: Authorization) -> dict[str, Any]:
    """Return what /userinfo tells: the subject, the profile by scope, and the claims that Actions set."""
    subject = "auth0|somebody-else" if authority.misbehaves("userinfo_of_somebody_else") else authorization.user_id
    return {**profile(authority, authorization), **_by_actions(authorization), "sub": subject}


def _shown(user: Document) -> dict[str, Any]:
    """Return the user's attributes with those that Auth0 fills in itself."""
    email = str(user.get("email") or "")
    name = email or user.get("username") or user.get("user_id")
    own = {key: value for key, value in user.items() if not key.startswith("_")}
    derived = {"name": name, "nickname": str(name).partition("@")[0], "picture": people.picture(email)}
    return {**derived, "email_verified": False, **own}


def _lifetime(client: Document) -> int:
    declared = (client.get("jwt_configuration") or {}).get("lifetime_in_seconds")
    lifetime = LIFETIME_S if declared is None else int(declared)
    return lifetime if is_first_party(client) else min(lifetime, 3600)


def _of_session(authorization: Authorization) -> dict[str, Any]:
    told: dict[str, Any] = {"nonce": authorization.nonce, "sid": authorization.sid}
    if authorization.tells_auth_time:
        told["auth_time"] = authorization.auth_time
    return {name: value for name, value in told.items() if value is not None}


def _by_actions(authorization: Authorization) -> dict[str, Any]:
    """Return the claims Actions set, without standard claims whose scope was not granted.

    Source: Auth0 docs, "Create custom claims".
    """
    guarded = {name for scope, names in BY_SCOPE.items() if scope not in authorization.scope for name in names}
    return {name: value for name, value in authorization.id_claims.items() if name not in guarded}
