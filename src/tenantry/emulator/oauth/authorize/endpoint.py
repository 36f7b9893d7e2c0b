"""`/authorize` and `/authorize/resume`.

Source: RFC 6749 section 4.1.1; OpenID Connect Core section 3.1.2.1 (GET and POST); RFC 9126 section 4 (request_uri).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.oauth import par, parameters, request_object, transactions
from tenantry.emulator.oauth.authority import Authority
from tenantry.emulator.oauth.authorize import checks, interaction, respond
from tenantry.emulator.oauth.authorize.request import AuthorizationRequest
from tenantry.emulator.oauth.errors import OAuthError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tenantry.emulator.tenant import Tenant


async def authorize(tenant: Tenant, request: Request) -> Response:
    """Return the answer to an authorization request: a page, a redirect to a page, or the application's callback."""
    authority = Authority(tenant, request)
    try:
        sent = await parameters.body(request) if request.method == "POST" else parameters.query(request)
        asked = AuthorizationRequest(authority, request_object.resolved(authority, par.resolved(authority, sent)))
    except OAuthError as refusal:
        return respond.error_page(authority, refusal.error, refusal.description)
    if refused := checks.first_refusal(checks.SHOWN_TO_THE_USER, asked):
        if not asked.client and asked.redirect_uri and authority.misbehaves("redirect_unknown_clients"):
            return respond.refuse(asked, refused.error, refused.description)
        return respond.refuse_on_page(asked, refused)
    if refused := checks.first_refusal(checks.TOLD_TO_THE_APPLICATION, asked):
        return respond.refuse(asked, refused.error, refused.description)
    return interaction.advance(authority, transactions.begin(authority, asked.parameters))


async def resume(tenant: Tenant, request: Request) -> Response:
    """Return the next step of a login in progress."""
    authority = Authority(tenant, request)
    transaction = transactions.named(authority, request.query_params.get("state"))
    if transaction is None:
        return respond.error_page(authority, "invalid_request", "The login is over or was begun in another browser.")
    return interaction.advance(authority, transaction)
