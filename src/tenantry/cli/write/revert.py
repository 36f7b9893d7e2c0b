"""The plan that takes an apply back: the inverse of its journal, without what no file may say."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

from tenantry import apply as applying
from tenantry import plan as planner
from tenantry.cli.declarable import refused
from tenantry.cli.intent import Wanted
from tenantry.cli.planning import read
from tenantry.cli.tenants import STATE_FOLDER, Tenant
from tenantry.kinds import KINDS
from tenantry.model.errors import UsageError
from tenantry.model.note import Note
from tenantry.model.place import dotted
from tenantry.model.state import LiveState
from tenantry.model.values import Include
from tenantry.plan import Plan


def journals() -> Path:
    """Return the nearest folder of journals, here or above."""
    here = Path.cwd()
    folders = (folder / STATE_FOLDER / "journal" for folder in (here, *here.parents))
    return next((folder for folder in folders if folder.is_dir()), here / STATE_FOLDER / "journal")


async def planned_back(tenant: Tenant, past: applying.Past, wanted: Wanted) -> tuple[Plan, LiveState]:
    """Return the plan of the inverse, with notes of what does not come back, and what it was made from.

    Raises: UsageError when the journal is of another tenant.
    """
    if tenant.name != past.plan.tenant:
        raise UsageError(f"the journal is of {past.plan.tenant}, and {tenant.file.path} is of {tenant.name}")
    made = applying.inverse(past, KINDS, tenant.file.state.manage)
    found = await read(tenant, made.state)
    made = _declarable(applying.fitted(made, past, found, KINDS))
    planned = planner.plan(made.state, found, KINDS, wanted.options(tenant))
    return replace(planned, notes=(*made.notes, *planned.notes)), found


def _declarable(made: applying.Inverse) -> applying.Inverse:
    """Return the inverse without values that only the server can set."""
    notes = list(made.notes)
    resources = {}
    for address, resource in made.state.resources.items():
        fields = deepcopy(dict(resource.fields))
        checked = {name: value for name, value in fields.items() if name not in resource.unchecked and not _is_partial(value)}
        notes += [
            Note(f"{dotted(path)} is only the server's to set", address, code="revert")
            for path in refused(checked, KINDS[address.section])
        ]
        kept = {name: value for name, value in fields.items() if name in resource.unchecked or _is_partial(value)}
        resources[address] = replace(resource, fields={**checked, **kept})
    return applying.Inverse(replace(made.state, resources=resources), notes)


def _is_partial(value: object) -> bool:
    """Return whether a value only adds to what is there, which a journal says of handles alone."""
    return isinstance(value, Include)
