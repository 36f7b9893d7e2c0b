"""The way from a tenant file to the tenant it names: a real one, a served emulator, or an embedded one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tenantry import emulator as emulating
from tenantry.cli.credentials import credentials, pins
from tenantry.desired import TenantFile
from tenantry.desired.blocks import EmulatorBlock, is_loopback
from tenantry.files import write_text
from tenantry.management import ClientSecret, ManagementClient
from tenantry.model.errors import TenantryError
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


def slug(name: str) -> str:
    """Return a tenant's name as a file name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "tenant"
