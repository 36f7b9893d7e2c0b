"""Applying a saved plan: exactly that, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tenantry import apply as applying
from tenantry import live, plan
from tenantry.cli.alone import alone
from tenantry.cli.progress import progress
from tenantry.cli.results import Output, Result
from tenantry.cli.running import Loading, failed, on_tenants
from tenantry.cli.steps import Wanted, Writing, applied, refused, shown
from tenantry.cli.tenants import Tenant
from tenantry.desired import TenantFile
from tenantry.kinds import KINDS
from tenantry.model.errors import PlanError, Stale
from tenantry.plan import Plan


def on_saved_plan(
    plan_file: Path, paths: Sequence[Path], loading: Loading, form: str, *, writing: Writing, wanted: Wanted
) -> int:
    """Return the exit code of applying a saved plan, to the one tenant that the paths name or else to its domain."""
    try:
        saved = plan.load(plan_file, loading.secret)
    except PlanError as error:
        return failed(form, error)

    async def job(tenant: Tenant, output: Output) -> Result:
        if paths and (stale := differences(saved, tenant.file)):
            return refused(tenant.name, saved, Stale(stale), output)
        with progress(f"reading {tenant.name}"):
            sections = applying.sections_of(saved)
            found = await live.read(tenant.client, KINDS, live.wanted(applying.touched(saved)), sections)
        made = plan.bound(replace(saved, reads=found.requests), found, KINDS, tenant.file.state if paths else None)
        made = replace(made, guards=plan.refusals(made, found, KINDS, wanted.allowances))
        shown(tenant, made, output, "")
        return await applied(tenant, made, found, output, writing)

    loading = replace(loading, only_one="a saved plan is of one tenant; name its file")
    return on_tenants(paths or (lambda: [loading.of_domain(saved.tenant)]), loading, form, alone(job, writing.lock_timeout))


def differences(saved: Plan, file: TenantFile) -> list[str]:
    """Return in which ways the plan was not made for this tenant from these files."""
    reasons = []
    if saved.tenant != file.state.tenant:
        reasons.append(f"the plan is of {saved.tenant}, the file declares {file.state.tenant}")
    return reasons + [
        f"{name} is not what the plan was made from"
        for name in sorted({*saved.inputs, *file.inputs})
        if saved.inputs.get(name) != file.inputs.get(name)
    ]
