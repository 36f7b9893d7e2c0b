"""`python -m tenantry.emulator`: the server on its own, with the options that a script needs.

Source: design of the emulator; the full command is `tenantry emulator`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tenantry.emulator.limits import RateLimit
from tenantry.emulator.serve_options import ServeOptions
from tenantry.emulator.server import serve
from tenantry.emulator.sockets import ServeError


def main(arguments: list[str] | None = None) -> int:
    """Serve an emulated tenant until it is interrupted, and return the exit code."""
    try:
        serve(_options(arguments))
    except ServeError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - a command's error message
        return 1
    return 0


def _options(arguments: list[str] | None) -> ServeOptions:
    parser = argparse.ArgumentParser(prog="python -m tenantry.emulator", description="Serve an emulated Auth0 tenant.")
    parser.add_argument("--name", default="tenantry")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4400)
    parser.add_argument("--tls-port", type=int, default=4443)
    parser.add_argument("--no-tls", dest="tls_port", action="store_const", const=None)
    parser.add_argument("--public-url")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--rate-limit", type=RateLimit.parse, metavar="RPS[:BURST]")
    parser.add_argument("--latency", dest="latency_ms", type=int, default=0, metavar="MS")
    parser.add_argument("--ready-file", type=Path)
    parser.add_argument("--allow-remote", action="store_true")
    return ServeOptions(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
