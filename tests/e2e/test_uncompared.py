"""What an apply could not compare is in its document too, and no sentence claims that it was."""

from __future__ import annotations

import pytest

from tests.e2e.shop import Shop

SIGNED = """\
  signed:
    name: Signed
    identifier: https://signed.example
    signing_alg: HS256
    signing_secret: ${secret.SIGNING}
"""


def test_an_apply_without_a_secret_that_it_need_not_send_is_done_and_says_what_it_did_not_compare(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.edit("apis:\n", f"apis:\n{SIGNED}")
    monkeypatch.setenv("SIGNING", "a-signing-secret-of-enough-letters")
    assert shop("apply", "--yes").code == 0
    monkeypatch.delenv("SIGNING")

    again = shop("apply", "--yes", "--format", "json")
    assert again.code == 0
    told = [warning for warning in again.json["warnings"] if warning["code"] == "unverifiable"]
    assert [(warning["address"], "SIGNING" in warning["message"]) for warning in told] == [("apis.signed", True)]
    assert "as far as it can be compared" in shop("apply", "--yes").out
