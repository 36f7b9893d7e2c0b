"""What may become of a request: the faults that lose, delay or spoil its answer, and the end of the process that sent it."""

from __future__ import annotations

import os
from typing import Any

import httpx

from tests.apply.emulated import Acme

WHOLE = bool(os.environ.get("TENANTRY_WHOLE_MATRIX"))
"""Whether every request and every fault is tried, in place of a choice of them."""

FAULTS: dict[str, dict[str, Any]] = {
    "fails before": {"action": {"status": 500}},
    "fails after": {"action": {"status": 503}, "after_commit": True},
    "cut before": {"action": {"drop": True}},
    "cut after": {"action": {"drop": True}, "after_commit": True},
    "comes late": {"action": {"drop": True}, "after_commit": True, "commit_delay_ms": 3},
    "breaks off": {"action": {"truncate": 5}},
    "is no JSON": {"action": {"content_type": "text/html"}},
    "is refused": {"action": {"status": 429, "headers": {"retry-after": "1"}}},
    "is refused without a word": {"action": {"status": 429}},
}


class Killed(BaseException):
    """The process is gone; nobody may catch this."""


class Killer(httpx.ASGITransport):
    """A way to the tenant that ends at the given request; nothing goes on it afterwards."""

    def __init__(self, acme: Acme, number: int, *, is_carried_out: bool, reads: bool) -> None:
        super().__init__(app=acme.emulator.app)
        self.left = number
        self.is_carried_out = is_carried_out
        self.reads = reads
        self.is_dead = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_dead:
            raise Killed
        counts = request.url.path.startswith("/api/v2") and (self.reads or request.method != "GET")
        if counts and self.left == 0:
            self.is_dead = True
            if self.is_carried_out:
                await super().handle_async_request(request)
            raise Killed
        self.left -= counts
        return await super().handle_async_request(request)
