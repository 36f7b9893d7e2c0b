"""A signed access token without a login, for tests of an API.

Source: the emulator's own control interface; the token itself is made as any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import access_tokens, scopes
from tenantry.emulator.oauth.authority import Authority
from tenantry.emulator.oauth.authorization import Authorization
from tenantry.emulator.oauth.errors import invalid_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from tenantry.emulator.tenant import Tenant

Document = dict[str, Any]


def mint(tenant: Tenant, request: Request, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return `{access_token, token_type, expires_in, scope}` for an application, or for a user of it.

    Shape: `wanted` is `{application, api, user, scope, claims, expires_in}`; `application` is a name or id, `api` an identifier
    or name, `user` an email address, username or id; all but `application` and `api` may be left out.
    Raises: OAuthError that says what was not found.
    """
    authority = Authority(tenant, request)
    client = _one(authority, "clients", wanted.get("application"), ("client_id", "name"))
    audience = _audience(authority, wanted.get("api"))
    user = _one(authority, "users", wanted["user"], ("user_id", "email", "username")) if wanted.get("user") else None
    authorization = Authorization(
        client_id=client["client_id"],
        user_id=user["user_id"] if user else None,
        audience=audience,
        scope=_scope(wanted.get("scope"), authority.api(audience)),
        gty=None if user else "client-credentials",
        access_claims=dict(wanted.get("claims") or {}),
    )
    token = access_tokens.issue(authority, authorization, lifetime_s=wanted.get("expires_in"))
    body = {"access_token": token.value, "token_type": "Bearer", "expires_in": token.expires_in}
    return {**body, "scope": " ".join(authorization.scope)}


def _one(authority: Authority, collection: str, wanted: object, members: tuple[str, ...]) -> Document:
    for member in members:
        found = authority.store.find(collection, member, wanted)
        if len(found) == 1:
            return found[0]
        if found:
            raise invalid_request(f"{len(found)} {collection} have the {member} {wanted!r}; name one by its id")
    raise invalid_request(f"There is none among the {collection} with {' or '.join(members)} {wanted!r}")


def _audience(authority: Authority, wanted: object) -> str:
    if isinstance(wanted, str) and authority.api(wanted):
        return wanted
    identifier = str(_one(authority, "resource_servers", wanted, ("identifier", "name", "id"))["identifier"])
    return authority.tenant.shown_audience(authority.request, identifier)


def _scope(wanted: object, api: Document | None) -> tuple[str, ...]:
    """Return the scopes as sent, as text or list; all of the API when none are."""
    if wanted is None:
        return scopes.declared(api)
    return scopes.split(wanted if isinstance(wanted, str) else " ".join(map(str, wanted if isinstance(wanted, list) else [])))
