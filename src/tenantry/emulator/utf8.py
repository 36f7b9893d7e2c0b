"""Halves of surrogate pairs: JSON can spell them and JavaScript keeps them, but nobody can write them as UTF-8.

Source: RFC 8259 section 8.2; the Encoding standard (JavaScript writes U+FFFD for each).
"""

from __future__ import annotations

import json
from typing import Any


def is_writable(value: Any) -> bool:
    """Return whether the JSON value holds no half of a surrogate pair."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def written(value: Any) -> Any:
    """Return the JSON value as JavaScript would write it."""
    if is_writable(value):
        return value
    text = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass")
    return json.loads(text.decode("utf-16", "replace"))
