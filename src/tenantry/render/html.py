"""Elements of a static page: every text is escaped because it is never anything but text; no script, no foreign address.

The style sheet is the only thing that may act, and the page's own policy names it by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from xml.etree import ElementTree as ET

from tenantry.render.clean import clean

Content = ET.Element | str | None


def el(tag: str, *children: Content, cls: str = "", **attributes: str) -> ET.Element:
    """Return an element; texts are cleaned, None is left out."""
    given = {name.rstrip("_").replace("_", "-"): clean(value) for name, value in attributes.items()}
    element = ET.Element(tag, given | ({"class": cls} if cls else {}))
    last: ET.Element | None = None
    for child in children:
        if child is None:
            continue
        if isinstance(child, ET.Element):
            element.append(child)
            last = child
        elif last is None:
            element.text = (element.text or "") + clean(child)
        else:
            last.tail = (last.tail or "") + clean(child)
    return element


def table(head: tuple[str, ...], rows: list[tuple[Content, ...]], cls: str = "") -> ET.Element:
    """Return a table in a box of its own; a narrow screen stacks the cells of a row, each with the name of its column."""
    top = el("thead", el("tr", *(el("th", word) for word in head)))
    body = el("tbody")
    for row in rows:
        named = zip(head, row, strict=True)
        body.append(el("tr", *(el("td", cell, data_label=word) if word else el("td", cell) for word, cell in named)))
    return el("div", el("table", top, body, cls=cls), cls="box")


def page(title: str, css: str, *content: Content) -> str:
    """Return a whole page that loads nothing and runs nothing."""
    style = ET.Element("style")
    style.text = css
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        style,
    )
    root = el("html", head, el("body", *content), lang="en")
    return "<!doctype html>\n" + ET.tostring(root, encoding="unicode", method="html") + "\n"
