"""What an authorization request must satisfy, in order.

A check is one function: it returns the refusal, or None. Before the callback is known to be the application's own the
user sees an error page; afterwards the application is told.
Source: RFC 6749 section 4.1.2.1; Auth0 docs, "Error pages"; wording and order from public reports of what real tenants
answer. Where nothing is known the check says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import audiences, callbacks, connections
from tenantry.emulator.oauth.authority import is_first_party, is_public, is_strict

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenantry.emulator.oauth.authorize.request import AuthorizationRequest

RESPONSE_TYPES = {
    frozenset(one.split())
    for one in ("code", "token", "id_token", "id_token token", "code id_token", "code token", "code id_token token")
}
SIGNED, PUSHED = "_signed", "_pushed"
"""Mark parameters that came in a signed or in a pushed request; no request can send them."""
RESPONSE_MODES = ("query", "fragment", "form_post", "web_message")
SENT_AS = {SIGNED: "request", PUSHED: "request_uri"}
STRICT_REFUSES = ("claims", "id_token_hint", "invitation", "login_ticket", "request", "request_uri", "screen_hint", *SENT_AS)


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused; the status counts where the refusal is a page."""

    error: str
    description: str
    status: int = 400
    heading: str = "Oops!, something went wrong"


def response_type_is_present(request: AuthorizationRequest) -> Refusal | None:
    """Require a response type. Source: seen on a real tenant, before the client is looked at."""
    if not request.get("response_type") and not request.authority.misbehaves("guess_response_type"):
        return Refusal("invalid_request", "Missing required parameter: response_type")
    return None


def response_type_is_known(request: AuthorizationRequest) -> Refusal | None:
    """Require one of the seven response types. Source: discovery of real tenants; the place is assumed."""
    if request.response_types not in RESPONSE_TYPES:
        return Refusal("unsupported_response_type", f"Unsupported response type: {request.get('response_type')}")
    return None


def client_is_known(request: AuthorizationRequest) -> Refusal | None:
    """Require a client that exists. Source: public reports."""
    if not request.get("client_id"):
        return Refusal("invalid_request", "Missing required parameter: client_id")
    return None if request.client else Refusal("invalid_request", f"Unknown client: {request.get('client_id')}")


def callback_is_registered(request: AuthorizationRequest) -> Refusal | None:
    """Require one of the client's callbacks, to the letter. Source: Auth0 support, "Callback URL mismatch"."""
    if request.has_registered_callback or (request.authority.misbehaves("ignore_redirect_uri") and request.get("redirect_uri")):
        return None
    if not request.redirect_uri:
        return Refusal("invalid_request", "Missing required parameter: redirect_uri")
    sent = request.redirect_uri
    text = f"{sent} is not in the list of allowed callback URLs"
    return Refusal("invalid_request", text, 403, heading="Callback URL mismatch")


def request_object_was_read(request: AuthorizationRequest) -> Refusal | None:
    """Require a signed request of clients that must sign, and none of those that cannot. Source: RFC 9101; Auth0 docs."""
    if request.get("request"):
        return Refusal("request_not_supported", "The client has no credential for signed requests.")
    settings = request.client.get("signed_request_object") or {}
    if settings.get("required") and not request.get(SIGNED):
        return Refusal("invalid_request", "The client must sign its authorization requests.")
    return None


def request_was_pushed(request: AuthorizationRequest) -> Refusal | None:
    """Require a pushed request of clients that must push. Source: RFC 9126 section 5; Auth0 docs."""
    if request.client.get("require_pushed_authorization_requests") and not request.get(PUSHED):
        text = "Pushed Authorization Requests are required by the configured compliance level"
        return Refusal("invalid_request", text)
    return None


def response_mode_is_safe(request: AuthorizationRequest) -> Refusal | None:
    """Keep tokens out of the query. Source: OAuth 2.0 Multiple Response Types section 3; Auth0 unknown."""
    if request.response_mode not in RESPONSE_MODES:
        return Refusal("invalid_request", f"Unsupported response mode: {request.response_mode}")
    tokens_in_query = request.response_mode == "query" and request.response_types != {"code"}
    if tokens_in_query and not request.authority.misbehaves("tokens_in_query"):
        return Refusal("invalid_request", "response_mode query is not allowed for this response type")
    return None


def opener_is_registered(request: AuthorizationRequest) -> Refusal | None:
    """Require an origin among `web_origins` for an answer by message. Source: Auth0 docs, "Silent authentication"."""
    if request.response_mode != "web_message":
        return None
    origin = callbacks.origin(request.redirect_uri)
    if callbacks.is_listed(origin, request.client.get("web_origins") or []):
        return None
    return Refusal("invalid_request", f"{origin} is not in the list of allowed web origins")


def grant_type_is_allowed(request: AuthorizationRequest) -> Refusal | None:
    """Require the grant type of the flow. Source: Auth0 docs, "Update grant types"; the place is assumed."""
    allowed = request.client.get("grant_types") or ()
    for grant_type, used in (
        ("authorization_code", "code" in request.response_types),
        ("implicit", bool(request.response_types & {"token", "id_token"})),
    ):
        if used and grant_type not in allowed and not request.authority.misbehaves("ignore_grant_types"):
            return Refusal("unauthorized_client", f"Grant type '{grant_type}' not allowed for the client.")
    return None


