"""Proving tokens: the smoke run with what it borrows from inside, shown and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tenantry import smoke
from tenantry.cli.exits import Exit
from tenantry.cli.options import Proving
from tenantry.cli.people import welcome
from tenantry.cli.progress import progress
from tenantry.cli.results import Output, Result
from tenantry.cli.tenants import Tenant
from tenantry.plan import Plan
from tenantry.render.smoke_formats import junit, smoke_body, smoke_markdown
from tenantry.render.smoke_text import smoke_text


async def proved(tenant: Tenant, made: Plan, output: Output, proving: Proving) -> tuple[Result, smoke.Report]:
    """Run the contract, show its report and return its result; ``made`` knows the ids of what is declared.

    A plan with changes is told of: the tenant is then judged by what it does not hold yet.
    """
    await welcome(tenant, made)
    caller = await tenant.client.caller()
    with progress(f"proving the tokens of {tenant.name}"):
        report = await smoke.run(
            tenant.file.smoke,
            tenant.file.state,
            base_url=tenant.login_url,
            borrow=smoke.Lending(tenant.client, made.ids),
            emulated=tenant.is_emulated,
            management_audience=caller.api_identifier,
            transport=tenant.transport,
            level=proving.level,
        )
    if not made.is_empty:
        note = "the tenant does not hold all that is declared; `tenantry plan` shows what is missing"
        report = replace(report, notes=(note, *report.notes))
    output.show(smoke_text(report, tenant.name))
    code = smoke.exit_code(report, allow_blocked=proving.allow_blocked)
    return Result(tenant.name, Exit(code), body=smoke_body(report), markdown=smoke_markdown(report, tenant.name)), report


def write_junit(proving: Proving, reports: Sequence[tuple[str, smoke.Report]]) -> None:
    """Write the findings of all tenants as JUnit XML, if a file was named."""
    if proving.junit_file:
        proving.junit_file.write_text(junit(list(reports)), encoding="utf-8")
