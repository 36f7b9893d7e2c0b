"""Authorization requests that the client signed.

Source: RFC 9101 sections 4 to 6; Auth0 docs, "JWT-Secured Authorization Requests" (algorithms, types, claims).
What is inside wins over what is beside it; the wording of refusals is assumed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import client_assertions, jose
from tenantry.emulator.oauth.authorize.checks import SIGNED
from tenantry.emulator.oauth.errors import OAuthError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantry.emulator.oauth.authority import Authority

Document = dict[str, Any]
TYPES = {None, "jwt", "oauth-authz-req+jwt"}
OF_THE_TOKEN = {"iss", "aud", "exp", "nbf", "iat", "jti", "sub", "request", "request_uri"}


def resolved(authority: Authority, sent: Mapping[str, str]) -> dict[str, str]:
    """Return the request's parameters, those of its signed request if it has one and the client a credential to check it.

    Raises: OAuthError when the signed request is not to be believed.
    """
    client = authority.client(sent.get("client_id")) or {}
    references = (client.get("signed_request_object") or {}).get("credentials") or ()
    if "request" not in sent or not references:
        return dict(sent)
    token = sent["request"]
    claims = client_assertions.signed(authority, references, token)
    if claims is None or _type(token) not in TYPES:
        raise _refusal("The request object is not signed with a credential of the client.")
    _check(authority, claims, client["client_id"])
    inside = {name: _text(value) for name, value in claims.items() if name not in OF_THE_TOKEN and not name.startswith("_")}
    beside = {name: value for name, value in sent.items() if name != "request"}
    return {**beside, **inside, "client_id": client["client_id"], SIGNED: "yes"}


def _type(token: str) -> str | None:
    told = jose.unverified_header(token).get("typ")
    return None if told is None else str(told).lower()


def _check(authority: Authority, claims: Document, client_id: str) -> None:
    audience = claims.get("aud")
    if claims.get("iss") != client_id or claims.get("client_id", client_id) != client_id:
        raise _refusal("'iss' and 'client_id' of the request object must be the client_id.")
    if authority.issuer not in (audience if isinstance(audience, list) else [audience]):
        raise _refusal(f"'aud' of the request object must be {authority.issuer}.")
    if not client_assertions.is_valid_at(authority.now, claims):
        raise _refusal("The request object is not valid at this time.")


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _refusal(description: str) -> OAuthError:
    return OAuthError(400, "invalid_request_object", description)
