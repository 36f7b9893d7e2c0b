"""JSON as every endpoint but `/oauth/token` sends it: with its charset.

Source: recorded traffic of go-auth0 (pushed requests, sign-ups, userinfo); that discovery, keys and device codes do the same is
assumed.
"""

from __future__ import annotations

from starlette.responses import JSONResponse


class Json(JSONResponse):
    """A body of JSON that says it is UTF-8."""

    media_type = "application/json; charset=utf-8"
