"""What claims must say, whichever token or answer holds them.

Source: OpenID Connect Core sections 2, 5.1 and 5.4; RFC 7519 section 4.1.
"""

from __future__ import annotations

from typing import Any

from tenantry.smoke.contract.assertion import Verdict, holds, no_flaw, skip
from tenantry.smoke.reply import Reply
from tenantry.smoke.tokens import Token, moment

SKEW_S = 5
FAR_S = "100000"
"""A ``max_age`` that no login of a run exceeds."""
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
    said = {name: token.claims[name] for name in ("iat", "exp", "nbf") if name in token.claims}
    issued, expires, begins = (moment(said.get(name)) for name in ("iat", "exp", "nbf"))
    if issued is None or expires is None or ("nbf" in said and begins is None):
        observed = ", ".join(f"{name} {str(value)[:20]!r}" for name, value in said.items()) or "no iat, no exp"
        return holds(kept=False, expected="iat and exp in seconds since 1970", observed=observed)
    asked = reply.at(issued)
    off_s = asked.off_s(issued)
    flaws = {
        f"issued {off_s:.0f} s off": off_s > SKEW_S,
        "it is over": expires <= asked.end,
        "it has not begun": begins is not None and begins > asked.end + SKEW_S,
    }
    return no_flaw([flaw for flaw, is_so in flaws.items() if is_so], "issued now, begun, and not over")


def email_of(claims: dict[str, Any], email: str | None) -> Verdict:
    """Return whether claims hold the user's address, None when that is not known."""
    said = claims.get("email")
    if email is None and said is None:
        return skip("whether the user has an address is not declared")
    flaws = (
        []
        if isinstance(said, str) and (email is None or said.lower() == email.lower())
        else ["no email" if not said else "another email"]
    )
    flaws += [] if isinstance(claims.get("email_verified"), bool) else ["no email_verified"]
    return no_flaw(flaws, "the user's email, and email_verified")
