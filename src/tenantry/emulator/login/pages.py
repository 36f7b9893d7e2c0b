"""Rendering the pages in the tenant's colours, with headers that keep them out of caches and frames.

Source: captures of login pages (headers); Auth0 docs, "Branding" (colours, logo).
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from tenantry.emulator.tenant import Tenant

PRIMARY = "#4353ff"
BACKGROUND = "#f2f3f7"
COLOUR = re.compile(r"#[0-9a-fA-F]{6}|#[0-9a-fA-F]{3}")
DARKEST_WITH_BLACK_TEXT = 0.18  # relative luminance above which black text has more contrast than white

_templates = Environment(loader=PackageLoader("tenantry.emulator.login"), autoescape=True, undefined=StrictUndefined)


def render(
    tenant: Tenant, template: str, *, status: int = 200, client: dict[str, Any] | None = None, **values: Any
) -> HTMLResponse:
    """Return the page; `client` lends it its name and logo."""
    nonce = secrets.token_urlsafe(12)
    look = _look(tenant, client or {})
    html = _templates.get_template(template).render(look=look, nonce=nonce, **values)
    return HTMLResponse(html, status, headers=_headers(nonce))


def frameable(response: HTMLResponse, origin: str) -> HTMLResponse:
    """Return the page with leave for one origin to frame it, as silent authentication needs."""
    policy = response.headers["Content-Security-Policy"].replace("frame-ancestors 'none'", f"frame-ancestors {origin}")
    response.headers["Content-Security-Policy"] = policy
    del response.headers["X-Frame-Options"]
    return response


def bare(response: HTMLResponse) -> HTMLResponse:
    """Return the page without the headers that keep it out of caches and frames."""
    for name in ("Cache-Control", "X-Frame-Options", "Content-Security-Policy"):
        del response.headers[name]
    return response


def _headers(nonce: str) -> dict[str, str]:
    """Return the headers; there is no `form-action`, because browsers apply it to the redirect to the application."""
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self' http: https: data:; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    return {
        "Cache-Control": "no-store, max-age=0, no-transform",
        "Pragma": "no-cache",
        "Content-Security-Policy": policy,
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }


def _look(tenant: Tenant, client: dict[str, Any]) -> dict[str, Any]:
    branding = tenant.store.get("settings", "branding") or {}
    settings = tenant.store.get("settings", "tenant") or {}
    colours = branding.get("colors") or {}
    primary = _colour(colours.get("primary"), PRIMARY)
    return {
        "tenant": settings.get("friendly_name") or tenant.name,
        "client": client.get("name") or "",
        "logo": _url(client.get("logo_uri")) or _url(branding.get("logo_url")) or _url(settings.get("picture_url")),
        "primary": primary,
        "on_primary": "#000000" if _luminance(primary) > DARKEST_WITH_BLACK_TEXT else "#ffffff",
        "background": _colour(colours.get("page_background"), BACKGROUND),
        "support": _url(settings.get("support_url")),
    }


def _colour(value: object, default: str) -> str:
    """Return the colour if it is one: it goes into a style sheet. A gradient gives its start."""
    flat = value.get("start") if isinstance(value, dict) else value
    return flat if isinstance(flat, str) and COLOUR.fullmatch(flat) else default


def _url(value: object) -> str | None:
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else None


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour. Source: WCAG 2.1, "relative luminance"."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])  # noqa: PLR2004 - #rrggbb
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = map(_linear, channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - WCAG's number
