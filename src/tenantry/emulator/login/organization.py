"""Asking for which organization the user logs in: by its name before the login, from a list after it.

Source: Auth0 docs, "Login flows for organizations" (`organization_require_behavior`); field names after Auth0's published page
code; the wording is assumed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tenantry.emulator.login.screen import Screen, Visit
from tenantry.emulator.oauth import organizations, sessions, transactions

if TYPE_CHECKING:
    from starlette.responses import Response

Document = dict[str, Any]
UNKNOWN = "The organization you entered does not exist"
NONE = "You do not belong to any organization."


def _prompt(visit: Visit, *, status: int = 200, error: str = "") -> Response:
    name = visit.sent.get("organizationName", "")
    return visit.page("organization.html", "/u/organization", status=status, name=name, choices=None, error=error)


def _take_prompt(visit: Visit) -> Response:
    typed = visit.sent.get("organizationName", "").strip().lower()
    found = visit.authority.store.find("organizations", "name", typed)
    return _chosen(visit, found[0]) if found else _prompt(visit, status=400, error=UNKNOWN)


def _choices(visit: Visit) -> list[Document]:
    session = sessions.current(visit.authority)
    return organizations.of_user(visit.authority, session["user_id"]) if session else []


def _show_picker(visit: Visit) -> Response:
    choices = [{"id": one["id"], "name": one.get("display_name") or one["name"]} for one in _choices(visit)]
    error = "" if choices else NONE
    return visit.page("organization.html", "/u/organization-picker", name="", choices=choices, error=error)


def _take_picker(visit: Visit) -> Response:
    chosen = [one for one in _choices(visit) if one["id"] == visit.sent.get("organization")]
    return _chosen(visit, chosen[0]) if chosen else _show_picker(visit)


def _chosen(visit: Visit, organization: Document) -> Response:
    parameters = {**visit.transaction["parameters"], "organization": organization["id"]}
    transaction = transactions.update(visit.authority, visit.transaction, parameters=parameters, shown=True)
    return replace(visit, transaction=transaction).go("/authorize/resume")


PROMPT = Screen(show=_prompt, take=_take_prompt)
PICKER = Screen(show=_show_picker, take=_take_picker)
