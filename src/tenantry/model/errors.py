"""Everything that can go wrong, as one tree.

::

    TenantryError
    ├── ConfigError         the files are wrong, at a place (many at once: ConfigErrors)
    ├── UsageError          the command was called wrongly
    ├── ApiError            the tenant answered with an error, or not at all
    │   ├── RateLimited     429, and patience ended
    │   ├── LostAnswer      a POST was sent, and nobody knows whether it was carried out
    │   ├── Ambiguous       a create got lost, and what appeared since may or may not be ours
    │   └── NotAllowed      401 or 403, with the scopes that are missing
    ├── PlanError
    │   ├── Unsafe          a guard refuses
    │   │   └── Locked      another run is writing to the tenant
    │   └── Stale           the tenant is no longer what the plan was made from
    ├── Interrupted         the run was asked to stop while it waited
    ├── Surroundings        the environment's certificates or proxy cannot be used
    └── IncompleteRead      a list came short, so the world would look smaller than it is
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NotRequired, TypedDict, Unpack

from tenantry.model.place import Place

if TYPE_CHECKING:
    from tenantry.model.state import Caller


class TenantryError(Exception):
    """The base of all errors that are ours; its text is fit for people and holds no secret."""

    code = "error"


@dataclass
class ConfigError(TenantryError):
    """One mistake in the configuration: where it is, what is wrong, and what would be right."""

    message: str
    place: Place | None = None
    address: str | None = None
    code: str = "config_invalid"

    def __str__(self) -> str:
        """Return ``file:line:column: message``."""
        return f"{self.place}: {self.message}" if self.place else self.message


class ConfigErrors(TenantryError):
    """All mistakes of a configuration at once, in the order of their places."""

    code = "config_invalid"

    def __init__(self, errors: Sequence[ConfigError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda error: (error.place or Place("", 0, 0), error.message)))
        super().__init__("\n".join(map(str, self.errors)))


class UsageError(TenantryError):
    """The command was called in a way that cannot work."""

    code = "usage"


class Asked(TypedDict):
    """What was asked of the tenant, and what of the answer tells it apart from others."""

    method: str
    path: str
    status: NotRequired[int]
    error_code: NotRequired[str | None]
    request_id: NotRequired[str | None]


class ApiError(TenantryError):
    """The tenant answered with an error, or gave no answer (status 0)."""

    code = "api_error"

    def __init__(self, message: str, **asked: Unpack[Asked]) -> None:
        super().__init__(message)
        self.message = message
        self.asked = asked
        self.method = asked["method"]
        self.path = asked["path"]
        self.status = asked.get("status", 0)
        self.error_code = asked.get("error_code")
        self.request_id = asked.get("request_id")

    def __str__(self) -> str:
        """Return what was asked, the status, the server's words, and its error code; just the words if nothing was asked."""
        if not self.method:
            return self.message
        code = f" ({self.error_code})" if self.error_code else ""
        answer = f"answered {self.status}" if self.status else "gave no answer"
        return f"{self.method} {self.path} {answer}: {self.message}{code}"


class RateLimited(ApiError):
    """The tenant kept answering 429 for longer than we wait."""

    code = "rate_limited"


class LostAnswer(ApiError):
    """A POST was sent and no usable answer came back: it may or may not have been carried out."""

    code = "lost_answer"


class Ambiguous(ApiError):
    """A create got lost, and the tenant shows new resources of which none is surely ours; nothing more was sent."""

    code = "ambiguous"


class Interrupted(TenantryError):
    """The run was asked to stop while it waited."""

    code = "interrupted"


class NotAllowed(ApiError):
    """The credentials are wrong, or lack scopes, named in ``missing``."""

    code = "not_allowed"

    def __init__(self, message: str, *, missing: Sequence[str] = (), **asked: Unpack[Asked]) -> None:
        super().__init__(message, **asked)
        self.missing = tuple(missing)


class Surroundings(TenantryError):
    """What the environment says about the network cannot be used."""

    code = "environment"

    def __init__(self) -> None:
        super().__init__(
            "the environment names certificates that cannot be read (SSL_CERT_FILE, SSL_CERT_DIR)"
            " or a proxy that cannot be used (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY: http://host:port or https://host:port)"
        )


def lacking(scopes: Sequence[str], why: str, caller: Caller) -> NotAllowed:
    """Return the refusal of what this caller's token does not cover, known without asking the tenant."""
    message = f"the token lacks {', '.join(scopes)}, {why}; grant them to client {caller.client_id} for {caller.api_identifier}"
    return NotAllowed(message, method="", path="", missing=scopes)


class PlanError(TenantryError):
    """A plan cannot be made or cannot be used."""

    code = "plan_error"


class Unsafe(PlanError):
    """A guard refuses; the text names the flag that would allow it."""

    code = "guard"


class Locked(Unsafe):
    """Another run is writing to the tenant; the text says who."""

    code = "locked"


@dataclass(frozen=True)
class Outdated:
    """One reason why a plan is stale: a sentence, and the resource that it is about."""

    sentence: str
    address: str | None = None
    place: Place | None = None


class Stale(PlanError):
    """The tenant no longer holds what the plan was made from; ``reasons`` has a sentence per resource."""

    code = "stale"

    def __init__(self, reasons: Sequence[Outdated]) -> None:
        self.reasons = tuple(reasons)
        said = "\n".join(f"  {reason.sentence}" for reason in reasons)
        super().__init__(f"the tenant changed since the plan was made:\n{said}")


class IncompleteRead(TenantryError):
    """A list could not be read whole; a smaller world would make a wrong plan."""

    code = "incomplete_read"
