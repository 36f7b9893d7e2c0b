"""The declared tenant as a whole: what its resources say of one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from functools import cached_property
from typing import Any

from tenantry.model.address import Address
from tenantry.model.state import DesiredState, Resource
from tenantry.smoke.custom_claims import CustomClaim, surely_set
from tenantry.smoke.declared import Api, Application, Connection, Declared, Grant, is_exact, named


class Configuration:
    """The declared tenant, by handles."""

    def __init__(self, state: DesiredState, *, emulated: bool = False, foreign: bool = False) -> None:
        self.tenant = state.tenant
        self.is_emulated = emulated
        self.is_foreign = foreign
        """It is another OpenID provider, which promises what the standards say and nothing of Auth0's own."""
        self.offered_scopes: frozenset[str] | None = None
        """What another provider's discovery offers, None while nobody has asked or where it does not say."""
        self._pruned = state.manage.prune
        self._resources = {address: resource for address, resource in state.resources.items() if not resource.lifecycle.absent}

    def offering(self, document: Mapping[str, Any]) -> Configuration:
        """Return the same declarations, with what the provider's discovery document offers."""
        offered, scopes = copy(self), document.get("scopes_supported")
        offered.offered_scopes = frozenset(map(str, scopes)) if isinstance(scopes, list) else None
        return offered

    def owns(self, section: str) -> bool:
        """Return whether the tenant holds nothing of a section but what is declared: it is pruned, or emulated."""
        return self.is_emulated or section in self._pruned

    def _section(self, section: str) -> Iterable[Resource]:
        """Return the resources of a section."""
        return (resource for address, resource in self._resources.items() if address.section == section)

    @cached_property
    def applications(self) -> dict[str, Application]:
        """Return the declared applications."""
        return {item.address.handle: Application(item) for item in self._section("applications")}

    @cached_property
    def apis(self) -> dict[str, Api]:
        """Return the declared APIs."""
        return {item.address.handle: Api(item) for item in self._section("apis") if item.fields.get("identifier")}

    @cached_property
    def connections(self) -> dict[str, Connection]:
        """Return the declared connections."""
        return {item.address.handle: Connection(item) for item in self._section("connections")}

    @cached_property
    def grants(self) -> dict[str, Grant]:
        """Return the declared client grants."""
        return {item.address.handle: Grant(item) for item in self._section("client_grants")}

    @cached_property
    def code_of_actions(self) -> str:
        """Return the text of all declared actions, which may name claims of their own."""
        return "\n".join(str(item.fields.get("code") or "") for item in self._section("actions"))

    @cached_property
    def custom_claims(self) -> list[CustomClaim]:
        """Return the claims that the actions of the post-login trigger surely set; the last action has the last word."""
        trigger = self._resources.get(Address("triggers", "post-login"))
        handles = [str(handle) for handle in named(trigger.fields.get("actions"))] if trigger else []
        actions = [self._resources.get(Address("actions", handle)) for handle in handles]
        codes = [str(action.fields.get("code") or "") for action in actions if action]
        return surely_set(codes)

    @cached_property
    def settings(self) -> Declared | None:
        """Return the declared tenant settings."""
        return next((Declared(item) for item in self._section("tenant_settings")), None)

    def setting(self, *path: str) -> Any:
        """Return a tenant setting, None when nobody said."""
        return self.settings.get(*path) if self.settings else None

    def api(self, reference: Any) -> Api | None:
        """Return the API that a reference (its handle, or its identifier) names."""
        by_identifier = {api.identifier: api for api in self.apis.values()}
        return self.apis.get(str(reference)) or by_identifier.get(str(reference))

    @property
    def default_api(self) -> Api | None:
        """Return the API whose tokens are given out when a request names none."""
        return self.api(self.setting("default_audience")) if self.setting("default_audience") else None

    @property
    def has_no_default_api(self) -> bool:
        """Return whether it is known that there is no default audience: it is said, or an emulated tenant began so."""
        is_said = self.settings is not None and "default_audience" in self.settings.resource.fields
        return (is_said or self.is_emulated) and not self.setting("default_audience")

    def permissions(self, role: str, api: Api) -> set[str] | None:
        """Return the permissions for an API that a declared role holds, None when that is not known exactly."""
        resource = self._resources.get(Address("roles", role))
        permissions = resource.fields.get("permissions") if resource else None
        if not isinstance(permissions, Mapping):
            return None
        held = [value for key, value in permissions.items() if self.api(key) == api]
        return None if any(not is_exact(value) for value in held) else {scope for value in held for scope in value}

    def user_grant(self, application: Application, api: Api) -> Grant | None:
        """Return the grant by which users may let the application reach the API."""
        grants = (grant for grant in self._grants_of(application) if grant.is_for_users)
        return next((grant for grant in grants if self.api(grant.get("audience")) == api), None)

    def machine_grants(self, application: Application) -> list[Grant]:
        """Return the grants by which the application reaches APIs as itself."""
        return [grant for grant in self._grants_of(application) if grant.is_for_machines]

    def _grants_of(self, application: Application) -> list[Grant]:
        """Return the grants of an application: its own, and those for all third parties in place of which it has none.

        Source: Auth0's published Management API description (``default_for`` of a client grant).
        """
        own = [grant for grant in self.grants.values() if grant.get("client_id") == application.handle]
        if not application.is_third_party:
            return own
        taken = {(grant.get("audience"), grant.subject_type) for grant in own}
        defaults = (grant for grant in self.grants.values() if grant.get("default_for") == "third_party_clients")
        return own + [grant for grant in defaults if (grant.get("audience"), grant.subject_type) not in taken]

    @cached_property
    def organizations(self) -> dict[str, Declared]:
        """Return the declared organizations."""
        return {item.address.handle: Declared(item) for item in self._section("organizations")}
