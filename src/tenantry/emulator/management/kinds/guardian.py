"""Multi-factor authentication: factors, policies, providers.

Source: recorded traffic of terraform-provider-auth0 (TestAccGuardian*) and auth0-deploy-cli.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.kind import Settings

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_FACTORS = ("sms", "push-notification", "otp", "email", "duo", "webauthn-roaming", "webauthn-platform", "recovery-code")
_HIDDEN = ("p12", "server_key", "server_credentials", "auth_token", "aws_secret_access_key", "skey")


def _factors(call: Call) -> list[Document]:
    switched = call.store.get("settings", "guardian-factors") or {}
    return [{"name": name, "enabled": switched.get(name, False), "trial_expired": False} for name in _FACTORS]


def _switch(call: Call) -> Document:
    enabled = call.body["enabled"]
    switched = call.store.get("settings", "guardian-factors") or {}
    call.store.put("settings", "guardian-factors", {**switched, call.key: enabled})
    return {"enabled": enabled}


def _policies(call: Call) -> list[Any]:
    return list((call.store.get("settings", "guardian-policies") or {"policies": []})["policies"])


def _put_policies(call: Call) -> list[Any]:
    call.store.put("settings", "guardian-policies", {"policies": call.body})
    return list(call.body)


def _hidden(call: Call, document: Document) -> Document:
    """Return what reads show, and what a write to a provider echoes."""
    if call.operation.name == "GET /guardian/factors/push-notification/providers/apns":
        document = {**document, "enabled": bool(document.get("bundle_id"))}
    hidden = _HIDDEN if call.request.method == "GET" else ("p12", "server_key", "server_credentials")
    return {name: value for name, value in document.items() if name not in hidden}


def _provider(path: str, defaults: dict[str, Any] | None = None) -> Settings:
    name = path.replace("/", "-")
    return Settings(path=f"/guardian/factors/{path}", key=f"guardian-{name}", defaults=defaults or {}, shown=_hidden)


_TEMPLATES = {
    "enrollment_message": "{{code}} is your verification code for {{tenant.friendly_name}}.",
    "verification_message": "{{code}} is your verification code for {{tenant.friendly_name}}",
}
ALL = (
    _provider("phone/message-types", {"message_types": []}),
    _provider("phone/selected-provider", {"provider": "auth0"}),
    _provider("phone/providers/twilio"),
    _provider("phone/templates", _TEMPLATES),
    _provider("sms/selected-provider", {"provider": "auth0"}),
    _provider("sms/providers/twilio"),
    _provider("sms/templates", _TEMPLATES),
    _provider("push-notification/selected-provider", {"provider": "guardian"}),
    _provider("push-notification/providers/apns", {"bundle_id": "", "sandbox": False, "enabled": False}),
    _provider("push-notification/providers/fcm"),
    _provider("push-notification/providers/fcmv1"),
    _provider("push-notification/providers/sns"),
    _provider("duo/settings"),
    _provider("webauthn-roaming/settings", {"userVerification": "preferred", "overrideRelyingParty": False}),
    _provider("webauthn-platform/settings", {"overrideRelyingParty": False}),
)
HANDLERS: dict[str, Handler] = {
    **{name: handler for each in ALL for name, handler in each.handlers().items()},
    "GET /guardian/factors": _factors,
    "PUT /guardian/factors/{name}": _switch,
    "GET /guardian/policies": _policies,
    "PUT /guardian/policies": _put_policies,
}
