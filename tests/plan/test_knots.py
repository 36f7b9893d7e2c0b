"""Circles of a kind that no tenant has, and which references can be written in two calls to open them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import pytest

from tenantry.model.address import Address
from tenantry.model.errors import PlanError
from tenantry.model.kind import Kind, Scopes
from tenantry.model.marks import CREATE_ONLY, IMMUTABLE, Ref
from tenantry.model.spec import Spec
from tenantry.plan import plan
from tenantry.plan.draft import Draft
from tenantry.plan.nodes import deferrable, exchanging
from tests.declared import declare
from tests.plan.conftest import hold
from tests.plan.lines import line


class Knot(Spec):
    """A resource that names others, one of them for good."""

    name: str | None = None
    one: Annotated[str | None, Ref("knots")] = None
    two: Annotated[str | None, Ref("knots")] = None
    fixed: Annotated[str | None, Ref("knots"), IMMUTABLE] = None
    once: Annotated[str | None, Ref("knots"), CREATE_ONLY] = None
    must: Annotated[str | None, Ref("knots")] = None
    many: Annotated[list[str] | None, Ref("knots")] = None
    words: list[str] | None = None


KNOTS = Kind("knots", "knot", Knot, ("knots",), Scopes())


def told(**knots: dict[str, str]) -> list[str]:
    """Return the calls that create these, each with what it waits for."""
    wanted: dict[str, Any] = {handle: {"name": handle, **fields} for handle, fields in knots.items()}
    return [line(step) for step in plan(declare(knots=wanted), hold(), {"knots": KNOTS}).steps]


def test_only_the_reference_that_closes_the_circle_is_written_later() -> None:
    assert told(a={"one": "c", "two": "b"}, b={"fixed": "a"}, c={}) == [
        "1 create knots.c: POST knots {'name': 'c'}",
        "2 create knots.a: POST knots {'name': 'a', 'one': '<knots.c>'} after [1]",
        "3 create knots.b: POST knots {'name': 'b', 'fixed': '<knots.a>'} after [2]",
        "4 set-reference knots.a: PATCH knots/<knots.a> {'two': '<knots.b>'} after [2, 3]",
    ]


def test_where_one_resource_closes_two_circles_both_references_are_written_later() -> None:
    assert told(a={"one": "b", "two": "c"}, b={"fixed": "a"}, c={"fixed": "a"}) == [
        "1 create knots.a: POST knots {'name': 'a'}",
        "2 create knots.b: POST knots {'name': 'b', 'fixed': '<knots.a>'} after [1]",
        "3 create knots.c: POST knots {'name': 'c', 'fixed': '<knots.a>'} after [1]",
        "4 set-reference knots.a: PATCH knots/<knots.a> {'one': '<knots.b>', 'two': '<knots.c>'} after [1, 2, 3]",
    ]


def test_where_opening_one_reference_is_not_enough_another_is_opened_as_well() -> None:
    assert told(a={"one": "b", "fixed": "b"}, b={"one": "a"}) == [
        "1 create knots.b: POST knots {'name': 'b'}",
        "2 create knots.a: POST knots {'name': 'a', 'fixed': '<knots.b>'} after [1]",
        "3 set-reference knots.a: PATCH knots/<knots.a> {'one': '<knots.b>'} after [1, 2]",
        "4 set-reference knots.b: PATCH knots/<knots.b> {'one': '<knots.a>'} after [1, 2]",
    ]


def test_a_circle_that_cannot_be_opened_is_told_as_one_also_where_names_are_free_for_all() -> None:
    wanted = declare(knots={"a": {"name": "a", "fixed": "b"}, "b": {"name": "b", "fixed": "a"}})
    with pytest.raises(PlanError, match=r"circle that cannot be opened: knots\.[ab] → knots\.[ab]$"):
        plan(wanted, hold(), {"knots": replace(KNOTS, is_unique=False)})


def test_what_a_create_must_say_and_what_only_it_can_say_is_not_left_for_later() -> None:
    names = ("name", "one", "two", "fixed", "once", "must")
    made = Draft(replace(KNOTS, required=("must",)), Address("knots", "a"), None, None, target=dict.fromkeys(names, "b"))
    assert list(deferrable(made)) == ["one", "two"]


def let_go(live: dict[str, Any], target: dict[str, Any], *changed: str) -> list[str]:
    """Return the lists that can let go of a reference before they take another."""
    return list(
        exchanging(Draft(KNOTS, Address("knots", "a"), None, None, live, live, target, changed=frozenset(changed or target)))
    )


def test_only_a_list_of_references_that_loses_one_lets_go_of_it_first() -> None:
    assert let_go({"many": ["b", "c"]}, {"many": ["c", "d"]}) == ["many"]
    assert let_go({"many": ["b"]}, {"many": ["b", "c"]}) == []
    assert let_go({"many": ["b"]}, {"many": ["c"]}, "words") == []
    assert let_go({"words": ["b"]}, {"words": ["c"]}) == []
    assert let_go({"one": "b"}, {"one": "c"}) == []
