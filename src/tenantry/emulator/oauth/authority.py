"""The authorization server as one request sees it: a tenant under an issuer, and what its documents say.

Source: Auth0 docs, "Get started / Applications" and "APIs"; collections as the Management API fills them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import misbehaviours

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from tenantry.emulator.store import Store
    from tenantry.emulator.tenant import Tenant

Document = dict[str, Any]


@dataclass(frozen=True)
class Authority:
    """One tenant, answering one request."""

    tenant: Tenant
    request: Request

    @cached_property
    def issuer(self) -> str:
        """The issuer, with its trailing slash."""
        return self.tenant.issuer(self.request)

    @property
    def store(self) -> Store:
        """The tenant's documents."""
        return self.tenant.store

    @property
    def ip(self) -> str:
        """The address that the request came from."""
        return self.request.client.host if self.request.client else "127.0.0.1"

    @property
    def now(self) -> int:
        """The tenant's time in whole seconds since 1970."""
        return int(self.tenant.clock.now())

    @property
    def userinfo_audience(self) -> str:
        """The audience that stands for /userinfo."""
        return self.issuer + "userinfo"

    def misbehaves(self, name: str) -> bool:
        """Return whether the tenant is told to be wrong in this way."""
        return misbehaviours.is_active(self.tenant, name)

    def setting(self, name: str) -> Any:
        """Return a tenant setting, None when it is not set."""
        return (self.store.get("settings", "tenant") or {}).get(name)

    def flag(self, name: str) -> bool:
        """Return a tenant flag, false when it is not set."""
        return bool((self.setting("flags") or {}).get(name))

    def client(self, client_id: str | None) -> Document | None:
        """Return the application with that id."""
        return self.store.get("clients", client_id) if client_id else None

    def api(self, audience: str | None) -> Document | None:
        """Return the API with that identifier, as the caller knows it."""
        if not audience:
            return None
        found = self.store.find("resource_servers", "identifier", self.tenant.stored_audience(self.request, audience))
        return found[0] if found else None

    def audience(self, sent: Mapping[str, str]) -> str | None:
        """Return the identifier of the API asked for, or of the tenant's default; None for /userinfo only.

        Source: Auth0 docs, "Authentication API" (`resource` in place of `audience` where the tenant's profile allows it).
        """
        compatible = self.setting("resource_parameter_profile") == "compatibility"
        asked = sent.get("audience") or (sent.get("resource") if compatible else None)
        wanted = asked or self.setting("default_audience") or None
        return None if wanted == self.userinfo_audience else wanted

    def user(self, user_id: str | None) -> Document | None:
        """Return the user with that id."""
        return self.store.get("users", user_id) if user_id else None

    def organization(self, name_or_id: str | None) -> Document | None:
        """Return the organization with that id, or with that name where the tenant allows names."""
        if not name_or_id:
            return None
        if name_or_id.startswith("org_"):
            return self.store.get("organizations", name_or_id)
        if not self.setting("allow_organization_name_in_authentication_api"):
            return None
        found = self.store.find("organizations", "name", name_or_id.lower())
        return found[0] if found else None

    def client_grant(self, client: Document, audience: str, subject_type: str) -> Document | None:
        """Return the grant that lets the application reach the API, for itself (`client`) or for its users (`user`).

        Source: published description of `default_for`: what third parties get that have no grant of their own.
        """
        stored = self.tenant.stored_audience(self.request, audience)
        grants = self.store.find("client_grants", "client_id", client["client_id"])
        if not is_first_party(client):
            grants += self.store.find("client_grants", "default_for", "third_party_clients")
        for grant in grants:
            if grant.get("audience") == stored and (grant.get("subject_type") or "client") == subject_type:
                return grant
        return None

    def lets_users_in(self, client: Document, api: Document) -> bool:
        """Return whether users of the application may reach the API, by the API's policy and the application's grant."""
        if self.misbehaves("ignore_access_policies"):
            return True
        if needs_grant(client, api):
            return self.client_grant(client, api["identifier"], "user") is not None
        return policy(api, "user") == "allow_all"


def is_first_party(client: Document) -> bool:
    """Return whether the application is the tenant's own."""
    return client.get("is_first_party") is not False


def is_strict(client: Document) -> bool:
    """Return whether the application is somebody else's, and held to the stricter rules.

    Source: Auth0 docs, "Security controls" of third-party applications.
    """
    return not is_first_party(client) and client.get("third_party_security_mode") == "strict"


def is_public(client: Document) -> bool:
    """Return whether the application keeps no secret: method `none`, or native or single-page without a method.

    Source: Auth0 docs, "Confidential and public applications".
    """
    if client.get("client_authentication_methods"):
        return False
    method = client.get("token_endpoint_auth_method")
    return method == "none" or (method is None and client.get("app_type") in {"native", "spa"})


def needs_grant(client: Document, api: Document) -> bool:
    """Return whether users of the application reach the API by a client grant only.

    Source: Auth0 docs, "API access policies for applications": strict third parties always do, where anybody is let in.
    """
    rule = policy(api, "user")
    return rule == "require_client_grant" or (rule == "allow_all" and is_strict(client))


def policy(api: Document, subject: str) -> str:
    """Return who may reach the API as `user` or as `client`.

    Source: recorded creations of resource servers (the defaults).
    """
    default = "allow_all" if subject == "user" else "require_client_grant"
    rules = (api.get("subject_type_authorization") or {}).get(subject) or {}
    return str(rules.get("policy") or default)
