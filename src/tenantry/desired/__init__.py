"""Tenant files → the desired state: read, merge, interpolate, validate."""

from __future__ import annotations

from tenantry.desired.blocks import EmulatorBlock, EmulatorUser, TenantBlock
from tenantry.desired.load import TenantFile, Warned, load, workspace_of

__all__ = ["EmulatorBlock", "EmulatorUser", "TenantBlock", "TenantFile", "Warned", "load", "workspace_of"]
