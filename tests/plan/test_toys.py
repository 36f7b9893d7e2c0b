"""The toy as a whole resource: how it is read, compared, kept, and what is wanted of it."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.kinds import KINDS
from tenantry.model.address import Address
from tenantry.model.note import Note
from tenantry.model.secret import LiveSecret, PlainSecret, Secret
from tenantry.model.spec import FREE
from tenantry.model.state import LiveResource, Resource
from tenantry.model.values import RawId
from tenantry.plan import Names
from tenantry.plan.attention import _gained
from tenantry.plan.compare import How, by_key, same
from tenantry.plan.diff import diff
from tenantry.plan.draft import Draft
from tenantry.plan.images import departures, image, shortcomings
from tenantry.plan.judge import _is_less
from tenantry.plan.nodes import nodes_of
from tenantry.plan.references import Member, references
from tenantry.plan.target import target
from tenantry.plan.types import Action, Effect
from tenantry.plan.uncompared import uncompared
from tenantry.plan.view import view
from tenantry.plan.wire import changed
from tests.plan.toy import TOY, TOYS, shape

BOB = Address("toys", "bob")


def seen(data: dict[str, Any], names: Names | None = None, extra: frozenset[str] = frozenset()) -> dict[str, Any]:
    return view(TOYS, LiveResource("toys", "1", data), names or Names(), extra)


def test_a_toy_is_read_with_handles_for_ids_and_its_secrets_wrapped_wherever_they_stand() -> None:
    names = Names()
    names.add(BOB, "b", {"name": "Bob"})
    data = {
        "text": "t",
        "odd": 1,
        "friend": "b",
        "friends": ["b", "x"],
        "by_friend": {"b": "1", "x": "2"},
        "bonds": [{"friend": "b", "key": "k1"}, {"friend": "x", "key": "k2", "odd": 1}],
        "readable": "r",
        "secrets": {"K": "s", "L": None},
        "inners": {"one": {"password": "p", "a": 1}},
        "free": {"password": "no secret"},
    }
    tree = seen(data, names)
    assert tree["text"] == "t"
    assert (tree["friend"], tree["friends"]) == ("bob", ["bob", RawId("x")])
    assert tree["by_friend"] == {"bob": "1", "x": "2"}
    assert [bond["friend"] for bond in tree["bonds"]] == ["bob", "x"]
    assert tree["bonds"][1]["odd"] == 1
    assert tree["free"] == {"password": "no secret"}
    assert "odd" not in tree
    found = {
        "readable": tree["readable"],
        "secrets.K": tree["secrets"]["K"],
        "inners.one.password": tree["inners"]["one"]["password"],
        "bonds[0].key": tree["bonds"][0]["key"],
        "bonds[1].key": tree["bonds"][1]["key"],
    }
    assert {path: (each.name, each.owner) for path, each in found.items()} == {path: (path, "toys:1") for path in found}
    assert [each.reveal() for each in found.values()] == ["r", "s", "p", "k1", "k2"]
    assert tree["secrets"]["L"] is None
    assert seen(data, names, frozenset({"odd", "none"}))["odd"] == 1


def test_an_image_keeps_the_names_of_secrets_in_maps_and_nothing_else_of_any() -> None:
    secret = Secret.of("S", "v")
    tree = {
        "text": "t",
        "readable": "in the open",
        "hidden": secret,
        "secrets": {"K": secret, "L": "in the open"},
        "inner": {"a": 1, "password": "in the open"},
        "inners": {"one": {"a": 1, "password": secret}},
        "bonds": [{"friend": "bob", "key": "in the open"}, secret],
        "free": {"x": [secret, {"y": secret, "z": 1}]},
        "odd": secret,
    }
    assert image(tree, TOYS) == {
        "text": "t",
        "secrets": {"K": None, "L": None},
        "inner": {"a": 1},
        "inners": {"one": {"a": 1}},
        "bonds": [{"friend": "bob"}],
        "free": {"x": [{"z": 1}]},
    }


def test_what_an_image_does_not_hold_of_secrets_is_no_departure() -> None:
    live = {"text": "t", "inner": {"a": 1, "password": LiveSecret("p", lambda: "x")}, "tags": ["b", "a"]}
    assert departures(TOYS, live, {"text": "t", "inner": {"a": 1}, "tags": ["a", "b"]}) == []
    assert departures(TOYS, live, {"text": "u", "inner": {"a": 2}, "number": 1, "odd": 1}) == ["text", "inner", "number", "odd"]
    assert shortcomings(TOYS, {"inner": {"a": 1, "b": "x"}, "odd": {"x": 1}}, {"inner": {"a": 1}, "odd": {"x": 1}}) == []
    assert shortcomings(TOYS, {"inner": {"a": 2, "b": "x"}}, {"inner": {"a": 1}, "mode": "tenant"}) == ["inner"]


@pytest.mark.parametrize(
    ("held", "pre", "is_less"),
    [
        ({"a": ["x"]}, {"a": ["x", "y"], "b": 1}, True),
        ({"a": ["x", "z"]}, {"a": ["x", "y"]}, False),
        ({"c": 1}, {"a": 1}, False),
        ({"a": 1}, None, False),
        ({"a": 1}, ["a"], False),
        ({}, None, True),
        (["x"], ["x", "y"], True),
        (["z"], ["x", "y"], False),
        (["x"], {"x": 1}, False),
        (None, {"a": 1}, True),
        ("x", "x", True),
        ("x", "y", False),
    ],
)
def test_what_holds_nothing_that_was_not_there(held: Any, pre: Any, *, is_less: bool) -> None:
    assert _is_less(held, pre) is is_less


def test_items_go_by_their_key_or_by_themselves() -> None:
    assert by_key([{"value": "a", "note": "n"}, "b"], shape("items")) == {"a": {"value": "a", "note": "n"}, "b": "b"}
    assert by_key(None, shape("items")) == {}


def test_differences_inside_an_object_are_those_of_its_members() -> None:
    found = list(diff({"tags": ["a", "b"], "a": 1}, {"tags": ["c", "b"], "a": 1}, shape("inner"), "inner"))
    assert [(each.path, each.live, each.desired, each.effect) for each in found] == [
        ("inner.tags", "a", None, Effect.REMOVED),
        ("inner.tags", None, "c", Effect.ADDED),
    ]
    for form in (shape("free"), FREE):
        told = list(diff({"x": 1, "y": 2}, {"x": 1.0, "y": 3}, form, "free"))
        assert [(each.path, each.live, each.desired) for each in told] == [("free.y", 2, 3)]


def test_secrets_inside_items_are_passed_over_or_sent_again_as_those_beside_them() -> None:
    held, wanted = [{"key": LiveSecret("k", lambda: "x")}], [{"key": Secret.of("K", "y")}]
    assert not same(held, wanted, shape("bonds"))
    assert same(held, wanted, shape("bonds"), How(blind=True))
    assert not same(held, wanted, shape("bonds"), How(resend=True))
    assert same(held, [{"key": Secret.of("K", "x")}], shape("bonds"), How(resend=True))
    assert not same(None, "in the open", shape("readable"))
    merged = {"password": Secret.of("P", "v"), "a": 1}
    assert changed({"password": None, "a": 1}, merged, shape("merged"), Names(), resend=True) == {
        "password": merged["password"]
    }


def test_references_inside_lists_of_objects_are_found() -> None:
    assert references({"bonds": [{"friend": "bob"}, {"friend": RawId("x")}, {}]}, TOY).resources == {BOB}


@pytest.mark.parametrize(
    ("said", "live", "wanted"),
    [
        ({"text": "t"}, {"older": "o", "newer": "n"}, {"text": "t", "newer": "n"}),
        ({"older": "p"}, {"older": "o", "newer": "n"}, {"older": "p"}),
        ({"older": "p"}, {"oldest": "o", "newer": "n"}, {"older": "p", "oldest": "o"}),
        ({"newer": "m"}, {"older": "o", "oldest": "o", "text": "t"}, {"newer": "m", "text": "t"}),
        ({"text": "t"}, {"older": "o", "newer": None}, {"text": "t", "older": "o", "newer": None}),
        ({"older": None}, {"older": "o", "newer": "n"}, {"newer": "n"}),
        ({"text": "t"}, {"older": None, "text": "s"}, {"older": None, "text": "t"}),
    ],
)
def test_of_members_that_exclude_each_other_the_declared_one_stays_or_else_the_newer(
    said: dict[str, Any], live: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert target(said, live, TOY) == wanted


def test_differences_inside_a_map_and_of_what_should_be_one() -> None:
    secret = Secret.of("S", "v")
    [each] = diff({"x": {"password": None}}, {"x": {"password": secret}}, shape("inners"), "inners", resend=True)
    assert (each.path, each.is_secret) == ("inners.x.password", True)
    [each] = diff("odd", {"x": "1"}, shape("texts"), "texts")
    assert (each.path, each.live, each.desired, each.effect) == ("texts", "odd", {"x": "1"}, Effect.SET)


def test_what_is_replaced_or_goes_leaves_a_name_but_no_id() -> None:
    names = Names()
    names.add(BOB, "b", {"name": "Bob", "identifier": "https://b"})
    names.forget([BOB])
    found = [names.handle("toys", by, value) for by, value in (("id", "b"), ("identifier", "https://b"), ("name", "Bob"))]
    assert [(each, type(each)) for each in found] == [("b", RawId), ("https://b", RawId), ("bob", str)]
    names.doom(BOB, "b", {"name": "Bob", "identifier": "https://b", "other": 1})
    assert names.doomed == {
        ("toys", by, value): BOB for by, value in (("id", "b"), ("identifier", "https://b"), ("name", "Bob"))
    }
    names.doomed.clear()
    names.doom(BOB, "b", {})
    assert names.doomed == {("toys", "id", "b"): BOB}


def test_members_of_what_nobody_declared_are_references_where_it_is_known() -> None:
    raw = {("apis", "identifier", "https://x"): Address("apis", "x")}
    grant = {"audience": RawId("https://x"), "scope": ["r"]}
    found = references(grant, KINDS["client_grants"].shape, raw=raw)
    assert (found.resources, found.members) == ({Address("apis", "x")}, {Member(Address("apis", "x"), "scopes", "r")})
    assert references(grant, KINDS["client_grants"].shape).members == set()


def test_a_member_that_excludes_another_stands_for_it_when_it_is_declared_alone() -> None:
    assert same({"newer": "x", "older": "1"}, {"newer": "x"}, TOY)
    assert not same({"newer": "x", "text": "1"}, {"newer": "x"}, TOY)


@pytest.mark.parametrize(
    ("said", "live", "wanted"),
    [
        ({"switch": False}, {"switch": True, "made": "m", "text": "t"}, {"switch": False, "text": "t"}),
        ({"switch": True}, {"switch": True, "made": "m"}, {"switch": True, "made": "m"}),
        ({"text": "t"}, {"switch": True, "made": "m"}, {"switch": True, "made": "m", "text": "t"}),
        ({"switch": False, "made": "n"}, {"switch": True, "made": "m"}, {"switch": False, "made": "n"}),
        ({"switch": False}, {"made": "m"}, {"switch": False}),
    ],
)
def test_what_the_server_makes_of_others_is_carried_over_until_they_change(
    said: dict[str, Any], live: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert target(said, live, TOY) == wanted


def test_what_the_server_has_made_of_what_was_written_is_no_difference() -> None:
    assert same({"switch": False, "made": "new"}, {"switch": False}, TOY)
    assert not same({"switch": False, "made": "new"}, {"switch": False, "made": "old"}, TOY)
    assert not same({"made": "new"}, {"text": "t"}, TOY)


def test_the_order_of_members_means_nothing_inside_a_list_either() -> None:
    assert same({"x": [{"a": 1, "b": 2}]}, {"x": [{"b": 2, "a": 1}]}, shape("free"))


def test_a_secret_in_a_place_that_is_not_marked_is_covered_on_either_side() -> None:
    secret = Secret.of("S", "hidden")
    [sent] = diff("was plain", secret, FREE, "free", resend=True)
    [dropped] = diff(secret, "is plain", FREE, "free")
    assert [(each.is_secret, "plain" in f"{each.live} {each.desired}") for each in (sent, dropped)] == [(True, False)] * 2


def test_of_an_object_that_merges_only_what_differs_by_its_own_marks_is_sent() -> None:
    live, wanted = {"a": 1, "tags": ["x", "y"]}, {"a": 2, "tags": ["y", "x"]}
    assert changed(live, wanted, shape("merged"), Names()) == {"a": 2}


def test_an_ordered_list_is_asked_for_item_by_item() -> None:
    items = [{"value": "a"}, {"value": "b"}]
    assert shortcomings(TOYS, {"steps": items[:1]}, {"steps": items}) == ["steps"]
    assert shortcomings(TOYS, {"steps": items[:1]}, {"steps": [items[0], items[0]]}) == ["steps"]


def test_what_no_read_returns_is_told_of_what_is_declared_and_there() -> None:
    there = LiveResource("toys", "1", {"text": "t"})

    def told(found: LiveResource | None, resource: Resource | None) -> list[Note]:
        return list(uncompared([Draft(TOYS, BOB, resource, found, target={"never": "x", "text": "t"})]))

    declared = Resource(BOB, {})
    assert told(there, declared) == [Note("never cannot be read back, so it is not compared", BOB, code="unverifiable")]
    assert told(None, declared) == []
    assert told(there, None) == []


def test_secrets_of_which_the_tenant_has_none_are_not_called_uncompared() -> None:
    target, new = {"secrets": {"K": Secret("K", lambda: None)}}, frozenset({"secrets"})
    made = Draft(TOYS, BOB, Resource(BOB, {}), LiveResource("toys", "1", {}), target=target, changed=new)
    assert list(uncompared([made])) == []


@pytest.mark.parametrize(("resent", "body"), [({"merged"}, {"merged": {"password": "v"}}), (set(), {"merged": {}})])
def test_a_secret_inside_an_object_that_merges_is_sent_again_only_where_that_is_asked(
    resent: set[str], body: dict[str, Any]
) -> None:
    target = {"merged": {"a": 1, "password": PlainSecret.of("P", "v")}}
    live = {"merged": {"a": 1}}
    made = Draft(TOYS, BOB, Resource(BOB, {}), LiveResource("toys", "1", live), live, live, target)
    made.changed, made.action, made.resent = frozenset({"merged"}), Action.UPDATE, frozenset(resent)
    [node] = nodes_of(made, Names())
    sent = {name: secret.reveal() for name, secret in node.call.body["merged"].items()}
    assert {"merged": sent} == body


def test_an_object_that_this_version_does_not_know_is_part_of_the_image() -> None:
    assert image({"odd": {"a": 1}}, TOYS) == {"odd": {"a": 1}}


def test_a_collection_that_shrinks_names_what_it_loses() -> None:
    assert _gained({"a": 1}, {"a": 2, "b": 1, "c": 1}, shape("texts")) == ["b", "c"]
