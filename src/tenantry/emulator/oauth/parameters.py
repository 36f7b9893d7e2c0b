"""Reading the parameters of a request: of its URL, or of its body, which Auth0 takes as a form or as JSON.

Source: RFC 6749 section 3.2 (no repeated parameters); recorded traffic of go-auth0 (JSON bodies).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tenantry.emulator.oauth.errors import invalid_request
from tenantry.emulator.utf8 import is_writable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

MAX_BODY_BYTES = 1_000_000


async def body(request: Request, *, most: int = MAX_BODY_BYTES, repeats: bool = False) -> dict[str, str]:
    """Return the parameters of the body; with ``repeats`` the last of several of the same name counts.

    Units: ``most`` is in bytes.
    Raises: OAuthError when the body is too long, unreadable or repeats a parameter.
    """
    raw = await request.body()
    if len(raw) > most:
        raise invalid_request("The request body is too long.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
        return _json(raw)
    pairs = parse_qsl(_text(raw), keep_blank_values=True)
    return once(dict(pairs).items() if repeats else pairs)


def query(request: Request) -> dict[str, str]:
    """Return the parameters of the URL.

    Raises: OAuthError when one comes twice.
    """
    return once(parse_qsl(request.url.query, keep_blank_values=True))


def once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the pairs as a dict; an empty value counts as not sent.

    Raises: OAuthError when a name comes twice.
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise invalid_request(f"Duplicate parameter: {name}")
        found[name] = value
    return {name: value for name, value in found.items() if value}


def required(parameters: dict[str, str], name: str) -> str:
    """Return the parameter.

    Raises: OAuthError when it is missing.
    """
    if name not in parameters:
        raise invalid_request(f"Missing required parameter: {name}")
    return parameters[name]


def _json(raw: bytes) -> dict[str, str]:
    try:
        read: Any = json.loads(_text(raw) or "{}")
    except (ValueError, RecursionError) as mistake:
        raise invalid_request("The request body is not valid JSON.") from mistake
    if not is_writable(read):
        raise invalid_request("The request body is not UTF-8.")
    if not isinstance(read, dict):
        raise invalid_request("The request body is not a JSON object.")
    return {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in read.items() if value}


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as mistake:
        raise invalid_request("The request body is not UTF-8.") from mistake
