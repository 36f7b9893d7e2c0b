"""Sends requests to the whole emulator byte by byte as a server would hand them over, and judges every answer."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tenantry.emulator.embedded import Emulator

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Self

Header = tuple[bytes, bytes]
NOT_IMITATED = 501
LONGEST_S = 5.0
PREFIX = b"/api/v2"


class Wire:
    """An emulator of its own; `cases` counts what was sent."""

    def __init__(self, data: Path | None = None) -> None:
        self.emulator = Emulator("wire", data=data)
        self.cases = 0
        self.statuses: Counter[int] = Counter()  # by hundred
        self._loop = asyncio.new_event_loop()
        self.host = self.emulator.base_url.removeprefix("https://").encode()
        form = b"grant_type=client_credentials&client_id=%s&client_secret=%s&audience=%s"
        audience = f"{self.emulator.base_url}/api/v2/".encode()
        names = (self.emulator.management_client_id.encode(), self.emulator.management_client_secret.encode())
        typed = [(b"content-type", b"application/x-www-form-urlencoded")]
        token = self.send("POST", b"/oauth/token", headers=typed, body=form % (*names, audience))[1]["access_token"]
        self.authorization = (b"authorization", b"Bearer " + token.encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.emulator.close()
        self._loop.close()

    def call(self, method: str, path: str, body: Any = None, query: bytes = b"") -> tuple[int, Any]:
        """Call the Management API with a token and a JSON body."""
        raw = b"" if body is None else json.dumps(body).encode()
        headers = [self.authorization, (b"content-type", b"application/json")]
        return self.send(method, PREFIX + path.encode(), query=query, headers=headers, body=raw)

    def send(
        self, method: str, raw_path: bytes, *, query: bytes = b"", headers: Sequence[Header] = (), body: bytes = b""
    ) -> tuple[int, Any]:
        """Send a request, check that its answer is one, and return status and body."""
        self.cases += 1
        sent = (method, raw_path, query, headers, body[:2000])
        messages = self._loop.run_until_complete(
            asyncio.wait_for(self._exchange(method, raw_path, query, headers, body), LONGEST_S)
        )
        status = messages[0]["status"]
        self.statuses[status // 100] += 1
        answer = b"".join(message.get("body", b"") for message in messages[1:])
        assert status < 500 or status == NOT_IMITATED, (status, sent)
        assert all(b"\r" not in value and b"\n" not in value for _, value in messages[0]["headers"]), sent
        if not raw_path.startswith(PREFIX + b"/"):
            return status, json.loads(answer) if answer.startswith(b"{") else answer
        value: Any = json.loads(answer) if answer else None
        if status >= 400 and answer:
            assert (value["statusCode"], set(value) >= {"error", "message"}) == (status, True), sent
        return status, value

    async def _exchange(
        self, method: str, raw_path: bytes, query: bytes, headers: Sequence[Header], body: bytes
    ) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        unread = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return unread.pop() if unread else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            messages.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": unquote(raw_path.decode("latin-1")),
            "raw_path": raw_path,
            "query_string": query,
            "root_path": "",
            "headers": [(b"host", self.host), *headers],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 443),
        }
        await self.emulator.app(scope, receive, send)
        return messages
