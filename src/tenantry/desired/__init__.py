"""Tenant files → the desired state: read, merge, interpolate, validate."""

from __future__ import annotations

from tenantry.desired.blocks import EmulatorBlock, EmulatorUser, TenantBlock
from tenantry.desired.files import workspace_of
from tenantry.desired.load import TenantFile, load

__all__ = ["EmulatorBlock", "EmulatorUser", "TenantBlock", "TenantFile", "load", "workspace_of"]
