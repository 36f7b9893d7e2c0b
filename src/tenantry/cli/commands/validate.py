"""``tenantry validate``: everything that can be checked offline."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from tenantry.cli import options
from tenantry.cli.help import example
from tenantry.cli.loading import Loading
from tenantry.cli.results import Output, Result
from tenantry.cli.running import on_files
from tenantry.desired import TenantFile
from tenantry.kinds import KINDS
from tenantry.model.kind import Identity
from tenantry.render.clean import clean, count
from tenantry.render.lines import Lines
from tenantry.render.plan_text import add_notes


@click.command("validate", epilog=example("tenantry validate tenants", "tenantry validate tenants/dev.yaml --format json"))
@options.paths
@options.form("text", "json")
@options.loading
def command(paths: tuple[Path, ...], form: str, loading: Loading) -> int:
    """Check the files, offline.

    Reads every tenant file with its fragments and reports all mistakes at once, each with its file, line and column. It needs
    no network and no secret; the secrets that an apply or a smoke run may need are listed by name. Exit code 65 when anything
    is wrong.
    """
    return on_files(paths, loading, form, _validated)


def _validated(file: TenantFile, output: Output) -> Result:
    """Show what a valid file declares."""
    counts = Counter(address.section for address in file.state.resources)
    lines = Lines()
    total = ", ".join(_counted(section, number) for section, number in sorted(counts.items()))
    lines.add(("valid ", "good"), (clean(file.state.tenant), "strong"), f"  {total or 'nothing declared'}")
    if file.secrets:
        what = "a smoke run" if file.tenant.issuer else "an apply or a smoke run"
        lines.add(f"      {what} may need {count(len(file.secrets), 'secret')}: {', '.join(map(clean, file.secrets))}")
    add_notes(lines, file.warnings)
    output.show(lines)
    body = {"resources": dict(sorted(counts.items())), "secrets": list(file.secrets)}
    return Result(file.state.tenant, warnings=file.warnings, body=body)


def _counted(section: str, number: int) -> str:
    """Return how many resources of a section there are; what there is only one of is not counted."""
    noun = KINDS[section].noun
    return noun if KINDS[section].identity is Identity.SINGLETON else count(number, noun)
