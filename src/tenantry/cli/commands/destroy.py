"""``tenantry destroy``: deletes what a file declares, where that is allowed."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

import click

from tenantry import plan
from tenantry.cli import options
from tenantry.cli.asking import confirm_by_name
from tenantry.cli.help import example
from tenantry.cli.intent import Writing
from tenantry.cli.loading import Loading
from tenantry.cli.planning import read, shown
from tenantry.cli.results import Output, Result
from tenantry.cli.running import on_tenants
from tenantry.cli.tenants import Tenant
from tenantry.cli.write.apply import applied
from tenantry.cli.write.lock import alone
from tenantry.kinds import KINDS
from tenantry.model.address import Address
from tenantry.model.errors import Unsafe, UsageError
from tenantry.model.kind import Identity
from tenantry.model.state import DesiredState, Manage, Purpose, Resource
from tenantry.plan import Allowances, Options

EVERYTHING = Allowances(frozenset({"--allow-replace", "--allow-user-loss"}), max_deletes=1_000_000)


@click.command("destroy", epilog=example("tenantry destroy tenants/local.yaml"))
@options.path
@click.option("--yes-destroy", metavar="DOMAIN", help="Do not ask; must be the tenant's domain, letter by letter.")
@options.form("text", "json")
@options.loading
def command(path: Path, yes_destroy: str | None, form: str, loading: Loading) -> int:
    """Delete what the files declare.

    Shows the plan and deletes every declared resource, users included. Only emulated tenants and those that say
    `manage: {disposable: true}`; whatever is protected, unmanaged or undeclared stays.
    """

    async def job(tenant: Tenant, output: Output) -> Result:
        if yes_destroy not in {None, tenant.name}:
            raise UsageError(f"--yes-destroy {yes_destroy} is not this tenant, which is {tenant.name}")
        if not (tenant.is_emulated or tenant.file.state.manage.disposable):
            raise Unsafe(f"{tenant.name} is neither emulated nor declared `manage: {{disposable: true}}`; nothing was deleted")
        gone = emptied(tenant.file.state)
        found = await read(tenant, gone)
        made = plan.plan(gone, found, KINDS, Options(EVERYTHING, inputs=tenant.file.inputs))
        shown(tenant, made, output, "")
        if not made.guards and yes_destroy is None:
            _confirm(tenant)
        return await applied(tenant, made, found, output, Writing(yes=True))

    return on_tenants((path,), loading, form, alone(job))


def emptied(state: DesiredState) -> DesiredState:
    """Return the state that declares everything absent; what always exists is only emptied of references, or left alone."""
    managed = {address: resource for address, resource in state.resources.items() if resource.lifecycle.managed}
    doomed = {address for address in managed if KINDS[address.section].identity is Identity.LISTED}
    kept = {address: gone for address, resource in managed.items() if (gone := _gone(resource, doomed))}
    manage = Manage(protect=state.manage.protect, ignore=state.manage.ignore)
    return replace(state, resources=kept, manage=manage, purpose=Purpose.DESTROY)


def _gone(resource: Resource, doomed: AbstractSet[Address]) -> Resource | None:
    """Return the declaration that a resource is not there, or that it refers to nothing that goes."""
    kind = KINDS[resource.address.section]
    match kind.identity:
        case Identity.SINGLETON:
            fields = {
                name: None
                for name, value in resource.fields.items()
                if plan.references({name: value}, kind.shape).resources & doomed
            }
            return replace(resource, fields=fields) if fields else None
        case Identity.BY_HANDLE:
            return replace(resource, fields=dict.fromkeys(resource.fields, None))
        case Identity.LISTED:
            return replace(resource, lifecycle=replace(resource.lifecycle, absent=True))


def _confirm(tenant: Tenant) -> None:
    """Go on only when it is meant; an emulated tenant needs no confirmation."""
    if not tenant.is_emulated:
        confirm_by_name(
            f"Type {tenant.name} to delete all of this",
            tenant.name,
            declined=f"not confirmed; nothing was deleted from {tenant.name}",
            without_terminal=f"there is no terminal to ask: add --yes-destroy {tenant.name}",
        )
