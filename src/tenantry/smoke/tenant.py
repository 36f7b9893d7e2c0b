"""The tenant as anybody sees it from outside, with what the run was lent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tenantry.model.address import MANAGEMENT_API, USERINFO
from tenantry.model.errors import TenantryError
from tenantry.model.secret import Secret
from tenantry.model.smoke import SmokeConfig
from tenantry.smoke.client import METHODS, Credentials, signing_alg
from tenantry.smoke.configuration import Configuration
from tenantry.smoke.declared import Api, Application
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.lending.borrow import Borrow
from tenantry.smoke.lending.people import People, Person, plain
from tenantry.smoke.login.forms import read_page
from tenantry.smoke.login.otp import OneTimePasswords
from tenantry.smoke.login.ways import Way
from tenantry.smoke.redact import Vault
from tenantry.smoke.reply import Reply
from tenantry.smoke.steps import Steps
from tenantry.smoke.stops import Stopped, blocked, failed, skipped
from tenantry.smoke.strangers import may_lead_to
from tenantry.smoke.terms import AUTH0, STANDARD, Terms
from tenantry.smoke.timing import Timing
from tenantry.smoke.tokens import Keys
from tenantry.smoke.wire import Wire

DISCOVERY = "/.well-known/openid-configuration"
REQUIRED = {"authorization_endpoint", "token_endpoint", "jwks_uri"}
"""The endpoints that no provider can do without.

