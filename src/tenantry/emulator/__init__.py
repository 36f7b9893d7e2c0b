"""An emulated Auth0 tenant: `Emulator` runs one inside a process, `serve` on loopback for everybody else.

It imports nothing else of this package: it is written from Auth0's documented and recorded behaviour, so that a
misunderstanding is not made twice.

Source: each module names its own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenantry.emulator.embedded import Emulator, EmulatorInUse, StateFileError
    from tenantry.emulator.exchange import ConnectionDropped
    from tenantry.emulator.limits import RateLimit
    from tenantry.emulator.serve_options import ServeOptions
    from tenantry.emulator.server import listening, serve
    from tenantry.emulator.sockets import ServeError
    from tenantry.emulator.tenant import MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET

__all__ = [
    "MANAGEMENT_CLIENT_ID",
    "MANAGEMENT_CLIENT_SECRET",
    "ConnectionDropped",
    "Emulator",
    "EmulatorInUse",
    "RateLimit",
    "ServeError",
    "ServeOptions",
    "StateFileError",
    "listening",
    "serve",
]

_HOMES = {
    "MANAGEMENT_CLIENT_ID": "tenant",
    "MANAGEMENT_CLIENT_SECRET": "tenant",
    "ConnectionDropped": "exchange",
    "Emulator": "embedded",
    "EmulatorInUse": "embedded",
    "RateLimit": "limits",
    "ServeError": "sockets",
    "ServeOptions": "serve_options",
    "StateFileError": "embedded",
    "listening": "server",
    "serve": "server",
}


def __getattr__(name: str) -> object:
    """Return a name of the front door; an embedded emulator need not wait for the server's libraries."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
