"""``tenantry token``: one login, and what the tokens say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from tenantry import smoke
from tenantry.cli import options
from tenantry.cli.exits import Exit
from tenantry.cli.help import example
from tenantry.cli.loading import Loading
from tenantry.cli.progress import progress
from tenantry.cli.prove.login import way_for
from tenantry.cli.prove.view import seen
from tenantry.cli.results import Output, Result
from tenantry.cli.running import on_each
from tenantry.desired import TenantFile
from tenantry.model.errors import ConfigError, UsageError
from tenantry.model.smoke import LoginWay
from tenantry.render.smoke_tokens import look_body, look_text


@click.command(
    "token",
    epilog=example(
        "tenantry token storefront tenants/local.yaml",
        "tenantry token storefront tenants/dev.yaml --api orders --user tester",
        "tenantry token reporting tenants/local.yaml --format json | jq '.tokens[0].claims.scope.value'",
    ),
)
@click.argument("application", metavar="APP")
@options.path
@click.option("--api", metavar="HANDLE", help="The API the access token is for.  [default: that of the first declared flow]")
@click.option("--user", metavar="HANDLE", help="Who logs in, of `smoke.users`.  [default: that of the flow]")
@click.option("--raw", is_flag=True, help="Print the tokens themselves too; whoever has them is let in.")
@options.form("text", "json")
@options.login
@options.loading
def command(
    application: str, path: Path, *, api: str | None, user: str | None, raw: bool, form: str, login: LoginWay, loading: Loading
) -> int:
    """Log in once and print the verified claims.

    Gets tokens through the declared flow of the application APP, verifies their signatures, and marks every claim: declared in
    the file, expected of every tenant, or extra. Ends with 3 when the tenant refuses or a signature does not verify, and with 6
    when something stands in the way, such as a captcha.
    """

    async def job(file: TenantFile, output: Output) -> Result:
        async with seen(file) as tenant:
            flow = _chosen(tenant.asking, application, api, user)
            async with way_for(login, file, [flow]) as way:
                with progress(f"logging in to {application} of {tenant.name}", is_quiet=way.asks_a_person):
                    found, notes = await smoke.look(replace(tenant.asking, way=way), flow)
        output.show(look_text(found, tenant.name, raw=raw))
        for note in notes:
            output.say(f"note: {note}")
        return Result(tenant.name, _code(found), body=look_body(found, raw=raw))

    return on_each([path], loading, form, job)


def _chosen(asking: smoke.Asking, application: str, api: str | None, user: str | None) -> smoke.Flow:
    """Return the flow that the command line names.

    Raises: UsageError when there is no such application.
    """
    if application not in asking.configuration.applications:
        known = ", ".join(asking.configuration.applications) or "none"
        raise UsageError(f"no application {application} is declared; known are {known}")
    try:
        return smoke.choose(asking, application, api=api, user=user)
    except ConfigError as error:
        raise UsageError(str(error)) from error


def _code(found: smoke.Look) -> Exit:
    """Return what a look ends with."""
    if found.stopped is not None:
        return Exit.CONTRACT_BROKEN if found.stopped.outcome is smoke.Outcome.FAILED else Exit.UNPROVED
    return Exit.DONE if found.is_sound else Exit.CONTRACT_BROKEN
