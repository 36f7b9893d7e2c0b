"""What a flow asked and was answered, in order, as it may be shown: an allowlist of values, digests of all others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from tenantry.smoke.redact import digest

Mark = Literal["declared", "expected", "extra"]

SHOWN = {
    *("grant_type", "response_type", "response_mode", "client_id", "redirect_uri", "scope", "audience", "prompt", "max_age"),
    *("code_challenge_method", "organization", "realm", "connection", "token_type", "expires_in", "error", "returnTo"),
    *("client_assertion_type", "subject_token_type", "issued_token_type", "post_logout_redirect_uri", "action", "interval"),
    *("verification_uri", "device"),
}
"""Names whose values say nothing secret."""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer; every value that is not on the allowlist is a digest."""

    asked_by: str
    """The id of the assertion that needed it."""
    method: str
    url: str
    sent: tuple[tuple[str, str], ...]
    authorization: str
    status: int
    location: str
    answered: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Claim:
    """One claim: its value as it may be shown, and what it follows from.

    ``declared``: its value was compared with what the configuration says. ``expected``: a standard or the asked scope gives
    it. ``extra``: nobody said.
    """

    name: str
    value: Any
    mark: Mark


@dataclass(frozen=True)
class Decoded:
    """One token: named by its digest, taken apart if that is possible."""

    label: str
    digest: str
    form: str
    """``signed JWT``, ``encrypted JWT`` or ``opaque``."""
    signature: str = ""
    """``verifies``, or why not; empty for what has none."""
    header: dict[str, Any] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    raw: str = field(default="", repr=False)

    def value(self, name: str) -> Any:
        """Return a claim's value, None when it is not there."""
        return next((claim.value for claim in self.claims if claim.name == name), None)


@dataclass(frozen=True)
class Story:
    """One flow: what went back and forth, and the tokens that came of it."""

    flow: str
    kind: str
    application: str
    api: str
    exchanges: tuple[Exchange, ...]
    tokens: tuple[Decoded, ...]


class Telling:
    """Collects the exchanges of one flow while it runs."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.asked_by = ""


TELLING: ContextVar[Telling | None] = ContextVar("telling", default=None)
"""The flow that the present task is running."""


def pairs(values: Iterable[tuple[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Return names and values that may be shown."""
    return tuple((name, str(value) if name in SHOWN else digest(str(value))) for name, value in values)


def shown_url(url: str) -> str:
    """Return an address whose query and fragment may be shown."""
    parts = urlsplit(url)
    query = "&".join(f"{name}={value}" for name, value in pairs(parse_qsl(parts.query, keep_blank_values=True)))
    fragment = "&".join(f"{name}={value}" for name, value in pairs(parse_qsl(parts.fragment, keep_blank_values=True)))
    text = f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.scheme else parts.path
    return text + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def shown_authorization(headers: Mapping[str, str]) -> str:
    """Return the scheme of an authorization header, with the digest of what it carries."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    return f"{scheme} {digest(value)}" if value else ""
