from __future__ import annotations

import pytest

from tenantry.apply import Outcome
from tenantry.apply.outcome import Failed, Skipped, failure
from tenantry.apply.resolve import resolved
from tenantry.model.address import Address, IdOf
from tenantry.model.call import Call
from tenantry.model.errors import ApiError, Outdated, PlanError, Stale
from tenantry.model.place import Place
from tenantry.plan import Action, Change

SHOP = Address("applications", "shop")
CHANGE = Change(SHOP, Action.UPDATE, "Shop", "name", "", place=Place("tenant.yaml", 3, 5))


def test_what_the_tenant_said_is_kept_apart() -> None:
    error = ApiError("no", method="PATCH", path="/x", status=400, error_code="invalid_body", request_id="r1")
    assert failure(CHANGE, error) == Failed(SHOP, Action.UPDATE, "api_error", "no", 400, "invalid_body", "r1", CHANGE.place)


def test_our_own_errors_speak_for_themselves() -> None:
    record = failure(CHANGE, Stale([Outdated("applications.shop: callbacks changed")]))
    assert record.code == "stale"
    assert "callbacks changed" in record.message


def test_a_defect_shows_where_and_not_what() -> None:
    try:
        raise KeyError("canary-secret")  # noqa: TRY301 - a traceback is wanted
    except KeyError as error:
        record = failure(CHANGE, error)
    assert "unexpected KeyError at test_outcome.py:" in record.message
    assert "canary" not in record.message


def test_only_a_whole_outcome_is_complete() -> None:
    assert Outcome().is_complete
    assert not Outcome(failed=(failure(CHANGE, Stale([])),)).is_complete
    left = (Skipped(SHOP, Action.UPDATE, "interrupted"),)
    assert not Outcome(skipped=left).is_complete
    assert not Outcome(begun=left).is_complete
    assert Outcome(begun=left).is_partial


def test_placeholders_are_filled_everywhere() -> None:
    call = Call("PATCH", ("clients", IdOf(SHOP)), {"a": [{"b": IdOf(SHOP)}], IdOf(SHOP): (1,)}, (("q", "1"),))
    assert resolved(call, {SHOP: "abc"}) == Call("PATCH", ("clients", "abc"), {"a": [{"b": "abc"}], "abc": [1]}, (("q", "1"),))


def test_an_unknown_id_is_named() -> None:
    with pytest.raises(PlanError, match=r"the id of applications\.shop is not known"):
        resolved(Call("GET", ("clients", IdOf(SHOP))), {})
