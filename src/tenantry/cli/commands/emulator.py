"""``tenantry emulator``: an emulated tenant for any client."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click

from tenantry.cli import options
from tenantry.cli.help import example
from tenantry.cli.loading import Loading
from tenantry.cli.seed import seeding
from tenantry.emulator import RateLimit, ServeError, ServeOptions, serve
from tenantry.render.lines import HERE, WHOLE, Lines
from tenantry.render.terminal import write

_FACT = re.compile(r"[A-Z][a-z ]*: {2,}")
"""How a line begins that tells a fact below its name."""


def _rate_limit(_context: click.Context, _option: click.Parameter, text: str | None) -> RateLimit | None:
    """Return the limit that was written."""
    try:
        return RateLimit.parse(text) if text else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command(
    "emulator",
    epilog=example(
        "tenantry emulator --seed tenants/local.yaml", "tenantry emulator --port 0 --no-tls --ready-file /tmp/ready.json"
    ),
)
@click.option(
    "--name", default="tenantry", show_default=True, help="The tenant's name, from which ids and secrets are derived."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=4400, show_default=True, help="The port for http; 0 picks a free one.")
@click.option("--tls-port", default=4443, show_default=True, help="The port for https; 0 picks a free one.")
@click.option("--no-tls", is_flag=True, help="Serve http alone.")
@click.option("--public-url", metavar="URL", help="Fix the issuer, instead of the URL of each request.")
@click.option(
    "--data", type=click.Path(dir_okay=False, path_type=Path), help="Keep the state in this SQLite file, instead of in memory."
)
@click.option("--seed", type=options.EXISTING_FILE, help="Begin with what this tenant file declares.")
@click.option("--rate-limit", callback=_rate_limit, metavar="RPS[:BURST]", help="Answer 429 above this rate.")
@click.option("--latency", "latency_ms", default=0, metavar="MS", help="Wait before every answer.")
@click.option("--ready-file", type=options.OUT_FILE, help="Write the addresses here, as JSON, while the server is ready.")
@click.option("--allow-remote", is_flag=True, help="Let --host name an address that other machines reach.")
@options.loading
def command(*, no_tls: bool, tls_port: int, seed: Path | None, loading: Loading, **given: Any) -> None:
    """Serve an emulated tenant.

    Management API, Authentication API and login pages on http and https, for this tool, for SDKs and for browsers. The first
    line says where it is, how to trust its certificate and how to point an SDK at it; the rest are lines to paste into an
    application. Ctrl-C ends it.
    """
    pins, prepare = seeding(seed, loading) if seed else ({}, None)
    serve_options = ServeOptions(tls_port=None if no_tls else tls_port, pins=pins, **given)
    try:
        serve_options.check()
    except ServeError as error:
        raise click.UsageError(str(error)) from error
    try:
        serve(serve_options, prepare=prepare, say=_say)
    except ServeError as error:
        raise click.ClickException(str(error)) from error


def _say(text: str) -> None:
    """Write what the emulator says at once; what is to be pasted stays as it is, however narrow the terminal."""
    lines = Lines()
    for line in text.split("\n"):
        if fact := _FACT.match(line):
            lines.add(fact[0], HERE, line[fact.end() :])
        else:
            lines.add((line, WHOLE if line.startswith("  ") else ""))
    write(lines, sys.stdout)
    sys.stdout.flush()
