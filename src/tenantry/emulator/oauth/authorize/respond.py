"""Answering an authorization request: at the callback in one of four modes, or with an error page.

Source: RFC 6749 section 4.1.2; OAuth 2.0 Multiple Response Types; OAuth 2.0 Form Post Response Mode; Auth0 docs, "Error
pages" and "Custom error pages". The status of the default error page is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tenantry.emulator.login import pages
from tenantry.emulator.oauth import callbacks, opaque
from tenantry.emulator.oauth.answers import redirect
from tenantry.emulator.oauth.authorize.checks import RESPONSE_MODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.authorize.checks import Refusal
    from tenantry.emulator.oauth.authorize.request import AuthorizationRequest


def answer(request: AuthorizationRequest, values: Mapping[str, str]) -> Response:
    """Return the response that takes the values and the state to the application."""
    state = request.get("state")
    told = {**values, **({"state": state} if state and not request.authority.misbehaves("drop_state") else {})}
    if request.authority.misbehaves("change_state") and "state" in told:
        told["state"] += "x"
    if request.authority.misbehaves("wrong_callback_issuer"):
        told["iss"] = "https://wrong.issuer.invalid/"
    if request.response_mode == "form_post":
        return pages.render(request.authority.tenant, "form_post.html", action=request.redirect_uri, values=told)
    if request.response_mode == "web_message":
        return _message(request, told)
    return redirect(_url(request, told))


def refuse(request: AuthorizationRequest, error: str, description: str) -> Response:
    """Return the refusal, told to the application unless it protects itself from open redirects."""
    if request.client.get("redirection_policy") == "open_redirect_protection":
        return error_page(request.authority, error, description, request=request)
    return answer(request, {"error": error, "error_description": description})


def refuse_on_page(request: AuthorizationRequest, refusal: Refusal) -> Response:
    """Return the page that tells the user what the application must not be told."""
    return error_page(
        request.authority,
        refusal.error,
        refusal.description,
        status=refusal.status,
        heading=refusal.heading,
        request=request,
    )


def error_page(
    authority: Authority,
    error: str,
    description: str,
    *,
    status: int = 400,
    heading: str = "Oops!, something went wrong",
    request: AuthorizationRequest | None = None,
) -> Response:
    """Return the tenant's own error page if it has one, else the default page."""
    client = request.client if request else {}
    own = (authority.setting("error_page") or {}).get("url")
    if own:
        known = {"client_id": client.get("client_id"), "connection": request.get("connection") if request else None}
        told = {**known, "lang": "en", "error": error, "error_description": description, "tracking": opaque.value(12)}
        query = urlencode({name: value for name, value in told.items() if value})
        return redirect(f"{own}{'&' if '?' in own else '?'}{query}")
    return pages.render(
        authority.tenant,
        "error.html",
        status=status,
        client=client,
        heading=heading,
        text=description,
        error=error,
        description=description,
        tracking=None,
    )


def _url(request: AuthorizationRequest, told: Mapping[str, str]) -> str:
    mode = request.response_mode if request.response_mode in RESPONSE_MODES else request.default_mode
    sent = request.redirect_uri
    mark = "#" if mode == "fragment" else "&" if "?" in sent else "?"
    return f"{sent}{mark}{urlencode(told)}"


def _message(request: AuthorizationRequest, told: Mapping[str, str]) -> Response:
    origin = callbacks.origin(request.redirect_uri)
    message = {"type": "authorization_response", "response": dict(told)}
    page = pages.render(request.authority.tenant, "web_message.html", message=message, origin=origin)
    return pages.frameable(page, origin)
