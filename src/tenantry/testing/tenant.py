"""The tenant of a test: what an application, an API or its tests can ask of it, and ways to fill it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

import httpx

from tenantry import desired
from tenantry.cli.credentials import at_hand, pins
from tenantry.cli.seed import fill
from tenantry.desired import TenantFile
from tenantry.emulator import Emulator, ServeOptions, listening
from tenantry.model.errors import UsageError
from tenantry.smoke.lending.people import Person
from tenantry.testing.background import Background, Bridge
from tenantry.testing.holdings import Holdings, Refused, body
from tenantry.testing.login import Tokens, Visit, Wanted, log_in, visit

PASSWORD = "Correct-Horse-7-Battery"  # noqa: S105 - of users that live as long as a test
DATABASE = "Username-Password-Authentication"
CALLBACK = "http://localhost:3000/callback"
OPENID = ("openid", "profile", "email")


class Tenant:
    """A fresh emulated tenant in memory, until `close` or the end of its `with`.

    `seed` is a tenant file whose declarations it begins with. Without `serve` there is no socket, and only `client()` and the
    methods here reach it; `serve="https"` listens on free ports of loopback with https (and http beside it), `serve="http"`
    with http alone. Ids and secrets are made of `name`, so they are the same in every run.
    Raises: ConfigErrors when the tenant file is wrong; TenantryError when it cannot be applied.
    """

    def __init__(
        self,
        seed: Path | str | None = None,
        *,
        name: str = "tests",
        serve: Literal["http", "https"] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        file = _read(Path(seed), os.environ if environ is None else environ) if seed else None
        block = file.tenant.emulator if file else None
        self._emulator = Emulator(name, pins=pins(file, block) if file and block else None)
        self._background = Background()
        self._open = AsyncExitStack()
        self._passwords = _passwords(file) if file else {}
        self.http_url: str | None = None
        self.https_url: str | None = None
        self.ca: Path | None = None
        """The certificate authority of the https listener, for `SSL_CERT_FILE` and `NODE_EXTRA_CA_CERTS`."""
        try:
            if file:
                self._background.run(fill(file, self._emulator))
            if serve:
                self._background.run(self._listen(with_tls=serve == "https"))
        except BaseException:
            self.close()
            raise
        self._inner = httpx.ASGITransport(app=self._emulator.app)
        self._management: httpx.Client | None = None

    async def _listen(self, *, with_tls: bool) -> None:
        options = ServeOptions(port=0, tls_port=0 if with_tls else None)
        served = await self._open.enter_async_context(listening(self._emulator, options))
        self.http_url, self.https_url, self.ca = served.http_url, served.https_url, served.ca

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the tenant and all that it holds."""
        self._background.run(self._open.aclose())
        self._background.close()
        self._emulator.close()

    @property
    def url(self) -> str:
        """Return the tenant's URL without a slash at its end."""
        return self.https_url or self.http_url or self._emulator.base_url

    @property
    def issuer(self) -> str:
        """Return the issuer of its tokens."""
        return self.url + "/"

    @property
    def domain(self) -> str:
        """Return what SDKs call the domain: host and port."""
        return urlsplit(self.url).netloc

    @property
    def jwks(self) -> dict[str, Any]:
        """Return its public keys, as `/.well-known/jwks.json` has them."""
        with self.client() as client:
            return body(client.get("/.well-known/jwks.json"))

    def client(self, **options: Any) -> httpx.Client:
        """Return an HTTP client whose base URL is the tenant's; `options` are httpx's own."""
        transport = Bridge(self._background, self._inner)
        return httpx.Client(**{"base_url": self.url, "transport": transport, **options})

    @property
    def management(self) -> httpx.Client:
        """Return an HTTP client for the Management API with a token for everything: `tenant.management.get("clients")`."""
        if self._management is None:
            token = self._management_token()
            headers = {"authorization": f"Bearer {token}"}
            self._management = self.client(base_url=f"{self.url}/api/v2/", headers=headers)
        return self._management

    @property
    def _holdings(self) -> Holdings:
        return Holdings(self.management)

    def _management_token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._emulator.management_client_id,
            "client_secret": self._emulator.management_client_secret,
            "audience": f"{self.url}/api/v2/",
        }
        with self.client() as client:
            return str(body(client.post("/oauth/token", data=form))["access_token"])

    def token(
        self,
        *,
        application: str,
        api: str,
        user: str | None = None,
        scope: Iterable[str] | str | None = None,
        claims: Mapping[str, Any] | None = None,
        expires_in: int | None = None,
    ) -> str:
        """Return a signed access token without a login, of an application for an API, or of a user of it.

        `application` and `api` are names or ids, `user` an e-mail address, username or id; without `scope` it holds all of the
        API; a negative `expires_in` makes an expired one.
        Raises: Refused when one of them does not exist.
        """
        asked: dict[str, Any] = {"application": application, "api": api, "user": user}
        asked |= {"scope": None if scope is None else _words(scope)}
        asked |= {"claims": claims, "expires_in": expires_in}
        sent = {name: value for name, value in asked.items() if value is not None}
        return str(self._control("POST", "token", sent)["access_token"])

    def login(
        self,
        *,
        application: str,
        user: str,
        password: str | None = None,
        api: str | None = None,
        scope: Iterable[str] | str = OPENID,
        redirect_uri: str | None = None,
        organization: str | None = None,
        consents: bool = True,
        authorize: Mapping[str, str] | None = None,
    ) -> Tokens:
        """Return the tokens of a user who logs in to an application through the login pages.

        The password of a user of `user()` or of the tenant file is known. `authorize` adds parameters to the request.
        Raises: LoginFailed when it does not end with tokens; Refused when something named does not exist.
        """
        client = self._holdings.application(application)
        parameters = {"scope": _words(scope), **(authorize or {})}
        if api:
            parameters["audience"] = self._holdings.api(api)["identifier"]
        if organization:
            parameters["organization"] = self._holdings.organization(organization)["id"]
        wanted = Wanted(
            client=client,
            person=self._person(user, password),
            redirect_uri=redirect_uri or _first_callback(client),
            authorize=parameters,
            organization=organization,
            consents=consents,
        )
        return self._background.run(log_in(self.url, self._inner, wanted))

    def visit(
        self, url: str, *, user: str, password: str | None = None, redirect_uri: str | None = None, consents: bool = True
    ) -> str:
        """Return where a user who follows an application's link to `/authorize` ends: its callback, with the answer.

        The callback itself is not asked for; give the URL to the application. A link that does not show its `redirect_uri`
        (a pushed request) needs it here.
        Raises: LoginFailed when the pages lead elsewhere.
        """
        asked = parse_qs(urlsplit(url).query)
        callback = redirect_uri or asked.get("redirect_uri", [""])[0]
        if not callback:
            raise Refused("the link has no redirect_uri: give `redirect_uri`")
        end = Visit(person=self._person(user, password), redirect_uri=callback, consents=consents)
        return self._background.run(visit(self.url, self._inner, url, end))

    def _person(self, user: str, password: str | None) -> Person:
        known = password or self._passwords.get(user)
        if known is None:
            raise Refused(f"the password of {user} is not known: give `password`")
        return Person(user, known, email=user if "@" in user else None)

    def application(self, name: str, **fields: Any) -> dict[str, Any]:
        """Return a new application, a single-page one unless `fields` say otherwise; its users are those of the database."""
        single_page = {
            "name": name,
            "app_type": "spa",
            "oidc_conformant": True,
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"],
            "callbacks": [CALLBACK],
            "jwt_configuration": {"alg": "RS256"},
        }
        made = self._holdings.add("clients", {**single_page, **fields})
        self._holdings.let_in(DATABASE, made["client_id"])
        return made

    def api(self, identifier: str, *, scopes: Iterable[str] = (), **fields: Any) -> dict[str, Any]:
        """Return a new API; first-party applications need no consent and get refresh tokens if they ask for them."""
        defaults = {
            "name": identifier,
            "identifier": identifier,
            "signing_alg": "RS256",
            "allow_offline_access": True,
            "scopes": [{"value": scope} for scope in scopes],
            "skip_consent_for_verifiable_first_party_clients": True,
        }
        return self._holdings.add("resource-servers", {**defaults, **fields})

    def user(self, email: str, *, password: str = PASSWORD, **fields: Any) -> dict[str, Any]:
        """Return a new user of the database, with a verified e-mail address."""
        defaults = {"email": email, "password": password, "connection": DATABASE, "email_verified": True}
        made = self._holdings.add("users", {**defaults, **fields})
        self._passwords[email] = password
        return made

    def grant(self, application: str, api: str, *, scope: Iterable[str]) -> dict[str, Any]:
        """Return a new client grant: the application may ask for these scopes of the API by client credentials."""
        client = self._holdings.application(application)
        audience = self._holdings.api(api)["identifier"]
        return self._holdings.add(
            "client-grants", {"client_id": client["client_id"], "audience": audience, "scope": list(scope)}
        )

    def clock(self, offset_s: float) -> None:
        """Move the tenant's time; what it issued ages with it."""
        self._control("PUT", "clock", {"offset_s": offset_s})

    def misbehave(self, *names: str) -> None:
        """Make it wrong in these ways and no others, to see whether a test notices; no name makes it right again."""
        self._control("PUT", "misbehaviours", list(names))

    def reset(self) -> None:
        """Make it a fresh tenant; what a seed declared is gone too."""
        self._control("POST", "reset", None)
        self._passwords.clear()

    def _control(self, method: str, name: str, document: Any) -> dict[str, Any]:
        with self.client() as client:
            return body(client.request(method, f"/_emulator/{name}", json=document))


def _read(path: Path, environ: Mapping[str, str]) -> TenantFile:
    files = desired.load([path], environ=environ)
    if len(files) != 1:
        raise UsageError(f"{path} holds {len(files)} tenant files; name one")
    return files[0]


def _words(scope: Iterable[str] | str) -> str:
    return scope if isinstance(scope, str) else " ".join(scope)


def _first_callback(client: Mapping[str, Any]) -> str:
    callbacks = client.get("callbacks") or []
    if not callbacks:
        raise Refused(f"the application {client.get('name')!r} has no callback: give `redirect_uri`")
    return str(callbacks[0])


def _passwords(file: TenantFile) -> dict[str, str]:
    """Return the passwords of the users that a tenant file lists for its emulator."""
    users = file.tenant.emulator.users if file.tenant.emulator else ()
    return {user.email: at_hand(user.password, file) for user in users if user.password}
