"""What a smoke run would do, without the network."""

from __future__ import annotations

from collections import Counter

from tenantry import smoke
from tenantry.cli.options import Proving
from tenantry.cli.prove.view import due
from tenantry.cli.results import Output, Result
from tenantry.desired import TenantFile
from tenantry.render.clean import clean, count
from tenantry.render.lines import Lines


def listed(file: TenantFile, output: Output, proving: Proving) -> Result:
    """Show which flows would be proved with how many assertions, and which would not, and why."""
    found = due(file, proving.level)
    asked = Counter(flow.handle for _, flow in found.asked if flow)
    lines = Lines()
    lines.add((clean(file.state.tenant), "strong"), f"  ·  smoke at level {found.level}")
    rows = []
    for flow in found.flows:
        names = (flow.application.handle, flow.api_name, flow.user_handle)
        rows.append(_row(flow.handle, flow.kind, *names, skipped=flow.missing))
        why = f"  cannot be tried: {clean(flow.missing)}" if flow.missing else ""
        where = ", ".join(map(clean, filter(None, names)))
        lines.add(f"  {clean(flow.handle)}  {flow.kind}  ({where})  {count(asked[flow.handle], 'assertion')}", (why, "warn"))
    for left in found.skipped:
        api = left.api.handle if left.api else ""
        rows.append(_row(left.handle, "", left.application.handle, api, "", skipped=left.reason))
        lines.add(("  skipped ", "warn"), f"{clean(left.handle)}: {clean(left.reason)}; add ", (clean(left.line), "strong"))
    auth0s = [(one.id, flow.handle if flow else "") for one, flow in found.auth0s]
    if auth0s:
        ids = ", ".join(sorted({id_ for id_, _ in auth0s}))
        lines.add((f"  {smoke.AUTH0S_OWN} ", "quiet"), ids)
    use = ", ".join(f"{number} {what.replace('_', ' ')}" for what, number in found.expected_use.items() if number)
    lines.add(f"{count(len(found.asked), 'assertion')} on {count(len(found.flows), 'flow')}, about {use or 'nothing used'}")
    called = smoke.ELSEWHERE if file.tenant.issuer else {}
    requests = ", ".join(f"{called.get(path, path)} {number}" for path, number in found.expected_requests.items())
    lines.add(("requests, about: ", "quiet"), requests or "none")
    output.show(lines)
    left_out = [{"id": id_, "flow": flow or None, "reason": smoke.AUTH0S_OWN} for id_, flow in auth0s]
    return Result(file.state.tenant, body={"flows": rows, "not_applicable": left_out})


def _row(flow: str, kind: str, application: str, api: str, user: str, *, skipped: str) -> dict[str, str | None]:
    """Return one flow as JSON."""
    return {
        "flow": flow,
        "kind": kind or None,
        "application": application,
        "api": api or None,
        "user": user or None,
        "skipped": skipped or None,
    }
