"""An emulated Auth0 tenant: `Emulator` runs one inside a process, `serve` on loopback for everybody else.

It imports nothing else of this package: it is written from Auth0's documented and recorded behaviour, so that a
misunderstanding is not made twice.

Source: each module names its own.
"""

from __future__ import annotations

from tenantry.emulator.embedded import Emulator, EmulatorInUse
from tenantry.emulator.exchange import ConnectionDropped
from tenantry.emulator.limits import RateLimit
from tenantry.emulator.server import ServeError, ServeOptions, serve

__all__ = [
    "ConnectionDropped",
    "Emulator",
    "EmulatorInUse",
    "RateLimit",
    "ServeError",
    "ServeOptions",
    "serve",
]
