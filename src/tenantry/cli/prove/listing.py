"""What a smoke run would do, without the network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from tenantry import smoke
from tenantry.cli.options import Proving
from tenantry.cli.prove.view import due, why_so_long
from tenantry.cli.results import Output, Result
from tenantry.desired import TenantFile
from tenantry.render.clean import clean, count
from tenantry.render.lines import Lines

Row = dict[str, str | None]
"""One flow as JSON."""


def listed(file: TenantFile, output: Output, proving: Proving) -> Result:
    """Show which flows would be proved with how many assertions, and which would not, and why."""
    found = due(file, proving.level)
    lines = Lines()
    lines.add((clean(file.state.tenant), "strong"), f"  ·  smoke at level {found.level}")
    rows = [*_add_flows(lines, found), *_add_skipped(lines, found)]
    auth0s = [(one.id, flow.handle if flow else "") for one, flow in found.auth0s]
    if auth0s:
        ids = ", ".join(sorted({id_ for id_, _ in auth0s}))
        lines.add((f"  {smoke.AUTH0S_OWN} ", "quiet"), ids)
    _add_use(lines, found, smoke.ELSEWHERE if file.tenant.issuer else {})
    if why := why_so_long(file, proving.level):
        lines.add((why, "warn"))
    output.show(lines)
    left_out = [{"id": id_, "flow": flow or None, "reason": smoke.AUTH0S_OWN} for id_, flow in auth0s]
    return Result(file.state.tenant, body={"flows": rows, "not_applicable": left_out})


def _add_flows(lines: Lines, found: smoke.Applicable) -> Iterator[Row]:
    """Add a line per flow that is tried, and yield it as JSON."""
    asked = Counter(flow.handle for _, flow in found.asked if flow)
    for flow in found.flows:
        names = (flow.application.handle, flow.api_name, flow.user_handle)
        why = f"  cannot be tried: {clean(flow.missing)}" if flow.missing else ""
        where = ", ".join(map(clean, filter(None, names)))
        lines.add(f"  {clean(flow.handle)}  {flow.kind}  ({where})  {count(asked[flow.handle], 'assertion')}", (why, "warn"))
        yield _row(flow.handle, flow.kind, *names, skipped=flow.missing)


def _add_skipped(lines: Lines, found: smoke.Applicable) -> Iterator[Row]:
    """Add a line per flow that is left out, with what to add for it, and yield it as JSON."""
    for left in found.skipped:
        lines.add(("  skipped ", "warn"), f"{clean(left.handle)}: {clean(left.reason)}; add ", (clean(left.line), "strong"))
        yield _row(left.handle, "", left.application.handle, left.api.handle if left.api else "", "", skipped=left.reason)


def _add_use(lines: Lines, found: smoke.Applicable, called: Mapping[str, str]) -> None:
    """Add what a run would use of the tenant; ``called`` has other names of its endpoints."""
    use = ", ".join(count(number, _noun(what)) for what, number in found.expected_use.items() if number)
    about = f", about {use}" if use else ""
    lines.add(f"{count(len(found.asked), 'assertion')} on {count(len(found.flows), 'flow')}{about}")
    requests = ", ".join(f"{called.get(path, path)} {number}" for path, number in found.expected_requests.items())
    lines.add(("requests, about: ", "quiet"), requests or "none")


def _noun(use: str) -> str:
    """Return what is used, one of it: ``m2m token`` of ``m2m_tokens``."""
    return use.replace("_", " ").removesuffix("s")


def _row(flow: str, kind: str, application: str, api: str, user: str, *, skipped: str) -> Row:
    """Return one flow as JSON."""
    return {
        "flow": flow,
        "kind": kind or None,
        "application": application,
        "api": api or None,
        "user": user or None,
        "skipped": skipped or None,
    }
