"""The tenant's log: an entry for each login, exchange and refusal.

Source: Auth0 docs, "Log event type codes".
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority

LOGIN, LOGIN_REFUSED, WRONG_PASSWORD, UNKNOWN_USER = "s", "f", "fp", "fu"
SIGNED_UP, SIGN_UP_REFUSED, LOGGED_OUT, LOGOUT_REFUSED = "ss", "fs", "slo", "flo"
SILENT, SILENT_REFUSED, PASSWORD_CHANGE_ASKED, PUSH_REFUSED = "ssa", "fsa", "scpr", "fpar"
EXCHANGES = {
    "authorization_code": ("seacft", "feacft"),
    "client_credentials": ("seccft", "feccft"),
    "refresh_token": ("sertft", "fertft"),
    "password": ("sepft", "fepft"),
    "http://auth0.com/oauth/grant-type/password-realm": ("sepft", "fepft"),
    "urn:ietf:params:oauth:grant-type:device_code": ("sede", "fede"),
    "urn:ietf:params:oauth:grant-type:token-exchange": ("secte", "fecte"),
}
REUSED_REFRESH_TOKEN = "ferrt"  # noqa: S105 - the code of an event
REVOKED = "srrt"
MOST = 10_000


def write(authority: Authority, event: str, description: str = "", **about: Any) -> None:
    """Append an entry and drop the oldest of too many.

    Shape: `about` may hold any member of an entry; names that go with its `client_id`, `user_id` and `connection` are added.
    """
    identifier = f"90020{authority.now:011d}{secrets.randbelow(10**12):012d}"
    request = authority.request
    entry = {
        "log_id": identifier,
        "_id": identifier,
        "date": authority.tenant.clock.milliseconds(),
        "type": event,
        "description": description or None,
        "ip": authority.ip,
        "user_agent": request.headers.get("user-agent", ""),
        "hostname": request.url.hostname or "",
        "isMobile": False,
        **_names(authority, about),
        **about,
    }
    if authority.store.count("logs") >= MOST:
        authority.store.delete("logs", authority.store.slice("logs", 0, 1)[0]["log_id"])
    authority.store.put("logs", identifier, {name: value for name, value in entry.items() if value is not None})


def _names(authority: Authority, about: dict[str, Any]) -> dict[str, Any]:
    """Return what people call the application, the user and the connection of an entry."""
    user = authority.user(about.get("user_id")) or {}
    found = authority.store.find("connections", "name", about["connection"]) if about.get("connection") else []
    connection = found[0] if found else {}
    strategy = connection.get("strategy")
    return {
        "client_name": (authority.client(about.get("client_id")) or {}).get("name"),
        "user_name": user.get("email") or user.get("username") or user.get("name"),
        "connection_id": connection.get("id"),
        "strategy": strategy,
        "strategy_type": {None: None, "auth0": "database"}.get(strategy, "enterprise"),
    }
