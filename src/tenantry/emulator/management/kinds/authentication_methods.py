"""What users prove themselves with beside the password, as the Management API keeps it; logins ask for none of it.

Source: Auth0's published OpenAPI description; Auth0 docs, "Manage Authentication Methods with Management API"; recorded
traffic of go-auth0 (TestUserManager_AuthenticationMethods: what is hidden); the form of the enrollment link is assumed.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from tenantry.emulator.management import outbox
from tenantry.emulator.management.answers import Answer, missing
from tenantry.emulator.management.kind import public
from tenantry.emulator.management.kinds.tickets import issue, user_named
from tenantry.emulator.management.kinds.users import USERS
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenantry.emulator.management.call import Call, Document, Handler

_METHODS = "authentication_methods"
_OWNER, _SECRET = "_user_id", "totp_secret"
_AUTH_METHOD = {"totp": "authenticator", "phone": "sms", "webauthn-roaming": "webauthn-roaming"}
"""The types that are enrollments in multi-factor authentication, and what an enrollment calls them."""


def _user_id(call: Call) -> str:
    return str(USERS.find(call, call.key)["user_id"])


def _of(call: Call, user_id: str) -> list[Document]:
    return call.store.find(_METHODS, _OWNER, user_id)


def _shown(method: Document) -> Document:
    return _masked(_without_secret(method))


def _without_secret(method: Document) -> Document:
    return public({name: value for name, value in method.items() if name != _SECRET})


def _masked(method: Document) -> Document:
    """Return the method with most of where it reaches the user hidden, as in every answer but the one to PUT."""
    hidden = {name: hide(method[name]) for name, hide in _HIDDEN.items() if name in method}
    return {**method, **hidden}


def _hidden_part(part: str) -> str:
    return part[:_LEFT] + "*" * (len(part) - _LEFT) if len(part) > _LEFT else "*" * _LEFT


def _hidden_email(email: str) -> str:
    return "@".join(_hidden_part(part) for part in email.split("@"))


def _hidden_number(number: str) -> str:
    return "X" * (len(number) - _LEFT) + number[-_LEFT:]


_LEFT = 4  # characters of a part that stay readable
_HIDDEN: dict[str, Callable[[str], str]] = {"email": _hidden_email, "phone_number": _hidden_number}


def _make(call: Call, user_id: str, body: Document) -> Document:
    name = call.tenant.ids.secret(f"authenticator:{user_id}", 16)
    extra: Document = {"id": f"{body['type']}|dev_{name}", "created_at": call.clock.milliseconds(), "confirmed": True}
    if body["type"] == "phone":
        preferred = body.get("preferred_authentication_method", "sms")
        factors = [{"type": preferred, "id": f"{preferred}|dev_{name}"}]
        extra.update({"preferred_authentication_method": preferred, _METHODS: factors})
    method = {**body, **extra, _OWNER: user_id}
    call.store.put(_METHODS, method["id"], method)
    return public(method)


def _own(call: Call) -> Document:
    method = call.store.get(_METHODS, call.last)
    if method is None or method[_OWNER] != _user_id(call):
        raise missing("The authentication method does not exist.", "inexistent_authentication_method")
    return method


def _listed(call: Call) -> Any:
    return page(call, _of(call, _user_id(call)), _shown)


def _create(call: Call) -> Document:
    return _masked(_make(call, _user_id(call), call.body))


def _replace(call: Call) -> list[Document]:
    user_id = _user_id(call)
    _remove_all(call, user_id)
    return [_without_secret(_make(call, user_id, body)) for body in call.body]


def _change(call: Call) -> Document:
    method = {**_own(call), **call.body}
    call.store.put(_METHODS, method["id"], method)
    return _shown(method)


def _delete(call: Call) -> Answer:
    call.store.delete(_METHODS, _own(call)["id"])
    return Answer(204)


def _remove_all(call: Call, user_id: str) -> None:
    for method in _of(call, user_id):
        call.store.delete(_METHODS, method["id"])


def _delete_all(call: Call) -> Answer:
    _remove_all(call, _user_id(call))
    return Answer(204)


def _enrollment(method: Document) -> Document:
    return {
        "id": method["id"].partition("|")[2],
        "status": "confirmed",
        "type": method["type"],
        "auth_method": _AUTH_METHOD[method["type"]],
        "enrolled_at": method["created_at"],
        **{name: method[name] for name in ("name", "phone_number") if name in method},
    }


def _enrolled(methods: list[Document]) -> list[Document]:
    return [method for method in methods if method["type"] in _AUTH_METHOD]


def _enrollments(call: Call) -> list[Document]:
    return [_enrollment(method) for method in _enrolled(_of(call, _user_id(call)))]


def _own_enrollment(call: Call) -> Document | None:
    known = _enrolled(call.store.all(_METHODS))
    return next((method for method in known if method["id"].partition("|")[2] == call.key), None)


def _read_enrollment(call: Call) -> Document:
    method = _own_enrollment(call)
    if method is None:
        raise missing("The enrollment does not exist.", "inexistent_enrollment")
    return {name: value for name, value in _enrollment(method).items() if name not in ("type", "auth_method")}


def _delete_enrollment(call: Call) -> Answer:
    method = _own_enrollment(call)
    if method:
        call.store.delete(_METHODS, method["id"])
    return Answer(204)


def _enrollment_ticket(call: Call) -> Document:
    user = user_named(call, call.body["user_id"])
    ticket, link = issue(call, "enrollment", user, factor=call.body.get("factor"))
    to = call.body.get("email") or user.get("email")
    if to and call.body.get("send_mail", False):
        outbox.send(call, to, "enrollment_email", user_id=user["user_id"], link=link)
    return {"ticket_id": ticket, "ticket_url": link}


def _delete_provider(call: Call) -> Answer:
    user = USERS.find(call, call.key)
    if call.last == "google-authenticator":
        for method in _of(call, user["user_id"]):
            if method["type"] == "totp":
                call.store.delete(_METHODS, method["id"])
    return Answer(204)


def _recovery_code(call: Call) -> Document:
    user_id = _user_id(call)
    if not _enrolled(_of(call, user_id)):
        raise missing("The user is not enrolled in multi-factor authentication.", "inexistent_enrollment")
    code = base64.b32encode(call.tenant.ids.secret(f"recovery:{user_id}", 15).encode()).decode()
    return {"recovery_code": code}


def _invalidate(call: Call) -> Answer:
    _user_id(call)
    return Answer(204)


_ROOT = "/users/{id}/authentication-methods"
HANDLERS: dict[str, Handler] = {
    f"GET {_ROOT}": _listed,
    f"POST {_ROOT}": _create,
    f"PUT {_ROOT}": _replace,
    f"DELETE {_ROOT}": _delete_all,
    f"GET {_ROOT}/{{authentication_method_id}}": lambda call: _shown(_own(call)),
    f"PATCH {_ROOT}/{{authentication_method_id}}": _change,
    f"DELETE {_ROOT}/{{authentication_method_id}}": _delete,
    "GET /users/{id}/enrollments": _enrollments,
    "DELETE /users/{id}/authenticators": _delete_all,
    "DELETE /users/{id}/multifactor/{provider}": _delete_provider,
    "POST /users/{id}/multifactor/actions/invalidate-remember-browser": _invalidate,
    "POST /users/{id}/recovery-code-regeneration": _recovery_code,
    "POST /users/{id}/risk-assessments/clear": _invalidate,
    "GET /guardian/enrollments/{id}": _read_enrollment,
    "DELETE /guardian/enrollments/{id}": _delete_enrollment,
    "POST /guardian/enrollments/ticket": _enrollment_ticket,
}
