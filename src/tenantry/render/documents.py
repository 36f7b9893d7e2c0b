"""The JSON documents: one envelope around what each command found. Their schemas stand in ``schemas/``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from tenantry.model.address import IdOf
from tenantry.model.call import Call
from tenantry.model.note import Note
from tenantry.model.secret import masked
from tenantry.plan.types import Attention, Change, FieldChange, Guard, Plan, Step
from tenantry.render.changes import dangerous_first
from tenantry.render.errors import Problem

FORMAT_VERSION = 1

Document = dict[str, Any]

OK = frozenset({0, 2})
"""The exit codes that mean that nothing went wrong."""


def envelope(
    *,
    tool_version: str,
    tenant: str,
    exit_code: int,
    errors: Sequence[Problem] = (),
    warnings: Sequence[Note] = (),
    guards: Sequence[Guard] = (),
    body: Mapping[str, Any] | None = None,
) -> Document:
    """Return the document of one tenant."""
    return {
        "format_version": FORMAT_VERSION,
        "tool_version": tool_version,
        "tenant": tenant,
        "ok": exit_code in OK,
        "exit_code": exit_code,
        "errors": [error.document() for error in errors],
        "warnings": [_note(note) for note in warnings],
        "guards": [_guard(guard) for guard in guards],
        **(body or {}),
    }


def to_json(documents: Sequence[Document]) -> str:
    """Return one document as it is, several as ``{"tenants": […]}``."""
    whole = documents[0] if len(documents) == 1 else {"tenants": list(documents)}
    # Plain letters reach every stream whole, and none of them moves a cursor; `##` may begin a command to a pipeline.
    return json.dumps(whole, indent=2).replace("##", "#\\u0023")


def plan_body(plan: Plan) -> Document:
    """Return what a plan adds to the envelope.

    Shape: ``{id, summary, changes, attention, requests: {made, to_apply}, secrets}``.
    """
    return {
        "id": plan.id,
        "summary": asdict(plan.summary),
        "changes": [change_document(change, plan.steps_of(change.address)) for change in dangerous_first(plan)],
        "attention": [_attention(item) for item in plan.attention],
        "requests": {"made": plan.reads, "to_apply": len(plan.steps)},
        "secrets": list(plan.secrets),
    }


def change_document(change: Change, steps: Sequence[Step]) -> Document:
    """Return a change with its fields and its calls."""
    return {
        "address": str(change.address),
        "action": change.action.value,
        "name": change.name,
        "matched_by": change.matched_by,
        "reason": change.reason,
        "fields": [_field(field) for field in change.fields],
        "calls": [_call(step.call) for step in steps],
        "cascades": [lost.name for lost in change.cascades],
        **_place(change.place),
    }


def _field(field: FieldChange) -> Document:
    """Return one value that changes; secrets are masked already, and masked again."""
    return {
        "path": field.path,
        "live": masked(field.live),
        "desired": masked(field.desired),
        "effect": field.effect.value,
        "called": field.called or None,
    }


def _call(call: Call) -> Document:
    """Return a request without its values: its fields are enough, the values stand beside the paths."""
    return {
        "method": call.method,
        "path": _path(call),
        "fields": sorted(call.body) if isinstance(call.body, dict) else [],
    }


def _path(call: Call) -> str:
    """Return the path with addresses in place of ids that are not known yet."""
    return "/" + "/".join(f"{{{part.address}}}" if isinstance(part, IdOf) else part for part in call.path)


def _attention(item: Attention) -> Document:
    """Return a change that must not be overlooked."""
    return {"address": str(item.address), "rule": item.rule, "sentence": item.sentence}


def _guard(guard: Guard) -> Document:
    """Return a refusal."""
    address = str(guard.address) if guard.address else None
    return {"rule": guard.rule, "sentence": guard.sentence, "flag": guard.flag or None, "address": address}


def _note(note: Note) -> Document:
    """Return a warning."""
    address = str(note.address) if note.address else None
    return {"code": note.code, "message": note.sentence, "address": address, **_place(note.place)}


def _place(place: Any) -> Document:
    """Return a place as three members, null when there is none."""
    return {
        "file": getattr(place, "file", None),
        "line": getattr(place, "line", None),
        "column": getattr(place, "column", None),
    }
