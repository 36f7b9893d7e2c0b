"""One suite, three targets: recordings (the default), a served emulator, a real tenant.

- nothing set: the recordings in ``cassettes/`` are replayed, nothing is sent.
- ``TENANTRY_RECORD=1``: the suite runs against a served emulator and records anew.
- ``TENANTRY_LIVE=your-tenant.eu.auth0.com``, with ``AUTH0_CLIENT_ID`` and ``AUTH0_CLIENT_SECRET`` of an application that may
  use the Management API: the suite runs against that tenant and records anew. Use one made for tests: its lists are recorded.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import vcr

from tenantry.emulator import Emulator, ServeOptions, listening
from tenantry.management import ClientSecret, ManagementClient
from tenantry.model.secret import Secret

T = TypeVar("T")
FOLDER = Path(__file__).parent / "cassettes"
HOST = "tenant.example"
LIVE = os.environ.get("TENANTRY_LIVE", "")
RECORD = bool(LIVE or os.environ.get("TENANTRY_RECORD"))
REQUEST_HEADERS = {"accept", "content-type"}
RESPONSE_HEADERS = {"content-type", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"}
REDACTED = "REDACTED"
SECRETS = {"client_secret", "signing_keys", "encryption_key", "client_assertion", "password", "id_token", "refresh_token"}


def run(name: str, work: Callable[[ManagementClient], Awaitable[T]], *, secret: str | None = None) -> T:
    """Return what the work gives at the target; ``secret`` stands in for the right one."""

    async def within() -> T:
        async with _reachable() as (base_url, client_id, right):
            recorder = _recorder(base_url)
            credentials = ClientSecret(client_id, Secret.of("SECRET", secret or right))
            with recorder.use_cassette(str(FOLDER / f"{name}.yaml")):
                # Recordings are in the order of the requests, so they go one by one.
                async with ManagementClient(base_url, credentials, at_once=1, sleep=_pause) as client:
                    return await work(client)

    return asyncio.run(within())


async def _pause(seconds: float) -> None:
    """Wait when somebody real has to be waited for."""
    await asyncio.sleep(seconds if LIVE else 0)


@asynccontextmanager
async def _reachable() -> AsyncIterator[tuple[str, str, str]]:
    """Yield where the tenant is and who may use it."""
    if LIVE:
        yield f"https://{LIVE}", os.environ["AUTH0_CLIENT_ID"], os.environ["AUTH0_CLIENT_SECRET"]
    elif RECORD:
        emulator = Emulator("contract")
        async with listening(emulator, ServeOptions(port=0, tls_port=None)) as served:
            yield served.http_url, emulator.management_client_id, emulator.management_client_secret
    else:
        yield f"https://{HOST}", "recorded", "recorded"


def _recorder(base_url: str) -> vcr.VCR:
    """Return a recorder that keeps nothing private and no address."""

    def request_kept(request: Any) -> Any:
        parts = urlsplit(request.uri)
        request.uri = parts._replace(scheme="https", netloc=HOST).geturl()
        request.headers = {name: value for name, value in request.headers.items() if name.lower() in REQUEST_HEADERS}
        if parts.path == "/oauth/token":
            request.body = REDACTED
        return request

    def response_kept(response: Any) -> Any:
        if response["status"]["code"] == 429:
            return None
        headers = response["headers"]
        response["headers"] = {name: value for name, value in headers.items() if name.lower() in RESPONSE_HEADERS}
        text = response["body"]["string"].decode()
        for private in (base_url, base_url.replace("/", "\\/"), urlsplit(base_url).netloc):
            text = text.replace(private, f"https://{HOST}" if "//" in private else HOST)
        response["body"]["string"] = _scrubbed(text, base_url).encode()
        return response

    recorder = vcr.VCR(
        record_mode="all" if RECORD else "none",
        match_on=["method", "scheme", "host", "path", "query", "same_json"],
        before_record_request=request_kept,
        before_record_response=response_kept if RECORD else None,
    )
    recorder.register_matcher("same_json", _same_json)
    return recorder


def _same_json(left: Any, right: Any) -> None:
    """Refuse two requests whose bodies differ as JSON."""
    bodies = [_json(request.body) for request in (left, right)]
    if bodies[0] != bodies[1]:
        message = f"{bodies[0]} is not {bodies[1]}"
        raise AssertionError(message)


def _json(body: Any) -> Any:
    text = body.decode() if isinstance(body, bytes) else body
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def _scrubbed(text: str, base_url: str) -> str:
    """Return a body without secrets; access tokens keep their claims and lose their signature."""
    try:
        body = json.loads(text)
    except ValueError:
        return text
    return json.dumps(_without_secrets(body, base_url))


def _without_secrets(value: Any, base_url: str) -> Any:
    if isinstance(value, dict):
        return {name: _member(name, item, base_url) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_secrets(item, base_url) for item in value]
    return value


def _member(name: str, value: Any, base_url: str) -> Any:
    if name == "access_token":
        return _unsigned(value, base_url)
    return REDACTED if name in SECRETS and not isinstance(value, dict) else _without_secrets(value, base_url)


def _unsigned(token: str, base_url: str) -> str:
    """Return the token with its claims only, moved to the recorded host."""
    payload = token.split(".")[1]
    claims = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    moved = claims.replace(base_url, f"https://{HOST}").replace(urlsplit(base_url).netloc, HOST)
    return f"e30.{base64.urlsafe_b64encode(moved.encode()).decode().rstrip('=')}.none"
