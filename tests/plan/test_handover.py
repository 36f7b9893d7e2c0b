"""A name that only one resource can have is free before another takes it, and nobody takes one that is kept."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.kinds import KINDS
from tenantry.model.errors import ConfigErrors
from tenantry.model.state import DesiredState, Lifecycle, LiveResource, LiveState, Manage
from tenantry.plan import Verdict, check
from tests.declared import declare
from tests.plan.conftest import api, app, calls, connection, grant, hold, planned, position
from tests.plan.lines import action, role


def picked(id_: str, **treated: Any) -> Lifecycle:
    return Lifecycle(id=id_, **treated)


ONE, TWO = role("1", "One"), role("2", "Two")


def test_who_gives_a_name_up_goes_before_who_takes_it() -> None:
    wish = declare(
        roles={
            "a": {"name": "Two", "lifecycle": picked("1")},
            "b": {"name": "Three", "lifecycle": picked("2")},
            "c": {"name": "One"},
        }
    )
    made = planned(wish, hold(ONE, TWO))
    assert calls(made) == ["PATCH roles.b update", "PATCH roles.a update", "POST roles.c create"]
    assert [step.after for step in made.steps] == [(), (1,), (2,)]
    assert {ruling.verdict for ruling in check(made, hold(ONE, TWO), KINDS)} == {Verdict.TO_DO}


def test_a_name_that_is_renamed_to_is_found_free_although_one_that_an_id_picks_still_has_it() -> None:
    wish = declare(
        roles={
            "a": {"name": "Two", "lifecycle": Lifecycle(renamed_from="One")},
            "b": {"name": "Two", "lifecycle": picked("2", absent=True)},
        }
    )
    made = planned(wish, hold(ONE, TWO))
    assert calls(made) == ["DELETE roles.b delete", "PATCH roles.a update"]
    assert [step.after for step in made.steps] == [(), (1,)]


def renamed(former: str, **treated: Any) -> Lifecycle:
    return Lifecycle(renamed_from=former, **treated)


@pytest.mark.parametrize("turned", [False, True])
def test_names_that_are_handed_on_need_no_ids(*, turned: bool) -> None:
    roles = {
        "a": {"name": "Two", "lifecycle": renamed("One")},
        "b": {"name": "Three", "lifecycle": renamed("Two")},
        "c": {"name": "Four", "lifecycle": renamed("Three")},
    }
    made = planned(declare(roles=dict(reversed(roles.items())) if turned else roles), hold(ONE, TWO, role("3", "Three")))
    assert calls(made) == ["PATCH roles.c update", "PATCH roles.b update", "PATCH roles.a update"]
    assert {str(change.address): (change.id, change.matched_by) for change in made.changes} == {
        f"roles.{handle}": (id_, "lifecycle.renamed_from") for handle, id_ in (("a", "1"), ("b", "2"), ("c", "3"))
    }
    half = hold(ONE, role("2", "Three"), role("3", "Four"))
    again = planned(declare(roles=roles), half)
    assert [(change.id, change.fields[0].desired) for change in again.changes] == [("1", "Two")]
    assert planned(declare(roles=roles), hold(role("1", "Two"), role("2", "Three"), role("3", "Four"))).is_empty


def test_applications_hand_their_names_on_as_well() -> None:
    wish = declare(applications={"a": {"name": "B", "lifecycle": renamed("A")}, "b": {"name": "C", "lifecycle": renamed("B")}})
    made = planned(wish, hold(app("1", "A"), app("2", "B")))
    assert {str(change.address): change.id for change in made.changes} == {"applications.a": "1", "applications.b": "2"}


@pytest.mark.parametrize(
    "roles",
    [
        {"a": {"name": "Two"}, "b": {"name": "Three", "lifecycle": renamed("Two")}},
        {"a": {"name": "Two", "lifecycle": renamed("Gone")}, "b": {"name": "Three", "lifecycle": renamed("Two")}},
    ],
)
def test_a_name_that_nobody_is_renamed_to_is_handed_on_to_nobody(roles: dict[str, Any]) -> None:
    with pytest.raises(ConfigErrors, match=r"roles\.b and roles\.a are the same live role; remove one of them"):
        planned(declare(roles=roles), hold(ONE, TWO))


def test_who_has_the_new_name_already_is_not_renamed_again() -> None:
    roles = {"a": {"name": "Two", "lifecycle": renamed("One")}, "b": {"name": "One", "lifecycle": renamed("Two")}}
    assert planned(declare(roles=roles), hold(ONE, TWO)).is_empty


@pytest.mark.parametrize(
    ("wish", "live", "expected", "taker"),
    [
        (
            declare(
                apis={"a": {"identifier": "https://new", "lifecycle": picked("1")}, "b": {"identifier": "https://old"}},
            ),
            hold(api("1", "https://old")),
            ["DELETE apis.a delete", "POST apis.a create", "POST apis.b create"],
            "apis.b create",
        ),
        (
            declare(Manage(prune=frozenset({"roles"})), roles={"a": {"name": "Two", "lifecycle": picked("1")}}),
            hold(ONE, TWO),
            ["DELETE roles.2 delete", "PATCH roles.a update"],
            "roles.a update",
        ),
        (
            declare(
                connections={
                    "a": {"name": "users", "strategy": "auth0", "lifecycle": picked("con_1", absent=True)},
                    "b": {"name": "users", "strategy": "auth0"},
                },
            ),
            hold(connection("con_1", "users", [])),
            ["DELETE connections.a delete", "POST connections.b create"],
            "connections.b create",
        ),
        (
            declare(
                triggers={"post-login": {"actions": ["b"]}},
                actions={
                    "a": {"name": "A", "lifecycle": picked("X", absent=True)},
                    "b": {"name": "A", "supported_triggers": [{"id": "post-login", "version": "v3"}], "code": "2"},
                },
            ),
            hold(action(), LiveResource("triggers", "post-login", {"bindings": [{"action": {"id": "X"}}]})),
            [
                "PATCH triggers.post-login narrow",
                "DELETE actions.a delete",
                "POST actions.b create",
                "POST actions.b finish",
                "PATCH triggers.post-login update",
            ],
            "actions.b create",
        ),
    ],
    ids=["replaced", "pruned", "deleted", "let go of first"],
)
def test_whatever_ends_it_a_name_is_free_before_it_is_taken(
    wish: DesiredState, live: LiveState, expected: list[str], taker: str
) -> None:
    made = planned(wish, live, "--allow-replace", "--allow-user-loss")
    assert calls(made) == expected
    assert made.steps[position(made, "delete")].number in made.steps[position(made, taker)].after


def test_applications_may_share_a_name_so_nobody_waits() -> None:
    wish = declare(applications={"a": {"name": "New", "lifecycle": picked("A")}, "b": {"name": "Old"}})
    made = planned(wish, hold(app("A", "Old")))
    assert calls(made) == ["PATCH applications.a update", "POST applications.b create"]
    assert [step.after for step in made.steps] == [(), ()]
    assert {ruling.verdict for ruling in check(made, hold(app("A", "Old")), KINDS)} == {Verdict.TO_DO}


def test_an_exchange_of_names_is_told_with_both_places_and_what_to_do() -> None:
    wish = declare(roles={"a": {"name": "Two", "lifecycle": picked("1")}, "b": {"name": "One", "lifecycle": picked("2")}})
    with pytest.raises(ConfigErrors) as told:
        planned(wish, hold(ONE, TWO))
    first, second = map(str, told.value.errors)
    places = [wish.resources[address].place(("name",)) for address in wish.resources]
    assert first.startswith(f"{places[0]}: roles.a takes the name Two of roles.b ({places[1]}), which itself waits for")
    assert second.startswith(f"{places[1]}: roles.b takes the name One of roles.a ({places[0]})")
    assert first.endswith("apply once with another name for one of them, then with this one")


def test_three_names_that_go_round_are_told_at_all_three() -> None:
    names = {"1": "Two", "2": "Three", "3": "One"}
    wish = declare(roles={f"r{id_}": {"name": name, "lifecycle": picked(id_)} for id_, name in names.items()})
    with pytest.raises(ConfigErrors) as told:
        planned(wish, hold(ONE, TWO, role("3", "Three")))
    assert [error.address for error in told.value.errors] == ["roles.r1", "roles.r2", "roles.r3"]


@pytest.mark.parametrize("treated", [{"managed": False}, {"ignore_changes": ("name",)}])
def test_what_keeps_its_name_gives_none_up(treated: dict[str, Any]) -> None:
    wish = declare(roles={"a": {"name": "One"}, "b": {"name": "Else", "lifecycle": picked("1", **treated)}})
    with pytest.raises(ConfigErrors, match=r"roles\.b and roles\.a are the same live role"):
        planned(wish, hold(ONE))


def test_a_name_that_somebody_keeps_is_refused_in_the_plan() -> None:
    wish = declare(roles={"a": {"name": "Two", "lifecycle": picked("1")}})
    with pytest.raises(ConfigErrors) as told:
        planned(wish, hold(ONE, TWO))
    assert str(told.value).endswith(
        "roles.a is to be called Two, and so is the tenant's 2, which keeps it; "
        "the tenant lets only one role have it: give one of them another name"
    )


def test_a_name_of_what_is_ignored_is_not_taken() -> None:
    wish = declare(Manage(ignore={"roles": ("Two",)}), roles={"a": {"name": "Two"}})
    with pytest.raises(ConfigErrors, match="the tenant's 2, which keeps it"):
        planned(wish, hold(TWO))


def test_two_cannot_take_one_name() -> None:
    wish = declare(roles={"a": {"name": "Two"}, "b": {"name": "Two", "lifecycle": picked("1")}})
    with pytest.raises(ConfigErrors, match=r"roles\.b is to be called Two, and so is roles\.a"):
        planned(wish, hold(ONE))


def test_a_run_that_ended_between_giving_and_taking_is_resumed() -> None:
    wish = declare(roles={"a": {"name": "One"}, "b": {"name": "Else", "lifecycle": picked("1")}})
    made = planned(wish, hold(ONE))
    for now, expected in (
        (hold(ONE), (Verdict.TO_DO, Verdict.TO_DO)),
        (hold(role("1", "Else")), (Verdict.TO_DO, Verdict.DONE)),
        (hold(role("1", "Else"), role("9", "One")), (Verdict.DONE, Verdict.DONE)),
    ):
        found = {str(ruling.address): ruling.verdict for ruling in check(made, now, KINDS)}
        assert (found["roles.a"], found["roles.b"]) == expected


def test_a_grant_of_an_api_whose_identifier_goes_to_another_goes_along_and_is_made_for_that_one() -> None:
    wish = declare(
        applications={"shop": {"name": "Shop"}},
        apis={"a": {"identifier": "https://new", "lifecycle": picked("1")}, "b": {"identifier": "https://old"}},
        client_grants={"g": {"client_id": "shop", "audience": "b", "scope": []}},
    )
    live = hold(app("A", "Shop"), api("1", "https://old"), grant("cgr_1", "A", "https://old", []))
    made = planned(wish, live, "--allow-replace")
    assert position(made, "apis.a delete") < position(made, "apis.b create") < position(made, "client_grants.g create")
    assert next(change for change in made.changes if change.address.handle == "a").cascades
    assert {ruling.verdict for ruling in check(made, live, KINDS)} == {Verdict.TO_DO}
