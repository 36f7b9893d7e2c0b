"""What is declared of one resource; ``None`` means that nobody said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tenantry.model.address import USERINFO
from tenantry.model.state import Resource
from tenantry.model.values import Exclude, Include, value_at
from tenantry.smoke.login.cookies import is_loopback

OIDC_SCOPES = ("openid", "profile", "email", "offline_access")
STANDARD_SCOPES = {*OIDC_SCOPES, "address", "phone"}
"""Scopes that belong to no API.

Source: OpenID Connect Core sections 5.4 and 11.
"""


def named(value: Any) -> list[Any]:
    """Return the members that a list, or ``include``, says are there; empty when nothing is known."""
    if isinstance(value, Include):
        value = value.include
    return [] if value is None or isinstance(value, Exclude) else list(value)


def is_exact(value: Any) -> bool:
    """Return whether the value says everything about its collection."""
    return isinstance(value, list | tuple | dict)


@dataclass(frozen=True)
class Declared:
    """One declared resource; its members are what was said of it."""

    resource: Resource

    @property
    def handle(self) -> str:
        """Return the resource's handle."""
        return self.resource.address.handle

    def get(self, *path: str) -> Any:
        """Return the value at ``path``, None when nobody said."""
        return value_at(self.resource.fields, path)

    def text(self, *path: str) -> str | None:
        """Return the text at ``path``, None when nobody said."""
        value = self.get(*path)
        return value if isinstance(value, str) else None

    def number(self, *path: str) -> int | None:
        """Return the whole number at ``path``, None when nobody said."""
        value = self.get(*path)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, *path: str) -> bool | None:
        """Return the yes or no at ``path``, None when nobody said."""
        value = self.get(*path)
        return value if isinstance(value, bool) else None

    def place(self, *path: str) -> str | None:
        """Return where the value at ``path`` (or the nearest thing around it) was written."""
        place = self.resource.place(path)
        return str(place) if place else None


@dataclass(frozen=True)
class Application(Declared):
    """A declared application."""

    @property
    def auth_method(self) -> str | None:
        """Return how it proves who it is at the token endpoint."""
        methods = self.get("client_authentication_methods")
        by_key = [str(name) for name, value in methods.items() if value is not None] if isinstance(methods, Mapping) else []
        return by_key[0] if by_key else self.text("token_endpoint_auth_method")

    @property
    def public_keys(self) -> list[Mapping[str, Any]]:
        """Return the declared keys that verify what it signs to prove who it is."""
        keys = named(self.get("client_authentication_methods", "private_key_jwt", "credentials"))
        return [key for key in keys if isinstance(key, Mapping)]

    @property
    def is_public(self) -> bool:
        """Return whether it has no means to prove who it is."""
        return self.auth_method == "none"

    @property
    def has_secret(self) -> bool:
        """Return whether it proves who it is with its client secret."""
        return self.auth_method in {"client_secret_post", "client_secret_basic"}

    @property
    def grant_types(self) -> frozenset[str] | None:
        """Return the grants it may use."""
        value = self.get("grant_types")
        return frozenset(value) if is_exact(value) else None

    def may(self, grant: str) -> bool:
        """Return whether the grant is declared."""
        return grant in named(self.get("grant_types"))

    def may_not(self, grant: str) -> bool:
        """Return whether the grant is declared not to be there."""
        return self.grant_types is not None and grant not in self.grant_types

    @property
    def may_exchange(self) -> bool:
        """Return whether it is declared to exchange somebody else's tokens, by any profile of the tenant."""
        switched_on = named(self.get("token_exchange", "allow_any_profile_of_type"))
        return "custom_authentication" in switched_on and not self.is_third_party and not self.is_legacy

    @property
    def callbacks(self) -> list[str]:
        """Return the callbacks that are addresses as they stand: no wildcard, no placeholder."""
        return [url for url in named(self.get("callbacks")) if "*" not in url and "{" not in url]

    @property
    def logout_urls(self) -> list[str]:
        """Return the addresses that a logout may lead to."""
        return [url for url in named(self.get("allowed_logout_urls")) if "*" not in url and "{" not in url]

    @property
    def id_alg(self) -> str | None:
        """Return the algorithm of its ID tokens."""
        return self.text("jwt_configuration", "alg")

    @property
    def id_lifetime_s(self) -> int | None:
        """Return the lifetime of its ID tokens."""
        return self.number("jwt_configuration", "lifetime_in_seconds")

    @property
    def is_legacy(self) -> bool:
        """Return whether it is declared as not OIDC-conformant."""
        return self.flag("oidc_conformant") is False

    @property
    def is_conformant(self) -> bool:
        """Return whether it is declared as OIDC-conformant."""
        return self.flag("oidc_conformant") is True

    @property
    def is_third_party(self) -> bool:
        """Return whether it belongs to somebody else."""
        return self.flag("is_first_party") is False

    @property
    def rotates(self) -> bool:
        """Return whether every refresh brings a new refresh token."""
        return self.text("refresh_token", "rotation_type") == "rotating"

    @property
    def keeps_refresh_token(self) -> bool:
        """Return whether a refresh token is declared to stay the same."""
        return self.text("refresh_token", "rotation_type") == "non-rotating"

    @property
    def leeway_s(self) -> int | None:
        """Return how long a rotated refresh token may be used again."""
        return self.number("refresh_token", "leeway")


