"""Whether a tenant can be planned, applied and proved from here; reads only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpx

from tenantry import plan
from tenantry.cli.doctor.check import Check
from tenantry.cli.doctor.flows import compared, unread
from tenantry.cli.tenants import Tenant
from tenantry.kinds import KINDS
from tenantry.model.errors import ApiError, NotAllowed
from tenantry.model.kind import Kind
from tenantry.model.state import Caller, DesiredState
from tenantry.smoke.tenant import DISCOVERY
from tenantry.smoke.wire import no_answer

LOOK = "check the address in the tenant file, and open this one to see who answers"
SMOKE_SCOPES = frozenset(
    {"read:users", "create:users", "delete:users", "update:users", "read:client_keys", "read:connections", "update:connections"}
)
"""What a smoke run needs beyond planning: users that live as long as the run, for whose making the tool's own application is
enabled for their connection, and the secrets of applications."""


async def examine(tenant: Tenant) -> list[Check]:
    """Return what was found, in the order in which it matters; what depends on something that failed is left out."""
    checks = [await _reachable(tenant)]
    if checks[-1].outcome == "failed":
        return checks
    try:
        caller = await tenant.client.caller()
        await tenant.client.get(("clients",), (("per_page", "1"), ("fields", "client_id"), ("include_fields", "true")))
    except NotAllowed as error:
        if not error.missing:
            return [*checks, Check("credentials", "failed", str(error), 77)]
        caller = await tenant.client.caller()
    except ApiError as error:
        return [*checks, Check("credentials", "failed", str(error))]
    checks.append(Check("credentials", "ok", f"client {caller.client_id} has a token for {caller.api_identifier}"))
    scopes = list(_scopes(tenant, caller))
    checks += [*scopes, _rate(tenant)]
    if scopes[0].outcome == "failed":
        return [*checks, *unread(tenant)]
    return [*checks, *await compared(tenant)]


async def _reachable(tenant: Tenant) -> Check:
    """Return whether the tenant answers, and as whom."""
    try:
        async with httpx.AsyncClient(transport=tenant.transport, timeout=10) as http:
            answer = await http.get(tenant.login_url + DISCOVERY)
            document: Any = answer.json() if answer.is_success else {}
    except httpx.HTTPError as error:
        return Check("reachable", "failed", no_answer(error, httpx.URL(tenant.login_url)))
    except ValueError:
        return Check("reachable", "failed", f"{tenant.login_url}{DISCOVERY} answered with what is no JSON; {LOOK}")
    issuer = document.get("issuer") if isinstance(document, dict) else None
    if issuer != f"{tenant.login_url}/":
        told = f"{answer.status_code} as {issuer}" if issuer else f"{answer.status_code} and names no issuer"
        return Check("reachable", "failed", f"{tenant.login_url}{DISCOVERY} answered {told}; {LOOK}")
    return Check("reachable", "ok", f"{issuer} answers")


def _scopes(tenant: Tenant, caller: Caller) -> Iterable[Check]:
    """Yield whether the token may do what plan, apply and smoke need."""
    desired = tenant.file.state
    read = {scope for section in plan.sections_to_read(desired, KINDS) for scope in _read(KINDS[section])}
    write = {scope for section in desired.sections for scope in to_write(KINDS[section], desired)}
    needed = {"plan": read, "apply": write - read}
    if any(user.ephemeral for user in tenant.file.smoke.users.values()):
        needed["smoke"] = set(SMOKE_SCOPES)
    for command, scopes in needed.items():
        missing = sorted(scopes - caller.scopes)
        if missing:
            yield Check(f"scopes for {command}", "failed", f"grant {', '.join(missing)} to client {caller.client_id}", 77)
        else:
            yield Check(f"scopes for {command}", "ok", f"all {len(scopes)} granted")


def _read(kind: Kind) -> set[str]:
    """Return the scopes that reading a kind needs."""
    return {*kind.scopes.read, *(scope for part in kind.parts for scope in part.scopes.read)}


def to_write(kind: Kind, desired: DesiredState) -> set[str]:
    """Return the scopes that writing what is declared of a kind needs; to replace something takes those of a delete besides."""
    managed = [
        each.lifecycle for each in desired.resources.values() if each.address.section == kind.section and each.lifecycle.managed
    ]
    scopes: set[str] = set()
    if kind.section in desired.manage.prune or any(each.absent for each in managed):
        scopes.update(kind.scopes.delete)
    if not all(each.absent for each in managed):
        scopes.update(kind.scopes.create, kind.scopes.update, kind.finish.scopes if kind.finish else ())
        scopes.update(scope for part in kind.parts for scope in (*part.scopes.create, *part.scopes.update, *part.scopes.delete))
    return scopes


def _rate(tenant: Tenant) -> Check:
    """Return how fast the tenant may be asked."""
    limit = tenant.client.limit
    share = f"{tenant.file.state.manage.rate:.0%}"
    if limit is None:
        return Check("rate limit", "ok", f"the tenant does not say; a run uses {share} of what it says later")
    return Check("rate limit", "ok", f"{limit} requests at once, of which a run uses {share}")
