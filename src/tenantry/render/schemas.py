"""The JSON Schemas of the documents that ``--format json`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenantry.render.documents import FORMAT_VERSION

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
MAYBE_NUMBER: Schema = {"type": ["integer", "null"]}
PLACE: dict[str, Schema] = {"file": MAYBE_TEXT, "line": MAYBE_NUMBER, "column": MAYBE_NUMBER}


def obj(members: Mapping[str, Schema], description: str = "") -> Schema:
    """Return the schema of an object that has exactly these members."""
    schema: Schema = {"type": "object", "properties": dict(members), "required": list(members), "additionalProperties": False}
    return {"description": description, **schema} if description else schema


def listed(item: Schema, description: str = "") -> Schema:
    """Return the schema of a list."""
    return {"description": description, "type": "array", "items": item} if description else {"type": "array", "items": item}


PROBLEM = obj(
    {
        "code": TEXT,
        "message": TEXT,
        **PLACE,
        "address": MAYBE_TEXT,
        "status": MAYBE_NUMBER,
        "error_code": MAYBE_TEXT,
        "request_id": MAYBE_TEXT,
    }
)
WARNING = obj({"code": TEXT, "message": TEXT, "address": MAYBE_TEXT, **PLACE})
GUARD = obj({"rule": TEXT, "sentence": TEXT, "flag": MAYBE_TEXT, "address": MAYBE_TEXT})

ENVELOPE: dict[str, Schema] = {
    "format_version": {"const": FORMAT_VERSION},
    "tool_version": TEXT,
    "tenant": {"description": "The tenant's domain or name; empty when the files could not be read.", "type": "string"},
    "ok": {"description": "True for the exit codes 0 and 2.", "type": "boolean"},
    "exit_code": {"enum": [0, 1, 2, 3, 4, 5, 6, 65, 77]},
    "errors": listed(PROBLEM),
    "warnings": listed(WARNING),
    "guards": listed(GUARD, "What apply refuses, and the flag that would allow it."),
}

FIELD = obj(
    {
        "path": TEXT,
        "live": {"description": "The value in the tenant; secrets are masked."},
        "desired": {"description": "The declared value; secrets are masked."},
        "effect": {"enum": ["set", "added", "removed"]},
        "called": {
            **MAYBE_TEXT,
            "description": "The name of what goes out of a list by its id, where no handle stands for it.",
        },
    }
)
CALL = obj({"method": {"enum": ["POST", "PATCH", "PUT", "DELETE"]}, "path": TEXT, "fields": listed(TEXT)})
CHANGE = obj(
    {
        "address": TEXT,
        "action": {"enum": ["create", "update", "replace", "delete"]},
        "name": TEXT,
        "matched_by": TEXT,
        "reason": TEXT,
        "fields": listed(FIELD),
        "calls": listed(CALL),
        "cascades": listed(TEXT, "What the server deletes along."),
        **PLACE,
    }
)
SUMMARY = obj(dict.fromkeys(("create", "update", "replace", "delete", "unchanged", "undeclared"), NUMBER))
PLAN_BODY: dict[str, Schema] = {
    "id": TEXT,
    "summary": SUMMARY,
    "changes": listed(CHANGE, "Dangerous first."),
    "attention": listed(obj({"address": TEXT, "rule": TEXT, "sentence": TEXT})),
    "requests": obj({"made": NUMBER, "to_apply": NUMBER}),
    "secrets": listed(TEXT, "The names of the secrets that an apply needs."),
}
FINDING = obj(
    {
        "id": TEXT,
        "flow": MAYBE_TEXT,
        "application": MAYBE_TEXT,
        "api": MAYBE_TEXT,
        "outcome": {"enum": ["passed", "failed", "blocked", "inconclusive", "skipped", "info"]},
        "sentence": TEXT,
        "expected": MAYBE_TEXT,
        "observed": MAYBE_TEXT,
        "source": MAYBE_TEXT,
        "declared_at": MAYBE_TEXT,
    }
)
SMOKE_BODY: dict[str, Schema] = {
    "level": {"enum": ["read", "smoke", "contract", "full"]},
    "summary": obj(dict.fromkeys(("passed", "failed", "blocked", "inconclusive", "skipped", "info"), NUMBER)),
    "proved": obj({"flows": NUMBER, "of": NUMBER}),
    "usage": obj(dict.fromkeys(("logins", "tokens", "m2m_tokens", "failed_logins", "requests"), NUMBER)),
    "findings": listed(FINDING),
}


def document(title: str, body: Mapping[str, Schema]) -> Schema:
    """Return the schema of a command's output: one tenant's document, or several tenants' in a list.

    What a run that failed early did not get to know is left out, so members of the body are not required.
    """
    one = obj({**ENVELOPE, **body})
    one["required"] = list(ENVELOPE)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "anyOf": [{"$ref": "#/$defs/tenant"}, obj({"tenants": listed({"$ref": "#/$defs/tenant"})})],
        "$defs": {"tenant": one},
    }


_RECORD: dict[str, Schema] = {"address": TEXT, "action": {"enum": ["create", "update", "replace", "delete"]}}
APPLY_BODY: dict[str, Schema] = {
    "id": TEXT,
    "changes": listed(CHANGE),
    "done": listed(obj({**_RECORD, "id": MAYBE_TEXT, "already": {"type": "boolean"}})),
    "failed": listed(
        obj(
            {
                **_RECORD,
                "code": TEXT,
                "message": TEXT,
                "status": MAYBE_NUMBER,
                "error_code": MAYBE_TEXT,
                "request_id": MAYBE_TEXT,
            }
        )
    ),
    "begun": listed(obj({**_RECORD, "reason": TEXT}), "Some calls of the change were made, and then no more."),
    "skipped": listed(obj({**_RECORD, "reason": TEXT}), "Nothing of the change was sent."),
    "requests": obj(dict.fromkeys(("reads", "writes", "rate_limited"), NUMBER)),
    "journal": {"description": "The file that says what was done, which `revert` takes.", **MAYBE_TEXT},
    "backup": {"description": "The file that holds what was deleted or replaced, without secrets.", **MAYBE_TEXT},
}
VALIDATE_BODY: dict[str, Schema] = {
    "resources": {"description": "How many resources each section declares.", "type": "object", "additionalProperties": NUMBER},
    "secrets": listed(TEXT, "The names of the secrets that an apply or a smoke run may need."),
}
FLOWS_BODY: dict[str, Schema] = {
    "flows": listed(
        obj({"flow": TEXT, "kind": TEXT, "application": TEXT, "api": MAYBE_TEXT, "user": MAYBE_TEXT, "skipped": MAYBE_TEXT}),
        "With --list: what would be proved, and why something would not.",
    ),
    "not_applicable": listed(
        obj({"id": TEXT, "flow": MAYBE_TEXT, "reason": TEXT}),
        "With --list: assertions that mean nothing here, because they are Auth0's own and this is another provider.",
    ),
}
OUTPUTS_BODY: dict[str, Schema] = {
    "outputs": {
        "description": "The declared outputs; a secret that was not asked for is `{secret: true, set: true}`.",
        "type": "object",
    },
}
DOCTOR_BODY: dict[str, Schema] = {
    "checks": listed(obj({"name": TEXT, "outcome": {"enum": ["ok", "warning", "failed"]}, "sentence": TEXT})),
}
EXPORT_BODY: dict[str, Schema] = {"files": listed(TEXT)}
ANY_OBJECT: Schema = {"type": "object"}
CLAIM_MARK: Schema = {
    "description": "What it follows from: the configuration says this very value, it is usual, or nobody said it.",
    "enum": ["declared", "expected", "extra"],
}
CLAIM = obj(
    {
        "value": {"description": "The claim's value as the token says it."},
        "mark": {**CLAIM_MARK, "description": "The mark of its least sure part."},
        "parts": listed(
            obj({"value": {}, "mark": CLAIM_MARK}), "The value, or each scope, permission or audience that it lists, by itself."
        ),
    }
)
TOKEN_BODY: dict[str, Schema] = {
    "flow": TEXT,
    "application": TEXT,
    "api": MAYBE_TEXT,
    "user": MAYBE_TEXT,
    "stopped": {
        "description": "Where the flow ended before there were tokens.",
        "anyOf": [{"type": "null"}, obj({"outcome": FINDING["properties"]["outcome"], "observed": TEXT, "expected": TEXT})],
    },
    "tokens": listed(
        obj(
            {
                "label": TEXT,
                "form": {"enum": ["signed JWT", "encrypted JWT", "opaque"]},
                "digest": TEXT,
                "signature": {"description": "`verifies`, or why not; null for what has none.", **MAYBE_TEXT},
                "header": ANY_OBJECT,
                "claims": {"type": "object", "additionalProperties": CLAIM},
                "raw": {"description": "The token itself, with --raw.", **MAYBE_TEXT},
            }
        )
    ),
}


def _steps(*bodies: Mapping[str, Schema]) -> Schema:
    """Return the schema of one step of ``up``; a step that was not reached is left out."""
    members = {name: schema for body in bodies for name, schema in body.items()}
    return {"type": "object", "properties": members, "additionalProperties": False}


OUTPUTS: dict[str, Schema] = {
    "plan": document("tenantry plan --format json", PLAN_BODY),
    "apply": document("tenantry apply --format json, and destroy", APPLY_BODY),
    "smoke": document("tenantry smoke --format json", {**SMOKE_BODY, **FLOWS_BODY}),
    "up": document(
        "tenantry up --format json",
        {"plan": _steps(PLAN_BODY), "apply": _steps(APPLY_BODY), "smoke": _steps(SMOKE_BODY)},
    ),
    "validate": document("tenantry validate --format json", VALIDATE_BODY),
    "outputs": document("tenantry outputs --format json", OUTPUTS_BODY),
    "token": document("tenantry token --format json", TOKEN_BODY),
    "doctor": document("tenantry doctor --format json", DOCTOR_BODY),
    "export": document("tenantry export --format json", EXPORT_BODY),
}
"""The schema of each command's document."""
