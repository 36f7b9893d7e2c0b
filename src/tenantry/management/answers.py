"""What the tenant answered: a usable answer, or an error that says what happened and holds no secret.

Source: Auth0 docs and recordings (error bodies ``{statusCode, error, message, errorCode}``; ``errorCode`` may be missing,
and 403 ``insufficient_scope`` is also sent for a plan that lacks a feature); the name of the request id's header is assumed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx

from tenantry.model.errors import ApiError, Asked, NotAllowed, RateLimited
from tenantry.model.hiding import without

REQUEST_ID_HEADERS = ("x-auth0-requestid", "x-request-id", "x-correlation-id", "cf-ray")
SCOPES = re.compile(r"expected any of:\s*(?P<scopes>.+)", re.DOTALL)
UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_MANY, NO_CONTENT = 401, 403, 404, 429, 204
LONGEST_MESSAGE = 1000


@dataclass(frozen=True)
class Answer:
    """A successful answer; ``body`` is None where there was none."""

    status: int
    body: Any = None


class Unreadable(ValueError):
    """An answer said that it is a success and cannot be read; the text says why."""


def read(response: httpx.Response) -> Answer:
    """Return the answer of a successful response.

    Raises: Unreadable when its content is not the JSON that it should be.
    """
    if response.status_code == NO_CONTENT or not response.content:
        if response.request.method == "GET":
            raise Unreadable("the answer is empty where JSON was expected")
        return Answer(int(response.status_code))
    kind = response.headers.get("content-type", "")
    if "json" not in kind.partition(";")[0]:
        raise Unreadable(f"the answer is {kind.partition(';')[0] or 'of no type'} where JSON was expected")
    try:
        return Answer(int(response.status_code), json.loads(response.content))
    except (ValueError, RecursionError):
        raise Unreadable("the answer is not whole: its JSON breaks off or is malformed") from None


def is_strangers(response: httpx.Response) -> bool:
    """Return whether a 404 speaks of the way to the tenant, not of a resource: the tenant's own holds JSON."""
    return response.status_code == NOT_FOUND and bool(response.content) and not _body(response)


def error(response: httpx.Response, hidden: Iterable[str] = ()) -> ApiError:
    """Return what an unsuccessful response means; the ``hidden`` texts are masked, should the server quote them."""
    body = _body(response)
    status = int(response.status_code)  # an embedded tenant may answer with an enum member
    secrets = tuple(hidden)

    def told(text: str) -> str:
        return without(text, secrets)[:LONGEST_MESSAGE]

    message = told(_message(body)) or f"{told(response.reason_phrase) or 'no reason given'} (and no message)"
    asked = Asked(
        method=response.request.method,
        path=response.request.url.path,
        status=status,
        error_code=told(_text(body.get("errorCode"))) or None,
        request_id=next((told(response.headers[name]) for name in REQUEST_ID_HEADERS if name in response.headers), None),
    )
    if status == TOO_MANY:
        return RateLimited(message, **asked)
    missing = _missing_scopes(status, message)
    if status == UNAUTHORIZED or missing:
        return NotAllowed(message, missing=missing, **asked)
    return ApiError(message, **asked)


def oauth_error(response: httpx.Response) -> str:
    """Return the error code of a token endpoint's refusal, empty where it says none. Source: RFC 6749 section 5.2."""
    return _text(_body(response).get("error"))


def _missing_scopes(status: int, message: str) -> tuple[str, ...]:
    """Return the scopes that a 403 asks for; none when it is about something else, whatever its error code says."""
    found = SCOPES.search(message) if status == FORBIDDEN else None
    return tuple(scope for scope in re.split(r"[\s,]+", found["scopes"]) if scope) if found else ()


def _body(response: httpx.Response) -> dict[str, Any]:
    """Return the error's JSON object, empty when there is none."""
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _message(body: dict[str, Any]) -> str:
    """Return the server's words; the token endpoint calls them ``error_description``."""
    return next((text for name in ("message", "error_description", "error") if (text := _text(body.get(name)))), "")


def _text(value: Any) -> str:
    """Return a text as it is; anything else as empty."""
    return value if isinstance(value, str) else ""
