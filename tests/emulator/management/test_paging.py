"""Lists are cut as each endpoint cuts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.emulator.management.api import Api


@pytest.fixture
def seven(api: Api) -> Api:
    for number in range(7):
        api.post("/organizations", {"name": f"org-{number}"})
    return api


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"].removeprefix("org-") for row in rows]


def test_without_a_wish_the_list_is_bare(seven: Api) -> None:
    assert names(seven.get("/organizations")) == list("0123456")


def test_offset_pages_are_bare_or_counted(seven: Api) -> None:
    assert names(seven.get("/organizations?page=1&per_page=3")) == list("345")
    answer = seven.get("/organizations?page=2&per_page=3&include_totals=true")
    assert {name: answer[name] for name in ("start", "limit", "total")} == {"start": 6, "limit": 3, "total": 7}
    assert names(answer["organizations"]) == ["6"]


def test_a_page_beyond_the_ceiling_is_refused_whatever_there_is(seven: Api) -> None:
    assert seven.get("/organizations?page=9&per_page=100") == []
    answer = seven.get("/organizations?page=10&per_page=100", status=400)
    assert answer["errorCode"] == "invalid_paging"
    assert answer["message"] == "Requesting page exceeds the allowed maximum of 1000 records."


def walk(api: Api, path: str, key: str) -> list[str]:
    found: list[str] = []
    cursor = ""
    while True:
        answer = api.get(f"{path}?take=3{cursor}")
        found += names(answer[key])
        if "next" not in answer:
            return found
        cursor = f"&from={answer['next']}"


def test_checkpoint_pages_follow_one_another_to_the_end(seven: Api) -> None:
    assert walk(seven, "/organizations", "organizations") == list("0123456")


def test_a_checkpoint_answer_has_no_totals(seven: Api) -> None:
    assert set(seven.get("/organizations?take=3&include_totals=true")) == {"organizations", "next"}


def test_a_deletion_between_checkpoints_skips_nobody(seven: Api) -> None:
    first = seven.get("/organizations?take=3")
    seven.delete(f"/organizations/{first['organizations'][0]['id']}")
    rest = seven.get(f"/organizations?take=10&from={first['next']}")
    assert names(rest["organizations"]) == list("3456")


def test_a_deleted_checkpoint_skips_nobody(seven: Api) -> None:
    first = seven.get("/organizations?take=3")
    seven.delete(f"/organizations/{first['organizations'][2]['id']}")
    rest = seven.get(f"/organizations?take=10&from={first['next']}")
    assert names(rest["organizations"])[-4:] == list("3456")


def test_a_forged_checkpoint_is_refused(seven: Api) -> None:
    assert seven.get("/organizations?take=3&from=%21", status=400)["errorCode"] == "invalid_query_string"


def test_actions_leave_zero_counts_out(api: Api) -> None:
    assert api.get("/actions/actions?page=0&per_page=100") == {"actions": [], "per_page": 100}
    api.post("/actions/actions", {"name": "a", "supported_triggers": [{"id": "post-login"}]})
    answer = api.get("/actions/actions?page=0&per_page=100")
    assert (answer["total"], "page" in answer) == (1, False)
    assert api.get("/actions/modules?page=0") == {"modules": [], "page": 0, "per_page": 20, "total": 0}


def test_only_the_wanted_members_are_shown(api: Api) -> None:
    rows = api.get("/clients?fields=name,client_id&is_global=false")
    assert [set(row) for row in rows] == [{"name", "client_id"}]
    kept = api.get("/clients?fields=name&include_fields=false&is_global=false")
    assert "name" not in kept[0]
    assert "client_id" in kept[0]