Source: OpenID Connect Discovery section 3.
"""


@dataclass
class Tenant:
    """Everything that the flows of one run share."""

    wire: Wire
    configuration: Configuration
    config: SmokeConfig
    borrow: Borrow
    people: People
    vault: Vault
    timing: Timing
    issuer: str
    management_audience: str
    way: Way = field(default_factory=Way)
    """How people log in."""

    def __post_init__(self) -> None:
        """Begin with nothing seen."""
        self.steps = Steps()
        self.used: Counter[str] = Counter()
        self.codes = OneTimePasswords(self.wire.now, self.timing.sleep)
        self._consents: set[tuple[str, str, str | None]] = set()

    @property
    def is_emulated(self) -> bool:
        """Return whether it is an emulated tenant, which nobody else uses and which promises more."""
        return self.configuration.is_emulated

    @property
    def is_foreign(self) -> bool:
        """Return whether it is another provider than Auth0, whose discovery document is all that is known of it."""
        return self.configuration.is_foreign

    @property
    def terms(self) -> Terms:
        """Return how exactly its answers are judged."""
        return STANDARD if self.is_foreign else AUTH0

    @property
    def userinfo_audience(self) -> str:
        """Return the audience that stands for the tenant's own userinfo endpoint."""
        return f"{self.issuer}userinfo"

    def can_spend(self, what: str) -> None:
        """Return when the budget of the run allows one more.

        Raises: Stopped when it is used up.
        """
        budget: int | None = getattr(self.config.budget, what)
        if budget is not None and self.used[what] >= budget:
            raise blocked(f"the budget of {budget} {what} is used up (smoke.budget.{what})")

    def spend(self, what: str) -> None:
        """Count one login or token.

        Raises: Stopped when the budget of the run is used up.
        """
        self.can_spend(what)
        self.used[what] += 1

    def give_back(self, what: str) -> None:
        """Take back what was counted and did not come to be."""
        self.used[what] -= 1

    def is_first_consent(self, person: Person, flow: Flow) -> bool:
        """Return whether no flow of this run has taken the person to this application and API before."""
        key = (person.identifier, flow.application.handle, flow.audience)
        is_first = key not in self._consents
        self._consents.add(key)
        return is_first

    def audience(self, name: str | None) -> str | None:
        """Return what a request says for an API's identifier or one of the names that stand for the tenant's own."""
        own = {} if self.is_foreign else {MANAGEMENT_API: self.management_audience, USERINFO: self.userinfo_audience}
        return own.get(name, name) if name else None

    async def discovery(self) -> dict[str, Any]:
        """Return the discovery document.

        Raises: Stopped when there is none.
        """
        return await self.steps.once(DISCOVERY, self._discovery)

    async def _discovery(self) -> dict[str, Any]:
        """Ask for the discovery document."""
        reply = await self.wire.get(self.wire.url(DISCOVERY))
        if not reply.is_ok or not reply.body:
            title = read_page(reply.url, reply.status, reply.text).title
            said = f"{reply.gist} ({title})" if title else f"{reply.gist} {reply.content_type}"
            raise failed(f"{reply.url} answered {said}", "the discovery document in JSON; open that address to see who answers")
        return reply.body

    async def endpoint(self, name: str) -> str:
        """Return an endpoint of the tenant.

        Raises: Stopped when it is missing, or not the tenant's: nothing is sent to strangers.
        """
        url = (await self.discovery()).get(name)
        if not isinstance(url, str):
            if self.is_foreign and name not in REQUIRED:
                raise skipped(f"not offered: the provider's discovery names no {name}")
            raise failed(f"discovery has no {name}", f"{name} at {self.wire.host}")
        if self.is_foreign and may_lead_to(self.issuer, url):
            self.wire.admit(url)
        if not self.wire.is_home(url):
            raise failed(f"{name} is at {urlsplit(url).netloc}", f"{name} at {urlsplit(self.wire.base_url).netloc}")
        return url

    async def jwks_reply(self) -> Reply:
        """Return the published keys as they were answered."""
        url = await self.endpoint("jwks_uri")
        return await self.steps.once("jwks reply", lambda: self.wire.get(url))

    async def keys(self) -> Keys:
        """Return the published keys."""
        return Keys((await self.jwks_reply()).body, may_be_nameless=self.is_foreign)

    async def offers(self, name: str, value: str, *, unsaid: Collection[str] = ()) -> bool:
        """Return whether a list of the discovery document holds a value; ``unsaid`` is what a missing list means."""
        listed = (await self.discovery()).get(name)
        return value in (listed if isinstance(listed, list) else unsaid)

    async def learn(self) -> None:
        """Take into account what another provider offers; one that does not say is believed to offer everything."""
        if not self.is_foreign:
            return
        try:
            self.configuration = self.configuration.offering(await self.discovery())
        except Stopped:
            self.steps.forget(DISCOVERY)  # the assertion that is about it tells why

    async def credentials(self, application: Application) -> Credentials:
        """Return what the application has to prove who it is.

        Raises: Stopped when the tenant does not hold it, or what it needs is not at hand.
        """
        return await self.steps.once(f"credentials of {application.handle}", lambda: self._credentials(application))

    async def _credentials(self, application: Application) -> Credentials:
        """Find out who the application is and what it knows."""
        try:
            client_id = await self.borrow.client_id_of(application.handle)
        except TenantryError as error:
            raise blocked(f"the id of {application.handle} could not be read: {error}") from error
        if client_id is None:
            raise blocked(f"{application.handle} is not in the tenant: apply first")
        method, own = application.auth_method, self.config.applications.get(application.handle)
        if method not in METHODS:
            unsaid = "how it authenticates is not declared; say `token_endpoint_auth_method`"
            raise blocked(f"it authenticates by {method}, and a run has no certificate to show" if method else unsaid)
        secret = plain(own.client_secret) if own and own.client_secret is not None else None
        key = plain(own.private_key) if own and own.private_key is not None else None
        if application.has_secret and secret is None:
            secret = await self._borrowed_secret(application)
        if method == "private_key_jwt" and key is None:
            line = f"smoke: {{applications: {{{application.handle}: {{private_key: …}}}}}}"
            raise blocked(f"its private key is not known here; say {line}")
        self.vault.add(secret, key)
        return Credentials(client_id, method, secret, key, self._alg_of(application, key) if key else "RS256")

    def _alg_of(self, application: Application, private_key: str) -> str:
        """Return what the application's private key signs with.

        Raises: Stopped when it is none.
        """
        keys = application.public_keys
        try:
            return signing_alg(private_key, ((plain(key.get("pem")), key.get("alg")) for key in keys))
        except ValueError as error:
            where = f"smoke.applications.{application.handle}.private_key"
            raise blocked(f"{where} is no private RSA key in PEM form, without a password") from error

    async def _borrowed_secret(self, application: Application) -> str:
        """Return the client secret that the tenant tells."""
        try:
            lent = await self.borrow.client_secret_of(application.handle)
        except TenantryError as error:
            raise blocked(f"the secret of {application.handle} could not be read: {error}") from error
        if lent is None:
            line = f"smoke: {{applications: {{{application.handle}: {{client_secret: …}}}}}}"
            why = "is not known here" if self.is_foreign else "may not be read (scope read:client_keys)"
            raise blocked(f"its client secret {why}; say {line}")
        return lent.reveal()

    async def signing_secret(self, api: Api) -> str | None:
        """Return the secret that signs an API's tokens, None when it is not known here."""
        declared = api.get("signing_secret")
        secret = plain(declared) if isinstance(declared, Secret | str) else None
        if secret is None:
            try:
                lent = await self.borrow.signing_secret_of(api.handle)
            except TenantryError:
                lent = None
            secret = lent.reveal() if lent else None
        self.vault.add(secret)
        return secret

    async def organization_id(self, handle: str) -> str:
        """Return the id of an organization.

        Raises: Stopped when the tenant does not hold it.
        """
        try:
            found = await self.borrow.organization_id_of(handle)
        except TenantryError as error:
            raise blocked(f"the id of organization {handle} could not be read: {error}") from error
        if found is None:
            raise blocked(f"organization {handle} is not in the tenant: apply first")
        return found
