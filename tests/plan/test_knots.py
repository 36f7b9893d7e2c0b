"""Circles of a kind that no tenant has, of which several references must be opened and others need not be."""

from __future__ import annotations

from typing import Annotated, Any

from tenantry.model.kind import Kind, Scopes
from tenantry.model.marks import IMMUTABLE, Ref
from tenantry.model.spec import Spec
from tenantry.plan import plan
from tests.declared import declare
from tests.plan.conftest import hold
from tests.plan.lines import line


class Knot(Spec):
    """A resource that names others, one of them for good."""

    name: str | None = None
    one: Annotated[str | None, Ref("knots")] = None
    two: Annotated[str | None, Ref("knots")] = None
    fixed: Annotated[str | None, Ref("knots"), IMMUTABLE] = None


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
