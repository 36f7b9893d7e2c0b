"""Logging out: `/v2/logout` of Auth0's own and `/oidc/logout` of OpenID Connect.

Source: Auth0 docs, "Auth0 Logout", "OIDC Logout" and "Log users out of Auth0 with OIDC endpoint" (which URLs match, where users
go without one, when they are asked); published description of the setting `sessions.oidc_logout_prompt_enabled`; OpenID Connect
RP-Initiated Logout 1.0 sections 2 and 3. Refresh tokens survive a logout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import PlainTextResponse

from tenantry.emulator.login import pages
from tenantry.emulator.oauth import (
    bearer,
    callbacks,
    cookies,
    expiring,
    jose,
    logs,
    opaque,
    parameters,
    refresh_tokens,
    sessions,
)
from tenantry.emulator.oauth.answers import redirect
from tenantry.emulator.oauth.authority import Authority
from tenantry.emulator.oauth.authorize import respond
from tenantry.emulator.oauth.errors import OAuthError, invalid_request

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tenantry.emulator.tenant import Tenant

Document = dict[str, Any]
LIFETIME_S = 600


async def auth0_logout(tenant: Tenant, request: Request) -> Response:
    """Return the redirect to `returnTo`, if the application or the tenant allows it, and end the session."""
    authority = Authority(tenant, request)
    try:
        sent = parameters.query(request)
        target = _auth0_target(authority, sent)
    except OAuthError as refusal:
        return _refused(authority, refusal)
    return _leave(authority, target, sent.get("client_id"))


async def oidc_logout(tenant: Tenant, request: Request) -> Response:
    """Return the redirect after logout, asking the user first when nothing proves that the application knows the session."""
    authority = Authority(tenant, request)
    try:
        sent = await parameters.body(request) if request.method == "POST" else parameters.query(request)
        client_id, target = _oidc_target(authority, sent)
    except OAuthError as refusal:
        return _refused(authority, refusal)
    session = sessions.current(authority)
    if session and _asks(authority) and not _is_proved(authority, sent, session):
        return _ask(authority, target, client_id)
    return _leave(authority, target, client_id)


async def confirmed(tenant: Tenant, request: Request) -> Response:
    """Return the redirect after the user said whether to log out."""
    authority = Authority(tenant, request)
    try:
        sent = await parameters.body(request)
    except OAuthError as refusal:
        return respond.error_page(authority, refusal.error, refusal.description)
    key = opaque.digest(sent.get("state", ""))
    asked = authority.store.get("logouts", key)
    if asked is None or authority.now >= asked["expires_at"] or asked["session"] != cookies.session(request):
        return respond.error_page(authority, "invalid_request", "The question has been answered or has expired.")
    authority.store.delete("logouts", key)
    if sent.get("action") != "accept":
        return pages.render(tenant, "message.html", heading="Still logged in", text="You were not logged out.")
    return _leave(authority, asked["target"], asked["client_id"])


def _refused(authority: Authority, refusal: OAuthError) -> Response:
    logs.write(authority, logs.LOGOUT_REFUSED, refusal.description)
    return respond.error_page(authority, refusal.error, refusal.description)


def _auth0_target(authority: Authority, sent: dict[str, str]) -> str | None:
    client = authority.client(sent.get("client_id"))
    if sent.get("client_id") and client is None:
        raise invalid_request(f"Unknown client: {sent['client_id']}")
    target = sent.get("returnTo")
    if target is None:
        return _default_target(client)
    if not callbacks.is_listed_for_logout(target, _allowed(authority, client)) and not _goes_anywhere(authority):
        raise invalid_request(
            f'The "returnTo" querystring parameter "{target}" is not defined as a valid URL in "Allowed Logout URLs"'
        )
    return target


def _oidc_target(authority: Authority, sent: dict[str, str]) -> tuple[str | None, str | None]:
    """Return the application and where to go; the hint, the client and the URL must fit together."""
    hinted = _hinted(authority, sent.get("id_token_hint"))
    of_hint = str(hinted["aud"]) if hinted else None
    client_id = sent.get("client_id") or of_hint
    if of_hint and client_id != of_hint and authority.misbehaves("ignore_logout_hint"):
        client_id = of_hint
    if of_hint and client_id != of_hint:
        raise invalid_request("client_id does not match the id_token_hint")
    if hinted and sent.get("logout_hint", hinted.get("sid")) != hinted.get("sid"):
        raise invalid_request("logout_hint does not match the id_token_hint")
    client = authority.client(client_id)
    if client_id and client is None:
        raise invalid_request(f"Unknown client: {client_id}")
    target = sent.get("post_logout_redirect_uri")
    if target is None:
        return client_id, _default_target(client)
    if not callbacks.is_listed(target, _allowed(authority, client)) and not _goes_anywhere(authority):
        raise invalid_request("The post_logout_redirect_uri is not defined as a valid URL in Allowed Logout URLs")
    state = {"state": sent["state"]} if "state" in sent else {}
    return client_id, f"{target}{'&' if '?' in target else '?'}{urlencode(state)}" if state else target


def _allowed(authority: Authority, client: Document | None) -> list[str]:
    """Return where users may go after logging out: what the application lists, or the tenant where none is named."""
    return (client.get("allowed_logout_urls") if client else authority.setting("allowed_logout_urls")) or []


def _default_target(client: Document | None) -> str | None:
    """Return where users of the application go when nothing is said: to the first URL of its list."""
    return next(iter((client or {}).get("allowed_logout_urls") or ()), None)


def _goes_anywhere(authority: Authority) -> bool:
    return authority.misbehaves("ignore_logout_urls")


def _hinted(authority: Authority, hint: str | None) -> Document | None:
    """Return the claims of the hint, which may have expired, None when there is no hint.

    Raises: OAuthError when the tenant did not sign it.
    """
    if hint is None:
        return None
    claims = jose.verified(authority.tenant, hint) or jose.verified_by_client(authority, hint)
    if claims is None or claims.get("iss") != authority.issuer or len(bearer.audiences(claims)) != 1:
        raise invalid_request("The id_token_hint is not valid")
    return claims


def _asks(authority: Authority) -> bool:
    """Return whether the tenant asks users before they are logged out; it does unless told not to."""
    return (authority.setting("sessions") or {}).get("oidc_logout_prompt_enabled") is not False


def _is_proved(authority: Authority, sent: dict[str, str], session: Document) -> bool:
    """Return whether the hints are of the browser's session.

    An ID token from a refresh names no session; that its user then counts is assumed.
    """
    hinted = _hinted(authority, sent.get("id_token_hint")) or {}
    told = hinted.get("sid", sent.get("logout_hint"))
    return bool(hinted.get("sub") == session["user_id"] if told is None else told == session["id"])


def _ask(authority: Authority, target: str | None, client_id: str | None) -> Response:
    state = opaque.value(24)
    kept = {
        "target": target,
        "client_id": client_id,
        "session": cookies.session(authority.request),
    }
    expiring.keep(authority, "logouts", opaque.digest(state), kept, LIFETIME_S)
    return pages.render(
        authority.tenant,
        "confirmation.html",
        client=authority.client(client_id),
        heading="Log out?",
        text="Do you want to log out?",
        detail="",
        action="/oidc/logout/confirm",
        hidden={"state": state},
        accept="Log out",
        deny="Stay logged in",
    )


def _leave(authority: Authority, target: str | None, client_id: str | None) -> Response:
    session = sessions.current(authority)
    response: Response = redirect(target) if target else PlainTextResponse("OK")
    sessions.end(authority, response)
    if session and authority.misbehaves("logout_ends_refresh_tokens"):
        for family in authority.store.find("refresh_tokens", "user_id", session["user_id"]):
            refresh_tokens.revoke(authority, family)
    if session:
        logs.write(
            authority, logs.LOGGED_OUT, client_id=client_id, user_id=session["user_id"], connection=session["connection"]
        )
    return response
