"""Asking the user what the application may do.

Source: Auth0 docs, "User consent and third-party applications"; public scripts (`action` is `accept` or `deny`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tenantry.emulator.login import pages
from tenantry.emulator.login.screen import Screen, Visit
from tenantry.emulator.oauth import consents, device, sessions, transactions
from tenantry.emulator.oauth.authorize.interaction import Progress
from tenantry.emulator.oauth.authorize.respond import refuse

if TYPE_CHECKING:
    from starlette.responses import Response

TEXTS = {
    "openid": "Know who you are",
    "profile": "Profile: access to your profile",
    "email": "Email: access to your email address",
    "address": "Address: access to your address",
    "phone": "Phone: access to your phone number",
    "offline_access": "Allow offline access",
}
REFUSED = "User did not authorize the request"


def _progress(visit: Visit) -> Progress | None:
    """Return how far the login is, None when nobody is logged in."""
    session = sessions.current(visit.authority)
    return Progress(visit.asked, visit.transaction, session) if session else None


def _show(visit: Visit) -> Response:
    progress = _progress(visit)
    if progress is None:
        return visit.go("/authorize/resume")
    api = visit.asked.api or {}
    scope = progress.wanted_scope
    return pages.render(
        visit.authority.tenant,
        "consent.html",
        client=visit.client,
        state=visit.state("consent"),
        action=f"/u/consent?state={visit.state('consent')}",
        name=progress.user.get("name") or progress.user.get("email") or progress.user["user_id"],
        api=api.get("name") or "",
        asked=_asked(scope, api),
        audience=visit.asked.audience or visit.authority.userinfo_audience,
        scope=" ".join(scope),
    )


def _take(visit: Visit) -> Response:
    progress = _progress(visit)
    if progress is None:
        return visit.go("/authorize/resume")
    asked, authority = visit.asked, visit.authority
    if visit.sent.get("action") != "accept" and not authority.misbehaves("ignore_declined_consent"):
        return _refuse(visit)
    consents.give(authority, asked.client, asked.api, progress.user["user_id"], progress.wanted_scope)
    transaction = transactions.update(authority, visit.transaction, consented=True, shown=True)
    return replace(visit, transaction=transaction).go("/authorize/resume")


def _refuse(visit: Visit) -> Response:
    transactions.end(visit.authority, visit.transaction)
    if visit.transaction["purpose"] == "device":
        return device.deny(visit.authority, visit.transaction, REFUSED)
    return refuse(visit.asked, "access_denied", REFUSED)


def _asked(scope: tuple[str, ...], api: dict[str, Any]) -> list[dict[str, str]]:
    described = {one["value"]: one.get("description") or one["value"] for one in api.get("scopes") or ()}
    return [{"value": one, "text": TEXTS.get(one) or described.get(one, one)} for one in scope]


CONSENT = Screen(show=_show, take=_take)
