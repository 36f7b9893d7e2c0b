"""A call with its placeholders filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenantry.model.address import Address, IdOf
from tenantry.model.call import Call, Segment
from tenantry.model.errors import PlanError
from tenantry.model.values import mapped


def resolved(call: Call, ids: Mapping[Address, str]) -> Call:
    """Return the call with every placeholder replaced by the tenant's id.

    Raises: PlanError when an id is not known.
    """
    return Call(call.method, path(call.path, ids), _filled(call.body, ids), call.query)


def path(segments: tuple[Segment, ...], ids: Mapping[Address, str]) -> tuple[str, ...]:
    """Return the path with every placeholder replaced."""
    return tuple(_filled(segment, ids) for segment in segments)


def _filled(value: Any, ids: Mapping[Address, str]) -> Any:
    """Return a value without placeholders, at any depth, keys included."""
    return mapped(value, lambda leaf: _id(leaf.address, ids) if isinstance(leaf, IdOf) else leaf)


def _id(address: Address, ids: Mapping[Address, str]) -> str:
    if address not in ids:
        message = f"the id of {address} is not known: neither does the tenant hold it, nor did this run create it"
        raise PlanError(message)
    return ids[address]
