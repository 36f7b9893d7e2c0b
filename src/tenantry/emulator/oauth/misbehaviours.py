"""Ways in which the tenant can be told to be wrong as an authorization server, so that a check can be seen to fail.

A new way is one line here and one question, `authority.misbehaves(name)`, at the point of decision.
Source: the standards each one breaks are named in its description.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenantry.emulator.tenant import Tenant

MISBEHAVIOURS: dict[str, str] = {
    "accept_any_password": "The login accepts any password of a known user.",
    "accept_challenge_as_verifier": "The S256 challenge itself passes as the verifier (RFC 7636 section 4.6).",
    "accept_code_of_other_client": "A code can be exchanged by another application (RFC 6749 section 4.1.3).",
    "accept_expired_code": "A code never expires (RFC 6749 section 4.1.2).",
    "accept_expired_refresh_token": "Refresh tokens outlive their absolute and idle lifetimes.",
    "accept_missing_secret": "A confidential application need not prove itself (RFC 6749 section 3.2.1).",
    "accept_missing_verifier": "A code bound to a challenge is exchanged without a verifier (RFC 7636 section 4.6).",
    "accept_refresh_token_of_other_client": "A refresh token works for another application (RFC 6749 section 6).",
    "accept_revoked_refresh_token": "A revoked refresh token goes on working (RFC 7009 section 2).",
    "accept_wrong_secret": "Any client secret is right (RFC 6749 section 2.3.1).",
    "accept_wrong_verifier": "Any PKCE verifier is right (RFC 7636 section 4.6).",
    "access_token_already_expired": "Access tokens have expired when they are issued.",
    "access_token_lives_too_long": "Access tokens live an hour longer than the API says.",
    "advertise_none": "Discovery offers unsigned ID tokens (OpenID Connect Core section 15.1).",
    "broken_signature": "Signatures do not verify (RFC 7515 section 5.2).",
    "cacheable_token_response": "Token responses may be cached (RFC 6749 section 5.1).",
    "change_state": "The callback carries a changed state (RFC 6749 section 4.1.2).",
    "discovery_issuer_without_slash": "Discovery names the issuer without its trailing slash.",
    "drop_state": "The callback carries no state (RFC 6749 section 4.1.2).",
    "grant_undeclared_scopes": "Every requested scope is granted, declared or not.",
    "id_token_lives_too_long": "ID tokens live an hour longer than the application says.",
    "id_token_without_openid": "An ID token is issued though `openid` was not asked for (OpenID Connect Core section 3.1.2.1).",
    "id_token_wrong_audience": "ID tokens are for somebody else (OpenID Connect Core section 2).",
    "id_token_wrong_issuer": "ID tokens name another issuer (OpenID Connect Core section 2).",
    "id_token_wrong_subject": "ID tokens name another user than the access token (OpenID Connect Core section 2).",
    "ignore_access_policies": "The access policy of an API does not keep users out.",
    "ignore_blocked_users": "Blocked users can log in.",
    "ignore_client_grants": "An application reaches every API with every scope, granted or not.",
    "ignore_enabled_connections": "Every connection is enabled for every application.",
    "ignore_grant_types": "An application may use grants it is not configured for.",
    "ignore_logout_urls": "A logout redirects anywhere (OpenID Connect RP-Initiated Logout section 3).",
    "ignore_max_age": "`max_age` never asks for a new login (OpenID Connect Core section 3.1.2.1).",
    "ignore_organization_membership": "Users log in to organizations they do not belong to.",
    "ignore_prompt_login": "`prompt=login` is answered from the session (OpenID Connect Core section 3.1.2.1).",
    "ignore_redirect_uri": "/authorize redirects to unregistered URLs (RFC 6749 section 3.1.2.4).",
    "ignore_redirect_uri_at_exchange": "A code is exchanged under another redirect URI (RFC 6749 section 4.1.3).",
    "ignore_roles": "Users get scopes their roles do not give, in spite of RBAC.",
    "issuer_without_slash": "Access tokens name the issuer without its trailing slash.",
    "jwks_without_current_key": "The key that signs is not published (RFC 9068 section 4).",
    "keep_family_after_reuse": "A reused refresh token is refused, but its family lives on (RFC 9700 section 4.14.2).",
    "logout_keeps_session": "A logout does not end the session.",
    "never_rotate": "Rotating refresh tokens are not rotated.",
    "omit_id_token": "No ID token is issued though `openid` was granted (OpenID Connect Core section 3.1.3.3).",
    "omit_nonce": "ID tokens lack the nonce that was sent (OpenID Connect Core section 2).",
    "omit_refresh_token": "No refresh token is issued though `offline_access` was granted.",
    "profile_without_scope": "ID tokens tell profile and email though they were not asked for.",
    "refresh_token_without_offline_access": "A refresh token is issued though `offline_access` was not asked for.",
    "reuse_authorization_code": "A code can be exchanged again and again (RFC 6749 section 4.1.2).",
    "reuse_rotated_refresh_token": "A rotated refresh token goes on working (RFC 9700 section 4.14.2).",
    "revoke_does_nothing": "/oauth/revoke answers 200 and revokes nothing (RFC 7009 section 2.1).",
    "skip_consent": "Users are never asked for consent.",
    "unknown_kid": "Tokens name a key that is not published (RFC 7515 section 4.1.4).",
    "unsigned_tokens": "Tokens have the algorithm `none` and no signature (RFC 8725 section 3.1).",
    "userinfo_accepts_any_token": "/userinfo believes any JWT, whoever signed it (RFC 6750 section 3.1).",
    "userinfo_of_somebody_else": "/userinfo tells another subject than the ID token (OpenID Connect Core section 5.3.2).",
    "widen_scope_on_refresh": "A refresh grants scopes that the user never granted (RFC 6749 section 6).",
    "wrong_at_hash": "`at_hash` is of another token (OpenID Connect Core section 3.2.2.9).",
    "wrong_audience": "Access tokens are for another API (RFC 9068 section 4).",
    "wrong_c_hash": "`c_hash` is of another code (OpenID Connect Core section 3.3.2.10).",
    "wrong_expires_in": "`expires_in` is a minute more than the token lives (RFC 6749 section 5.1).",
    "wrong_issuer": "Access tokens name another issuer (RFC 9068 section 4).",
    "wrong_nonce": "ID tokens carry another nonce (OpenID Connect Core section 2).",
    "wrong_subject": "Access tokens name another subject (RFC 9068 section 2.2).",
    "wrong_subject_after_refresh": "A refresh gives tokens of another user (OpenID Connect Core section 12.2).",
}


def active(tenant: Tenant) -> list[str]:
    """Return the names of the misbehaviours that are switched on."""
    return list((tenant.store.get("emulator", "misbehaviours") or {}).get("active", ()))


def is_active(tenant: Tenant, name: str) -> bool:
    """Return whether the named misbehaviour is switched on."""
    assert name in MISBEHAVIOURS, name  # noqa: S101 - a misspelt question would never be answered yes
    return name in active(tenant)


def activate(tenant: Tenant, names: Sequence[str]) -> None:
    """Switch on exactly these misbehaviours.

    Raises: ValueError that lists the unknown names.
    """
    unknown = sorted(set(names) - set(MISBEHAVIOURS))
    if unknown:
        raise ValueError(f"unknown misbehaviours: {', '.join(unknown)}")
    tenant.store.put("emulator", "misbehaviours", {"active": sorted(set(names))})
