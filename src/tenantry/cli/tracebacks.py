"""Where in the code an unexpected error came from, for those who ask: places alone, for values may hold secrets."""

from __future__ import annotations

import os
import sys
import traceback

VARIABLE = "TENANTRY_TRACEBACK"


def tell_places(error: BaseException) -> None:
    """Write the places of an error's traceback to stderr, if the environment asks for them."""
    if os.environ.get(VARIABLE):
        for frame in traceback.extract_tb(error.__traceback__):
            sys.stderr.write(f"  at {frame.filename}:{frame.lineno} {frame.name}\n")
