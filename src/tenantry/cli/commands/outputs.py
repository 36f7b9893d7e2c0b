"""``tenantry outputs``: what applications need to know of the tenant."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tenantry.cli import options
from tenantry.cli.exits import Exit
from tenantry.cli.help import example
from tenantry.cli.intent import Wanted
from tenantry.cli.loading import Loading
from tenantry.cli.outputs import FORMS, resolved, unasked
from tenantry.cli.planning import planned
from tenantry.cli.results import Output, Result
from tenantry.cli.running import on_tenants
from tenantry.cli.tenants import Tenant
from tenantry.files import write_private
from tenantry.model.note import Note
from tenantry.model.secret import Secret, masked
from tenantry.render.terminal import say

NOTHING = Note(
    "the files declare no `outputs:`; name there what applications need, as in `WEB_CLIENT_ID: ${applications.web.client_id}`"
)


@click.command(
    "outputs",
    epilog=example(
        "tenantry outputs tenants/local.yaml",
        "tenantry outputs tenants/local.yaml --with-secrets --out web/.env",
        'tenantry outputs tenants/dev.yaml --format github >> "$GITHUB_OUTPUT"',
    ),
)
@options.path
@options.form("env", "json", "github")
@click.option("--with-secrets", is_flag=True, help="Also write secrets; only into the file of --out.")
@click.option("--out", type=options.OUT_FILE, help="Write here, readable by its owner only.")
@options.loading
def command(path: Path, form: str, *, with_secrets: bool, out: Path | None, loading: Loading) -> int:
    """Print the ids and secrets that applications need.

    The file's `outputs:` says which, such as `WEB_CLIENT_ID: ${applications.web.client_id}`. Secrets are written only with
    --with-secrets, and only into a file.
    """
    if with_secrets and not out:
        raise click.UsageError("--with-secrets needs --out FILE: secrets are never printed")

    async def job(tenant: Tenant, output: Output) -> Result:
        made, found = await planned(tenant, Wanted())
        values, untold = resolved(tenant.file, made, found)
        if untold:
            return Result(tenant.name, Exit.FAILED, errors=untold)
        notes = () if values else (NOTHING,)
        result = Result(tenant.name, warnings=notes, body={"outputs": masked(values)})
        for note in notes if output.is_text else ():
            say(sys.stderr, ("note: ", "warn"), note.sentence)
        text = FORMS[form](values, with_secrets=with_secrets)
        if out:
            write_private(out, text)
            click.echo(f"wrote {out}", err=True)
        elif form != "json":
            sys.stdout.write(text)
        for name, value in values.items() if form == "github" and not with_secrets else ():
            if isinstance(value, Secret):
                say(sys.stderr, unasked(name))
        return result

    return on_tenants((path,), loading, "json" if form == "json" and not out else "text", job)
