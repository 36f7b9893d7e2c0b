"""The blocks of a tenant file that are no resources: which tenant, and what a run may do to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import Field

from tenantry.model.marks import READABLE_SECRET, Keyed, Ref, RefKeys, Unordered
from tenantry.model.secret import Secret
from tenantry.model.spec import Block

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|\[?::1\]?|[a-z0-9.-]+\.localhost")


class PinSpec(Block):
    """Credentials of an application of an embedded tenant that must not change."""

    client_id: Annotated[str | None, Field(description="Client id.")] = None
    client_secret: Annotated[str | None, Field(description="Client secret."), READABLE_SECRET] = None


class EmulatorUserSpec(Block):
    """A user that an embedded tenant has from the beginning."""

    email: Annotated[str, Field(description="E-mail address.")]
    password: Annotated[str | None, Field(description="Password."), READABLE_SECRET] = None
    connection: Annotated[str | None, Field(description="Database, by handle."), Ref("connections")] = None
    roles: Annotated[list[str] | None, Field(description="Roles, by handle."), Ref("roles"), Unordered()] = None


class EmulatorSpec(Block):
    """An embedded tenant."""

    name: Annotated[str, Field(description="Name of the embedded tenant.", min_length=1, max_length=63)]
    pin: Annotated[
        dict[str, PinSpec] | None, Field(description="Fixed credentials, by the application's handle."), RefKeys("applications")
    ] = None
    users: Annotated[list[EmulatorUserSpec] | None, Field(description="Users from the beginning."), Keyed("email")] = None


class TenantSpec(Block):
    """Which tenant a file is about, and who the tool is there."""

    domain: Annotated[str | None, Field(description="Canonical domain, such as acme.eu.auth0.com.")] = None
    emulator: Annotated[EmulatorSpec | None, Field(description="An embedded tenant, by name or with its settings.")] = None
    base_url: Annotated[str | None, Field(description="Address of a served emulator.")] = None
    issuer: Annotated[
        str | None, Field(description="Issuer of another OpenID provider, whose tokens are proved and which is not managed.")
    ] = None
    custom_domain: Annotated[str | None, Field(description="Domain where users log in; it is the issuer then.")] = None
    client_id: Annotated[str | None, Field(description="The tool's own application.")] = None
    client_secret: Annotated[str | None, Field(description="Its secret, as ${secret.NAME}."), READABLE_SECRET] = None
    private_key: Annotated[
        str | None, Field(description="Its private key in PEM form, as ${secret.NAME}."), READABLE_SECRET
    ] = None
    signing_alg: Annotated[
        Literal["RS256", "RS384", "PS256"] | None, Field(description="Algorithm of its assertions, RS256 by default.")
    ] = None
    key_id: Annotated[str | None, Field(description="Key identifier of its private key.")] = None
    api_token: Annotated[
        str | None, Field(description="A ready token, as ${secret.NAME}, in place of the application."), READABLE_SECRET
    ] = None


class ManageSpec(Block):
    """What a run may do to the tenant."""

    prune: Annotated[
        list[str] | None,
        Field(description="Sections that this file owns whole: what it does not declare is deleted."),
        Unordered(),
    ] = None
    max_deletes: Annotated[int | None, Field(description="Most deletions in one run.", ge=0)] = None
    protect: Annotated[
        dict[str, Annotated[list[str], Unordered()]] | None,
        Field(description="Names by section that are never deleted or replaced; `*` stands for any text."),
    ] = None
    ignore: Annotated[
        dict[str, Annotated[list[str], Unordered()]] | None,
        Field(description="Names by section that are left alone altogether; `*` stands for any text."),
    ] = None
    rate: Annotated[str | None, Field(description="Usable share of the rate limit, such as 80%.", pattern=r"^\d{1,3}\s?%$")] = (
        None
    )
    disposable: Annotated[bool | None, Field(description="Whether `destroy` may delete what is declared.")] = None


@dataclass(frozen=True)
class EmulatorUser:
    """A user that an embedded tenant has from the beginning; connection and roles are handles."""

    email: str
    password: Secret | None = None
    connection: str | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class EmulatorBlock:
    """An embedded tenant; ``pin`` holds client_id and client_secret by application handle."""

    name: str
    pin: dict[str, dict[str, str | Secret]] = field(default_factory=dict)
    users: tuple[EmulatorUser, ...] = ()

    @property
    def host(self) -> str:
        """Return the name that stands for the embedded tenant's host; nobody resolves it."""
        label = re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")[:63] or "tenant"
        return f"{label}.emulator.localhost"


