"""Actions bound to a trigger: which ones run, with which event, and what becomes of what they ask for.

Source: Auth0 docs, "Actions / Triggers". Of `api` only the functions in the tables of `post_login` and `machine_actions` are
imitated; any other call fails the Action, and a failing Action fails the login (the error's name is assumed).
"""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import opaque, sandbox
from tenantry.emulator.oauth.errors import OAuthError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.authorization import Authorization

Document = dict[str, Any]
RESERVED = {
    "acr", "act", "active", "amr", "at_hash", "ath", "attest", "aud", "auth_time", "authorization_details", "azp",
    "c_hash", "client_id", "cnf", "cty", "dest", "entitlements", "events", "exp", "groups", "gty", "htm", "htu",
    "iat", "internalService", "iss", "jcard", "jku", "jti", "jwe", "jwk", "kid", "may_act", "mky", "nbf", "nonce",
    "object_id", "org_id", "org_name", "orig", "origid", "permissions", "roles", "rph", "s_hash", "scope", "sid",
    "sip_callid", "sip_cseq_num", "sip_date", "sip_from_tag", "sip_via_branch", "sub", "sub_jwk", "toe", "txn", "typ",
    "uuid", "vot", "vtm", "x5t#S256",
}  # fmt: skip
"""Claims that no Action can set. Source: Auth0 docs, "Create custom claims"; `scope` because Auth0 issues it itself."""


def run(
    authority: Authority,
    authorization: Authorization,
    trigger: str,
    handler: str,
    *,
    event: Callable[[Authorization], Document],
    effects: Mapping[str, Callable[..., Authorization]],
) -> Authorization:
    """Return the authorization after every Action of the trigger has run, each seeing what the ones before have done.

    `effects` are the functions of `api`: each gets the authority, the authorization and the values of the call.
    Raises: OAuthError when an Action denies access or fails.
    """
    for action in _bound(authority, trigger):
        for command in asked(authority, action, (trigger, handler), event(authorization), tuple(effects)):
            authorization = applied(authority, authorization, action, effects, command)
    return authorization


def asked(
    authority: Authority, action: Document, entry: tuple[str, str], event: Document, functions: tuple[str, ...]
) -> list[Document]:
    """Return which functions of `api` the deployed Action called, in order, as `{name, values}`.

    `entry` is the trigger and the name of its handler.
    Raises: OAuthError when the Action fails, or calls anything else.
    """
    version = authority.store.get("action_versions", action.get("_deployed") or "")
    if version is None:
        raise failed(action, "it is not deployed")
    seen = {**event, "secrets": version.get("_secrets") or {}}
    trigger, handler = entry
    outcome = sandbox.run(version["code"], handler, seen, functions)
    _write_down(authority, trigger, action["name"], outcome)
    if outcome.error:
        raise failed(action, outcome.error)
    return outcome.commands


def applied(
    authority: Authority,
    authorization: Authorization,
    action: Document,
    effects: Mapping[str, Callable[..., Authorization]],
    command: Document,
) -> Authorization:
    """Return the authorization after one call of a function of `api`; each wants a text first.

    Raises: OAuthError when the call denies access, or does not suit the function.
    """
    effect, values = effects[command["name"]], command["values"]
    try:
        signature(effect).bind(authority, authorization, *values)
    except TypeError:
        values = []
    if not values or not isinstance(values[0], str):
        raise failed(action, f"api.{command['name']} was called with unsuitable arguments")
    return effect(authority, authorization, *values)


def failed(action: Document, why: str) -> OAuthError:
    """Return the refusal because of an Action that failed."""
    return OAuthError(403, "server_error", f"The Action {action['name']!r} failed: {why}")


def request_event(authority: Authority, query: Mapping[str, str] | None = None) -> Document:
    """Return what an Action is told about the request; `query` is what the application sent to /authorize."""
    request = authority.request
    return {
        "ip": authority.ip,
        "method": request.method,
        "hostname": request.url.hostname or "",
        "user_agent": request.headers.get("user-agent", ""),
        "language": request.headers.get("accept-language", ""),
        "query": {name: value for name, value in (query or {}).items() if not name.startswith("_")},
        "body": {},
        "geoip": {},
    }


def client_event(client: Document) -> Document:
    """Return what an Action is told about the application."""
    return {"client_id": client["client_id"], "name": client.get("name"), "metadata": client.get("client_metadata") or {}}


def set_access_claim(authority: Authority, authorization: Authorization, name: str, value: Any = None) -> Authorization:
    """Add a claim to the access token; reserved names are ignored, and for Auth0's own APIs those without a name space.

    Source: Auth0 docs, "Create custom claims".
    """
    api = authority.api(authorization.audience) or {}
    if name in RESERVED or (api.get("is_system") and "://" not in name):
        return authorization
    return authorization.but(access_claims={**authorization.access_claims, name: value})


def set_id_claim(_authority: Authority, authorization: Authorization, name: str, value: Any = None) -> Authorization:
    """Add a claim to the ID token; reserved names are ignored. Source: Auth0 docs, "Create custom claims"."""
    if name in RESERVED:
        return authorization
    return authorization.but(id_claims={**authorization.id_claims, name: value})


def add_scope(_authority: Authority, authorization: Authorization, scope: str) -> Authorization:
    """Grant one more scope."""
    return authorization.but(scope=tuple(dict.fromkeys([*authorization.scope, scope])))


def remove_scope(_authority: Authority, authorization: Authorization, scope: str) -> Authorization:
    """Grant one scope less."""
    return authorization.but(scope=tuple(one for one in authorization.scope if one != scope))


def deny(_authority: Authority, _authorization: Authorization, code: str, reason: str = "") -> Authorization:
    """Refuse with the code and the reason that the Action gives.

    Raises: OAuthError.
    """
    raise OAuthError(400, str(code), str(reason))


def _bound(authority: Authority, trigger: str) -> Iterator[Document]:
    """Yield each Action of the trigger that is deployed, in order."""
    bindings = (authority.store.get("trigger_bindings", trigger) or {}).get("bindings") or ()
    for binding in bindings:
        action = authority.store.get("actions", binding["action_id"]) or {}
        if authority.store.get("action_versions", action.get("_deployed") or ""):
            yield action


def _write_down(authority: Authority, trigger: str, name: str, outcome: sandbox.Outcome) -> None:
    """Keep what the Action printed, and why it failed."""
    if outcome.printed or outcome.error:
        now = authority.tenant.clock.milliseconds()
        entry = {"date": now, "trigger": trigger, "action": name, "printed": outcome.printed, "error": outcome.error}
        authority.store.put("action_logs", opaque.value(12), entry)
