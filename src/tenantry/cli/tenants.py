"""The way from a tenant file to the tenant it names: a real one, a served emulator, or an embedded one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tenantry import emulator as emulating
from tenantry.desired import TenantFile
from tenantry.desired.blocks import EmulatorBlock, TenantBlock, is_loopback
from tenantry.files import write_text
from tenantry.management import ClientSecret, Credentials, ManagementClient, PrivateKeyJwt, ReadyToken
from tenantry.model.address import Address
from tenantry.model.errors import ConfigError, TenantryError
from tenantry.model.secret import Secret

STATE_FOLDER = ".tenantry"


@dataclass(frozen=True)
class Tenant:
    """A tenant file and the open way to its tenant; ``login_url`` is where users log in."""

    file: TenantFile
    client: ManagementClient
    login_url: str
    transport: httpx.AsyncBaseTransport | None
    is_emulated: bool
    emulator: emulating.Emulator | None = None
    """The tenant itself, when it is in this process."""

    @property
    def name(self) -> str:
        """Return what plans and reports call the tenant."""
        return self.file.state.tenant

    @property
    def identity(self) -> str:
        """Return what tells this tenant from all others, from whatever workspace it is reached.

        An embedded one is where its state is; any other is where its Management API is, by whatever name of loopback.
        """
        if block := self.file.tenant.emulator:
            return str(data_of(self.file, block).resolve())
        url = httpx.URL(self.client.base_url)
        return str(url.copy_with(host="localhost") if is_loopback(str(url)) else url).rstrip("/")


@asynccontextmanager
async def opened(file: TenantFile) -> AsyncIterator[Tenant]:
    """Give the way to the tenant of a file, open for as long as the context lasts.

    Raises: ConfigError when nobody said who the tool is there.
    """
    if file.tenant.emulator:
        with embedded(file) as emulator:
            async with over(file, emulator) as tenant:
                yield tenant
        return
    block = file.tenant
    async with ManagementClient(block.url, credentials(file), rate=file.state.manage.rate) as client:
        login_url = f"https://{block.custom_domain}" if block.custom_domain else block.url
        yield Tenant(file, client, login_url, None, is_emulated=bool(block.base_url and is_loopback(block.base_url)))


@asynccontextmanager
async def over(file: TenantFile, emulator: emulating.Emulator) -> AsyncIterator[Tenant]:
    """Give the way to an emulator in this process."""
    transport = httpx.ASGITransport(app=emulator.app)
    secret = Secret.of("the emulator's own secret", emulator.management_client_secret)
    who = ClientSecret(emulator.management_client_id, secret)
    async with ManagementClient(emulator.base_url, who, transport=transport) as client:
        yield Tenant(file, client, emulator.base_url, transport, is_emulated=True, emulator=emulator)


def embedded(file: TenantFile) -> emulating.Emulator:
    """Return the embedded tenant of a file, with its state beside the tenants folder.

    Raises: TenantryError when another command uses that state right now, or it cannot be read.
    """
    block = file.tenant.emulator
    assert block is not None  # noqa: S101  asked only of files with an embedded tenant
    try:
        return emulating.Emulator(block.name, data=data_of(file, block), pins=pins(file, block))
    except emulating.StateFileError as error:
        raise TenantryError(str(error)) from error


def data_of(file: TenantFile, block: EmulatorBlock) -> Path:
    """Return the file that holds an embedded tenant."""
    return state_folder(file) / f"{block.host.partition('.')[0]}.sqlite"


def state_folder(file: TenantFile) -> Path:
    """Return the folder of embedded tenants and journals."""
    return file.workspace / STATE_FOLDER


def made_state_folder(file: TenantFile) -> Path:
    """Return the state folder, made if it is not there: for its owner's eyes only, and ignored by git."""
    folder = state_folder(file)
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_text(folder / ".gitignore", "*\n")
    return folder


def pins(file: TenantFile, block: EmulatorBlock) -> dict[str, Mapping[str, str]]:
    """Return the fixed credentials by the applications' names, as the emulator wants them.

    Raises: ConfigError when a secret is missing.
    """

    def told(value: str | Secret) -> str:
        return at_hand(value, file) if isinstance(value, Secret) else value

    return {_name_of(file, handle): {key: told(value) for key, value in pin.items()} for handle, pin in block.pin.items()}


def at_hand(secret: Secret, file: TenantFile) -> str:
    """Return the value of a secret that the tenant block of a file names.

    Raises: ConfigError when it is missing.
    """
    if not secret.is_available:
        raise ConfigError(
            f"secret {secret.name} is not set: export it, or name a dotenv file with --secrets",
            file.place,
            address="tenant",
            code="secret_missing",
        )
    return secret.reveal()


def _name_of(file: TenantFile, handle: str) -> str:
    """Return the declared name of an application."""
    resource = file.state.resources.get(Address("applications", handle))
    return str(resource.fields.get("name", handle)) if resource else handle


def credentials(file: TenantFile) -> Credentials:
    """Return who the tool is in a tenant that is not embedded.

    Raises: ConfigError when the file and the environment do not say, or a secret is missing.
    """
    block = file.tenant
    found = _credentials(block)
    if found is None:
        raise ConfigError(
            f"no credentials for {block.name}: give `client_id` and `client_secret` (or `private_key`) in the `tenant:` block, "
            "or AUTH0_DOMAIN with AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET, or AUTH0_API_TOKEN, in the environment",
            file.place,
            address="tenant",
            code="credentials_missing",
        )
    at_hand(_secret_of(found), file)
    return found


def _credentials(block: TenantBlock) -> Credentials | None:
    """Return the credentials that a tenant block holds: a ready token first, then a key, then a secret.

    A server on loopback for which nobody said anything is taken for an emulator with its documented credentials.
    """
    if block.api_token:
        return ReadyToken(block.api_token)
    if block.client_id and block.private_key:
        return PrivateKeyJwt(block.client_id, block.private_key, block.signing_alg, block.key_id)
    if block.client_id and block.client_secret:
        return ClientSecret(block.client_id, block.client_secret)
    if block.base_url and is_loopback(block.base_url) and not block.client_id:
        from tenantry.emulator.tenant import (  # noqa: PLC0415  a real tenant need not wait for the emulator's libraries
            MANAGEMENT_CLIENT_ID,
            MANAGEMENT_CLIENT_SECRET,
        )

        return ClientSecret(MANAGEMENT_CLIENT_ID, Secret.of("the emulator's documented secret", MANAGEMENT_CLIENT_SECRET))
    return None


def _secret_of(found: Credentials) -> Secret:
    """Return the secret inside credentials."""
    if isinstance(found, ReadyToken):
        return found.token
    return found.private_key if isinstance(found, PrivateKeyJwt) else found.client_secret


def slug(name: str) -> str:
    """Return a tenant's name as a file name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "tenant"
