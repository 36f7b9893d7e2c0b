"""Forms, flows and the vault connections that flows use; they are kept, not run.

Source: recorded traffic of terraform-provider-auth0 (TestAccForm*, TestAccVaultConnection*) and auth0-deploy-cli.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from tenantry.emulator.clock import Clock
from tenantry.emulator.management.kind import Kind, public

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_BRIEF = ("id", "name", "created_at", "updated_at", "submitted_at", "embedded_at", "executed_at")


def _without_empty(_call: Call, document: Document) -> Document:
    """Return the document as it is kept: members that are an empty object are as good as not sent."""
    return {name: value for name, value in document.items() if value != {}}


def _kept(call: Call, _before: Document, after: Document) -> Document:
    return _without_empty(call, after)


def _brief_in_lists(call: Call, document: Document) -> Document:
    if call.operation.name not in ("GET /forms", "GET /flows"):
        return document
    brief = {name: document[name] for name in _BRIEF if name in document}
    counted = {"flow_count": 0} if call.operation.name == "GET /forms" else {}
    return {**brief, **counted}


def _vault(_call: Call, body: Document) -> Document:
    setup = body.get("setup")
    made = {name: value for name, value in body.items() if name != "setup"}
    made = {**made, "ready": bool(setup), "refreshed_at": None}
    return {**made, "fingerprint": _fingerprint(made, setup), "_setup": setup}


def _revise_vault(call: Call, before: Document, after: Document) -> Document:
    made = _vault(call, {"setup": before.get("_setup"), **public(after)})
    return {**made, "ready": before["ready"] or bool(call.body.get("setup"))}


def _fingerprint(connection: Document, setup: object) -> str:
    text = json.dumps([connection.get("app_id"), connection.get("name"), setup], sort_keys=True)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


FORMS = Kind(
    path="/forms",
    item="/forms/{id}",
    collection="forms",
    absent=("Form not found", None),
    date=Clock.milliseconds,
    prepare=_without_empty,
    revise=_kept,
    shown=_brief_in_lists,
)
FLOWS = Kind(
    path="/flows",
    item="/flows/{id}",
    collection="flows",
    absent=("Flow not found", None),
    date=Clock.milliseconds,
    shown=_brief_in_lists,
)
VAULT_CONNECTIONS = Kind(
    path="/flows/vault/connections",
    item="/flows/vault/connections/{id}",
    collection="vault_connections",
    absent=("Connection not found", None),
    date=Clock.milliseconds,
    prepare=_vault,
    revise=_revise_vault,
)
HANDLERS: dict[str, Handler] = {**FORMS.handlers(), **FLOWS.handlers(), **VAULT_CONNECTIONS.handlers()}
