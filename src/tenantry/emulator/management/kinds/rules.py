"""Rules, their configuration, and hooks: what came before actions; they are kept, not run.

Source: recorded traffic of terraform-provider-auth0 (TestAccRuleConfig, TestAccHook*); rules after Auth0 docs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.management.answers import Answer
from tenantry.emulator.management.kind import Kind, Unique

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_SEALED = "_VALUE_NOT_SHOWN_"


def _rule(call: Call, body: Document) -> Document:
    order = max((rule["order"] for rule in call.store.all("rules")), default=0) + 1
    return {"enabled": True, "stage": "login_success", "order": order, **body}


def _configs(call: Call) -> list[Document]:
    return [{"key": key} for key in call.store.keys("rules_configs")]


def _put_config(call: Call) -> Document:
    made = {"key": call.key, "value": call.body["value"]}
    call.store.put("rules_configs", call.key, made)
    return made


def _delete_config(call: Call) -> Answer:
    call.store.delete("rules_configs", call.key)
    return Answer(204)


def _secrets(call: Call) -> Document:
    return dict.fromkeys(HOOKS.find(call, call.key).get("_secrets", {}), _SEALED)


def _put_secrets(call: Call) -> Answer:
    hook = HOOKS.find(call, call.key)
    call.store.put("hooks", hook["id"], {**hook, "_secrets": {**hook.get("_secrets", {}), **call.body}})
    return Answer(201, {})


def _delete_secrets(call: Call) -> Answer:
    hook = HOOKS.find(call, call.key)
    kept = {name: value for name, value in hook.get("_secrets", {}).items() if name not in call.body}
    call.store.put("hooks", hook["id"], {**hook, "_secrets": kept})
    return Answer(204)


RULES = Kind(
    path="/rules",
    item="/rules/{id}",
    collection="rules",
    absent=("The rule does not exist", "inexistent_rule"),
    unique=(Unique("name", "A rule with the same name already exists."),),
    prepare=_rule,
    filters=("enabled",),
)
HOOKS = Kind(
    path="/hooks",
    item="/hooks/{id}",
    collection="hooks",
    absent=("The hook does not exist", "inexistent_hook"),
    defaults={"enabled": False, "dependencies": {}},
    status={"POST": 201},
    filters=("enabled", "triggerId"),
)
HANDLERS: dict[str, Handler] = {
    **RULES.handlers(),
    **HOOKS.handlers(),
    "GET /hooks/{id}/secrets": _secrets,
    "POST /hooks/{id}/secrets": _put_secrets,
    "PATCH /hooks/{id}/secrets": _put_secrets,
    "DELETE /hooks/{id}/secrets": _delete_secrets,
    "GET /rules-configs": _configs,
    "PUT /rules-configs/{key}": _put_config,
    "DELETE /rules-configs/{key}": _delete_config,
}
