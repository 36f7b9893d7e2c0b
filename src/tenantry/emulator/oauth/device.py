"""The device flow: the codes, what the user says to them, and polling.

Shape: `devices[digest]` is `{key, client_id, parameters, user_code, status, interval_s, polled_at, expires_at, authorization}`;
status is `pending`, `approved`, `denied`, `used` or `told_expired`.
Source: RFC 8628; Auth0 docs, "Device authorization flow" and "Device user code settings".
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tenantry.emulator.oauth import audiences, client_authentication, expiring, opaque, parameters
from tenantry.emulator.oauth.answers import Json, redirect
from tenantry.emulator.oauth.authority import Authority
from tenantry.emulator.oauth.authorization import Authorization
from tenantry.emulator.oauth.errors import NO_STORE, OAuthError, access_denied, invalid_grant
from tenantry.emulator.oauth.gullible import anybody

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tenantry.emulator.tenant import Tenant

Document = dict[str, Any]
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
LIFETIME_S = 900
INTERVAL_S = 5
CHARSETS = {"base20": "BCDFGHJKLMNPQRSTVWXZ", "digits": "0123456789"}
MASK = "****-****"
INVALID = "Invalid or expired device code."
KEPT = ("scope", "audience", "resource")


async def begin(tenant: Tenant, request: Request) -> Response:
    """Return a device code and the code that the user types."""
    authority = Authority(tenant, request)
    try:
        sent = await parameters.body(request)
        caller = client_authentication.authenticate(authority, sent)
        _allow(authority, caller.client, sent)
        told = _keep(authority, caller.client_id, sent)
        if authority.misbehaves("device_codes_without_end"):
            del told["expires_in"]
        return Json(told, 200, NO_STORE)
    except OAuthError as refusal:
        return refusal.response()


def pending(authority: Authority, user_code: str) -> Document | None:
    """Return the device that waits for the user with this code."""
    typed = user_code.strip().upper()
    found = [one for one in authority.store.find("devices", "user_code", typed) if one["status"] == "pending"]
    return found[0] if found and authority.now < found[0]["expires_at"] else None


def approve(authority: Authority, transaction: Document, authorization: Authorization) -> Response:
    """Give the device what the user agreed to, and tell the user."""
    _answer(authority, transaction, status="approved", authorization=authorization.document())
    return redirect("/device/success")


def deny(authority: Authority, transaction: Document, description: str) -> Response:
    """Refuse the device, and tell the user why."""
    _answer(authority, transaction, status="denied", reason=description)
    return redirect("/device/denied")


def poll(authority: Authority, client_id: str, device_code: str) -> Authorization:
    """Return what the user agreed to; that works once.

    Raises: OAuthError that says what the device is to do.
    """
    device = authority.store.get("devices", opaque.digest(device_code))
    if device is None and authority.misbehaves("accept_unknown_device_code"):
        return anybody(authority, client_id)
    if device and device["status"] == "used" and authority.misbehaves("reuse_device_code"):
        return Authorization.of(device["authorization"])
    if device is None or device["client_id"] != client_id or device["status"] in {"used", "told_expired"}:
        raise invalid_grant(INVALID)
    if _is_approved_unasked(authority, device):
        return anybody(authority, client_id)
    if device["status"] == "approved":
        _put(authority, device, status="used")
        if authority.user(device["authorization"]["user_id"]) is None:
            raise invalid_grant(INVALID)
        return Authorization.of(device["authorization"])
    if device["status"] == "denied":
        raise access_denied(device["reason"])
    if authority.now >= device["expires_at"]:
        _put(authority, device, status="told_expired")
        raise OAuthError(403, "expired_token", "The device code has expired.")
    too_fast = device["polled_at"] is not None and authority.now - device["polled_at"] < device["interval_s"]
    _put(authority, device, polled_at=authority.now)
    if too_fast and not authority.misbehaves("never_slow_down"):
        text = f"You are polling faster than the specified interval of {device['interval_s']} seconds."
        raise OAuthError(429, "slow_down", text)
    raise OAuthError(403, "authorization_pending", "User has yet to authorize device code.")


def _is_approved_unasked(authority: Authority, device: Document) -> bool:
    """Return whether the device gets tokens that nobody agreed to, in a tenant that is told to be wrong."""
    pending = device["status"] == "pending" and authority.misbehaves("approve_every_device")
    return pending or (device["status"] == "denied" and authority.misbehaves("ignore_refused_device"))


def _allow(authority: Authority, client: Document, sent: dict[str, str]) -> None:
    if GRANT_TYPE not in (client.get("grant_types") or ()) and not authority.misbehaves("ignore_grant_types"):
        raise OAuthError(403, "unauthorized_client", f"Grant type '{GRANT_TYPE}' not allowed for the client.")
    if client.get("oidc_conformant") is False or client.get("app_type", "native") != "native":
        raise OAuthError(403, "unauthorized_client", "The client must be native and OIDC conformant.")
    audiences.asked(authority, client, sent)


def _keep(authority: Authority, client_id: str, sent: dict[str, str]) -> dict[str, Any]:
    device_code, user_code = opaque.value(24), _user_code(authority)
    asked = {"client_id": client_id, **{name: value for name, value in sent.items() if name in KEPT}}
    device = {
        "client_id": client_id,
        "parameters": asked,
        "user_code": user_code,
        "status": "pending",
        "reason": "",
        "interval_s": INTERVAL_S,
        "polled_at": None,
        "authorization": None,
    }
    expiring.keep(authority, "devices", opaque.digest(device_code), device, LIFETIME_S)
    page = authority.issuer + "activate"
    return {
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": page,
        "expires_in": LIFETIME_S,
        "interval": INTERVAL_S,
        "verification_uri_complete": f"{page}?{urlencode({'user_code': user_code})}",
    }


def _user_code(authority: Authority) -> str:
    settings = authority.setting("device_flow") or {}
    charset = CHARSETS.get(str(settings.get("charset")), CHARSETS["base20"])
    mask = str(settings.get("mask") or MASK)
    return "".join(secrets.choice(charset) if one == "*" else one for one in mask)


def _answer(authority: Authority, transaction: Document, **changes: Any) -> None:
    device = authority.store.get("devices", transaction["device_key"])
    if device and device["status"] == "pending":
        _put(authority, device, **changes)


def _put(authority: Authority, device: Document, **changes: Any) -> None:
    authority.store.put("devices", device["key"], {**device, **changes})
