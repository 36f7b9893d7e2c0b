"""Action modules: code that actions share, published as versions.

Source: recorded traffic of terraform-provider-auth0 (TestAccActionModule*); the refusal to delete after Auth0's SDK.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tenantry.emulator.clock import Clock
from tenantry.emulator.management.answers import Answer, Refusal, invalid, missing
from tenantry.emulator.management.kind import Kind, Unique, public
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler


def _prepare(call: Call, body: Document) -> Document:
    made = {"dependencies": [], "secrets": [], **body}
    made.pop("publish", None)
    return {**made, "secrets": _secrets(call, made), "all_changes_published": False}


def _revise(call: Call, _before: Document, after: Document) -> Document:
    secrets = _secrets(call, after) if "secrets" in call.body else after["secrets"]
    return {**after, "secrets": secrets, "all_changes_published": False}


def _secrets(call: Call, module: Document) -> list[Document]:
    if not all(secret.get("name") for secret in module["secrets"]):
        raise invalid("Every secret must have a name.")
    return [{"name": secret["name"], "updated_at": call.clock.microseconds()} for secret in module["secrets"]]


def _users(call: Call, module_id: str) -> list[Document]:
    actions = call.store.all("actions")
    return [each for each in actions if any(used.get("module_id") == module_id for used in each.get("modules", []))]


def _shown(call: Call, module: Document) -> Document:
    versions = call.store.find("module_versions", "module_id", module["id"])
    made = {**module, "actions_using_module_total": len(_users(call, module["id"]))}
    if versions:
        members = ("id", "version_number", "code", "dependencies", "secrets", "created_at")
        made["latest_version_number"] = versions[-1]["version_number"]
        made["latest_version"] = {name: versions[-1][name] for name in members}
    return made


def _forget(call: Call, module: Document) -> None:
    if _users(call, module["id"]):
        raise Refusal(HTTPStatus.PRECONDITION_FAILED, "The module is used by actions and cannot be deleted.")
    for version in call.store.find("module_versions", "module_id", module["id"]):
        call.store.delete("module_versions", version["id"])


def _publish(call: Call) -> Document:
    return _published(call, MODULES.find(call, call.key))


def _published(call: Call, module: Document) -> Document:
    version = {
        "id": call.tenant.ids.new("module_versions", module["id"]),
        "module_id": module["id"],
        "version_number": len(call.store.find("module_versions", "module_id", module["id"])) + 1,
        **{name: module[name] for name in ("code", "secrets", "dependencies")},
        "created_at": call.clock.microseconds(),
    }
    call.store.put("module_versions", version["id"], version)
    call.store.put("action_modules", module["id"], {**module, "all_changes_published": True})
    return version


def _create(call: Call) -> Answer:
    made = MODULES.made(call, call.body)
    if call.body.get("publish"):
        _published(call, made)
    return Answer(201, MODULES.show(call, MODULES.find(call, made["id"])))


def _versions(call: Call) -> Any:
    module = MODULES.find(call, call.key)
    rows = call.store.find("module_versions", "module_id", module["id"])
    return page(call, list(reversed(rows)), public)


def _version(call: Call) -> Document:
    module = MODULES.find(call, call.key)
    return _of(call, module, call.last)


def _of(call: Call, module: Document, version_id: str) -> Document:
    version = call.store.get("module_versions", version_id)
    if version is None or version["module_id"] != module["id"]:
        raise missing("Module version not found.")
    return version


def _roll_back(call: Call) -> Document:
    module = MODULES.find(call, call.key)
    version = _of(call, module, call.body["module_version_id"])
    draft = {**module, **{name: version[name] for name in ("code", "secrets", "dependencies")}}
    call.store.put("action_modules", module["id"], draft)
    return MODULES.show(call, draft)


def _actions(call: Call) -> Any:
    module = MODULES.find(call, call.key)
    rows = _users(call, module["id"])
    return page(call, rows, lambda row: {"action_id": row["id"], "action_name": row["name"]})


MODULES = Kind(
    path="/actions/modules",
    item="/actions/modules/{id}",
    collection="action_modules",
    absent=("Module not found.", None),
    unique=(Unique("name", "A module with this name already exists."),),
    date=Clock.microseconds,
    prepare=_prepare,
    revise=_revise,
    forget=_forget,
    shown=_shown,
)
HANDLERS: dict[str, Handler] = {
    **MODULES.handlers(),
    "POST /actions/modules": _create,
    "POST /actions/modules/{id}/versions": _publish,
    "GET /actions/modules/{id}/versions": _versions,
    "GET /actions/modules/{id}/versions/{versionId}": _version,
    "POST /actions/modules/{id}/rollback": _roll_back,
    "GET /actions/modules/{id}/actions": _actions,
}
