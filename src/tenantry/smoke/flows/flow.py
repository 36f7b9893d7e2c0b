"""A flow: one way to tokens that must work, and what follows from its declaration alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from tenantry.model.secret import Secret
from tenantry.model.smoke import Expectation, FlowName, SmokeUser
from tenantry.smoke.configuration import Configuration
from tenantry.smoke.declared import Api, Application, Connection, Grant, is_userinfo


@dataclass(frozen=True)
class Flow:
    """One way to tokens that must work.

    ``audience`` is what the request names: an API's identifier, ``userinfo`` or ``management-api`` (which the run turns
    into the tenant's own addresses), or nothing. ``scope`` is what is asked for. ``missing`` says why a listed flow
    cannot be tried.
    """

    handle: str
    kind: FlowName
    application: Application
    configuration: Configuration = field(repr=False, compare=False)
    api: Api | None = None
    audience: str | None = None
    user_handle: str = ""
    user: SmokeUser | None = None
    connection: Connection | None = None
    grant: Grant | None = None
    scope: tuple[str, ...] = ()
    redirect_uri: str = ""
    organization: str | None = None
    authorize: dict[str, str] = field(default_factory=dict)
    expect: Expectation = field(default_factory=Expectation)
    missing: str = ""
    subject_token: Secret | str | None = field(default=None, repr=False)
    subject_token_type: str | None = None

    @property
    def is_machine(self) -> bool:
        """Return whether nobody logs in."""
        return self.kind == "client_credentials"

    @property
    def visits_pages(self) -> bool:
        """Return whether the application sends a browser away and gets it back at a callback."""
        return self.kind in {"authorization_code", "authorization_code_pkce"}

    @property
    def uses_pkce(self) -> bool:
        """Return whether the flow binds its codes to a verifier."""
        return self.kind == "authorization_code_pkce"

    @property
    def api_name(self) -> str:
        """Return what reports call the API."""
        return self.api.handle if self.api else (self.audience or "")

    @property
    def token_api(self) -> Api | None:
        """Return the API whose token comes out: the requested one, else the tenant's default."""
        return self.api or (self.configuration.default_api if self.audience is None else None)

    @property
    def is_opaque(self) -> bool:
        """Return whether the access token is known to be opaque."""
        if is_userinfo(self.audience):
            return True
        return self.audience is None and self.configuration.has_no_default_api and not self.is_machine

    @property
    def expects_refresh_token(self) -> bool:
        """Return whether a refresh token is known to be due."""
        if self.is_machine or "offline_access" not in self.scope or not self.application.may("refresh_token"):
            return False
        if self.is_legacy_pipeline:
            return "device" in self.authorize
        return self.follows_new_rules and self.may_be_offline

    @property
    def may_be_offline(self) -> bool:
        """Return whether nothing but the scope is missing for a refresh token, as far as that is known."""
        if self.is_foreign:
            return self.token_api is None or self.token_api.allows_offline is not False
        return self.token_api.allows_offline is True if self.token_api else self.is_opaque

    @property
    def is_foreign(self) -> bool:
        """Return whether it is proved at another provider than Auth0."""
        return self.configuration.is_foreign

    @property
    def is_legacy_pipeline(self) -> bool:
        """Return whether the tenant handles the request by the rules of old: not conformant, and no audience named."""
        return self.application.is_legacy and self.audience is None

    @property
    def follows_new_rules(self) -> bool:
        """Return whether today's rules are known to handle the request; unsaid, an application may be a legacy one."""
        return self.audience is not None or self.application.is_conformant or self.is_foreign
