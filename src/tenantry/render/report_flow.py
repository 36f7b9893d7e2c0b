"""One flow of the report: its way as a diagram, its tokens with every claim, and its times before and after the refresh."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from tenantry.render.clean import count
from tenantry.render.html import Content, el, table
from tenantry.render.smoke_tokens import value_text
from tenantry.smoke.story import Decoded, Exchange, Story

OWN_STEPS = {"LGN-03", "COD-01", "USR-01", "RFT-01", "ROT-02", "M2M-01", "PWD-01", "PWD-02", "DEV-01", "DEV-04", "TEX-01"}
"""The assertions whose requests are the flow itself; all others are probes."""
BROWSER_PATHS = ("/authorize", "/u/", "/login", "/activate", "/device/", "/v2/logout", "/oidc/logout")
AFTER = " after refresh"


def flow_section(story: Story) -> list[Content]:
    """Return what a flow did and got."""
    own = [one for one in story.exchanges if one.asked_by in OWN_STEPS]
    parts: list[Content] = []
    if own:
        parts += [el("h3", "The way to the tokens"), diagram(own)]
    if (times := _times(story.tokens)) is not None:
        parts += [el("h3", "Before and after the refresh"), times]
    if story.tokens:
        parts += [el("h3", "The tokens"), *(_token(token) for token in story.tokens)]
    if story.exchanges:
        parts.append(_all_requests(story.exchanges))
    return parts


def diagram(exchanges: list[Exchange]) -> ET.Element:
    """Return the exchanges between browser, tenant and application, from top to bottom."""
    lanes = (("one", "Browser"), ("two", "Tenant"), ("three", "Application"))
    lines = [el("div", el("b", name), cls=f"lane {place}") for place, name in lanes]
    return el("div", *lines, *(_step(one) for one in exchanges), cls="lanes")


def _step(one: Exchange) -> ET.Element:
    """Return one request and its answer."""
    path, _, query = one.url.partition("?")
    place = path.partition("://")[2].partition("/")[2]
    actor = "browser" if f"/{place}".startswith(BROWSER_PATHS) else "app"
    asked = [*filter(None, query.split("&")), *(f"{name}={value}" for name, value in one.sent)]
    asked += [f"Authorization: {one.authorization}"] if one.authorization else []
    told = f"{one.status}" + (f" to {one.location}" if one.location else "")
    answered = [f"{name}: {value}" for name, value in one.answered]
    return el(
        "div",
        el("div", el("code", f"{one.method} /{place}"), cls="ask"),
        _listed(asked),
        el("div", el("code", told), cls="answer"),
        _listed(answered),
        cls=f"step {actor}",
    )


def _listed(words: list[str]) -> ET.Element | None:
    """Return names and values, one a line."""
    if not words:
        return None
    lines: list[Content] = []
    for word in words:
        lines += [word, el("br")]
    return el("div", *lines, cls="params mono")


def _token(token: Decoded) -> ET.Element:
    """Return one token: its header, and every claim with what it follows from."""
    rows: list[tuple[Content, ...]] = [
        (
            el("code", claim.name),
            el("code", value_text(claim.name, value)),
            el("span", mark, cls=f"chip {mark}"),
        )
        for claim in token.claims
        for value, mark in claim.groups
    ]
    header = ", ".join(f"{name} {value}" for name, value in token.header.items())
    return el(
        "div",
        el("h3", token.label),
        el("p", f"{token.form}; {token.digest}", *_signature(token), cls="soft mono"),
        el("p", f"Header: {header}", cls="mono") if header else None,
        table(("claim", "value", "follows from"), rows, cls="claims") if rows else None,
        cls="token",
    )


def _signature(token: Decoded) -> tuple[Content, ...]:
    """Return whether the signature verifies, nothing for a token that has none."""
    if token.signature == "verifies":
        return "; its signature ", el("span", token.signature, cls="passed")
    return ("; ", el("span", token.signature, cls="failed")) if token.signature else ()


def _times(tokens: tuple[Decoded, ...]) -> ET.Element | None:
    """Return ``iat`` and ``exp`` of the tokens before and after the refresh, side by side."""
    by_label = {token.label: token for token in tokens}
    rows: list[tuple[Content, ...]] = []
    for label, before in by_label.items():
        after = by_label.get(f"{label}{AFTER}")
        for name in ("iat", "exp"):
            old, new = before.value(name), after.value(name) if after else None
            if isinstance(old, int) and isinstance(new, int):
                cells = (f"{label}: {name}", value_text(name, old), value_text(name, new), f"{new - old:+d} s")
                rows.append(tuple(el("code", cell) for cell in cells))
        if after is not None and not before.claims:
            same = "the same" if before.digest == after.digest else "another"
            rows.append((el("code", label), el("code", before.digest), el("code", after.digest), same))
    return table(("", "before", "after", "moved"), rows) if rows else None


def _all_requests(exchanges: tuple[Exchange, ...]) -> ET.Element:
    """Return every request of the flow in short, with the assertion that made it."""
    rows: list[tuple[Content, ...]] = [
        (one.asked_by, el("code", f"{one.method} {one.url}"), el("code", f"{one.status} {one.location}".strip()))
        for one in exchanges
    ]
    summary = el("summary", f"{count(len(exchanges), 'request')}, with the assertion that needed each")
    return el("details", summary, table(("for", "request", "answer"), rows))
