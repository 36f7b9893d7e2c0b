"""How a client proves who it is: credentials and where they are attached.

Source: recorded traffic of terraform-provider-auth0 (TestAccClientAuthenticationMethods*) and go-auth0
(TestClientSignedRequestObject, TestClient_TokenVaultPrivilegedAccess*; the wording of refusals is assumed), Auth0 docs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.management.answers import Answer, invalid, missing
from tenantry.emulator.management.kinds.certificates import read_credential
from tenantry.emulator.management.named import named

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenantry.emulator.management.call import Call, Document, Handler

_PLACES = ("signed_request_object", "token_vault_privileged_access")
_METHODS = "client_authentication_methods"
_ABSENT = ("The credential does not exist", "inexistent_credential")


def attached_inline(call: Call, client: Document) -> Document:
    """Return a new client whose inline credentials are stored and replaced by their ids.

    Raises: Refusal.
    """
    _check(client)
    if client.get("app_type") == "express_configuration":
        client = {_METHODS: {"private_key_jwt": {"credentials": []}}, **client}
    return _with_credentials(client, lambda listed: [_reference(call, client, each) for each in listed])


def attached(call: Call, client: Document) -> Document:
    """Return a changed client after checking that the credentials it names are its own.

    Raises: Refusal.
    """
    _check(client)
    for credential_id in _attached_ids(client):
        _own(call, client["client_id"], credential_id)
    return client


def credentials_in_full(call: Call, client: Document) -> Document:
    """Return the client with its credentials in place of their ids, as only its creation is answered."""
    return _with_credentials(
        client, lambda listed: [_shown(row) for row in call.store.some("client_credentials", [each["id"] for each in listed])]
    )


def _with_credentials(client: Document, change: Callable[[list[Document]], list[Document]]) -> Document:
    """Return the client with every list of credentials that it holds changed."""

    def changed(place: Document) -> Document:
        return {**place, "credentials": change(place["credentials"])} if "credentials" in place else place

    made = {**client, **{name: changed(client[name]) for name in _PLACES if name in client}}
    if _METHODS in client:
        made[_METHODS] = {method: changed(place) for method, place in client[_METHODS].items()}
    return made


def _attached_ids(client: Document) -> list[str]:
    """Return the ids of the credentials that are attached to the client, wherever they are."""
    places = [*client.get(_METHODS, {}).values(), *(client.get(name, {}) for name in _PLACES)]
    return [each.get("id", "") for place in places for each in place.get("credentials", [])]


def _check(client: Document) -> None:
    _check_exclusive(client)
    _check_vault(client)


def _check_exclusive(client: Document) -> None:
    if _METHODS in client and client.get("token_endpoint_auth_method") is not None:
        raise invalid("The client_authentication_methods and token_endpoint_auth_method properties are exclusive.")


def _check_vault(client: Document) -> None:
    names = [grant["connection"] for grant in client.get("token_vault_privileged_access", {}).get("grants", [])]
    if len(set(names)) < len(names):
        raise invalid("The grants of token_vault_privileged_access must each name another connection.")


def _reference(call: Call, client: Document, credential: Document) -> Document:
    if set(credential) == {"id"}:
        return credential
    return {"id": _made(call, client["client_id"], credential)["id"]}


def _made(call: Call, client_id: str, body: Document) -> Document:
    now = call.clock.milliseconds()
    made = {
        "id": call.tenant.ids.new("client_credentials", f"{client_id}:{body.get('name', '')}"),
        "client_id": client_id,
        **read_credential(body),
        "created_at": now,
        "updated_at": now,
    }
    call.store.put("client_credentials", made["id"], made)
    return made


def _shown(credential: Document) -> Document:
    return {name: value for name, value in credential.items() if name != "client_id" and not name.startswith("_")}


def _client(call: Call) -> Document:
    return named(call, "clients", call.key)


def _own(call: Call, client_id: str, credential_id: str) -> Document:
    credential = call.store.get("client_credentials", credential_id)
    if credential is None or credential["client_id"] != client_id:
        raise missing(*_ABSENT)
    return credential


def _listed(call: Call) -> list[Document]:
    rows = call.store.find("client_credentials", "client_id", _client(call)["client_id"])
    return [_shown(row) for row in reversed(rows)]


def _create(call: Call) -> Document:
    return _shown(_made(call, _client(call)["client_id"], call.body))


def _read(call: Call) -> Document:
    return _shown(_own(call, _client(call)["client_id"], call.last))


def _change(call: Call) -> Document:
    before = _own(call, _client(call)["client_id"], call.last)
    made = {**before, **read_credential({**before, **call.body}), "updated_at": call.clock.milliseconds()}
    call.store.put("client_credentials", before["id"], made)
    return _shown(made)


def _delete(call: Call) -> Answer:
    client = _client(call)
    if call.store.get("client_credentials", call.last) is None:
        return Answer(204)
    credential = _own(call, client["client_id"], call.last)
    if credential["id"] in _attached_ids(client):
        raise invalid("The credential is attached to the client and cannot be deleted.", "credential_in_use")
    call.store.delete("client_credentials", credential["id"])
    return Answer(204)


_ALL = "/clients/{client_id}/credentials"
HANDLERS: dict[str, Handler] = {
    f"GET {_ALL}": _listed,
    f"POST {_ALL}": _create,
    f"GET {_ALL}/{{credential_id}}": _read,
    f"PATCH {_ALL}/{{credential_id}}": _change,
    f"DELETE {_ALL}/{{credential_id}}": _delete,
}
