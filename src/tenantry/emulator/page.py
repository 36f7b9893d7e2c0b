"""The page at `/`: what the tenant holds, for a person who would rather look than guess.

Source: assumed (Auth0's dashboard is not imitated); Auth0 docs, log event type codes; CSP Level 3.
"""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tenantry.emulator.tenant import MANAGEMENT_CLIENT_ID

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tenantry.emulator.tenant import Tenant

SHOWN = 50
"""How many items of a kind the page shows."""
APP_TYPES = {
    "spa": "Single page",
    "native": "Native",
    "regular_web": "Regular web",
    "non_interactive": "Machine to machine",
}
EVENTS = {
    "s": "Logged in",
    "f": "Login refused",
    "fp": "Wrong password",
    "fu": "Unknown user",
    "ss": "Signed up",
    "fs": "Sign-up refused",
    "ssa": "Logged in silently",
    "fsa": "Silent login refused",
    "slo": "Logged out",
    "flo": "Logout refused",
    "scp": "Password changed",
    "scpr": "Password change asked for",
    "seacft": "Code exchanged",
    "feacft": "Code refused",
    "seccft": "Application got a token",
    "feccft": "Application got no token",
    "sertft": "Refresh token exchanged",
    "fertft": "Refresh token refused",
    "ferrt": "Refresh token used twice",
    "srrt": "Refresh token revoked",
    "sepft": "Password exchanged",
    "fepft": "Password refused",
    "sede": "Device code exchanged",
    "fede": "Device code refused",
    "secte": "Foreign token exchanged",
    "fecte": "Foreign token refused",
    "fpar": "Pushed request refused",
    "sapi": "Management API write",
    "fapi": "Management API write refused",
}
Document = dict[str, Any]


def routes(tenant: Tenant) -> list[Route]:
    """Return the page's route."""

    async def page(request: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        html = _templates().get_template("status.html").render(_content(tenant, request), nonce=nonce)
        return HTMLResponse(html, headers=_headers(nonce))

    return [Route("/", page, methods=["GET"])]


def _headers(nonce: str) -> dict[str, str]:
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "content-security-policy": policy,
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _content(tenant: Tenant, request: Request) -> Document:
    store, issuer = tenant.store, tenant.issuer(request)
    return {
        "name": tenant.name,
        "issuer": issuer,
        "domain": urlsplit(issuer).netloc,
        "client_id": MANAGEMENT_CLIENT_ID,
        "audience": tenant.management_audience(request),
        "secret_start": tenant.management_secret[:4],
        "shown": SHOWN,
        "applications": [_application(client) for client in store.slice("clients", 0, SHOWN)],
        "apis": [_api(tenant, request, api) for api in store.slice("resource_servers", 0, SHOWN)],
        "users": [_user(user) for user in store.slice("users", 0, SHOWN)],
        "logs": [_log(tenant, entry) for entry in reversed(_last(tenant, "logs"))],
        "counts": {kind: store.count(kind) for kind in ("clients", "resource_servers", "users", "logs")},
    }


def _last(tenant: Tenant, collection: str) -> list[Document]:
    return tenant.store.slice(collection, max(0, tenant.store.count(collection) - SHOWN), SHOWN)


def _application(client: Document) -> Document:
    callbacks = _texts(client, "callbacks")
    return {
        "name": client.get("name", ""),
        "client_id": client.get("client_id", ""),
        "kind": APP_TYPES.get(str(client.get("app_type", "")), ""),
        "is_global": bool(client.get("global")),
        "callbacks": callbacks,
        "login": login_path(client),
    }


def login_path(client: Document) -> str | None:
    """Return the path that starts a login for an application, or None when it has no callback to end at."""
    grants = _texts(client, "grant_types")
    callback = next((url for url in _texts(client, "callbacks") if _is_plain(url)), None)
    if callback is None or not {"authorization_code", "implicit"} & set(grants or ["authorization_code"]):
        return None
    uses_code = "authorization_code" in grants or not grants
    query = {
        "response_type": "code" if uses_code else "id_token",
        "client_id": client.get("client_id", ""),
        "redirect_uri": callback,
        "scope": "openid profile email",
        "state": "tried-from-the-status-page",
        "nonce": "tried-from-the-status-page",
    }
    return "/authorize?" + urlencode(query)


def _is_plain(url: str) -> bool:
    """Tell whether a callback can be used as it stands, without a placeholder."""
    return "*" not in url and "{" not in url


def _api(tenant: Tenant, request: Request, api: Document) -> Document:
    return {
        "name": api.get("name", ""),
        "identifier": tenant.shown_audience(request, str(api.get("identifier", ""))),
        "scopes": len(api.get("scopes") or []),
        "alg": api.get("signing_alg", ""),
        "is_system": bool(api.get("is_system")),
    }


def _user(user: Document) -> Document:
    identities = user.get("identities") or [{}]
    return {
        "who": user.get("email") or user.get("username") or user.get("phone_number") or user.get("name") or "",
        "user_id": user.get("user_id", ""),
        "connection": identities[0].get("connection", ""),
        "is_verified": bool(user.get("email_verified")),
        "is_blocked": bool(user.get("blocked")),
    }


def _log(tenant: Tenant, entry: Document) -> Document:
    return {
        "date": str(entry.get("date", ""))[:19].replace("T", " "),
        "type": entry.get("type", ""),
        "text": entry.get("description") or EVENTS.get(str(entry.get("type")), ""),
        "who": entry.get("user_name") or entry.get("client_name") or _who(tenant, entry),
    }


def _who(tenant: Tenant, entry: Document) -> str:
    """Return the name of the entry's user, else of its application."""
    user = tenant.store.get("users", str(entry.get("user_id")))
    client = tenant.store.get("clients", str(entry.get("client_id")))
    return str(_user(user)["who"] if user else (client or {}).get("name") or "")


def _texts(document: Document, member: str) -> list[str]:
    value = document.get(member)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
