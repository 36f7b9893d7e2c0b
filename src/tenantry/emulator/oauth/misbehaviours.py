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
    "accept_any_assertion": "A client assertion need not be sound, nor signed by the application (RFC 7523 section 3).",
    "accept_any_password": "The login accepts any password of a known user.",
    "accept_challenge_as_verifier": "The S256 challenge itself passes as the verifier (RFC 7636 section 4.6).",
    "accept_code_of_other_client": "A code can be exchanged by another application (RFC 6749 section 4.1.3).",
    "accept_expired_code": "A code never expires (RFC 6749 section 4.1.2).",
    "accept_expired_refresh_token": "Refresh tokens outlive their absolute and idle lifetimes.",
    "accept_missing_nonce": "The front channel gives an ID token without a nonce (OpenID Connect Core section 3.2.2.1).",
    "accept_missing_secret": "A confidential application need not prove itself (RFC 6749 section 3.2.1).",
    "accept_missing_verifier": "A code bound to a challenge is exchanged without a verifier (RFC 7636 section 4.6).",
    "accept_refresh_token_of_other_client": "A refresh token works for another application (RFC 6749 section 6).",
    "accept_repeated_parameters": "The token endpoint takes a parameter that is there twice (RFC 6749 section 3.2).",
    "accept_revoked_refresh_token": "A revoked refresh token goes on working (RFC 7009 section 2).",
    "accept_unknown_audience": "Tokens are to be had for APIs that do not exist.",
    "accept_unknown_client": "Who has an unknown client id is served as if it were registered (RFC 6749 section 5.2).",
    "accept_unknown_code": "A code that nobody issued, or none at all, is worth tokens (RFC 6749 section 5.2).",
    "accept_unknown_device_code": "A device code that nobody was given is worth tokens (RFC 8628 section 3.5).",
    "accept_unknown_refresh_token": "A refresh token that nobody issued is worth tokens (RFC 6749 section 5.2).",
    "accept_unknown_subject_token_type": "A token exchange needs no profile (RFC 8693 section 2.2.2).",
    "accept_wrong_secret": "Any client secret is right (RFC 6749 section 2.3.1).",
    "accept_wrong_verifier": "Any PKCE verifier is right (RFC 7636 section 4.6).",
    "access_token_already_expired": "Access tokens have expired when they are issued.",
    "access_token_lives_too_long": "Access tokens live an hour longer than the API says.",
    "advertise_foreign_endpoint": "Discovery names an endpoint of somebody else (OpenID Connect Discovery section 3).",
    "advertise_none": "Discovery offers unsigned ID tokens and assertions (OpenID Connect Core section 15.1).",
    "advertise_private_endpoint": "Discovery names an endpoint in a private network (OpenID Connect Discovery section 3).",
    "advertise_too_little": "Discovery leaves out S256 and every client authentication (RFC 8414 section 2).",
    "answer_token_get": "The token endpoint answers GET (RFC 6749 section 3.2).",
    "approve_every_device": "A device gets tokens before anybody approved it (RFC 8628 section 3.5).",
    "audience_of_every_api": "Access tokens are for every API at once (RFC 8707).",
    "broken_signature": "Signatures do not verify (RFC 7515 section 5.2).",
    "cacheable_token_response": "Token responses may be cached (RFC 6749 section 5.1).",
    "change_session_id": "Every ID token names another session (OpenID Connect Back-Channel Logout section 2.1).",
    "change_state": "The callback carries a changed state (RFC 6749 section 4.1.2).",
    "choose_otherwise": "Where nobody knows what Auth0 does, the other choice is made than the emulator's own.",
    "coarse_times": "Tokens tell the hour and not the second of their issue (RFC 7519 section 4.1.6).",
    "demand_captcha": "The login page asks for a captcha.",
    "demand_factor_beside_token": "A second factor is demanded in an answer that already holds an access token.",
    "device_codes_without_end": "A device code comes without its lifetime (RFC 8628 section 3.2).",
    "discovery_issuer_without_slash": "Discovery names the issuer without its trailing slash.",
    "drop_state": "The callback carries no state (RFC 6749 section 4.1.2).",
    "forget_session": "Who is logged in is asked for the password again (OpenID Connect Core section 3.1.2.3).",
    "frameable_login_page": "Login pages may be framed and cached.",
    "grant_unasked_scopes": "Every permission of the API is granted, asked for or not (RFC 6749 section 3.3).",
    "grant_undeclared_scopes": "Every requested scope is granted, declared or not.",
    "guess_directory": "The password grant looks into every directory when none is the default.",
    "guess_grant_type": "An unknown grant is taken for client credentials (RFC 6749 section 5.2).",
    "guess_response_type": "A missing or unknown response type is taken for `code` (RFC 6749 section 4.1.2.1).",
    "id_token_already_expired": "ID tokens have expired when they are issued (OpenID Connect Core section 2).",
    "id_token_lives_too_long": "ID tokens live an hour longer than the application says.",
    "id_token_without_openid": "An ID token is issued though `openid` was not asked for (OpenID Connect Core section 3.1.2.1).",
    "id_token_wrong_audience": "ID tokens are for somebody else (OpenID Connect Core section 2).",
    "id_token_wrong_issuer": "ID tokens name another issuer (OpenID Connect Core section 2).",
    "id_token_wrong_party": "ID tokens name another authorized party (OpenID Connect Core section 2).",
    "id_token_wrong_subject": "ID tokens name another user than the access token (OpenID Connect Core section 2).",
    "ignore_access_policies": "The access policy of an API does not keep users out.",
    "ignore_asked_scope": "An application gets all of its grant, however little it asks for (RFC 6749 section 3.3).",
    "ignore_blocked_users": "Blocked users can log in.",
    "ignore_client_grants": "An application reaches every API with every scope, granted or not.",
    "ignore_declined_consent": "Who declines is taken to have agreed (RFC 6749 section 4.1.2.1).",
    "ignore_enabled_connections": "Every connection is enabled for every application.",
    "ignore_grant_types": "An application may use grants it is not configured for.",
    "ignore_logout_hint": "A logout does not compare the application with the ID token's (RP-Initiated Logout section 3).",
    "ignore_logout_urls": "A logout redirects anywhere (OpenID Connect RP-Initiated Logout section 3).",
    "ignore_max_age": "`max_age` never asks for a new login (OpenID Connect Core section 3.1.2.1).",
    "ignore_organization_membership": "Users log in to organizations they do not belong to.",
    "ignore_prompt_consent": "`prompt=consent` does not ask for consent (OpenID Connect Core section 3.1.2.1).",
    "ignore_prompt_login": "`prompt=login` is answered from the session (OpenID Connect Core section 3.1.2.1).",
    "ignore_redirect_uri": "/authorize redirects to unregistered URLs (RFC 6749 section 3.1.2.4).",
    "ignore_redirect_uri_at_exchange": "A code is exchanged under another redirect URI (RFC 6749 section 4.1.3).",
    "ignore_refused_device": "A device that was refused gets tokens (RFC 8628 section 3.5).",
    "ignore_response_mode": "The callback is answered as by default, whatever mode was asked for.",
    "ignore_roles": "Users get scopes their roles do not give, in spite of RBAC.",
    "ignore_scope_on_refresh": "A refresh grants everything, however little it asks for (RFC 6749 section 6).",
    "ignore_third_party_rules": "Third-party applications are held to no stricter rules.",
    "invent_claims": "ID tokens carry names without a namespace, access tokens the user's address.",
    "invent_nonce": "ID tokens carry a nonce though none was sent (OpenID Connect Core section 2).",
    "issuer_without_slash": "Access tokens name the issuer without its trailing slash.",
    "jwks_without_current_key": "The key that signs is not published (RFC 9068 section 4).",
    "keep_family_after_reuse": "A reused refresh token is refused, but its family lives on (RFC 9700 section 4.14.2).",
    "leeway_for_every_generation": "Within the leeway every spent refresh token works (RFC 9700 section 4.14.2).",
    "login_page_without_state": "The login page's form has no state.",
    "logout_ends_refresh_tokens": "A logout revokes refresh tokens.",
    "logout_keeps_session": "A logout does not end the session.",
    "mind_the_device": "The parameter `device` keeps conformant applications from a refresh token.",
    "misleading_login_page": "The page for identifier and password asks for the identifier alone.",
    "narrow_scope_on_refresh": "A refresh grants less than the login did (RFC 6749 section 6).",
    "never_rotate": "Rotating refresh tokens are not rotated.",
    "never_slow_down": "A device may poll as fast as it likes (RFC 8628 section 3.5).",
    "omit_auth_time": "ID tokens do not say when the user logged in (OpenID Connect Core section 2).",
    "omit_id_token": "No ID token is issued though `openid` was granted (OpenID Connect Core section 3.1.3.3).",
    "omit_issued_token_type": "A token exchange does not say what it issued (RFC 8693 section 2.2.1).",
    "omit_nonce": "ID tokens lack the nonce that was sent (OpenID Connect Core section 2).",
    "omit_organization": "Tokens do not name the organization.",
    "omit_profile": "Profile and email are not told though they were asked for (OpenID Connect Core section 5.4).",
    "omit_quota": "An application with a quota is not told how much of it is left.",
    "omit_refresh_token": "No refresh token is issued though `offline_access` was granted.",
    "opaque_tokens_for_apis": "Access tokens for APIs are opaque (RFC 9068).",
    "profile_without_scope": "ID tokens tell profile and email though they were not asked for.",
    "publish_private_keys": "The published keys hold private members (RFC 7517 section 9.2).",
    "publish_short_key": "One of the published keys has 1024 bits (RFC 7518 section 3.3).",
    "publish_unnamed_key": "One of the published keys has no id (RFC 7517 section 4.5).",
    "publish_wrong_certificates": "The keys' certificates are of other keys (RFC 7517 section 4.7).",
    "redirect_unknown_clients": "/authorize redirects for applications that nobody registered (RFC 6749 section 4.1.2.1).",
    "refresh_for_any_api": "A refresh token is worth tokens for every API (RFC 6749 section 6).",
    "refresh_token_for_machines": "An application by itself gets a refresh token (RFC 6749 section 4.4.3).",
    "refresh_token_in_front_channel": "The front channel gives a refresh token (RFC 6749 section 4.2.2).",
    "refresh_token_opens_userinfo": "/userinfo takes a refresh token (RFC 6749 section 1.5).",
    "refresh_token_without_offline_access": "A refresh token is issued though `offline_access` was not asked for.",
    "refreshed_tokens_live_longer": "Refreshed access tokens live a minute longer than the first ones.",
    "refusals_as_html": "The token endpoint refuses with a page (RFC 6749 section 5.2).",
    "refuse_refresh_tokens": "Every refresh token is refused.",
    "refuse_right_password": "The right password is refused.",
    "refuse_right_secret": "The right client secret is refused.",
    "refuse_right_verifier": "The right PKCE verifier is refused (RFC 7636 section 4.6).",
    "repeat_token_id": "All access tokens have the same id (RFC 7519 section 4.1.7).",
    "reuse_authorization_code": "A code can be exchanged again and again (RFC 6749 section 4.1.2).",
    "reuse_bars_user": "A reused refresh token ends every family of the user, the later ones too.",
    "reuse_client_assertion": "A client assertion can be used again and again (RFC 7523 section 3).",
    "reuse_device_code": "A device gets tokens again and again (RFC 8628 section 3.5).",
    "reuse_pushed_request": "A pushed authorization request can be used again (RFC 9126 section 7.3).",
    "reuse_rotated_refresh_token": "A rotated refresh token goes on working (RFC 9700 section 4.14.2).",
    "revoke_does_nothing": "/oauth/revoke answers 200 and revokes nothing (RFC 7009 section 2.1).",
    "revoke_for_anybody": "Any application revokes any refresh token (RFC 7009 section 2.1).",
    "revoke_tells_too_much": "/oauth/revoke says whether it knew the token (RFC 7009 section 2.2).",
    "rotation_prolongs": "Every rotation begins the absolute lifetime of a refresh token anew.",
    "session_cookie_for_scripts": "Scripts can read the session cookie (RFC 6265 section 4.1.2.6).",
    "shared_secret_for_public": "ID tokens of public applications are signed with a shared secret.",
    "signed_userinfo_tokens": "Access tokens for /userinfo are JWTs.",
    "skip_consent": "Users are never asked for consent.",
    "strangers_spend_refresh_tokens": "A refresh token that another application tries is revoked.",
    "tell_no_scope": "Less is granted than was asked for, and the answer does not say so (RFC 6749 section 5.1).",
    "token_of_another_scope": "The access token grants less than the answer says (RFC 9068 section 2.2.3).",
    "token_response_as_text": "Token responses are plain text (RFC 6749 section 5.1).",
    "tokens_for_public_clients": "A public application gets tokens of its own (RFC 6749 section 4.4).",
    "tokens_in_query": "The front channel gives tokens in the query (Multiple Response Types section 3).",
    "unknown_kid": "Tokens name a key that is not published (RFC 7515 section 4.1.4).",
    "unsigned_tokens": "Tokens have the algorithm `none` and no signature (RFC 8725 section 3.1).",
    "userinfo_accepts_any_token": "/userinfo believes any JWT, whoever signed it (RFC 6750 section 3.1).",
    "userinfo_for_every_purpose": "/userinfo takes every access token of the tenant, also of machines and without `openid`.",
    "userinfo_needs_no_token": "/userinfo answers without a token (RFC 6750 section 3).",
    "userinfo_of_somebody_else": "/userinfo tells another subject than the ID token (OpenID Connect Core section 5.3.2).",
    "userinfo_refuses_everybody": "/userinfo refuses good tokens.",
    "widen_scope_on_refresh": "A refresh grants scopes that the user never granted (RFC 6749 section 6).",
    "wrong_at_hash": "`at_hash` is of another token (OpenID Connect Core section 3.2.2.9).",
    "wrong_audience": "Access tokens are for another API (RFC 9068 section 4).",
    "wrong_c_hash": "`c_hash` is of another code (OpenID Connect Core section 3.3.2.10).",
    "wrong_callback_issuer": "The callback names another issuer (RFC 9207 section 2.4).",
    "wrong_expires_in": "`expires_in` is a minute more than the token lives (RFC 6749 section 5.1).",
    "wrong_front_channel_subject": "ID tokens of the front channel name another user (OpenID Connect Core section 3.3.3.6).",
    "wrong_grant_named": "Access tokens say that they came from another grant.",
    "wrong_issuer": "Access tokens name another issuer (RFC 9068 section 4).",
    "wrong_nonce": "ID tokens carry another nonce (OpenID Connect Core section 2).",
    "wrong_subject": "Access tokens name another subject (RFC 9068 section 2.2).",
    "wrong_subject_after_refresh": "A refresh gives tokens of another user (OpenID Connect Core section 12.2).",
    "wrong_token_type": "Token responses name an unknown token type (RFC 6749 section 7.1).",
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
