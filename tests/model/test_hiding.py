from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenantry.model.hiding import LONGEST, MASK, WITHHELD, without

CANARY = 'Canary~"q+/é\\x\nSecond-Line.*(7f3a9c'
TOKENS = ("Canary~", "Second-Line", "7f3a9c")


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "as JSON": json.dumps,
    "as JSON with letters of all tongues": lambda text: json.dumps(text, ensure_ascii=False),
    "as JSON inside JSON": lambda text: json.dumps(json.dumps(text)),
    "as Python": repr,
    "in a URL": lambda text: quote(text, safe=""),
    "in a path": quote,
    "in a form": quote_plus,
    "as HTML": html.escape,
    "its beginning": lambda text: text[:15] + "…",
    "its end": lambda text: "…" + text[-13:],
    "its second line": lambda text: text.partition("\n")[2],
    "in hexadecimal": lambda text: text.encode().hex(),
    "in Base64": encoded,
    "in Base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "in Base64 behind one letter": lambda text: encoded(":" + text),
    "in Base64 behind two letters": lambda text: encoded("a:" + text),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_masked_in_whatever_form_it_is_quoted(form: str) -> None:
    quoted = FORMS[form](CANARY)
    told = without(f"the value <{quoted}> is not liked", [CANARY])
    assert told.startswith("the value <")
    assert told.endswith("> is not liked")
    assert MASK in told
    inside = told.removeprefix("the value <").removesuffix("> is not liked")
    assert not any(token in inside for token in TOKENS), told
    assert len(inside.replace(MASK, "")) < 12, told
    assert not any(quoted[start : start + 12] in told for start in range(len(quoted) - 11))


def test_words_with_a_short_secret_are_withheld_for_what_is_left_would_tell_it() -> None:
    assert without("an administrator is needed", ["admin"]) == WITHHELD
    assert without("somebody else is needed", ["admin"]) == "somebody else is needed"


def test_nothing_else_is_masked() -> None:
    assert without("Payload validation error: 'name' is too long", ["tenantry-emulator-secret", ""]) == (
        "Payload validation error: 'name' is too long"
    )


def test_a_long_secret_is_masked_once() -> None:
    assert without("a secret-of-its-own-4711 b", ["secret-of-its-own-4711", "of-its-own"]) == f"a {MASK} b"


def test_words_without_end_are_cut() -> None:
    assert len(without("x" * 10 * LONGEST, ["secret-of-its-own-4711"])) == LONGEST


@given(st.text(min_size=1), st.text(), st.text())
def test_no_secret_survives(secret: str, before: str, after: str) -> None:
    told = without(before + secret + after, [secret])
    assert secret in f"{MASK}{WITHHELD}" or secret not in told