def third_party_keeps_to_its_list(request: AuthorizationRequest) -> Refusal | None:
    """Require the code flow with PKCE of strict third-party clients, and no odd parameters.

    Source: Auth0 docs, "Security controls" and "Troubleshoot third-party applications".
    """
    if is_first_party(request.client) or request.authority.misbehaves("ignore_third_party_rules"):
        return None
    strict = is_strict(request.client)
    if strict and request.response_types != {"code"}:
        return Refusal("unsupported_response_type", f"Unsupported response type: {request.get('response_type')}")
    for name in STRICT_REFUSES if strict else ("screen_hint",):
        if request.get(name):
            return Refusal("invalid_request", f"parameter {SENT_AS.get(name, name)} is not allowed for this client")
    if strict and not request.get("code_challenge"):
        return Refusal("invalid_request", "Parameter 'code_challenge' is required")
    return None


def challenge_is_readable(request: AuthorizationRequest) -> Refusal | None:
    """Require a PKCE method that discovery names. Source: RFC 7636 section 4.4.1."""
    method = request.get("code_challenge_method")
    otherwise = request.authority.misbehaves("choose_otherwise")
    if method and method not in ({"S256"} if otherwise else {"S256", "plain"}):
        return Refusal("invalid_request", "Transform algorithm not supported")
    if method and not request.get("code_challenge"):
        return Refusal("invalid_request", "Parameter 'code_challenge' is required")
    if otherwise and is_public(request.client) and not request.get("code_challenge"):
        return Refusal("invalid_request", "Parameter 'code_challenge' is required")
    return None


def nonce_is_present(request: AuthorizationRequest) -> Refusal | None:
    """Require a nonce for an ID token from the front channel. Source: OpenID Connect Core section 3.2.2.1."""
    missing = "id_token" in request.response_types and not request.get("nonce")
    if missing and not request.authority.misbehaves("accept_missing_nonce"):
        return Refusal("invalid_request", "Missing required parameter: nonce")
    return None


def prompt_is_consistent(request: AuthorizationRequest) -> Refusal | None:
    """Require that `prompt=none` stands alone. Source: OpenID Connect Core section 3.1.2.1."""
    if "none" in request.prompt and len(request.prompt) > 1:
        return Refusal("invalid_request", "prompt=none cannot be combined with another value")
    return None


def api_exists(request: AuthorizationRequest) -> Refusal | None:
    """Require an audience that is an API of the tenant. Source: callback URLs captured in public."""
    if request.audience and request.api is None and not request.authority.misbehaves("accept_unknown_audience"):
        return Refusal("access_denied", f"Service not found: {request.audience}")
    return None


def client_may_reach_the_api(request: AuthorizationRequest) -> Refusal | None:
    """Require an API that lets the client's users in. Source: Auth0 docs, "API access policies for applications"."""
    if request.api is None or request.authority.lets_users_in(request.client, request.api):
        return None
    error = "unauthorized_client" if is_strict(request.client) else "invalid_request"
    return Refusal(error, audiences.not_let_in(request.client, request.audience))


def organization_suits_the_client(request: AuthorizationRequest) -> Refusal | None:
    """Require an organization where it must be named, and only there. Source: public reports; Auth0 docs."""
    usage = request.client.get("organization_usage") or "deny"
    asked = request.get("organization")
    if not asked:
        asks = request.client.get("organization_require_behavior") in {"pre_login_prompt", "post_login_prompt"}
        missing = usage == "require" and not asks
        return Refusal("invalid_request", "parameter organization is required for this client") if missing else None
    if usage == "deny":
        return Refusal("invalid_request", "parameter organization is not allowed for this client")
    if request.organization is None and not asked.startswith("org_"):
        return Refusal("invalid_request", "authorization request parameter organization must be an organization id")
    if request.organization is None or not _admits(request.organization, request.client):
        return Refusal("invalid_request", f"parameter organization is invalid: {asked}")
    return None


def _admits(organization: dict[str, Any], client: dict[str, Any]) -> bool:
    """Return whether users may log in there with the application: strict third parties on demand, permissive ones never.

    Source: Auth0 docs, "Troubleshoot third-party applications" and "Permissive mode".
    """
    return is_first_party(client) or (is_strict(client) and organization.get("third_party_client_access") == "allow")


def connection_is_enabled(request: AuthorizationRequest) -> Refusal | None:
    """Require a connection that is on for the client, if one is named. Source: assumed; only databases are imitated."""
    wanted = request.get("connection")
    usable = connections.databases(request.authority, request.client["client_id"], request.organization)
    if wanted and wanted not in {one["name"] for one in usable}:
        return Refusal("invalid_request", f"the connection {wanted} is not a database that is enabled for this client")
    return None


def scopes_do_not_conflict(request: AuthorizationRequest) -> Refusal | None:
    """Require one kind of refresh token at a time. Source: Auth0 docs, "Online refresh tokens"."""
    if {"online_access", "offline_access"} <= set(request.scope):
        return Refusal("invalid_request", "Cannot request both online_access and offline_access scopes")
    return None


SHOWN_TO_THE_USER = (
    response_type_is_present,
    response_type_is_known,
    client_is_known,
    callback_is_registered,
    opener_is_registered,
)
TOLD_TO_THE_APPLICATION = (
    request_object_was_read,
    request_was_pushed,
    third_party_keeps_to_its_list,
    response_mode_is_safe,
    grant_type_is_allowed,
    challenge_is_readable,
    nonce_is_present,
    prompt_is_consistent,
    api_exists,
    client_may_reach_the_api,
    organization_suits_the_client,
    connection_is_enabled,
    scopes_do_not_conflict,
)


def first_refusal(
    checks: tuple[Callable[[AuthorizationRequest], Refusal | None], ...], request: AuthorizationRequest
) -> Refusal | None:
    """Return what the first check that refuses says, None when all are content."""
    return next((refusal for check in checks if (refusal := check(request))), None)