@dataclass(frozen=True)
class Api(Declared):
    """A declared API."""

    @property
    def identifier(self) -> str:
        """Return what it is called in ``audience``."""
        return str(self.get("identifier"))

    @property
    def signing_alg(self) -> str | None:
        """Return the algorithm of its access tokens."""
        return self.text("signing_alg")

    @property
    def scopes(self) -> list[str]:
        """Return the permissions it is declared to have."""
        return [scope["value"] if isinstance(scope, Mapping) else str(scope) for scope in named(self.get("scopes"))]

    @property
    def has_exact_scopes(self) -> bool:
        """Return whether it has no other permissions than the declared ones."""
        return is_exact(self.get("scopes"))

    @property
    def allows_offline(self) -> bool | None:
        """Return whether it lets applications have refresh tokens."""
        return self.flag("allow_offline_access")

    @property
    def dialect(self) -> str | None:
        """Return the form of its access tokens."""
        return self.text("token_dialect")

    @property
    def is_rfc9068(self) -> bool:
        """Return whether its access tokens follow RFC 9068."""
        return str(self.dialect or "").startswith("rfc9068")

    @property
    def enforces_policies(self) -> bool:
        """Return whether users get only the permissions of their roles."""
        return self.flag("enforce_policies") is True

    def policy(self, subject: str) -> str | None:
        """Return what applications need to get its tokens on behalf of a ``user`` or as a ``client``."""
        return self.text("subject_type_authorization", subject, "policy")


@dataclass(frozen=True)
class Connection(Declared):
    """A declared connection."""

    @property
    def name(self) -> str:
        """Return its name in the tenant."""
        return str(self.get("name") or self.handle)

    @property
    def is_database(self) -> bool:
        """Return whether users log in with a password that the tenant holds."""
        return self.text("strategy") == "auth0"

    @property
    def has_scripts(self) -> bool:
        """Return whether somebody else's database stands behind it."""
        options = self.get("options") or {}
        return bool(options.get("enabledDatabaseCustomization") or options.get("import_mode") or options.get("customScripts"))

    def serves(self, application: Application) -> bool:
        """Return whether the application is declared to use it."""
        return application.handle in named(self.get("enabled_clients"))


@dataclass(frozen=True)
class Grant(Declared):
    """A declared client grant."""

    @property
    def scopes(self) -> list[str]:
        """Return what it grants."""
        return [str(scope) for scope in named(self.get("scope"))]

    @property
    def has_exact_scopes(self) -> bool:
        """Return whether it grants no other scopes than the declared ones."""
        return is_exact(self.get("scope"))

    def gives(self, scope: str) -> bool | None:
        """Return whether it grants a scope of its API, None when nobody said."""
        if self.flag("allow_all_scopes") or scope in self.scopes:
            return True
        return False if self.has_exact_scopes else None

    @property
    def subject_type(self) -> str:
        """Return on whose behalf tokens are given: a ``user``'s, an anonymous one's, or the application's own (``client``)."""
        return self.text("subject_type") or "client"

    @property
    def is_for_users(self) -> bool:
        """Return whether it is about what users may delegate."""
        return self.subject_type == "user"

    @property
    def is_for_machines(self) -> bool:
        """Return whether it is about the application itself."""
        return self.subject_type == "client"


def is_loopback_url(url: str) -> bool:
    """Return whether a callback leads to the very machine of the browser, or to an app on it."""
    parts = urlsplit(url)
    return parts.scheme not in {"http", "https"} or is_loopback(parts.hostname or "")


def is_userinfo(reference: str | None) -> bool:
    """Return whether an ``api:`` means the tenant's own userinfo endpoint."""
    return reference == USERINFO
