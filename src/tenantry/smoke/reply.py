"""One answer of the server as a value, as it came and as the contract asks about it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx

TOKEN_MEMBERS = ("access_token", "id_token", "refresh_token", "code", "mfa_token")


class Span(NamedTuple):
    """The time between a question and its answer."""

    begin: float
    end: float

    def off_s(self, moment: float) -> float:
        """Return how far a time is outside of it."""
        return max(self.begin - moment, moment - self.end, 0.0)


@dataclass(frozen=True)
class Reply:
    """What the server answered, byte for byte."""

    method: str
    url: str
    status: int
    headers: httpx.Headers
    text: str
    sent_at: float = 0.0
    received_at: float = 0.0
    ahead_s: float = 0.0
    """How far the clock of who answered is ahead of ours, which told the two times above."""
    content: bytes = field(default=b"", repr=False)

    def at(self, moment: float) -> Span:
        """Return when it was asked and answered, by the clock that a time of the answer fits better.

        Ours may be wrong, and so may that of a proxy which answers in the tenant's name.
        """
        spans = [Span(self.sent_at + shift, self.received_at + shift) for shift in (0.0, self.ahead_s)]
        return min(spans, key=lambda span: span.off_s(moment))

    @property
    def path(self) -> str:
        """Return the path that was asked, without its query."""
        return urlsplit(self.url).path

    @property
    def location(self) -> str | None:
        """Return where the answer sends the browser, as an absolute URL."""
        location = self.headers.get("location")
        return str(httpx.URL(self.url).join(location)) if location else None

    @property
    def is_ok(self) -> bool:
        """Return whether the answer is a success."""
        return httpx.codes.is_success(self.status)

    @property
    def is_refusal(self) -> bool:
        """Return whether the answer says that the request is at fault."""
        return httpx.codes.is_client_error(self.status)

    @property
    def is_error(self) -> bool:
        """Return whether the answer says that something is at fault, the request or the server."""
        return httpx.codes.is_error(self.status)

    @property
    def is_redirect(self) -> bool:
        """Return whether the answer sends the browser elsewhere."""
        return httpx.codes.is_redirect(self.status) and self.location is not None

    @property
    def content_type(self) -> str:
        """Return the media type without parameters."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def json(self) -> Any:
        """Return the parsed body, or None when it is not JSON."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None

    @property
    def body(self) -> dict[str, Any]:
        """Return the JSON object that was answered, or an empty one."""
        return self.json if isinstance(self.json, dict) else {}

    @property
    def error(self) -> str:
        """Return the OAuth error code, empty when there is none."""
        error = self.body.get("error", "")
        return error if isinstance(error, str) else ""

    @property
    def token_members(self) -> list[str]:
        """Return the names of the members that hold a token."""
        return [name for name in TOKEN_MEMBERS if self.body.get(name)]

    @property
    def gist(self) -> str:
        """Return the answer in a few words: the status, the error code, and the names of tokens that came along."""
        came = f"with {', '.join(self.token_members)}" if self.token_members else ""
        return " ".join(filter(None, (str(self.status), self.error, came)))

    @property
    def told(self) -> str:
        """Return the answer in a few words, and what the tenant says about its error."""
        words = str(self.body.get("error_description") or "")
        return f"{self.gist}: {words}" if words else self.gist
