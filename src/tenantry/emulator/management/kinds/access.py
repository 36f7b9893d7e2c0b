"""What users have got access by, and taking it away: tokens, sessions, devices, connected accounts, blocks.

Nobody is ever blocked here, because brute-force protection is not imitated; no account is ever connected.
Source: Auth0's published OpenAPI description; recorded traffic of go-auth0 (TestAnomaly, TestUserManager_Blocks).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import Answer, conflict, invalid, missing
from tenantry.emulator.management.kind import projected, public
from tenantry.emulator.management.kinds.runtime import refresh_token
from tenantry.emulator.management.kinds.users import USERS
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_CRITERIA = ("user_id", "client_id", "audience")


def _families(call: Call, wanted: Document) -> list[Document]:
    """Return the living refresh tokens that fit `user_id`, `client_id` and `audience`."""
    if "user_id" in wanted:
        rows = call.store.find("refresh_tokens", "user_id", wanted["user_id"])
    else:
        rows = call.store.all("refresh_tokens")
    return [row for row in rows if not row.get("revoked") and _fits(row, wanted)]


def _asked_for(call: Call) -> Document:
    return {name: value for name, value in call.query.items() if name in ("user_id", "client_id")}


def _fits(row: Document, wanted: Document) -> bool:
    known = {"user_id": row["user_id"], "client_id": row["client_id"], "audience": row["authorization"].get("audience")}
    return all(known[name] == wanted[name] for name in _CRITERIA if name in wanted)


def _refresh_tokens(call: Call) -> Any:
    wanted = _asked_for(call)
    return page(call, _families(call, wanted), lambda row: projected(call, refresh_token(row)))


def _revoke_tokens(call: Call) -> Answer:
    wanted = {name: call.body[name] for name in _CRITERIA if name in call.body}
    if ("ids" in call.body) == bool(wanted):
        raise invalid("Either ids or criteria (user_id, client_id, audience) must be provided.")
    ids = call.body["ids"] if "ids" in call.body else [row["id"] for row in _families(call, wanted)]
    for each in ids:
        call.store.delete("refresh_tokens", each)
    return Answer(202)


def _revoke_access(call: Call) -> Answer:
    user_id, session_id = USERS.find(call, call.key)["user_id"], call.body.get("session_id")
    for session in call.store.find("sessions", "user_id", user_id):
        if session_id in (None, session["id"]):
            call.store.delete("sessions", session["id"])
    if not call.body.get("preserve_refresh_tokens"):
        for row in _families(call, {"user_id": user_id}):
            if session_id in (None, row["authorization"].get("sid")):
                call.store.delete("refresh_tokens", row["id"])
    return Answer(202)


def _device(row: Document) -> Document:
    return {
        "id": row["id"],
        "device_name": "",
        "device_id": row["id"],
        "type": "rotating_refresh_token" if row["generation"] else "refresh_token",
        "user_id": row["user_id"],
        "client_id": row["client_id"],
    }


def _devices(call: Call) -> Any:
    wanted = _asked_for(call)
    keys = [row for row in call.store.all("device_credentials") if all(row.get(name) == wanted[name] for name in wanted)]
    rows = [*(public(row) for row in keys), *(_device(row) for row in _families(call, wanted))]
    if "type" in call.query:
        rows = [row for row in rows if row["type"] == call.query["type"]]
    return page(call, rows, lambda row: projected(call, row))


def _add_device(call: Call) -> Answer:
    if call.store.find("device_credentials", "device_id", call.body["device_id"]):
        raise conflict("The device credential already exists.", "device_credential_conflict")
    body = {name: value for name, value in call.body.items() if name != "value"}
    row = {"id": call.tenant.ids.new("device_credentials", body["device_id"]), **body, "_value": call.body["value"]}
    call.store.put("device_credentials", row["id"], row)
    return Answer(201, {"id": row["id"]})


def _remove_device(call: Call) -> Answer:
    for collection in ("device_credentials", "refresh_tokens"):
        call.store.delete(collection, call.key)
    return Answer(204)


def _of_a_user(answer: Any) -> Handler:
    """Return a handler that gives the answer if there is such a user."""

    def handler(call: Call) -> Any:
        USERS.find(call, call.key)
        return answer

    return handler


def _connected_accounts(call: Call) -> Any:
    USERS.find(call, call.key)
    return page(call, [], public)


def _blocked_address(_call: Call) -> Any:
    raise missing()


_NO_BLOCKS: Document = {"blocked_for": []}
_NOTHING = Answer(204)
HANDLERS: dict[str, Handler] = {
    "GET /refresh-tokens": _refresh_tokens,
    "POST /refresh-tokens/revoke": _revoke_tokens,
    "POST /users/{id}/revoke-access": _revoke_access,
    "GET /device-credentials": _devices,
    "POST /device-credentials": _add_device,
    "DELETE /device-credentials/{id}": _remove_device,
    "GET /users/{id}/connected-accounts": _connected_accounts,
    "GET /users/{id}/federated-connections-tokensets": _of_a_user([]),
    "DELETE /users/{id}/federated-connections-tokensets/{tokenset_id}": _of_a_user(_NOTHING),
    "GET /user-blocks": lambda _call: _NO_BLOCKS,
    "DELETE /user-blocks": lambda _call: _NOTHING,
    "GET /user-blocks/{id}": _of_a_user(_NO_BLOCKS),
    "DELETE /user-blocks/{id}": _of_a_user(_NOTHING),
    "GET /anomaly/blocks/ips/{id}": _blocked_address,
    "DELETE /anomaly/blocks/ips/{id}": lambda _call: _NOTHING,
}
