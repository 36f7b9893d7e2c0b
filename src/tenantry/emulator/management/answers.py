"""Answers of the Management API: a status with a body, and the refusals with Auth0's error body.

Source: Auth0 docs (error bodies), recorded traffic of terraform-provider-auth0 and auth0-deploy-cli.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a JSON body; `None` is an empty body."""

    status: int
    body: Any = None


class Refusal(Exception):
    """A request that is refused, with the parts of the error body."""

    def __init__(self, status: int, message: str, code: str | None = None, **extra: Any) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.extra = extra

    def answer(self) -> Answer:
        """Return the answer in Auth0's form; `errorCode` is left out where the real API leaves it out."""
        body = {"statusCode": self.status, "error": HTTPStatus(self.status).phrase, "message": self.message}
        if self.code:
            body["errorCode"] = self.code
        return Answer(self.status, {**body, **self.extra})


def invalid(message: str, code: str | None = "invalid_body") -> Refusal:
    """Return the refusal of a body that is well formed and still wrong."""
    return Refusal(HTTPStatus.BAD_REQUEST, message, code)


def missing(message: str = "Not Found", code: str | None = None) -> Refusal:
    """Return the refusal of a call on something that is not there."""
    return Refusal(HTTPStatus.NOT_FOUND, message, code)


def out_of_scope(wanted: Iterable[str]) -> Refusal:
    """Return the refusal of a token that has none of the scopes."""
    message = f"Insufficient scope, expected any of: {','.join(wanted)}"
    return Refusal(HTTPStatus.FORBIDDEN, message, "insufficient_scope")


def conflict(message: str, code: str | None = None) -> Refusal:
    """Return the refusal of something that is there already."""
    return Refusal(HTTPStatus.CONFLICT, message, code)
