"""Authorization codes: single use, short-lived, bound to what /authorize was asked.

Source: RFC 6749 section 4.1.2; RFC 7636 sections 4.4 and 4.6. The lifetime of ten minutes is assumed.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import expiring, opaque, refresh_tokens
from tenantry.emulator.oauth.authorization import Authorization
from tenantry.emulator.oauth.errors import invalid_grant, invalid_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantry.emulator.oauth.authority import Authority

LIFETIME_S = 600
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def issue(authority: Authority, authorization: Authorization, asked: Mapping[str, str]) -> str:
    """Return a code for the authorization, bound to the redirect URI and the challenge that were sent."""
    code = opaque.value(33)
    kept = {
        "authorization": authorization.document(),
        "redirect_uri": asked.get("redirect_uri"),
        "code_challenge": asked.get("code_challenge"),
        "code_challenge_method": asked.get("code_challenge_method") or "plain",
        "used": False,
    }
    expiring.keep(authority, "codes", opaque.digest(code), kept, LIFETIME_S)
    return code


def redeem(authority: Authority, code: str, client_id: str) -> dict[str, Any]:
    """Return what belongs to the code, which is then used up.

    Raises: OAuthError when the code is unknown, used, too old, another application's, or its user is gone.
    """
    key = opaque.digest(code)
    kept = authority.store.get("codes", key)
    if kept is None or not _is_valid(authority, kept, client_id):
        if kept is not None and kept["used"] and kept["authorization"]["client_id"] == client_id:
            _revoke_descendants(authority, key)
            if authority.misbehaves("choose_otherwise"):
                authority.store.put("replayed", kept["authorization"]["user_id"], {"at": authority.now})
        raise invalid_grant("Invalid authorization code")
    authority.store.put("codes", key, {**kept, "used": True})
    return kept


def is_known(authority: Authority, code: str) -> bool:
    """Return whether the code was ever issued."""
    return authority.store.get("codes", opaque.digest(code)) is not None


def verify(authority: Authority, kept: Mapping[str, Any], verifier: str | None, *, needed: bool) -> None:
    """Check the PKCE verifier; `needed` when the application did not prove itself by other means.

    Raises: OAuthError when the verifier is missing or wrong.
    """
    challenge = kept["code_challenge"]
    if verifier is None:
        if (challenge or needed) and not authority.misbehaves("accept_missing_verifier"):
            raise invalid_request("Parameter 'code_verifier' is required")
        return
    if challenge is None and not needed:
        if authority.misbehaves("choose_otherwise"):
            raise invalid_grant("Failed to verify code verifier")
        return  # a verifier nobody asked for is ignored: what Auth0 does is unknown
    if authority.misbehaves("refuse_right_verifier"):
        raise invalid_grant("Failed to verify code verifier")
    if not authority.misbehaves("accept_wrong_verifier") and not _matches(authority, kept, verifier):
        raise invalid_grant("Failed to verify code verifier")


def _is_valid(authority: Authority, kept: Mapping[str, Any], client_id: str) -> bool:
    own = kept["authorization"]["client_id"] == client_id or authority.misbehaves("accept_code_of_other_client")
    fresh = authority.now < kept["expires_at"] or authority.misbehaves("accept_expired_code")
    has_user = authority.user(kept["authorization"]["user_id"]) is not None
    return own and fresh and has_user and (not kept["used"] or authority.misbehaves("reuse_authorization_code"))


def _revoke_descendants(authority: Authority, key: str) -> None:
    """Revoke the refresh tokens that came from a code which is presented twice.

    Source: RFC 6749 section 4.1.2 (SHOULD); whether Auth0 does so is unknown.
    """
    for family in authority.store.find("refresh_tokens", "code", key):
        refresh_tokens.revoke(authority, family)


def _matches(authority: Authority, kept: Mapping[str, Any], verifier: str) -> bool:
    challenge = kept["code_challenge"]
    if challenge is None or not VERIFIER.fullmatch(verifier):
        return False
    if kept["code_challenge_method"] == "plain" or (
        authority.misbehaves("accept_challenge_as_verifier") and verifier == challenge
    ):
        return hmac.compare_digest(verifier.encode(), challenge.encode())
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(digest, challenge.encode())


def of(kept: Mapping[str, Any]) -> Authorization:
    """Return the authorization the code stood for."""
    return Authorization.of(kept["authorization"])
