"""Takes secrets out of other people's words: a server may quote one, or a part of it, as it is or in another form.

A mask around which something is left tells how long a short secret is and where it stands, so words with one are not shown.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

MASK = "***"
WITHHELD = "(these words hold a secret and are not shown)"
SHORT = 8
"""Words that hold a secret of fewer characters are withheld as a whole."""
PART = 12
"""So many characters of a secret in a row are a part of it; half of it, when that is less."""
LONGEST = 20_000
"""Characters of other people's words that are looked at, and so the most that are ever shown."""


def without(text: str, secrets: Iterable[str]) -> str:
    """Return the text with every secret in it masked: whole or a long part of it, plain, escaped or encoded."""
    text = text[:LONGEST]
    known = {secret for secret in secrets if secret}
    if any(secret in text for secret in known if len(secret) < SHORT):
        return WITHHELD
    covered = bytearray(len(text))
    for secret in known:
        for form in forms(secret):
            _cover(text, form, covered)
    return _masked(text, covered)


def forms(secret: str) -> frozenset[str]:
    """Return the forms in which a server may quote a secret: as it is, as JSON, HTML or Python write it, as URL or Base64."""
    return frozenset(_forms(secret))


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield json.dumps(json.dumps(secret))[3:-3]
    yield repr(secret)[1:-1]
    yield html.escape(secret)
    yield quote(secret, safe="")
    yield quote(secret)
    yield quote_plus(secret)
    raw = secret.encode("utf-8", "surrogatepass")
    yield raw.hex()
    # What stands before a secret, as in `user:secret`, moves it within the groups of three that Base64 makes four letters of.
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw).decode()[4 if shift else 0 :].rstrip("=")[: -1 if shift else None]
        yield text
        yield text.replace("+", "-").replace("/", "_")


def _cover(text: str, form: str, covered: bytearray) -> None:
    """Mark every run of the text that is a part of the form."""
    size = min(len(form), max(SHORT, min(PART, len(form) // 2)))
    if size < SHORT:
        return
    parts = {form[start : start + size] for start in range(len(form) - size + 1)}
    for start in range(len(text) - size + 1):
        if text[start : start + size] in parts:
            covered[start : start + size] = b"\1" * size


def _masked(text: str, covered: bytearray) -> str:
    """Return the text with one mask for each run that is marked."""
    pieces, last = [], 0
    for letter, mark in zip(text, covered, strict=True):
        if not mark:
            pieces.append(letter)
        elif not last:
            pieces.append(MASK)
        last = mark
    return "".join(pieces)
