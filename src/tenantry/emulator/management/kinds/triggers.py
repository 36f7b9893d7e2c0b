"""Triggers and the actions bound to them.

A binding is held as `{id, trigger_id, action_id, display_name, created_at}`, in the order of execution.
Source: recorded traffic of auth0-deploy-cli (the triggers) and terraform-provider-auth0 (TestAccTriggerAction*); issue
385 of auth0-deploy-cli (what cannot be bound yet).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import invalid, missing
from tenantry.emulator.management.held import held, hold
from tenantry.emulator.management.kinds.actions import ABSENT, ACTIONS
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_NEW = ["node18-actions", "node22"]
_TRIGGERS: tuple[tuple[str, tuple[str, ...], list[str]], ...] = (  # id, versions (the last is current), runtimes
    ("post-login", ("v1", "v2", "v3"), _NEW),
    ("credentials-exchange", ("v1", "v2"), _NEW),
    ("pre-user-registration", ("v1", "v2"), _NEW),
    ("post-user-registration", ("v1", "v2"), _NEW),
    ("post-change-password", ("v1", "v2"), _NEW),
    ("send-phone-message", ("v1", "v2"), _NEW),
    ("password-reset-post-challenge", ("v1",), _NEW),
    ("custom-phone-provider", ("v1",), _NEW),
    ("custom-email-provider", ("v1",), _NEW),
    ("custom-token-exchange", ("v1",), ["node18", "node22"]),
    ("event-stream", ("v1",), ["node22"]),
    ("password-hash-migration", ("v1",), ["node22"]),
    ("login-post-identifier", ("v1",), _NEW),
    ("signup-post-identifier", ("v1",), _NEW),
    ("mcp-tool", ("v1",), ["node22"]),
)
_ENTITY_BOUND = frozenset({"custom-token-exchange", "event-stream", "password-hash-migration", "mcp-tool"})


def _triggers(_call: Call) -> Document:
    return {"triggers": [_described(*each, version) for each in _TRIGGERS for version in each[1]]}


def _described(trigger: str, versions: tuple[str, ...], runtimes: list[str], version: str) -> Document:
    current = version == versions[-1]
    return {
        "id": trigger,
        "version": version,
        "status": "CURRENT" if current else "DEPRECATED",
        "runtimes": runtimes if current else ["node22"],
        "default_runtime": "node22" if current else "node12",
        "binding_policy": "entity-bound" if trigger in _ENTITY_BOUND else "trigger-bound",
        "compatible_triggers": [{"id": trigger, "version": "v2"}] if version == "v3" else [],
    }


def _known(call: Call) -> str:
    if not any(trigger == call.key for trigger, _, _ in _TRIGGERS):
        raise missing("That trigger does not exist.")
    return call.key


def _listed(call: Call) -> Any:
    return page(call, held(call.store, "trigger_bindings", _known(call)), lambda row: _shown(call, row))


def _shown(call: Call, row: Document) -> Document:
    action = ACTIONS.show(call, ACTIONS.find(call, row["action_id"]))
    members = ("id", "name", "supported_triggers", "created_at", "updated_at", "current_version", "deployed_version")
    about = {name: action[name] for name in members if name in action}
    return {
        "id": row["id"],
        "trigger_id": row["trigger_id"],
        "action": {**about, "all_changes_deployed": False},
        "created_at": row["created_at"],
        "updated_at": row["created_at"],
        "display_name": row["display_name"],
    }


def _replace(call: Call) -> Document:
    trigger = _known(call)
    if trigger in _ENTITY_BOUND:
        raise invalid(f"Actions of the trigger {trigger} cannot be bound to it.")
    rows = [_row(call, trigger, each) for each in call.body.get("bindings", [])]
    hold(call.store, "trigger_bindings", trigger, rows)
    return {"bindings": [_shown(call, row) for row in rows]}


def _row(call: Call, trigger: str, binding: Document) -> Document:
    action = _action(call, binding)
    if action["supported_triggers"][0]["id"] != trigger:
        raise invalid(f"The action {action['name']} does not support the trigger {trigger}.")
    if "_deployed" not in action:
        raise invalid("Trying to create a binding for an action that has not been deployed yet")
    return {
        "id": call.tenant.ids.new("trigger_bindings", f"{trigger}:{action['name']}"),
        "trigger_id": trigger,
        "action_id": action["id"],
        "created_at": call.clock.nanoseconds(),
        "display_name": binding.get("display_name", action["name"]),
    }


def _action(call: Call, binding: Document) -> Document:
    reference = binding.get("ref", {})
    value = reference.get("value")
    if reference.get("type") == "action_name":
        found = next(iter(call.store.find("actions", "name", value)), None)
    else:
        found = call.store.get("actions", str(value))
    if found is None:
        raise missing(*ABSENT)
    return found


HANDLERS: dict[str, Handler] = {
    "GET /actions/triggers": _triggers,
    "GET /actions/triggers/{triggerId}/bindings": _listed,
    "PATCH /actions/triggers/{triggerId}/bindings": _replace,
}
