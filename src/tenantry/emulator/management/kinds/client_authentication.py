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
    from tenantry.emulator.management.call import Call, Document, Handler

_PLACES = ("signed_request_object", "token_vault_privileged_access")
_ABSENT = ("The credential does not exist", "inexistent_credential")


def attached_inline(call: Call, client: Document) -> Document:
    """Return a new client whose inline credentials are stored and replaced by their ids.

    Raises: Refusal.
    """
    made = dict(client)
    if "client_authentication_methods" in client:
        _check_exclusive(client)
        made["client_authentication_methods"] = {
            method: {**value, "credentials": [_reference(call, made, each) for each in value.get("credentials", [])]}
            for method, value in client["client_authentication_methods"].items()
        }
    elif client.get("app_type") == "express_configuration":
        made["client_authentication_methods"] = {"private_key_jwt": {"credentials": []}}
    _check_vault(client)
    for place in _PLACES:
        if "credentials" in client.get(place, {}):
            references = [_reference(call, made, each) for each in client[place]["credentials"]]
            made[place] = {**client[place], "credentials": references}
    return made


def attached(call: Call, client: Document) -> Document:
    """Return a changed client after checking that the credentials it names are its own.

    Raises: Refusal.
    """
    _check_exclusive(client)
    _check_vault(client)
    for place in (*client.get("client_authentication_methods", {}).values(), client.get("signed_request_object", {})):
        for reference in place.get("credentials", []):
            _own(call, client["client_id"], reference.get("id", ""))
    return client


def credentials_in_full(call: Call, client: Document) -> Document:
    """Return the client with its credentials in place of their ids, as only its creation is answered."""
    made = {**client, **{place: _in_full(call, client[place]) for place in _PLACES if place in client}}
    if "client_authentication_methods" in client:
        methods = client["client_authentication_methods"].items()
        made["client_authentication_methods"] = {method: _in_full(call, value) for method, value in methods}
    return made


def _in_full(call: Call, place: Document) -> Document:
    if "credentials" not in place:
        return place
    rows = call.store.some("client_credentials", [each["id"] for each in place["credentials"]])
    return {**place, "credentials": [_shown(row) for row in rows]}


def _check_exclusive(client: Document) -> None:
    if "client_authentication_methods" in client and client.get("token_endpoint_auth_method") is not None:
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
    if _uses(client, credential["id"]):
        raise invalid("The credential is attached to the client and cannot be deleted.", "credential_in_use")
    call.store.delete("client_credentials", credential["id"])
    return Answer(204)


def _uses(client: Document, credential_id: str) -> bool:
    places = [*client.get("client_authentication_methods", {}).values(), client.get("signed_request_object", {})]
    return any({"id": credential_id} in place.get("credentials", []) for place in places)


_ALL = "/clients/{client_id}/credentials"
HANDLERS: dict[str, Handler] = {
    f"GET {_ALL}": _listed,
    f"POST {_ALL}": _create,
    f"GET {_ALL}/{{credential_id}}": _read,
    f"PATCH {_ALL}/{{credential_id}}": _change,
    f"DELETE {_ALL}/{{credential_id}}": _delete,
}
