"""Asking the user to confirm an application whose callback does not prove who it is.

Source: Auth0 docs, "Measures against application impersonation" and "Non-verifiable callback URI end-user confirmation"; the
path `/u/confirmation` and the wording are assumed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tenantry.emulator.login.screen import Screen, Visit
from tenantry.emulator.oauth import callbacks, transactions
from tenantry.emulator.oauth.authorize.respond import refuse

if TYPE_CHECKING:
    from starlette.responses import Response


def _show(visit: Visit) -> Response:
    name = visit.client["name"]
    return visit.page(
        "confirmation.html",
        "/u/confirmation",
        heading=f"Continue to {name}?",
        text=f"You are logged in. Go on only if you opened {name} yourself: where you go next does not prove who runs it.",
        detail=callbacks.origin(visit.asked.redirect_uri),
        hidden={"state": visit.state()},
        accept="Continue",
        deny="Cancel",
    )


def _take(visit: Visit) -> Response:
    if visit.sent.get("action") != "accept":
        transactions.end(visit.authority, visit.transaction)
        return refuse(visit.asked, "access_denied", "User did not confirm the application")
    transaction = transactions.update(visit.authority, visit.transaction, confirmed=True)
    return replace(visit, transaction=transaction).go("/authorize/resume")


CONFIRMATION = Screen(show=_show, take=_take)
