"""The plan as a file: self-contained but for secrets, which it names, and credentials, which it does not know."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tenantry.files import read_record, unread, write_private
from tenantry.model.address import Address, IdOf
from tenantry.model.call import Call, Wait
from tenantry.model.errors import PlanError
from tenantry.model.kind import Kind
from tenantry.model.note import Note
from tenantry.model.place import Place
from tenantry.model.secret import LiveSecret, PlainSecret, Secret, TextSecret, secrets_in
from tenantry.model.state import DesiredState, LiveState, Purpose
from tenantry.model.values import RawId, mapped
from tenantry.plan.names import Names
from tenantry.plan.types import Action, Attention, Change, Effect, FieldChange, Guard, Lost, Op, Plan, Step, Summary
from tenantry.plan.view import view

FORMAT = 5
"""Raised whenever a member of the plan comes or goes, so that no plan is read as something else than it was."""


def save(plan: Plan, path: Path, tool_version: str) -> None:
    """Write the plan to a file that only its owner can read."""
    document = {"format_version": FORMAT, "tool_version": tool_version, "plan": _encode(plan)}
    write_private(path, json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def load(path: Path, secret: Callable[[str], Secret]) -> Plan:
    """Return the plan that a file holds; ``secret`` finds the secrets that its calls name.

    Raises: PlanError when it is not a plan, or was written in another format.
    """
    try:
        document = json.loads(read_record(path))
        found = document["format_version"] if isinstance(document, dict) else None
        if found != FORMAT:
            wrong = f"a plan of format {found}, and this version reads format {FORMAT}" if found else "no plan"
            message = f"{path} is {wrong}; make it again with `tenantry plan --out`"
            raise PlanError(message)
        return _plan(_decode(document["plan"], secret))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        message = f"{path} is not a readable plan file ({unread(error)}); make it again with `tenantry plan --out`"
        raise PlanError(message) from error


def bound(plan: Plan, live: LiveState, kinds: Mapping[str, Kind], desired: DesiredState | None = None) -> Plan:
    """Return the plan with the secrets that a plan file leaves out: the tenant's from the tenant, plain ones from the files."""
    found: dict[tuple[str, str], Secret] = {}
    for section, resources in live.resources.items():
        for each in resources if section in kinds else ():
            tree = view(kinds[section], each, Names())
            found |= {(secret.owner, secret.name): secret for secret in secrets_in(tree) if isinstance(secret, LiveSecret)}
    for address, resource in (desired.resources if desired else {}).items():
        found |= {(str(address), secret.name): secret for secret in secrets_in(dict(resource.fields))}
    steps = tuple(dataclasses.replace(step, call=_rebound(step, found)) for step in plan.steps)
    return dataclasses.replace(plan, steps=steps)


def _rebound(step: Step, found: Mapping[tuple[str, str], Secret]) -> Call:
    """Return the call of a step with its secrets filled in."""

    def fill(value: Any) -> Any:
        if isinstance(value, PlainSecret):
            return found.get((str(step.address), value.name), value)
        return found.get((value.owner, value.name), value) if isinstance(value, LiveSecret) else value

    return dataclasses.replace(step.call, body=mapped(step.call.body, fill))


def _encode(value: Any) -> Any:
    """Return a value of the plan as JSON; the words of the model are written as one-key objects."""
    match value:
        case Secret():
            return _encode_secret(value)
        case IdOf():
            return {"$id": str(value.address)}
        case Address():
            return str(value)
        case RawId():
            return {"$raw": str(value)}
        case FieldChange() | Lost() | Place():
            return _encode(value._asdict())
        case Mapping():
            return {"$map": [[_encode(key), _encode(item)] for key, item in value.items()]}
        case list() | tuple():
            return [_encode(item) for item in value]
        case frozenset():
            return sorted(value)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {"$map": [[f.name, _encode(getattr(value, f.name))] for f in dataclasses.fields(value)]}
        case _:
            return value


def _encode_secret(secret: Secret) -> Any:
    """Return where a secret can be found again: in the tenant, in the files, or under its name."""
    if isinstance(secret, LiveSecret):
        return {"$live": [secret.owner, secret.name]}
    if isinstance(secret, TextSecret):
        return {"$text": [_encode(part) for part in secret.parts]}
    return {"$plain": secret.name} if isinstance(secret, PlainSecret) else {"$secret": secret.name}


def _decode(value: Any, secret: Callable[[str], Secret]) -> Any:
    """Return what ``_encode`` wrote, dataclasses as dictionaries."""
    if isinstance(value, list):
        return [_decode(item, secret) for item in value]
    if not isinstance(value, dict):
        return value
    ((mark, inner),) = value.items()
    match mark:
        case "$live":
            return LiveSecret(inner[1], lambda: None, owner=inner[0])
        case "$plain":
            return PlainSecret(inner, lambda: None)
        case "$secret":
            return secret(inner)
        case "$text":
            return TextSecret.made_of(tuple(_decode(part, secret) for part in inner))
        case "$id":
            return IdOf(Address.parse(inner))
        case "$raw":
            return RawId(inner)
        case _:
            return {_decode(key, secret): _decode(item, secret) for key, item in inner}


def _plan(data: dict[str, Any]) -> Plan:
    """Return the plan built from decoded data."""
    return Plan(
        **{
            **data,
            "changes": tuple(_change(each) for each in data["changes"]),
            "steps": tuple(_step(each) for each in data["steps"]),
            "guards": tuple(Guard(**_addressed(each)) for each in data["guards"]),
            "lifted": tuple(Guard(**_addressed(each)) for each in data["lifted"]),
            "attention": tuple(Attention(**_addressed(each)) for each in data["attention"]),
            "notes": tuple(Note(**{**_addressed(each), "place": _place(each["place"])}) for each in data["notes"]),
            "summary": Summary(**data["summary"]),
            "ids": {Address.parse(address): id_ for address, id_ in data["ids"].items()},
            "secrets": tuple(data["secrets"]),
            "file": str(data["file"]),
            "scopes": frozenset(data["scopes"]),
            "purpose": Purpose(data["purpose"]),
        }
    )


def _change(data: dict[str, Any]) -> Change:
    fields = tuple(FieldChange(**{**each, "effect": Effect(each["effect"])}) for each in data["fields"])
    return Change(
        **{
            **_addressed(data),
            "action": Action(data["action"]),
            "fields": fields,
            "cascades": tuple(Lost(**each) for each in data["cascades"]),
            "tolerates": {name: tuple(handles) for name, handles in data["tolerates"].items()},
            "place": _place(data["place"]),
        }
    )


def _step(data: dict[str, Any]) -> Step:
    call = data["call"]
    return Step(
        **{
            **_addressed(data),
            "op": Op(data["op"]),
            "call": Call(call["method"], tuple(call["path"]), call["body"], tuple(map(tuple, call["query"]))),
            "after": tuple(data["after"]),
            "before": _wait(data["before"]),
            "until": _wait(data["until"]),
        }
    )


def _wait(data: dict[str, Any] | None) -> Wait | None:
    return Wait(**{**data, "path": tuple(data["path"]), "failed": tuple(data["failed"])}) if data else None


def _addressed(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "address": Address.parse(data["address"]) if data["address"] is not None else None}


def _place(data: dict[str, Any] | None) -> Place | None:
    return Place(**data) if data else None
