"""A page of a report, taken apart."""

from __future__ import annotations

from lxml import html


def read_html(text: str) -> html.HtmlElement:
    """Return the tree of a page."""
    tree = html.document_fromstring(text)
    assert isinstance(tree, html.HtmlElement)
    return tree
