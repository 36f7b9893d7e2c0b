"""A company of any size, as tenant files: applications, APIs, and a grant for each application."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MOST_APIS = 999
"""A tenant lists 1,000 APIs and no more, and one is the Management API."""
PER_FILE = 1000


@dataclass(frozen=True)
class Company:
    """``size`` applications with a grant each, and as many APIs as a tenant lists."""

    size: int

    @property
    def apis(self) -> int:
        """Return how many APIs there are."""
        return min(self.size, MOST_APIS)

    @property
    def resources(self) -> int:
        """Return how many resources there are in all."""
        return 2 * self.size + self.apis

    def write(self, folder: Path, url: str, *, changed: bool = False) -> Path:
        """Write the tenant files and return the one that names the tenant; ``changed``: every tenth resource is different."""
        tenants = folder / "tenants"
        (tenants / "parts").mkdir(parents=True, exist_ok=True)
        sections = {
            "applications": [_application(number, changed=changed) for number in range(self.size)],
            "apis": [_api(number, changed=changed) for number in range(self.apis)],
            "client_grants": [_grant(number, number % self.apis, changed=changed) for number in range(self.size)],
        }
        for section, texts in sections.items():
            for start in range(0, len(texts), PER_FILE):
                lines = ["version: 1", f"{section}:", *texts[start : start + PER_FILE]]
                (tenants / "parts" / f"{section}-{start}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        tenant = tenants / "tenant.yaml"
        tenant.write_text(f"version: 1\nextends: [parts/*.yaml]\ntenant: {{base_url: '{url}'}}\n", encoding="utf-8")
        return tenant


def _is_changed(number: int, *, changed: bool) -> bool:
    return changed and number % 10 == 0


def _application(number: int, *, changed: bool) -> str:
    """Return one application; each tenth gets another description."""
    version = 2 if _is_changed(number, changed=changed) else 1
    return f"""\
  app-{number}:
    name: App {number}
    description: Application {number}, version {version}
    app_type: regular_web
    oidc_conformant: true
    token_endpoint_auth_method: client_secret_post
    jwt_configuration: {{alg: RS256, lifetime_in_seconds: 36000}}
    callbacks: ["https://app-{number}.acme.example/callback"]
    allowed_logout_urls: ["https://app-{number}.acme.example"]
    grant_types: [authorization_code, refresh_token, client_credentials]
    refresh_token:
      rotation_type: rotating
      expiration_type: expiring
      leeway: 0
      token_lifetime: 2592000
      idle_token_lifetime: 1296000
      infinite_token_lifetime: false
      infinite_idle_token_lifetime: false"""


def _api(number: int, *, changed: bool) -> str:
    """Return one API; each tenth gets another lifetime for its tokens."""
    lifetime = 3600 if _is_changed(number, changed=changed) else 7200
    return f"""\
  api-{number}:
    name: API {number}
    identifier: https://api-{number}.acme.example
    signing_alg: RS256
    allow_offline_access: false
    skip_consent_for_verifiable_first_party_clients: true
    token_lifetime: {lifetime}
    token_lifetime_for_web: 3600
    scopes:
      - {{value: "read:things", description: Read things}}
      - {{value: "write:things", description: Write things}}"""


def _grant(number: int, api: int, *, changed: bool) -> str:
    """Return one grant; each tenth may write too."""
    scope = '"read:things", "write:things"' if _is_changed(number, changed=changed) else '"read:things"'
    return f"  grant-{number}: {{client_id: app-{number}, audience: api-{api}, scope: [{scope}]}}"