@dataclass(frozen=True)
class TenantBlock:
    """Which tenant a file is about, and who the tool is there.

    Exactly one of domain, emulator, base_url and issuer is set; with ``issuer`` it is another OpenID provider, which has no
    Management API.
    """

    domain: str | None = None
    emulator: EmulatorBlock | None = None
    base_url: str | None = None
    issuer: str | None = None
    custom_domain: str | None = None
    client_id: str | None = None
    client_secret: Secret | None = None
    private_key: Secret | None = None
    signing_alg: Literal["RS256", "RS384", "PS256"] = "RS256"
    key_id: str | None = None
    api_token: Secret | None = None

    @property
    def name(self) -> str:
        """Return what plans and reports call the tenant."""
        if self.emulator:
            return self.emulator.name
        parts = split(self.base_url or self.issuer or "")
        return self.domain or f"{parts.netloc}{parts.path.rstrip('/') if self.issuer else ''}"

    @property
    def url(self) -> str:
        """Return the tenant's canonical address, without a slash at the end."""
        if given := self.base_url or self.issuer:
            return given.rstrip("/")
        return f"https://{self.emulator.host if self.emulator else self.domain}"

    @property
    def names(self) -> dict[str, str]:
        """Return what ``${tenant.…}`` may stand for: nothing while nobody says which tenant it is."""
        if not self.name:
            return {}
        if self.issuer:
            return {"domain": split(self.url).netloc, "issuer": self.issuer}
        issuer = f"https://{self.custom_domain}" if self.custom_domain else self.url
        return {
            "domain": split(self.url).netloc,
            "issuer": f"{issuer}/",
            "api_identifier": f"{self.url}/api/v2/",
        }

    @property
    def is_emulated(self) -> bool:
        """Return whether the tenant is an emulated one: embedded, or served on this machine."""
        return bool(self.emulator or (self.base_url and is_loopback(self.base_url)))

    @property
    def has_credentials(self) -> bool:
        """Return whether the block says who the tool is."""
        return bool(self.api_token or (self.client_id and (self.client_secret or self.private_key)))


def split(url: str) -> SplitResult:
    """Return the parts of an address; a text that is none has no parts."""
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else SplitResult("", "", "", "", "")
    except ValueError:
        return SplitResult("", "", "", "", "")


def is_host(text: str) -> bool:
    """Return whether the text is a domain, without scheme, port or path."""
    return _HOST.fullmatch(text) is not None


def is_loopback(url: str) -> bool:
    """Return whether a URL leads to this machine."""
    return _LOOPBACK.fullmatch((split(url).hostname or "").lower()) is not None


def tenant_block(fields: dict[str, Any]) -> TenantBlock:
    """Return the block that checked fields describe."""
    said = {name: value for name, value in fields.items() if name in TenantSpec.model_fields and value is not None}
    emulator = said.pop("emulator", None)
    if isinstance(emulator, dict) and emulator.get("name"):
        said["emulator"] = _emulator(emulator)
    return TenantBlock(**said)


def _emulator(fields: dict[str, Any]) -> EmulatorBlock:
    """Return the embedded tenant that checked fields describe."""
    users = tuple(
        EmulatorUser(user["email"], user.get("password"), user.get("connection"), tuple(user.get("roles") or ()))
        for user in fields.get("users") or ()
        if "email" in user
    )
    return EmulatorBlock(fields["name"], fields.get("pin") or {}, users)
