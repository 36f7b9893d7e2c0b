"""Applying a saved plan: exactly that, or nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tenantry import apply as applying
from tenantry import live, plan
from tenantry.cli.intent import Wanted, Writing
from tenantry.cli.loading import Loading
from tenantry.cli.planning import shown
from tenantry.cli.progress import progress
from tenantry.cli.results import Output, Result
from tenantry.cli.running import Paths, failed, on_tenants
from tenantry.cli.tenants import Tenant
from tenantry.cli.write.apply import applied, refused
from tenantry.cli.write.lock import alone
from tenantry.desired import TenantFile
from tenantry.kinds import KINDS
from tenantry.model.errors import Outdated, PlanError, Stale
from tenantry.plan import Plan


def on_saved_plan(
    plan_file: Path, paths: Sequence[Path], loading: Loading, form: str, *, writing: Writing, wanted: Wanted
) -> int:
    """Return the exit code of applying a saved plan, to the one tenant that the paths name or else to its own.

    Only files that are named are held against the plan; its own are then merely asked for the way to the tenant.
    """
    try:
        saved = plan.load(plan_file, loading.secret)
    except PlanError as error:
        return failed(form, error)

    async def job(tenant: Tenant, output: Output) -> Result:
        stale = differences(saved, tenant.file)
        if stale and (paths or saved.tenant != tenant.name):
            return refused(tenant, saved, Stale([Outdated(each) for each in stale]))
        with progress(f"reading {tenant.name}"):
            sections = applying.sections_of(saved, KINDS)
            found = await live.read(tenant.client, KINDS, live.wanted(applying.touched(saved)), sections)
        made = plan.bound(replace(saved, reads=found.requests), found, KINDS, None if stale else tenant.file.state)
        made = replace(made, guards=plan.refusals(made, found, KINDS, wanted.allowances))
        shown(tenant, made, output, "")
        return await applied(tenant, made, found, output, writing)

    loading = replace(loading, only_one="a saved plan is of one tenant; name its file")
    return on_tenants(paths or _way_to(saved, loading), loading, form, alone(job, writing.lock_timeout))


def _way_to(saved: Plan, loading: Loading) -> Paths:
    """Return how to reach the tenant of a plan without a path: by the environment if it is about it, else as it was planned."""
    if os.environ.get("AUTH0_DOMAIN") != saved.tenant and saved.file and Path(saved.file).is_file():
        return [Path(saved.file)]
    return lambda: [loading.of_domain(saved.tenant, Path(saved.file) if saved.file else None)]


def differences(saved: Plan, file: TenantFile) -> list[str]:
    """Return in which ways the plan was not made for this tenant from these files."""
    reasons = []
    if saved.tenant != file.state.tenant:
        reasons.append(f"the plan is of {saved.tenant}, the file declares {file.state.tenant}")
    # Who may write to a plan may not reach what the pipeline's environment holds for others.
    reasons += [
        f"the plan would send the secret {name}, which the files do not name"
        for name in plan.secrets_to_fetch(saved.steps)
        if name not in file.secrets
    ]
    return reasons + [
        f"{name} is not what the plan was made from"
        for name in sorted({*saved.inputs, *file.inputs})
        if saved.inputs.get(name) != file.inputs.get(name)
    ]
