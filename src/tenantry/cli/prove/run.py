"""Proving tokens: the smoke run with what it borrows from inside, shown and judged."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tenantry import smoke
from tenantry.cli.exits import Exit
from tenantry.cli.options import Proving
from tenantry.cli.progress import progress
from tenantry.cli.prove.view import Seen, why_so_long
from tenantry.cli.results import Output, Result
from tenantry.cli.tenants import made_state_folder
from tenantry.files import write_private, write_text
from tenantry.render.lines import Lines
from tenantry.render.report_html import report_html
from tenantry.render.smoke_formats import junit, smoke_body, smoke_markdown
from tenantry.render.smoke_text import smoke_text
from tenantry.render.terminal import say


async def proved(
    tenant: Seen, output: Output, proving: Proving, way: smoke.Way, *, keeps_page: bool = False
) -> tuple[Result, smoke.Report]:
    """Run the contract, show its report and return its result.

    ``way`` is open. ``keeps_page`` writes the page beside the journal, unless a file of its own is named for it.

    A tenant that is not as declared is told of: it is then judged by what it does not hold yet.
    """
    if why := why_so_long(tenant.file, proving.level):
        say(sys.stderr, why)
    with progress(f"proving the tokens of {tenant.name}", is_quiet=way.asks_a_person):
        report = await smoke.prove(replace(tenant.asking, way=way), level=proving.level)
    if not tenant.is_as_declared:
        note = "the tenant does not hold all that is declared; `tenantry plan` shows what is missing"
        report = replace(report, notes=(note, *report.notes))
    if keeps_page and proving.report_file is None:
        lines = Lines()
        lines.add(f"the whole story, for a browser: {_page(tenant, report)}")
        output.show(lines)
    output.show(smoke_text(report, tenant.name))
    code = smoke.exit_code(report, allow_blocked=proving.allow_blocked)
    return Result(tenant.name, Exit(code), body=smoke_body(report), markdown=smoke_markdown(report, tenant.name)), report


def write_reports(proving: Proving, reports: Sequence[tuple[str, smoke.Report]]) -> None:
    """Write the findings of all tenants as JUnit XML and as a page, if files were named."""
    if proving.junit_file:
        write_text(proving.junit_file, junit(list(reports)))
    if proving.report_file:
        write_text(proving.report_file, report_html(reports))


def _page(tenant: Seen, report: smoke.Report) -> Path:
    """Return where the page of one tenant was written, for its owner's eyes only."""
    folder = made_state_folder(tenant.file) / "smoke"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{tenant.file.path.stem}.html"
    write_private(path, report_html([(tenant.name, report)]))
    return path
