"""Somebody else's OpenID provider on this machine, and files that say what it promises.

Source: oidc-provider of npm, which the OpenID Foundation certified; nothing of it is ours but how it is set up.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from joserfc.jwk import RSAKey

from tenantry.render.yaml import to_yaml
from tests.clients.node import Node

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
LOGIN = {
    "callbacks": ["https://client.example/callback", "https://client.example/other"],
    "allowed_logout_urls": ["https://client.example/bye"],
    "grant_types": ["authorization_code", "refresh_token"],
    "refresh_token": {"rotation_type": "rotating"},
    "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 600},
}
APPLICATIONS: dict[str, dict[str, Any]] = {
    "spa": {**LOGIN, "token_endpoint_auth_method": "none"},
    "web": {**LOGIN, "token_endpoint_auth_method": "client_secret_basic", "jwt_configuration": {"lifetime_in_seconds": 600}},
    "desk": {**LOGIN, "token_endpoint_auth_method": "client_secret_post"},
    "vault": {**LOGIN, "client_authentication_methods": {"private_key_jwt": {"credentials": []}}},
    "front": {
        "callbacks": LOGIN["callbacks"],
        "grant_types": ["authorization_code", "implicit"],
        "token_endpoint_auth_method": "client_secret_basic",
    },
    "bank": {**LOGIN, "token_endpoint_auth_method": "client_secret_basic", "require_pushed_authorization_requests": True},
    "tv": {"token_endpoint_auth_method": "none", "grant_types": [DEVICE_CODE, "refresh_token"]},
    "robot": {"token_endpoint_auth_method": "client_secret_basic", "grant_types": ["client_credentials"]},
}
"""``web`` has its ID tokens signed by ES256, which Auth0 does not know: what is not declared is taken from discovery."""
API = {
    "identifier": "https://api.client.example/orders",
    "signing_alg": "RS256",
    "token_dialect": "rfc9068_profile",
    "token_lifetime": 900,
    "scopes": [{"value": "read:orders"}, {"value": "write:orders"}],
    "lifecycle": {"managed": False},
}
SECRET = "a secret of thirty-two characters"
PASSWORD = "lovelace-of-1843"


@cache
def key() -> RSAKey:
    """Return the key by which an application proves who it is, one per process."""
    return RSAKey.generate_key(2048, {"kid": "vault", "use": "sig", "alg": "RS256"}, private=True)


def proofs() -> dict[str, dict[str, str]]:
    """Return what each application proves itself with."""
    pem = key().as_pem(private=True).decode()
    return {"vault": {"private_key": pem}} | {
        name: {"client_secret": SECRET} for name in ("web", "desk", "front", "bank", "robot")
    }


@dataclass(frozen=True)
class Provider:
    """A provider that is served."""

    issuer: str

    def file(self, path: Path, *applications: str, with_api: bool = False, level: str = "contract") -> Path:
        """Return a tenant file about these applications, written there."""
        tester = {"username": "ada", "email": "ada@client.example", "password": PASSWORD, "disposable": True}
        known = {name: APPLICATIONS[name] | {"lifecycle": {"managed": False, "id": name}} for name in applications}
        declared: dict[str, Any] = {"version": 1, "tenant": {"issuer": self.issuer}, "applications": known}
        if with_api:
            declared["apis"] = {"orders": API}
        declared["smoke"] = {
            "level": level,
            "users": {"tester": tester},
            "applications": {name: proof for name, proof in proofs().items() if name in applications},
        }
        path.write_text(to_yaml(declared), encoding="utf-8")
        return path


@contextlib.contextmanager
def serving(node: Node, wrong: str = "") -> Iterator[Provider]:
    """Give a provider for as long as it is needed, set up badly if one of its wrongs is named."""
    with node.talking("provider.mjs", {"wrong": wrong, "key": key().as_dict(private=False)}) as script:
        yield Provider(script.hear()["issuer"])
