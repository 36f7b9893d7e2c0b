"""What is rendered, taken apart."""

from __future__ import annotations

from lxml import etree, html


def read_html(text: str) -> html.HtmlElement:
    """Return the tree of a page."""
    tree = html.document_fromstring(text)
    assert isinstance(tree, html.HtmlElement)
    return tree


def read_xml(text: str) -> etree._Element:
    """Return the tree of a document for programs."""
    return etree.fromstring(text.encode())
