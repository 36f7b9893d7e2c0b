from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tenantry.management.paging import Listing, Query, read_list
from tenantry.model.errors import IncompleteRead
from tenantry.model.kind import Pages

CHECKPOINT = Pages(("clients",), "clients", "checkpoint", size=2)
OFFSET = Pages(("roles", "{id}", "permissions"), "permissions", "offset", size=2, query=(("include_totals", "true"),))


def listing(pages: Pages, answers: dict[str, Any], owner: str | None = None) -> Listing:
    """Read a list from answers by ``from`` or ``page``; an unexpected request is a KeyError."""

    async def get(path: tuple[str, ...], query: Query) -> Any:
        assert path == tuple(owner if owner and step == "{id}" else step for step in pages.path)
        asked = dict(query)
        return answers[asked.get("from") or asked.get("page") or ""]

    return asyncio.run(read_list(get, pages, owner))


def things(*ids: int) -> list[dict[str, Any]]:
    return [{"id": f"id{number}", "unknown": {"deep": [number]}} for number in ids]


def test_checkpoints_are_followed_to_the_end() -> None:
    answers = {
        "": {"clients": things(1, 2), "next": "a"},
        "a": {"clients": things(3, 4), "next": "b"},
        "b": {"clients": things(5)},
    }
    assert listing(CHECKPOINT, answers) == Listing(things(1, 2, 3, 4, 5))


def test_an_empty_page_ends_a_checkpoint_list() -> None:
    answers = {"": {"clients": things(1, 2), "next": "a"}, "a": {"clients": [], "next": "b"}}
    assert listing(CHECKPOINT, answers).items == things(1, 2)


def test_a_short_checkpoint_page_is_no_end() -> None:
    answers = {"": {"clients": things(1), "next": "a"}, "a": {"clients": things(2, 3)}}
    assert listing(CHECKPOINT, answers).items == things(1, 2, 3)


def test_a_circle_is_an_error() -> None:
    answers = {"": {"clients": things(1, 2), "next": "a"}, "a": {"clients": things(3, 4), "next": "a"}}
    with pytest.raises(IncompleteRead, match="circle"):
        listing(CHECKPOINT, answers)


@pytest.mark.parametrize("again", [{"id": "id1", "name": "changed meanwhile"}, {"id": "id1"}])
def test_a_thing_that_comes_twice_is_an_error(again: dict[str, Any]) -> None:
    answers = {"": {"clients": things(1, 2), "next": "a"}, "a": {"clients": [again]}}
    with pytest.raises(IncompleteRead, match="id1 came twice"):
        listing(CHECKPOINT, answers)


def test_things_are_told_apart_by_the_member_that_their_list_names() -> None:
    pages = replace(CHECKPOINT, id_field="client_id")
    answers = {"": {"clients": [{"client_id": "a", "name": "One"}, {"client_id": "a", "name": "Two"}]}}
    with pytest.raises(IncompleteRead, match="a came twice"):
        listing(pages, answers)


def test_things_without_an_id_are_told_apart_by_all_that_they_say() -> None:
    one, two = {"name": "read", "of": "api"}, {"name": "write", "of": "api"}
    assert listing(CHECKPOINT, {"": {"clients": [one, two]}}).items == [one, two]
    with pytest.raises(IncompleteRead, match="an item came twice"):
        listing(CHECKPOINT, {"": {"clients": [one, dict(reversed(one.items()))]}})


def test_offset_pages_are_read_to_the_total() -> None:
    answers = {
        "0": {"permissions": things(1, 2), "total": 5, "start": 0, "limit": 2},
        "1": {"permissions": things(3, 4), "total": 5},
        "2": {"permissions": things(5), "total": 5},
    }
    assert listing(OFFSET, answers, "rol_1").items == things(1, 2, 3, 4, 5)


def test_a_smaller_page_than_asked_for_is_respected() -> None:
    pages = Pages(("x",), "x", "offset", size=100)
    answers = {
        "0": {"x": things(1, 2), "total": 3, "limit": 2},
        "1": {"x": things(3), "total": 3, "limit": 2},
    }
    assert listing(pages, answers).items == things(1, 2, 3)


@pytest.mark.parametrize(
    "second",
    [
        {"permissions": things(3), "total": 6},
        {"permissions": [], "total": 6},
        {"permissions": things(3, 4), "total": 5},
        {"permissions": things(2, 3), "total": 6},
        {"wrong": []},
        [],
    ],
)
def test_pages_that_do_not_fit_together_are_an_error(second: Any) -> None:
    answers = {"0": {"permissions": things(1, 2), "total": 6}, "1": second, "2": {"permissions": things(5, 6), "total": 6}}
    with pytest.raises(IncompleteRead, match="/roles/rol_1/permissions could not be read whole"):
        listing(OFFSET, answers, "rol_1")


def test_without_a_total_a_short_page_is_the_end() -> None:
    pages = Pages(("actions", "actions"), "actions", "offset", size=2)
    answers = {
        "0": {"actions": things(1, 2), "per_page": 2},
        "1": {"actions": things(3), "per_page": 2, "page": 1},
    }
    assert listing(pages, answers).items == things(1, 2, 3)
    assert listing(pages, {"0": {"actions": [], "per_page": 2}}).items == []


@pytest.mark.parametrize(("total", "is_truncated"), [(1000, False), (1001, True), (4711, True)])
@pytest.mark.parametrize("says_total", [True, False])
def test_the_ceiling_is_told(total: int, *, is_truncated: bool, says_total: bool) -> None:
    pages = Pages(("x",), "x", "offset", size=100)
    told = {"total": total} if says_total else {}
    answers = {str(n): {"x": things(*range(n * 100, n * 100 + 100))} | told for n in range(10)}
    done = listing(pages, answers)
    assert len(done.items) == 1000
    assert done.is_truncated is (is_truncated or not says_total)


def test_a_bare_list_is_taken_as_it_is() -> None:
    assert listing(Pages(("x",), "x", "bare"), {"": things(2, 1)}).items == things(2, 1)
    with pytest.raises(IncompleteRead, match="no list of x"):
        listing(Pages(("x",), "x", "bare"), {"": {"error": 1}})


def test_a_last_page_that_is_short_of_the_total_is_an_error() -> None:
    answers = {"0": {"permissions": things(1, 2), "total": 4}, "1": {"permissions": things(3), "total": 4}}
    with pytest.raises(IncompleteRead, match="3 of 4 came"):
        listing(OFFSET, answers, "rol_1")
