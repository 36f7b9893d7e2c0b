"""Everything that went wrong as one list of values: what, where, and what the tenant said."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from tenantry.model.errors import ApiError, ConfigError, ConfigErrors, NotAllowed, Outdated, Stale, TenantryError
from tenantry.model.place import Place
from tenantry.render.clean import clean
from tenantry.render.lines import Lines


@dataclass(frozen=True)
class Problem:
    """One thing that went wrong; members that say nothing are None."""

    code: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    address: str | None = None
    status: int | None = None
    error_code: str | None = None
    request_id: str | None = None

    @property
    def place(self) -> Place | None:
        """Return where in the files it is."""
        return Place(self.file, self.line or 1, self.column or 1) if self.file else None

    def document(self) -> dict[str, Any]:
        """Return the problem as JSON."""
        return asdict(self)


def problems(error: BaseException, *, address: str | None = None, place: Place | None = None) -> list[Problem]:
    """Return the problems inside an exception; strangers' texts are not shown, for they may hold secrets."""
    return list(_problems(error, address, place))


def _problems(error: BaseException, address: str | None, place: Place | None) -> Iterator[Problem]:
    """Yield one problem for each mistake inside an exception."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _problems(inner, address, place)
    elif isinstance(error, ConfigErrors):
        for mistake in error.errors:
            yield from _problems(mistake, address, place)
    elif isinstance(error, ConfigError):
        yield problem_at(error.code, error.message, error.place or place, error.address or address)
    elif isinstance(error, Stale):
        for reason in error.reasons or (Outdated(str(error)),):
            yield problem_at(error.code, reason.sentence, reason.place or place, reason.address or address)
    elif isinstance(error, ApiError):
        yield _api_problem(error, address, place)
    elif isinstance(error, TenantryError):
        yield problem_at(error.code, str(error), place, address)
    else:
        yield _strange(error, address, place)


def _strange(error: BaseException, address: str | None, place: Place | None) -> Problem:
    """Return a problem that is not of our making: a file that cannot be used, or a defect."""
    if isinstance(error, OSError) and error.filename:
        return problem_at("file_error", f"{error.filename}: {error.strerror}", place, address)
    if isinstance(error, FileNotFoundError) and error.errno:  # only asking for the working folder names no file
        return problem_at("file_error", "the folder that this runs in is gone; change into one that exists", place, address)
    if isinstance(error, OSError) and error.errno and error.errno in errno.errorcode and type(error).__module__ == "builtins":
        return problem_at("file_error", f"{os.strerror(error.errno)}; set TENANTRY_TRACEBACK=1 to see where", place, address)
    return problem_at("unexpected", f"unexpected {type(error).__name__}; set TENANTRY_TRACEBACK=1 to see where", place, address)


def problem_at(code: str, message: str, place: Place | None, address: str | None) -> Problem:
    """Return a problem at a place."""
    if place is None:
        return Problem(code, message, address=address)
    return Problem(code, message, place.file, place.line, place.column, address)


def _api_problem(error: ApiError, address: str | None, place: Place | None) -> Problem:
    """Return a problem with what the tenant said."""
    message = str(error)
    unnamed = [scope for scope in error.missing if scope not in message] if isinstance(error, NotAllowed) else []
    if unnamed:
        message += f"; missing: {', '.join(unnamed)}"
    where = problem_at(error.code, message, place, address)
    return replace(where, status=error.status or None, error_code=error.error_code, request_id=error.request_id)


def add_problems(lines: Lines, found: Iterable[Problem]) -> None:
    """Add a line per problem: ``file:line:column: address: what is wrong``."""
    for problem in found:
        address = f"{problem.address}: " if problem.address and problem.address not in problem.message else ""
        place = f"{clean(str(problem.place))}: " if problem.place else ""
        request = f" [request {clean(problem.request_id)}]" if problem.request_id else ""
        head, *rest = problem.message.splitlines() or [""]
        lines.add(("error: ", "bad"), f"{place}{address}{clean(head)}{request}")
        for line in rest:
            lines.add(f"  | {clean(line)}")  # without the bar a pipeline would obey a line that begins with `::`
