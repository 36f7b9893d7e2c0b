"""A small tenant for the end-to-end tests, and ways to run the command line and to ask the emulator."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tenantry.cli.entry import run

SHOP = """\
version: 1
tenant:
  base_url: BASE_URL
  client_id: tenantry-emulator
  client_secret: ${secret.EMULATOR_SECRET}
applications:
  web:
    name: Web
    app_type: spa
    oidc_conformant: true
    token_endpoint_auth_method: none
    jwt_configuration: {alg: RS256, lifetime_in_seconds: 36000}
    callbacks: [http://localhost:3000/callback]
    grant_types: [authorization_code, refresh_token]
    refresh_token: {rotation_type: rotating, expiration_type: expiring, leeway: 0, token_lifetime: 2592000}
  job:
    name: Job
    app_type: non_interactive
    oidc_conformant: true
    token_endpoint_auth_method: client_secret_post
    jwt_configuration: {alg: RS256, lifetime_in_seconds: 36000}
    grant_types: [client_credentials]
apis:
  orders:
    name: Orders
    identifier: https://api.acme.example/orders
    signing_alg: RS256
    allow_offline_access: true
    skip_consent_for_verifiable_first_party_clients: true
    token_lifetime: 3600
    token_lifetime_for_web: 3600
    scopes: [{value: "read:orders", description: Read orders}]
client_grants:
  job-orders: {client_id: job, audience: orders, scope: ["read:orders"]}
connections:
  users:
    name: users
    strategy: auth0
    options: {passwordPolicy: good}
    enabled_clients: [web]
smoke:
  users:
    anyone: {connection: users, ephemeral: true}
  flows:
    sign-in:
      flow: authorization_code_pkce
      application: web
      api: orders
      user: anyone
      scope: [openid, profile, email, offline_access, "read:orders"]
    work: {flow: client_credentials, application: job, api: orders, scope: ["read:orders"]}
outputs:
  WEB_CLIENT_ID: ${applications.web.client_id}
  JOB_CLIENT_SECRET: ${applications.job.client_secret}
"""

SECRET = "tenantry-emulator-secret"


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Return the one document on stdout."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document


Run = Callable[..., Ran]

__all__ = ["READING", "SECRET", "SHOP", "Ran", "Run", "Shop", "as_job", "run"]


class Shop:
    """The tenant file in a folder of its own, and the emulator that serves its tenant."""

    def __init__(self, folder: Path, url: str, command: Run) -> None:
        self.path = folder / "tenants" / "shop.yaml"
        self.path.parent.mkdir(parents=True)
        self.url = url
        self.path.write_text(SHOP.replace("BASE_URL", url), encoding="utf-8")
        self.command = command

    def __call__(self, command: str, *args: str) -> Ran:
        """Run a command on the tenant file."""
        return self.command(command, str(self.path), *args)

    def edit(self, before: str, after: str) -> None:
        """Change the file; ``before`` must be there exactly once."""
        text = self.path.read_text(encoding="utf-8")
        assert text.count(before) == 1, before
        self.path.write_text(text.replace(before, after), encoding="utf-8")

    def up(self) -> None:
        """Bring the tenant to what the file declares, and count from zero."""
        ran = self("apply", "--yes")
        assert ran.code == 0, ran
        httpx.delete(f"{self.url}/_emulator/stats").raise_for_status()

    def stats(self) -> dict[str, Any]:
        """Return what the Management API was asked since."""
        answer = httpx.get(f"{self.url}/_emulator/stats").json()
        assert isinstance(answer, dict)
        return answer

    def writes(self) -> dict[str, int]:
        """Return the requests that were no reads."""
        return {name: count for name, count in self.stats()["requests"].items() if not name.startswith("GET ")}

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the Management API by hand."""
        form = {
            "grant_type": "client_credentials",
            "client_id": "tenantry-emulator",
            "client_secret": SECRET,
            "audience": f"{self.url}/api/v2/",
        }
        token = httpx.post(f"{self.url}/oauth/token", data=form).json()["access_token"]
        headers = {"authorization": f"Bearer {token}"}
        answer = httpx.request(method, f"{self.url}/api/v2{path}", json=body, headers=headers)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def person(self, **user: Any) -> None:
        """Make a user by hand; only an application that the connection is enabled for may, so it is for that moment."""
        path = f"/connections/{self.one('/connections', name=user['connection'])['id']}/clients"
        self.api("PATCH", path, [{"client_id": "tenantry-emulator", "status": True}])
        self.api("POST", "/users", user)
        self.api("PATCH", path, [{"client_id": "tenantry-emulator", "status": False}])

    def one(self, path: str, **members: Any) -> dict[str, Any]:
        """Return the one live object of a list that has these members."""
        listed = self.api("GET", path)
        found = [item for item in listed if all(item.get(name) == value for name, value in members.items())]
        assert len(found) == 1, found
        return dict(found[0])


READING = [
    *("read:clients", "read:client_keys", "read:resource_servers", "read:client_grants", "read:connections"),
    *("read:tenant_settings", "read:roles", "read:organizations", "read:actions"),
]


def as_job(shop: Shop, scopes: list[str]) -> dict[str, Any]:
    """Let the tool be the application Job, which may do no more than this, and return it."""
    client: dict[str, Any] = shop.one("/clients", name="Job")
    audience = next(api["identifier"] for api in shop.api("GET", "/resource-servers") if api.get("is_system"))
    shop.api("POST", "/client-grants", {"client_id": client["client_id"], "audience": audience, "scope": scopes})
    shop.edit("client_id: tenantry-emulator", f"client_id: {client['client_id']}")
    shop.edit("${secret.EMULATOR_SECRET}", "${secret.JOB_SECRET}")
    (shop.path.parent / "secrets.env").write_text(f"JOB_SECRET={client['client_secret']}\n")
    return client
