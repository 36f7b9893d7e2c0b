"""Actions: drafts that are built, versions that are deployed.

An action holds `_built_at` (seconds), from when on its draft is built, and `_secrets`, the values.
Source: recorded traffic of terraform-provider-auth0 (TestAccAction*: modules by their name and number too), go-auth0
(TestActionManager_Version*: a version says what it is of, and where a
dependency came from is forgotten once it is built); issues of auth0-deploy-cli (395: the refusal to deploy early) and of
auth0-cli (462: another trigger).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import Answer, conflict, invalid, missing
from tenantry.emulator.management.held import held, remove
from tenantry.emulator.management.kind import Kind, public
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler
    from tenantry.emulator.management.paging import Rows

_BUILT_FROM = {"code", "dependencies", "secrets", "runtime", "modules", "supported_triggers"}
_CURRENT = {
    "post-login": "v3",
    "credentials-exchange": "v2",
    "pre-user-registration": "v2",
    "post-user-registration": "v2",
    "post-change-password": "v2",
    "send-phone-message": "v2",
}
ABSENT = ("That action does not exist.", None)


def _prepare(call: Call, body: Document) -> Document:
    made = {"code": "", "dependencies": [], "runtime": "node22", "secrets": [], "status": "pending", **body}
    made.pop("deploy", None)
    made["supported_triggers"] = [_trigger(each) for each in body["supported_triggers"]]
    now = call.clock.nanoseconds()
    made = {**made, **_secrets(made, {}, now), "all_changes_deployed": False, "created_at": now, "updated_at": now}
    return {**made, **_modules(call, made), "_built_at": _built_at(call)}


def _modules(call: Call, action: Document) -> Document:
    """Return the modules of the action, each with its name and the number of its version where there are such."""
    return {"modules": [_module(call, each) for each in action["modules"]]} if action.get("modules") else {}


def _module(call: Call, used: Document) -> Document:
    module = call.store.get("action_modules", used.get("module_id", "")) or {}
    version = call.store.get("module_versions", used.get("module_version_id", "")) or {}
    told = {"module_name": module.get("name"), "module_version_number": version.get("version_number")}
    return {**used, **{name: value for name, value in told.items() if value is not None}}


def _trigger(trigger: Document) -> Document:
    return {"id": trigger["id"], "version": trigger.get("version", _CURRENT.get(trigger["id"], "v1"))}


def _built_at(call: Call) -> float:
    return call.clock.now() + call.tenant.timing.build_ms / 1000


def _secrets(sent: Document, before: Document, now: str) -> Document:
    """Return the secrets as reads show them and their values apart; a value that is not sent stays."""
    values = {**before}
    if not all(secret.get("name") for secret in sent["secrets"]):
        raise invalid("Every secret must have a name.")
    for secret in sent["secrets"]:
        if "value" in secret:
            values[secret["name"]] = secret["value"]
    names = [secret["name"] for secret in sent["secrets"]]
    shown = [{"name": name, "updated_at": now} for name in names]
    return {"secrets": shown, "_secrets": {name: values[name] for name in names if name in values}}


def _revise(call: Call, before: Document, after: Document) -> Document:
    now = call.clock.nanoseconds()
    made = {**after, **_modules(call, after), "updated_at": now}
    if "supported_triggers" in call.body:
        made["supported_triggers"] = [_trigger(each) for each in after["supported_triggers"]]
        if made["supported_triggers"][0]["id"] != before["supported_triggers"][0]["id"]:
            raise invalid("can't upgrade to this trigger.")
    if "secrets" in call.body:
        made = {**made, **_secrets(after, before.get("_secrets", {}), now)}
    if _BUILT_FROM & set(call.body):
        made = {**made, "status": "pending", "all_changes_deployed": False, "_built_at": _built_at(call)}
    return made


def _state(call: Call, action: Document) -> str:
    """Return the state of the draft; the answer to a write always says pending."""
    writing = call.operation.name in ("POST /actions/actions", "PATCH /actions/actions/{id}")
    return "pending" if writing or call.clock.now() < action["_built_at"] else "built"


def _shown(call: Call, action: Document) -> Document:
    version_id = action.get("_deployed")
    version = call.store.get("action_versions", version_id) if version_id else None
    made = {**action, "status": _state(call, action)}
    if made["status"] == "built":
        made["dependencies"] = _installed(action)
    if version:
        made["current_version"] = _brief(version)
        made["deployed_version"] = _version(version)
    return made


def _installed(action: Document) -> list[Document]:
    """Return the dependencies as a build leaves them, without the registry they were asked from."""
    return [{name: value for name, value in each.items() if name != "registry_url"} for each in action["dependencies"]]


def _brief(version: Document) -> Document:
    made = {name: version[name] for name in ("id", "code", "runtime", "number", "created_at", "updated_at")}
    return {**made, "status": "BUILT", "build_time": version["built_at"]}


def _version(version: Document) -> Document:
    return {name: value for name, value in public(version).items() if name != "action_id"}


def _create(call: Call) -> Answer:
    if call.store.find("actions", "name", call.body["name"]):
        raise conflict("An action with this name already exists.")
    action = ACTIONS.made(call, call.body)
    if call.body.get("deploy"):
        _deployed(call, action)
    return Answer(201, ACTIONS.show(call, action))


def _deploy(call: Call) -> Document:
    action = ACTIONS.find(call, call.key)
    if call.clock.now() < action["_built_at"]:
        raise invalid("A draft must be in the 'built' state before it can be deployed.", None)
    return _answered(action, _deployed(call, action))


def _of_action(action: Document, version: Document) -> Document:
    """Return the version with what it says of its action; whether all is deployed is never told there."""
    members = ("id", "name", "supported_triggers", "created_at", "updated_at")
    about = {**{name: action[name] for name in members}, "all_changes_deployed": False}
    return {**_version(version), "action": about}


def _answered(action: Document, version: Document) -> Document:
    shown = {name: value for name, value in _of_action(action, version).items() if name != "built_at"}
    return {**shown, "deployed": False}


def _deployed(call: Call, action: Document) -> Document:
    now = call.clock.nanoseconds()
    number = action.get("_versions", 0) + 1
    members = ("code", "dependencies", "secrets", "runtime", "supported_triggers", "modules")
    version = {
        **{name: action[name] for name in members if name in action},
        "dependencies": _installed(action),
        "id": call.tenant.ids.new("action_versions", action["id"]),
        "action_id": action["id"],
        "number": number,
        "deployed": True,
        "status": "built",
        "built_at": now,
        "created_at": now,
        "updated_at": now,
        "_secrets": action.get("_secrets", {}),
    }
    _put_version(call, action, version, {"_versions": number, "all_changes_deployed": True})
    return version


def _put_version(call: Call, action: Document, version: Document, changes: Document) -> None:
    before = action.get("_deployed")
    old = call.store.get("action_versions", before) if before else None
    if old:
        call.store.put("action_versions", old["id"], {**old, "deployed": False})
    call.store.put("action_versions", version["id"], version)
    call.store.put("actions", action["id"], {**action, **changes, "_deployed": version["id"]})


def _versions(call: Call) -> Any:
    action = ACTIONS.find(call, call.key)
    rows = call.store.find("action_versions", "action_id", action["id"])
    return page(call, list(reversed(rows)), lambda version: _of_action(action, version))


def _read_version(call: Call) -> Document:
    return _of_action(*_own_version(call))


def _own_version(call: Call) -> tuple[Document, Document]:
    """Return the action and its version that the path names.

    Raises: Refusal.
    """
    action, version = ACTIONS.find(call, call.key), call.store.get("action_versions", call.last)
    if version is None or version["action_id"] != action["id"]:
        raise missing("That action version does not exist.")
    return action, version


def _redeploy(call: Call) -> Document:
    """Answer the deployment of an older version: it becomes a new one with the old contents, and the draft."""
    action, version = _own_version(call)
    members = ("code", "dependencies", "secrets", "runtime", "_secrets")
    draft = {**action, **{name: version[name] for name in members if name in version}}
    return _answered(draft, _deployed(call, draft))


def _forget(call: Call, action: Document) -> None:
    bound = [each for each in call.store.keys("trigger_bindings") if _bindings(call, each, action["id"])]
    if bound and not call.query.get("force"):
        raise conflict("The action is bound to a trigger and cannot be deleted.")
    for trigger in bound:
        for binding in _bindings(call, trigger, action["id"]):
            remove(call.store, "trigger_bindings", trigger, binding)
    for version in call.store.find("action_versions", "action_id", action["id"]):
        call.store.delete("action_versions", version["id"])


def _bindings(call: Call, trigger: str, action_id: str) -> list[Document]:
    return [each for each in held(call.store, "trigger_bindings", trigger) if each["action_id"] == action_id]


def _wanted(call: Call) -> Rows | None:
    query = call.query
    if not {"triggerId", "actionName", "deployed", "installed"} & set(query):
        return None
    rows = call.store.find("actions", "name", query["actionName"]) if "actionName" in query else call.store.all("actions")
    if "triggerId" in query:
        rows = [row for row in rows if row["supported_triggers"][0]["id"] == query["triggerId"]]
    if "deployed" in query:
        rows = [row for row in rows if ("_deployed" in row) == query["deployed"]]
    return [] if query.get("installed") else rows


def _test(call: Call) -> Document:
    ACTIONS.find(call, call.key)
    return {"payload": {}}


ACTIONS = Kind(
    path="/actions/actions",
    item="/actions/actions/{id}",
    collection="actions",
    absent=ABSENT,
    prepare=_prepare,
    revise=_revise,
    forget=_forget,
    shown=_shown,
    wanted=_wanted,
)
_VERSIONS = "/actions/actions/{actionId}/versions"
HANDLERS: dict[str, Handler] = {
    **ACTIONS.handlers(),
    "POST /actions/actions": _create,
    "POST /actions/actions/{id}/deploy": _deploy,
    "POST /actions/actions/{id}/test": _test,
    f"GET {_VERSIONS}": _versions,
    f"GET {_VERSIONS}/{{id}}": _read_version,
    f"POST {_VERSIONS}/{{id}}/deploy": _redeploy,
}
