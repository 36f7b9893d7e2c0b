"""The forms of answer that several endpoints share.

Source: recorded traffic of go-auth0: JSON has its charset in answers to pushed requests, sign-ups and userinfo (assumed for
discovery, keys and device codes), and none in those of `/oauth/token`; RFC 9700 section 4.5 (a redirect may hold a code).
"""

from __future__ import annotations

from starlette.responses import JSONResponse, RedirectResponse


class Json(JSONResponse):
    """A body of JSON that says it is UTF-8."""

    media_type = "application/json; charset=utf-8"


def redirect(url: str) -> RedirectResponse:
    """Return a redirect that no cache keeps."""
    return RedirectResponse(url, 302, {"Cache-Control": "no-store"})
