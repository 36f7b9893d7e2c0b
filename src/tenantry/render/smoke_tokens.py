"""The tokens of one login, for somebody who debugs an application."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tenantry.render.clean import clean
from tenantry.render.lines import HERE, Lines
from tenantry.smoke.look import Look
from tenantry.smoke.story import Claim, Decoded

TIMES = {"iat", "exp", "auth_time", "nbf"}
MARKS = {"declared": "", "expected": "quiet", "extra": "warn"}


def look_text(found: Look, tenant: str, *, raw: bool) -> Lines:
    """Return the tokens as lines, the raw ones only when asked for; or why there are none."""
    lines, flow = Lines(), found.flow
    about = " ".join(part for part in (flow.kind, f"for {flow.api_name}" if flow.api_name else "", _who(found)) if part)
    lines.add((clean(tenant), "strong"), f"  ·  {clean(flow.application.handle)}: {clean(about)}")
    if found.stopped is not None:
        lines.add((f"{found.stopped.outcome.value}: ", "bad"), clean(found.stopped.observed))
        if found.stopped.expected:
            lines.add(("expected: ", "quiet"), clean(found.stopped.expected))
    for token in found.tokens:
        lines.gap()
        _add_token(lines, token, raw=raw)
    return lines


def look_body(found: Look, *, raw: bool) -> dict[str, Any]:
    """Return what a look adds to the envelope; the raw tokens only when asked for.

    Shape: ``{flow, application, api, user, stopped, tokens: [{label, form, digest, signature, header, claims, raw}]}``.
    """
    flow, stopped = found.flow, found.stopped
    said = {"outcome": stopped.outcome.value, "observed": stopped.observed, "expected": stopped.expected} if stopped else None
    return {
        "flow": flow.kind,
        "application": flow.application.handle,
        "api": flow.api_name or None,
        "user": flow.user_handle or None,
        "stopped": said,
        "tokens": [_token(token, raw=raw) for token in found.tokens],
    }


def _token(token: Decoded, *, raw: bool) -> dict[str, Any]:
    """Return one token; ``signature`` is null for what has none."""
    return {
        "label": token.label,
        "form": token.form,
        "digest": token.digest,
        "signature": token.signature or None,
        "header": token.header,
        "claims": {claim.name: _claim(claim) for claim in token.claims},
        "raw": token.raw if raw else None,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    """Return one claim."""
    parts = [{"value": value, "mark": mark} for value, mark in claim.parts]
    return {"value": claim.value, "mark": claim.mark, "parts": parts}


def _who(found: Look) -> str:
    """Return who logged in."""
    return f"as {found.flow.user_handle}" if found.flow.user_handle and not found.flow.is_machine else ""


def _add_token(lines: Lines, token: Decoded, *, raw: bool) -> None:
    """Add one token."""
    style = "good" if token.signature == "verifies" else "bad"
    signature = (("; its signature " if style == "good" else "; ", ""), (token.signature, style)) if token.signature else ()
    lines.add((token.label, "strong"), f"  {token.form}  {token.digest}", *signature)
    if token.header:
        lines.add(("  header  ", "quiet"), clean(json.dumps(token.header, ensure_ascii=False)))
    width = max((len(claim.name) for claim in token.claims), default=0)
    for claim in token.claims:
        for value, mark in claim.groups:
            name = clean(claim.name).ljust(width)
            lines.add(f"  {name}  ", (mark.ljust(8), MARKS[mark]), "  ", HERE, clean(value_text(claim.name, value)))
    if raw:
        lines.add(f"  {token.raw}")


def value_text(name: str, value: Any) -> str:
    """Return a claim's value as JSON; times also as dates."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if name in TIMES and isinstance(value, int) and not isinstance(value, bool):
        return f"{text}  ({datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC)"
    return text
