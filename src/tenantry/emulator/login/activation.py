"""Connecting a device: the page for the code, and how it ended.

Source: RFC 8628 section 3.3; Auth0 docs, "Device authorization flow" (`/activate`); the wording is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tenantry.emulator.login import pages
from tenantry.emulator.oauth import cookies, device, parameters, transactions
from tenantry.emulator.oauth.authority import Authority
from tenantry.emulator.oauth.authorize import interaction, respond
from tenantry.emulator.oauth.errors import OAuthError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from tenantry.emulator.tenant import Tenant

UNKNOWN = "This code is not known or has expired."
CANCELLED = "User cancelled the confirmation prompt."


def routes(tenant: Tenant) -> list[BaseRoute]:
    """Return the routes of the pages for devices."""
    return [
        Route("/activate", _activate(tenant), methods=["GET", "POST"]),
        Route("/activate/confirm", _confirm(tenant), methods=["POST"]),
        Route("/device/success", _told(tenant, "Device connected", "You can go back to your device."), methods=["GET"]),
        Route("/device/denied", _told(tenant, "Device not connected", "Your device was refused."), methods=["GET"]),
    ]


def _activate(tenant: Tenant) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        authority = Authority(tenant, request)
        try:
            sent = await parameters.body(request) if request.method == "POST" else dict(request.query_params)
        except OAuthError as refusal:
            return respond.error_page(authority, refusal.error, refusal.description)
        user_code = sent.get("user_code")
        if not user_code:
            return _ask_code(tenant)
        waiting = device.pending(authority, user_code)
        if waiting is None:
            return _ask_code(tenant, user_code, UNKNOWN)
        return _ask_confirmation(authority, waiting["client_id"], waiting["user_code"])

    return answer


def _confirm(tenant: Tenant) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        authority = Authority(tenant, request)
        try:
            sent = await parameters.body(request)
        except OAuthError as refusal:
            return respond.error_page(authority, refusal.error, refusal.description)
        waiting = device.pending(authority, sent.get("user_code", ""))
        if waiting is None or sent.get("state") != cookies.device(request):
            return _ask_code(tenant, sent.get("user_code", ""), UNKNOWN)
        transaction = transactions.begin(
            authority, waiting["parameters"], purpose="device", device_key=waiting["key"], shown=True
        )
        if sent.get("action") != "accept":
            return device.deny(authority, transaction, CANCELLED)
        return interaction.advance(authority, transaction)

    return answer


def _told(tenant: Tenant, heading: str, text: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_request: Request) -> Response:
        return pages.render(tenant, "message.html", heading=heading, text=text)

    return answer


def _ask_code(tenant: Tenant, user_code: str = "", error: str = "") -> Response:
    status = 400 if error else 200
    return pages.render(tenant, "activate.html", status=status, action="/activate", user_code=user_code, error=error)


def _ask_confirmation(authority: Authority, client_id: str, user_code: str) -> Response:
    """Return the page that shows the code again; the browser's mark comes back as the state, so no other site can post it."""
    mark = cookies.device(authority.request) or cookies.new_device()
    client = authority.client(client_id) or {}
    response = pages.render(
        authority.tenant,
        "confirmation.html",
        client=client,
        heading="Is this your device?",
        text=f"{client.get('name', '')} shows this code:",
        detail=user_code,
        action="/activate/confirm",
        hidden={"user_code": user_code, "state": mark},
        accept="Confirm",
        deny="Cancel",
    )
    cookies.set_device(response, authority.request, mark)
    return response
