"""Signing keys and encryption keys; custom signing keys and encryption keys are kept, nothing is done with them.

Source: recorded traffic of terraform-provider-auth0 (TestAccDataSignKeys, TestAccEncryptionKeyManager*).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tenantry.emulator.management.answers import Answer, invalid, missing
from tenantry.emulator.management.kind import public
from tenantry.emulator.management.paging import page
from tenantry.emulator.oauth.keys import rotate

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler
    from tenantry.emulator.tenant import Tenant

_ROOTS = ("environment-root-key", "customer-provided-root-key")


def _signing(call: Call) -> list[Document]:
    return [public(key) for key in call.store.all("keys")]


def _own(call: Call, collection: str) -> Document:
    key = call.store.get(collection, call.key)
    if key is None:
        raise missing("The key does not exist.", "inexistent_key")
    return key


def _rotate(call: Call) -> Answer:
    key = rotate(call.tenant)
    return Answer(call.operation.status, {"cert": key["cert"], "kid": key["kid"]})


def _revoke(call: Call) -> Document:
    key = _own(call, "keys")
    if key.get("current") or key.get("next"):
        raise invalid("The current and the next signing key cannot be revoked.")
    made = {**key, "revoked": True, "revoked_at": call.clock.milliseconds()}
    call.store.put("keys", key["kid"], made)
    return {"cert": key["cert"], "kid": key["kid"]}


def seed_encryption(tenant: Tenant) -> None:
    """Give the tenant its own root key and the master key below it."""
    root = _put(tenant, "environment-root-key", "active", None)
    _put(tenant, "tenant-master-key", "active", root["kid"])


def _put(tenant: Tenant, kind: str, state: str, parent: str | None) -> Document:
    now = tenant.clock.milliseconds()
    key: Document = {
        "kid": tenant.ids.new("encryption_keys", kind),
        "type": kind,
        "state": state,
        "created_at": now,
        "updated_at": now,
        "parent_kid": parent,
        "public_key": None,
    }
    tenant.store.put("encryption_keys", key["kid"], key)
    return key


def _encryption(call: Call) -> Any:
    return page(call, list(reversed(call.store.all("encryption_keys"))), public, key="kid")


def _create(call: Call) -> Document:
    return _put(call.tenant, call.body["type"], "pre-activation", None)


def _move(call: Call, key: Document, state: str) -> Document:
    made = {**key, "state": state, "updated_at": call.clock.milliseconds()}
    call.store.put("encryption_keys", key["kid"], made)
    return made


def _destroy(call: Call) -> Answer:
    _move(call, _own(call, "encryption_keys"), "destroyed")
    return Answer(204)


def _import(call: Call) -> Document:
    """Answer the import of key material; only its form is looked at."""
    key = _own(call, "encryption_keys")
    if not _is_wrapped(str(call.body["wrapped_key"])):
        raise invalid("Invalid input. Wrapped key material is invalid or unsupported key type.")
    for root in call.store.all("encryption_keys"):
        if root["type"] in _ROOTS and root["state"] == "active":
            _move(call, root, "destroyed")
    _renew(call, key["kid"])
    return _move(call, key, "active")


def _is_wrapped(text: str) -> bool:
    return len(text) >= 64 and text.rstrip("=").replace("+", "a").replace("/", "a").isalnum()  # noqa: PLR2004 - two RSA blocks at least are longer


def _rekey(call: Call) -> Answer:
    roots = [key for key in call.store.all("encryption_keys") if key["type"] in _ROOTS and key["state"] == "active"]
    _renew(call, roots[0]["kid"] if roots else None)
    return Answer(204)


def _renew(call: Call, root: str | None) -> None:
    for master in call.store.find("encryption_keys", "type", "tenant-master-key"):
        if master["state"] == "active":
            _move(call, master, "destroyed")
    _put(call.tenant, "tenant-master-key", "active", root)


def _wrapping_key(call: Call) -> Answer:
    _own(call, "encryption_keys")
    return Answer(201, {"public_key": _public_pem(call.tenant.name), "algorithm": "CKM_RSA_AES_KEY_WRAP"})


def _custom(call: Call) -> Document:
    keys = call.store.get("settings", "custom-signing-keys")
    if keys is None:
        raise missing("There are no custom signing keys.")
    return keys


def _put_custom(call: Call) -> Document:
    keys = {"keys": call.body["keys"]}
    call.store.put("settings", "custom-signing-keys", keys)
    return keys


def _delete_custom(call: Call) -> Answer:
    call.store.delete("settings", "custom-signing-keys")
    return Answer(204)


@cache
def _public_pem(_tenant: str) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


HANDLERS: dict[str, Handler] = {
    "GET /keys/signing": _signing,
    "GET /keys/signing/{kid}": lambda call: public(_own(call, "keys")),
    "POST /keys/signing/rotate": _rotate,
    "PUT /keys/signing/{kid}/revoke": _revoke,
    "GET /keys/custom-signing": _custom,
    "PUT /keys/custom-signing": _put_custom,
    "DELETE /keys/custom-signing": _delete_custom,
    "GET /keys/encryption": _encryption,
    "POST /keys/encryption": _create,
    "POST /keys/encryption/rekey": _rekey,
    "GET /keys/encryption/{kid}": lambda call: _own(call, "encryption_keys"),
    "POST /keys/encryption/{kid}": _import,
    "DELETE /keys/encryption/{kid}": _destroy,
    "POST /keys/encryption/{kid}/wrapping-key": _wrapping_key,
}
