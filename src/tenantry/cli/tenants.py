"""The way from a tenant file to the tenant it names: a real one, a served emulator, or an embedded one."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tenantry.desired import TenantFile
from tenantry.management import ClientSecret, Credentials, ManagementClient, PrivateKeyJwt, ReadyToken
from tenantry.model.address import Address
from tenantry.model.errors import ConfigError
from tenantry.model.secret import Secret


@dataclass(frozen=True)
class Tenant:
    """A tenant file and the open way to its tenant; ``login_url`` is where users log in."""

    file: TenantFile
    client: ManagementClient
    login_url: str
    transport: httpx.AsyncBaseTransport | None
    is_emulated: bool

    @property
    def name(self) -> str:
        """Return what plans and reports call the tenant."""
        return self.file.state.tenant
