"""Making the claims of tokens wrong, in the ways the tenant is told to be wrong.

Shape: each way gives the members that change; None takes one away. What a way changes must be there: `nonce` is made wrong,
never invented.
Source: the standards that each way breaks are named in `misbehaviours`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import jose, opaque

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenantry.emulator.oauth.authority import Authority

Claims = dict[str, Any]
Ways = dict[str, "Callable[[Authority, Claims], Claims]"]
HOUR_S = 3600
SOMEBODY_ELSE = "auth0|somebody-else"
WRONG_ISSUER = "https://wrong.issuer.invalid/"


def _by_the_hour(_: Authority, claims: Claims) -> Claims:
    return {name: claims[name] // HOUR_S * HOUR_S for name in ("iat", "exp")}


OF_ACCESS_TOKENS: Ways = {
    "wrong_audience": lambda _, __: {"aud": "https://wrong.audience.invalid"},
    "wrong_issuer": lambda _, __: {"iss": WRONG_ISSUER},
    "issuer_without_slash": lambda _, claims: {"iss": str(claims["iss"]).rstrip("/")},
    "access_token_already_expired": lambda _, claims: {"exp": claims["iat"] - 1},
    "access_token_lives_too_long": lambda _, claims: {"exp": claims["exp"] + HOUR_S},
    "wrong_subject": lambda _, __: {"sub": SOMEBODY_ELSE},
    "audience_of_every_api": lambda authority, _: {
        "aud": [api["identifier"] for api in authority.store.all("resource_servers")]
    },
    "coarse_times": _by_the_hour,
    "repeat_token_id": lambda _, claims: {"jti": "the-same" if "jti" in claims else None},
    "wrong_grant_named": lambda _, __: {"gty": "implicit"},
    "invent_claims": lambda _, __: {"email": "somebody@example.com"},
    "token_of_another_scope": lambda _, claims: {"scope": str(claims.get("scope") or "").partition(" ")[0] or None},
}
OF_ID_TOKENS: Ways = {
    "omit_nonce": lambda _, __: {"nonce": None},
    "wrong_nonce": lambda _, claims: {"nonce": "wrong" if "nonce" in claims else None},
    "invent_nonce": lambda _, claims: {"nonce": claims.get("nonce", "invented")},
    "id_token_wrong_audience": lambda _, __: {"aud": "somebody-else"},
    "id_token_wrong_issuer": lambda _, __: {"iss": WRONG_ISSUER},
    "id_token_wrong_party": lambda _, __: {"azp": "somebody-else"},
    "id_token_already_expired": lambda _, claims: {"exp": claims["iat"] - 1},
    "id_token_lives_too_long": lambda _, claims: {"exp": claims["exp"] + HOUR_S},
    "id_token_wrong_subject": lambda _, __: {"sub": SOMEBODY_ELSE},
    "wrong_at_hash": lambda _, __: {"at_hash": jose.half_hash("something else")},
    "wrong_c_hash": lambda _, claims: {"c_hash": jose.half_hash("something else") if "c_hash" in claims else None},
    "change_session_id": lambda _, __: {"sid": opaque.value(24)},
    "omit_auth_time": lambda _, __: {"auth_time": None},
    "invent_claims": lambda _, __: {"plan": "gold"},
    "coarse_times": _by_the_hour,
}


def spoilt(authority: Authority, claims: Mapping[str, Any], ways: Ways) -> Claims:
    """Return the claims, changed in every way that is switched on."""
    made = dict(claims)
    for name, way in ways.items():
        if authority.misbehaves(name):
            made = {member: value for member, value in {**made, **way(authority, made)}.items() if value is not None}
    return made
