"""Whatever a server answers is a value: what cannot be read says nothing, and breaks nothing."""

from __future__ import annotations

import base64

import httpx
import pytest

from tenantry.smoke.reply import Reply
from tenantry.smoke.tokens import read

DEEP = "[" * 100_000


@pytest.mark.parametrize("text", ["", "{", "[1]", "7", '"text"', DEEP, '{"a":' * 100_000, "\ud800", '{"error": ["x"]}'])
def test_an_answer_that_is_no_object_of_texts_says_nothing(text: str) -> None:
    reply = Reply("GET", "https://tenant.test/", 200, httpx.Headers(), text)
    assert (reply.error, reply.token_members, reply.gist) == ("", [], "200")


@pytest.mark.parametrize("part", [b"", b"{", b"[1]", DEEP.encode(), b'{"alg": 7}', b'{"alg": "\\ud800"}', b"\xff"])
def test_a_token_that_cannot_be_read_is_none_or_says_nothing(part: bytes) -> None:
    encoded = base64.urlsafe_b64encode(part).rstrip(b"=").decode()
    for value in (f"{encoded}.{encoded}.x", f"e30.{encoded}.x", f"{encoded}.e30.x"):
        token = read(value)
        assert token is None or (token.audiences, token.lifetime_s) == ([], None)
