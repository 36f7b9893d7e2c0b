"""What claims must say, whichever token or answer holds them.

Source: OpenID Connect Core sections 2, 5.1 and 5.4; RFC 7519 section 4.1.
"""

from __future__ import annotations

from typing import Any

from tenantry.smoke.contract.assertion import Verdict, holds, no_flaw
from tenantry.smoke.tokens import Token
from tenantry.smoke.wire import Reply

SKEW_S = 5
PROFILE_CLAIMS = ("name", "nickname", "picture", "updated_at")
EMAIL_CLAIMS = ("email", "email_verified")
STANDARD_CLAIMS = {
    *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash", "s_hash", "sid"),
    *("org_id", "org_name", "jti", "act"),
    *("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website"),
    *("gender", "birthdate", "zoneinfo", "locale", "updated_at", "email", "email_verified", "address"),
    *("phone_number", "phone_number_verified", "created_at", "identities"),
}


def times_of(token: Token, reply: Reply) -> Verdict:
    """Return whether a token was issued between the question and the answer, and is not over."""
    issued, expires = token.claims.get("iat"), token.claims.get("exp")
    if not isinstance(issued, int) or not isinstance(expires, int):
        return holds(kept=False, expected="iat and exp in whole seconds", observed=f"iat {issued!r}, exp {expires!r}")
    off_s = max(reply.sent_at - issued, issued - reply.received_at)
    flaws = [f"issued {off_s:.0f} s off"] if off_s > SKEW_S else []
    return no_flaw(flaws + (["it is over"] if expires <= reply.received_at else []), "issued now, and not over")


def email_of(claims: dict[str, Any], email: str | None) -> Verdict:
    """Return whether claims hold the user's address."""
    said = claims.get("email")
    flaws = (
        []
        if isinstance(said, str) and (email is None or said.lower() == email.lower())
        else ["no email" if not said else "another email"]
    )
    flaws += [] if isinstance(claims.get("email_verified"), bool) else ["no email_verified"]
    return no_flaw(flaws, "the user's email, and email_verified")
