"""Values that hold what few do: secrets in lists and in what nobody named, objects in objects, and a type nobody expects."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.kinds import KINDS
from tenantry.model.address import Address, IdOf
from tenantry.model.secret import LiveSecret, Secret
from tenantry.model.spec import FREE
from tenantry.model.state import LiveResource, Resource
from tenantry.plan.compare import How, same
from tenantry.plan.diff import diff
from tenantry.plan.draft import Draft
from tenantry.plan.ignored import left_alone, with_ignored
from tenantry.plan.images import image, overlaid, shortcomings
from tenantry.plan.judge import lies_between
from tenantry.plan.names import Names
from tenantry.plan.target import target
from tenantry.plan.types import Effect
from tenantry.plan.uncompared import uncompared
from tenantry.plan.wire import changed, created
from tests.plan.toy import TOY, TOYS, shape

OPTIONS = KINDS["connections"].shape.members["options"]
UNNAMED = OPTIONS.inside("nobody_named_this")
SECRET = Secret.of("S", "y")
HELD = LiveSecret("s", lambda: "x", owner="toys:1")
A, B, C = {"value": "a"}, {"value": "b"}, {"value": "c"}


@pytest.mark.parametrize(
    ("name", "live", "wanted"),
    [
        ("items", [{"value": "a", "note": None}], [A]),
        ("items", [A], [{"value": "a", "password": SECRET}]),
        ("readable", 1, 1.0),
        ("secrets", {"K": HELD}, {"K": SECRET}),
    ],
)
def test_what_is_the_same_although_it_looks_otherwise(name: str, live: Any, wanted: Any) -> None:
    assert same(live, wanted, shape(name))


@pytest.mark.parametrize(
    ("name", "live", "wanted"),
    [("readable", 1, 2), ("readable", "in the open", None), ("secrets", ["K"], {"K": SECRET})],
)
def test_what_is_no_secret_where_one_should_be_is_compared_as_it_is(name: str, live: Any, wanted: Any) -> None:
    assert not same(live, wanted, shape(name))


def test_null_means_nothing_only_where_the_members_are_known() -> None:
    assert not same({"x": None}, {}, FREE)
    assert same([{"x": 1}], [{"x": 1.0}], UNNAMED)
    assert not same({"X": 1}, {"X": SECRET}, OPTIONS.inside("api_key"))


def test_secrets_of_a_list_are_sent_again_as_those_beside_it_and_a_map_without_its_names_is_seen() -> None:
    wanted = [{"value": "a", "password": SECRET}]
    assert not same([A], wanted, shape("items"), How(resend=True))
    assert [(each.path, each.is_secret) for each in diff([A], wanted, shape("items"), "items", resend=True)] == [
        ("items[a].password", True)
    ]
    assert not same(None, SECRET, shape("hidden"), How(resend=True))
    assert not same(None, {"K": None}, shape("secrets"), How(blind=True))


SHOWN = {"secret": True, "set": True}


@pytest.mark.parametrize(
    ("name", "live", "wanted", "told"),
    [
        ("items", "odd", [A], ("items", "odd", [A], Effect.SET)),
        ("items", [A], "odd", ("items", [A], "odd", Effect.SET)),
        ("tags", ["c"], "odd", ("tags", ["c"], "odd", Effect.SET)),
        ("secrets", "odd", {"K": SECRET}, ("secrets", SHOWN, SHOWN, Effect.SET)),
        ("secrets", {"K": None}, "odd", ("secrets", SHOWN, SHOWN, Effect.SET)),
    ],
)
def test_a_value_of_another_type_is_told_whole(name: str, live: Any, wanted: Any, told: tuple[Any, ...]) -> None:
    [each] = diff(live, wanted, shape(name), name)
    assert (each.path, each.live, each.desired, each.effect) == told


def test_inside_what_nobody_named_an_object_may_become_a_text_and_secrets_are_told_to_be_secrets() -> None:
    [each] = diff({"odd": {"x": 1}}, {"odd": "text"}, OPTIONS, "options")
    assert (each.path, each.live, each.desired) == ("options.odd", {"x": 1}, "text")
    told = diff({"odd": {"api_key": {"a": HELD}}}, {"odd": {"api_key": {"b": SECRET}}}, OPTIONS, "options")
    assert [(each.path, each.effect, each.is_secret) for each in told] == [
        ("options.odd.api_key.a", Effect.REMOVED, True),
        ("options.odd.api_key.b", Effect.ADDED, True),
    ]


def test_a_list_that_the_tenant_answers_in_another_form_holds_nothing_to_carry_over() -> None:
    assert target([A], 7, shape("items")) == [A]
    assert overlaid([A], 7, shape("items")) == [A]


BOB, EVE = {"friend": "bob"}, {"friend": "eve"}


def test_a_secret_that_no_image_holds_moves_nothing_away_from_it() -> None:
    held = [{**BOB, "key": HELD}]
    assert lies_between(held, [BOB], [EVE], shape("bonds"))
    assert lies_between(held, [EVE], [BOB], shape("bonds"))
    assert not lies_between(held, [EVE], [], shape("bonds"))


def test_an_ordered_list_that_names_nothing_else_is_never_on_its_way() -> None:
    assert not lies_between([B], [A, B], [B, C], shape("steps"))


def test_what_the_server_adds_deep_inside_is_no_shortcoming() -> None:
    live, wanted = ({"native_social_login": {"apple": {"enabled": True, **more}}} for more in ({"odd": 1}, {}))
    assert shortcomings(KINDS["applications"], live, wanted) == []
    assert shortcomings(KINDS["applications"], wanted, live) == ["native_social_login"]


@pytest.mark.parametrize(("resend", "again"), [(False, {}), (True, {"password": SECRET})])
def test_of_objects_that_merge_inside_each_other_only_what_differs_is_sent(*, resend: bool, again: dict[str, Any]) -> None:
    live = {"nested": {"a": 1, "friend": "eve", "password": None}}
    wanted = {"nested": {"a": 1, "friend": "bob", "password": SECRET}}
    sent = {"nested": {"friend": IdOf(Address("toys", "bob")), **again}}
    assert changed(live, wanted, shape("outer"), Names(), resend=resend) == sent


def test_a_create_keeps_what_free_keys_say_of_nothing() -> None:
    said = {"free": {"x": {"y": None}}, "texts": {"x": None}}
    assert created(said, TOY, Names()) == said


def test_a_secret_deep_inside_is_in_no_image_even_if_it_stands_there_as_text() -> None:
    tree = {"outer": {"nested": {"a": 1, "password": "in the open"}}}
    assert image(tree, TOYS) == {"outer": {"nested": {"a": 1}}}


def test_an_item_inside_an_object_and_a_member_that_nobody_knows_can_be_left_alone() -> None:
    held, wanted = ({"refresh_token": {"policies": [{"audience": "a", "scope": [scope]}]}} for scope in "rw")
    assert left_alone(wanted, held, ["refresh_token.policies[a].scope"], KINDS["applications"].shape) == held
    assert left_alone({"odd": {"x": 1, "y": 1}}, {"odd": {"x": 2}}, ["odd.x"], TOY) == {"odd": {"x": 2, "y": 1}}


def test_nothing_stays_nothing_where_nothing_of_it_is_ignored() -> None:
    assert with_ignored(None, {"eve": "x"}, shape("by_friend"), ()) is None
    assert with_ignored(None, ["eve"], shape("friends"), ()) is None
    both = {"bob": "y", "eve": "x"}
    assert with_ignored({"bob": "y"}, {"eve": "x"}, shape("by_friend"), {("toys", "id", "eve")}) == both


def test_a_secret_that_is_declared_to_be_nothing_is_no_value_that_cannot_be_compared() -> None:
    bob = Address("toys", "bob")
    made = Draft(TOYS, bob, Resource(bob, {}), LiveResource("toys", "1", {}), target={"hidden": None})
    assert list(uncompared([made])) == []
    made.target = {"hidden": SECRET}
    assert [note.sentence.split(" ")[0] for note in uncompared([made])] == ["hidden"]
