"""Steps as lines, and live resources that plans of several kinds are made of."""

from __future__ import annotations

from typing import Any

from tenantry.model.address import IdOf
from tenantry.model.state import Lifecycle, LiveResource
from tenantry.plan import Plan
from tenantry.plan.types import Step

ABSENT = Lifecycle(absent=True)
A_ID = "a" * 24


def plain(value: Any) -> Any:
    """Return a value with `<address>` for the id of what has that address."""
    match value:
        case IdOf():
            return f"<{value.address}>"
        case dict():
            return {plain(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return value


def line(step: Step) -> str:
    """Return all of a step in one line."""
    path = "/".join(plain(step.call.path))
    body = "" if step.call.body is None else f" {plain(step.call.body)}"
    waits = "".join(
        f" {when} {'/'.join(plain(wait.path))} {wait.field}={wait.value} not {list(wait.failed)}"
        for when, wait in (("before", step.before), ("until", step.until))
        if wait
    )
    after = f" after {list(step.after)}" if step.after else ""
    return f"{step.number} {step.op} {step.address}: {step.call.method} {path}{body}{after}{waits}"


def lines(made: Plan) -> list[str]:
    return [line(step) for step in made.steps]


def action(**data: object) -> LiveResource:
    base = {"id": "X", "name": "A", "supported_triggers": [{"id": "post-login", "version": "v3"}], "code": "1"}
    return LiveResource("actions", "X", {**base, "all_changes_deployed": True, **data})


def role(id_: str, name: str, *scopes: str) -> LiveResource:
    held = tuple({"resource_server_identifier": "https://a", "permission_name": scope} for scope in scopes)
    return LiveResource("roles", id_, {"id": id_, "name": name}, {"permissions": held})
