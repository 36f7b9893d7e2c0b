"""Identifiers in the form of each kind, derived from names so that they come back after a reset.

The n-th resource of a kind and name in the life of a tenant always gets the same id; a resource that is deleted
and made again gets another one, as on a real tenant.
Source: Auth0 docs (forms of ids), recorded traffic of terraform-provider-auth0; the derivation is our own.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantry.emulator.store import Store

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
HEX = "0123456789abcdef"
DIGITS = "0123456789"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

FORMS: dict[str, tuple[str, str, int]] = {  # collection: prefix, alphabet, length after the prefix
    "clients": ("", BASE62, 32),
    "third_party_clients": ("tpc_", BASE58, 22),
    "client_credentials": ("cred_", BASE58, 22),
    "resource_servers": ("", HEX, 24),
    "client_grants": ("cgr_", BASE62, 16),
    "connections": ("con_", BASE62, 16),
    "scim_tokens": ("tok_", BASE62, 16),
    "roles": ("rol_", BASE62, 16),
    "organizations": ("org_", BASE62, 16),
    "discovery_domains": ("ord_", BASE58, 22),
    "invitations": ("uinv_", BASE62, 16),
    "rules": ("rul_", BASE62, 16),
    "hooks": ("01", CROCKFORD, 24),
    "log_streams": ("lst_", DIGITS, 16),
    "event_streams": ("est_", BASE58, 22),
    "custom_domains": ("cd_", BASE62, 16),
    "network_acls": ("acl_", BASE58, 22),
    "themes": ("", BASE62, 32),
    "phone_providers": ("pro_", BASE58, 22),
    "phone_templates": ("tem_", BASE58, 22),
    "forms": ("ap_", BASE58, 22),
    "flows": ("af_", BASE58, 22),
    "vault_connections": ("ac_", BASE58, 22),
    "self_service_profiles": ("ssp_", BASE58, 22),
    "user_attribute_profiles": ("uap_", BASE58, 22),
    "connection_profiles": ("cop_", BASE58, 22),
    "token_exchange_profiles": ("tep_", BASE62, 16),
    "rate_limit_policies": ("rlp_", BASE62, 21),
    "groups": ("grp_", BASE58, 22),
    "user_grants": ("", HEX, 24),
    "jobs": ("job_", BASE62, 16),
    "users": ("", HEX, 24),
    "keys": ("", BASE62, 21),
    "vc_templates": ("vct_", BASE58, 22),
    "feature_flags": ("flg_", BASE58, 22),
    "variations": ("var_", BASE58, 22),
    "segments": ("seg_", BASE58, 22),
    "experiments": ("exp_", BASE58, 22),
    "events": ("evt_", BASE58, 22),
}


class Ids:
    """Derives ids and secrets; kinds without a form of their own get a UUID."""

    def __init__(self, tenant: str, store: Store, pins: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._tenant = tenant
        self._store = store
        self._pins = pins or {}

    def new(self, kind: str, name: str = "") -> str:
        """Return an id that no other resource of the kind has."""
        seed = f"{kind}:{name}:{self._generation(kind, name)}"
        if kind not in FORMS:
            return str(uuid.UUID(bytes=self._digest(seed, 16), version=4))
        prefix, alphabet, length = FORMS[kind]
        return prefix + self._text(seed, alphabet, length)

    def client(self, name: str, *, third_party: bool = False) -> tuple[str, str]:
        """Return the id and the secret of a client, the pinned ones if the name is pinned."""
        pin = self._pins.get(name, {})
        pinned = pin.get("client_id")
        free = pinned is not None and self._store.get("clients", pinned) is None
        client_id = pinned if pinned and free else self.new("third_party_clients" if third_party else "clients", name)
        if free and "client_secret" in pin:
            return client_id, pin["client_secret"]
        return client_id, self.secret(client_id)

    def secret(self, of: str, length: int = 64) -> str:
        """Return the next secret of the named thing."""
        return self._text(f"secret:{of}:{self._generation('secret', of)}", BASE62, length)

    def _generation(self, kind: str, name: str) -> int:
        key = f"{kind}:{name}"
        known = self._store.get("_generations", key)
        generation = known["n"] + 1 if known else 0
        self._store.put("_generations", key, {"n": generation})
        return generation

    def _text(self, seed: str, alphabet: str, length: int) -> str:
        return "".join(alphabet[byte % len(alphabet)] for byte in self._digest(seed, length))

    def _digest(self, seed: str, size: int) -> bytes:
        return hashlib.shake_256(f"tenantry:{self._tenant}:{seed}".encode()).digest(size)
