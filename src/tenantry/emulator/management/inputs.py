"""What a request sends, decoded and checked against the facts of its operation.

Source: Auth0's published OpenAPI description; recorded traffic (wording); size limit assumed.
"""

from __future__ import annotations

import json
import math
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Never
from urllib.parse import parse_qsl

from tenantry.emulator.facts.validator import Mistake
from tenantry.emulator.management.answers import Refusal, invalid
from tenantry.emulator.utf8 import is_writable

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenantry.emulator.facts.catalogue import Operation
    from tenantry.emulator.facts.validator import Schema, Validator
    from tenantry.emulator.tenant import Tenant

LARGEST_BODY = 1024 * 1024
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_FORMS = (_FORM, _MULTIPART)


def checked_params(
    check: Validator, operation: Operation, params: dict[str, str], tenant: Tenant, request: Request
) -> dict[str, str]:
    """Return the path parameters.

    Raises: Refusal.
    """
    for name, value in params.items():
        if "\x00" in value:
            raise invalid("Path validation error: 'The path holds a control character'.", "invalid_uri")
        try:
            check.check(value, operation.path.get(name, {}), name)
        except Mistake as mistake:
            raise invalid(mistake.text("Path"), "invalid_uri") from mistake
    return {name: tenant.stored_audience(request, value) for name, value in params.items()}


def checked_query(check: Validator, operation: Operation, tenant: Tenant, request: Request) -> dict[str, Any]:
    """Return the query parameters in the types that the operation gives them.

    Raises: Refusal.
    """
    sent: dict[str, Any] = {}
    for name, text in parse_qsl(request.url.query, keep_blank_values=True, errors="replace"):
        schema = check.resolved(operation.query.get(name, {}))
        value = _typed(tenant.stored_audience(request, text), schema)
        if "array" in _types(schema):
            sent.setdefault(name, []).append(value)
        else:
            sent[name] = [sent[name], value] if name in sent else value
    schema = {"t": "object", "a": 0, "p": operation.query, "r": operation.required}
    try:
        check.check(sent, schema)
    except Mistake as mistake:
        raise invalid(mistake.text("Query"), "invalid_query_string") from mistake
    return sent


async def checked_body(check: Validator, operation: Operation, tenant: Tenant, request: Request) -> Any:
    """Return the body.

    Raises: Refusal.
    """
    raw = await _raw_body(request)
    if operation.body is None:
        return None
    value = _decoded(request, raw) if raw.strip() else {}
    if _media(request) in _FORMS:
        value = _typed_members(check, operation.body, value)
    try:
        check.check(value, operation.body)
        return tenant.stored_value(request, value)
    except Mistake as mistake:
        raise invalid(mistake.text("Payload")) from mistake
    except RecursionError as too_deep:
        raise _malformed() from too_deep


async def _raw_body(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            message = f"Payload content length greater than maximum allowed: {LARGEST_BODY}"
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
        parts.append(part)
    return b"".join(parts)


def _decoded(request: Request, raw: bytes) -> Any:
    media = _media(request)
    try:
        if media == "application/json" or media.endswith("+json"):
            return parsed(raw.decode())
        if media == _FORM:
            return dict(parse_qsl(raw.decode(), keep_blank_values=True))
        if media == _MULTIPART:
            return _parts(request, raw)
        if media in ("text/html", "text/plain"):
            return raw.decode()
    except (ValueError, RecursionError) as broken:
        raise _malformed() from broken
    raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type")


def parsed(text: str) -> Any:
    """Return the JSON value that can be shown again as it is.

    Raises: ValueError for all else; RecursionError when it is nested too deep.
    """
    value = json.loads(text, parse_constant=_no_constant, parse_float=_number)
    if "\\u" in text and not is_writable(value):
        raise ValueError("half of a surrogate pair")
    return value


def _media(request: Request) -> str:
    return request.headers.get("content-type", "application/json").split(";")[0].strip().lower()


def _parts(request: Request, raw: bytes) -> dict[str, str]:
    """Return the parts of a multipart body by name; a file is its text. Source: RFC 7578 section 4."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=HTTP).parsebytes(head + raw)
    if message.defects or not message.is_multipart():
        raise ValueError("not a whole multipart body")
    parts = [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
    named = {str(part.get_param("name", "", "content-disposition")): part.get_payload(decode=True) for part in parts}
    return {name: value.decode() for name, value in named.items() if isinstance(value, bytes)}


def _typed_members(check: Validator, schema: Schema, sent: dict[str, Any]) -> dict[str, Any]:
    members = check.resolved(schema).get("p", {})
    return {name: _typed(value, check.resolved(members.get(name, {}))) for name, value in sent.items()}


def _malformed() -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, "Invalid request payload JSON format")


def _no_constant(name: str) -> Never:
    raise ValueError(name)


def _number(text: str) -> float:
    """Return a number as JavaScript tells them apart: what has no fraction is an integer, however it is written."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return int(value) if value.is_integer() else value


def _types(schema: Schema) -> list[str]:
    wanted = schema.get("t", [])
    return wanted if isinstance(wanted, list) else [wanted]


def _typed(text: str, schema: Schema) -> Any:
    types = _types(schema)
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if ("integer" in types or "number" in types) and text.lstrip("-").isdecimal() and len(text) <= 15:  # noqa: PLR2004 - what a double holds
        return int(text)
    return text
