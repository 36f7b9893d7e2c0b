"""The tenant's own domain in what is exported: another tenant that is declared by the same files has its own there.

A connection names it (``options.app_domain``), and so may callbacks, identifiers and metadata. It stands for itself only where
it is the whole value or the host of an address; in a sentence it is a word, and beside another port another server.
"""

from __future__ import annotations

import re
from typing import Any

from tenantry.render.yaml import in_texts

MARK = "${tenant.domain}"


def with_mark(written: Any, domain: str) -> Any:
    """Return what is exported with the mark in place of the tenant's own domain, for which the mark stands in its file."""
    host = re.compile(rf"(?<=://){re.escape(domain)}(?![\w-]|\.\w|:\d)")
    return in_texts(written, lambda text: MARK if text == domain else host.sub(MARK, text)) if domain else written
