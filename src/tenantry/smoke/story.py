"""What a flow asked and was answered, in order, as it may be shown: values of an allowlist, digests of tokens, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args
from urllib.parse import parse_qsl, urlsplit

from tenantry.smoke.redact import HIDDEN, digest

Mark = Literal["declared", "expected", "extra"]
"""What a value follows from, the surest first.

``declared``: the configuration says this very value. ``expected``: a standard, the asked scope or an action gives it.
``extra``: nobody said it.
"""
MARKS: tuple[Mark, ...] = get_args(Mark)

SHOWN = {
    *("grant_type", "response_type", "response_mode", "client_id", "redirect_uri", "scope", "prompt", "max_age"),
    *("audience", "resource"),
    *("code_challenge_method", "organization", "realm", "connection", "token_type", "expires_in", "error", "returnTo"),
    *("client_assertion_type", "subject_token_type", "issued_token_type", "post_logout_redirect_uri", "action", "interval"),
    *("verification_uri", "device"),
}
"""Names whose values say nothing secret."""
DIGESTED = {
    *("state", "nonce", "code", "code_verifier", "code_challenge", "access_token", "id_token", "refresh_token", "token", "sid"),
    *(
        "client_assertion",
        "client_secret",
        "subject_token",
        "id_token_hint",
        "request_uri",
        "device_code",
        "mfa_token",
        "request",
    ),
}
"""Names of long random values, of which a digest tells nothing but equal from other; short ones could be guessed by it."""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer; every value that is not on an allowlist is hidden."""

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
    """One claim: its value as it may be shown, and what it follows from."""

    name: str
    value: Any
    parts: tuple[tuple[Any, Mark], ...]
    """The value, or each scope, permission or audience that it lists, with what that follows from."""

    @property
    def mark(self) -> Mark:
        """Return what its least sure part follows from."""
        return max((mark for _, mark in self.parts), key=MARKS.index)

    @property
    def groups(self) -> list[tuple[Any, Mark]]:
        """Return what of the value follows from the same, the least sure first."""
        if len(self.parts) == 1:
            return list(self.parts)
        by_mark = {mark: [str(part) for part, has in self.parts if has == mark] for mark in reversed(MARKS)}
        return [(" ".join(parts), mark) for mark, parts in by_mark.items() if parts]


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


def cleaned(story: Story, clean: Callable[[str], str]) -> Story:
    """Return the story with every secret that the run knows by now taken out, wherever it stands."""

    def texts(value: Any) -> Any:
        if isinstance(value, str):
            return clean(value)
        if isinstance(value, list | tuple):
            return type(value)(map(texts, value))
        return {key: texts(item) for key, item in value.items()} if isinstance(value, dict) else value

    exchanges = [replace(one, **{name: texts(value) for name, value in vars(one).items()}) for one in story.exchanges]
    tokens = [
        replace(
            token,
            raw="",
            header=texts(token.header),
            claims=tuple(
                replace(claim, value=texts(claim.value), parts=tuple((texts(part), mark) for part, mark in claim.parts))
                for claim in token.claims
            ),
        )
        for token in story.tokens
    ]
    return replace(story, exchanges=tuple(exchanges), tokens=tuple(tokens))


class Telling:
    """Collects the exchanges of one flow while it runs."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.asked_by = ""


TELLING: ContextVar[Telling | None] = ContextVar("telling", default=None)
"""The flow that the present task is running."""


def pairs(values: Iterable[tuple[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Return names and values that may be shown."""
    return tuple((name, _told(name, str(value))) for name, value in values)


def _told(name: str, value: str) -> str:
    """Return a value as it may be shown: itself, its digest, or nothing of it."""
    if name in SHOWN:
        return value
    return digest(value) if name in DIGESTED else HIDDEN


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
