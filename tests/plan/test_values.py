"""Tables over values of every form: what is the same, what lies between, what is wanted, sent, shown and kept."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.model.address import Address, IdOf
from tenantry.model.secret import LiveSecret, Secret
from tenantry.model.spec import FREE
from tenantry.model.values import Exclude, Include, RawId
from tenantry.plan.compare import How, same
from tenantry.plan.diff import diff
from tenantry.plan.images import overlaid
from tenantry.plan.judge import lies_between
from tenantry.plan.names import Names
from tenantry.plan.references import Member, references
from tenantry.plan.target import target
from tenantry.plan.types import Effect
from tenantry.plan.wire import changed, created, whole
from tests.plan.toy import TOY, shape

NAMES = Names()
A, B, C = {"value": "a"}, {"value": "b"}, {"value": "c"}
A_NOTED, A_OTHER = {"value": "a", "note": "1"}, {"value": "a", "note": "2"}


def live_secret(value: str | None) -> Secret:
    return LiveSecret("s", lambda: value, owner="toys:1")


def plain(value: str) -> Secret:
    return Secret.of("S", value)


NOWHERE = LiveSecret("s", lambda: None, owner="toys:1")


@pytest.mark.parametrize(
    ("name", "live", "wanted"),
    [
        ("text", "", None),
        ("text", None, ""),
        ("number", 1, 1.0),
        ("tags", ["a", "b"], ["b", "a"]),
        ("tags", ["a", "a"], ["a"]),
        ("items", [A, B], [B, A]),
        ("steps", [A, B], [A, B]),
        ("steps", None, []),
        ("inner", {"a": 1, "b": None}, {"a": 1}),
        ("texts", {"x": "1"}, {"x": "1"}),
        ("scopes", {"x": ["r"], "y": []}, {"x": ["r"]}),
        ("never", "one", "another"),
        ("mode", None, "tenant"),
        ("free", {"x": [1, {"y": 2.0}]}, {"x": [1.0, {"y": 2}]}),
        ("readable", live_secret("x"), plain("x")),
        ("hidden", None, plain("x")),
        ("secrets", {"K": None}, {"K": plain("x")}),
        ("hidden", None, None),
    ],
)
def test_what_is_the_same_to_the_tenant(name: str, live: Any, wanted: Any) -> None:
    assert same(live, wanted, shape(name))
    assert list(diff(live, wanted, shape(name), name)) == []


@pytest.mark.parametrize(
    ("name", "live", "wanted"),
    [
        ("text", "a", "b"),
        ("text", "1", 1),
        ("text", "a", None),
        ("number", 1, True),
        ("number", 1, 1.5),
        ("tags", ["a"], ["a", "b"]),
        ("tags", ["a", "b"], ["a"]),
        ("tags", "a", ["a"]),
        ("items", [A], [A, B]),
        ("items", [A, B], [A]),
        ("items", [A_NOTED], [A_OTHER]),
        ("steps", [A, B], [B, A]),
        ("steps", [A], [A, B]),
        ("steps", [A_NOTED], [A_OTHER]),
        ("inner", {"a": 1}, {"a": 2}),
        ("inner", "no object", {"a": 1}),
        ("inner", {"a": 1}, "no object"),
        ("texts", {"x": "1"}, {"x": "1", "y": ""}),
        ("texts", {"x": "1"}, {"x": "2"}),
        ("scopes", {"x": ["r"]}, {"x": ["r", "w"]}),
        ("inners", {"x": {"a": 1}}, {"x": {"a": 2}}),
        ("inners", {"x": {}}, {}),
        ("mode", None, "organization"),
        ("mode", "organization", "tenant"),
        ("free", {"x": True}, {"x": 1}),
        ("readable", live_secret("x"), plain("y")),
        ("readable", None, plain("y")),
        ("readable", live_secret("x"), None),
        ("secrets", {"K": None}, {"K": plain("x"), "L": plain("y")}),
        ("secrets", {"K": None, "L": None}, {"K": plain("x")}),
        ("secrets", {"K": None}, None),
    ],
)
def test_what_is_not_the_same(name: str, live: Any, wanted: Any) -> None:
    assert not same(live, wanted, shape(name))
    assert list(diff(live, wanted, shape(name), name)) != []


def test_a_member_that_only_the_tenant_holds_is_a_difference() -> None:
    assert not same({"a": 1, "b": "x"}, {"a": 1}, shape("inner"))
    assert not same({"a": 1}, {"a": 1, "b": "x"}, shape("inner"))


def test_a_secret_whose_value_is_not_at_hand_is_no_difference() -> None:
    assert same(NOWHERE, plain("x"), shape("readable")) is False
    assert same(live_secret("x"), NOWHERE, shape("readable"))


@pytest.mark.parametrize("name", ["readable", "hidden"])
def test_a_secret_is_passed_over_when_that_is_asked_for(name: str) -> None:
    assert same(live_secret("x"), plain("y"), shape(name), How(blind=True))


def test_a_secret_is_sent_again_when_that_is_asked_for_unless_it_is_known_to_agree() -> None:
    assert not same(None, plain("x"), shape("hidden"), How(resend=True))
    assert not same(live_secret("x"), NOWHERE, shape("readable"), How(resend=True))
    assert not same(NOWHERE, plain("x"), shape("readable"), How(resend=True))
    assert same(live_secret("x"), plain("x"), shape("readable"), How(resend=True))
    assert not same({"K": None}, {"K": plain("x")}, shape("secrets"), How(resend=True))
    assert not same({"K": None}, {}, shape("secrets"), How(blind=True))
    assert same({"password": None}, {"password": plain("x")}, shape("inner"))
    assert not same({"password": None}, {"password": plain("x")}, shape("inner"), How(resend=True))


@pytest.mark.parametrize(
    ("name", "held", "pre", "post"),
    [
        ("text", "old", "old", "new"),
        ("text", "new", "old", "new"),
        ("tags", ["a", "b"], ["a"], ["b"]),
        ("tags", [], ["a"], ["b"]),
        ("tags", ["a"], ["a", "b"], ["a", "c"]),
        ("tags", None, ["a"], ["b"]),
        ("items", [A, B], [A], [B]),
        ("items", [], [A], [B]),
        ("items", [A_OTHER, B], [A_NOTED], [A_OTHER, B]),
        ("items", [A_NOTED, B], [A_NOTED], [A_OTHER, B]),
        ("inner", {"a": 1, "b": "y"}, {"a": 1, "b": "x"}, {"a": 2, "b": "y"}),
        ("inner", {"a": 2, "tags": ["x"]}, {"a": 1}, {"a": 2}),
        ("inner", {"tags": ["p", "q"]}, {"tags": ["p"]}, {"tags": ["q"]}),
        ("texts", {"x": "2", "y": "1"}, {"x": "1", "y": "1"}, {"x": "2"}),
        ("texts", {}, {"x": "1"}, {"y": "1"}),
        ("scopes", {"x": ["r", "w"]}, {"x": ["r"]}, {"x": ["w"]}),
        ("scopes", {"x": ["r"]}, {"x": ["r"]}, {}),
        ("inners", {"x": {"a": 2}}, {"x": {"a": 1}}, {"x": {"a": 2}, "y": {"a": 1}}),
        ("readable", live_secret("anything"), live_secret("x"), plain("y")),
    ],
)
def test_what_a_change_leaves_behind_on_its_way(name: str, held: Any, pre: Any, post: Any) -> None:
    assert lies_between(held, pre, post, shape(name))


@pytest.mark.parametrize(
    ("name", "held", "pre", "post"),
    [
        ("text", "other", "old", "new"),
        ("text", None, "old", "new"),
        ("tags", ["a", "b", "c"], ["a"], ["b"]),
        ("tags", ["b"], ["a", "b"], ["a", "b", "c"]),
        ("items", [A, B, C], [A], [B]),
        ("items", [B], [A, B], [A, B, C]),
        ("items", [{"value": "a", "note": "3"}], [A_NOTED], [A_OTHER]),
        ("steps", [B, A], [A], [A, B]),
        ("inner", {"a": 3}, {"a": 1}, {"a": 2}),
        ("inner", {"a": 1, "b": "z"}, {"a": 1, "b": "x"}, {"a": 2, "b": "y"}),
        ("inner", "no object", {"a": 1}, {"a": 2}),
        ("texts", {"x": "3"}, {"x": "1"}, {"x": "2"}),
        ("texts", {"x": "1", "z": "1"}, {"x": "1"}, {"x": "2"}),
        ("scopes", {"x": ["r", "w", "z"]}, {"x": ["r"]}, {"x": ["w"]}),
        ("scopes", {"x": ["r"]}, {"x": ["r", "w"]}, {"x": ["r", "w", "z"]}),
        ("inners", {"x": {"a": 3}}, {"x": {"a": 1}}, {"x": {"a": 2}}),
        ("free", {"x": 1}, {"x": 2}, {"x": 3}),
    ],
)
def test_what_somebody_else_has_left_there(name: str, held: Any, pre: Any, post: Any) -> None:
    assert not lies_between(held, pre, post, shape(name))


@pytest.mark.parametrize(
    ("name", "said", "live", "wanted"),
    [
        ("text", "new", "old", "new"),
        ("text", None, "old", None),
        ("inner", {"a": 2}, {"a": 1, "b": "x", "odd": 1}, {"a": 2, "b": "x", "odd": 1}),
        ("inner", {"a": 2}, None, {"a": 2}),
        ("inner", {"tags": ["x", "x"]}, {"tags": ["y"]}, {"tags": ["x"]}),
        ("texts", {"x": "1", "y": None}, {"y": "1", "z": "1"}, {"x": "1"}),
        ("inners", {"x": {"a": 2}}, {"x": {"a": 1, "b": "k"}, "y": {}}, {"x": {"a": 2, "b": "k"}}),
        ("free", {"x": {"z": None}, "w": None}, {"y": 1}, {"x": {"z": None}}),
        ("tags", ["b", "a", "b"], ["c"], ["b", "a"]),
        ("items", [A, B], [A_NOTED, C], [A_NOTED, B]),
        ("items", [A], None, [A]),
        ("steps", [A], [A_NOTED], [A]),
        ("tags", Include[list[str]](include=["b", "c"]), ["a", "b"], ["a", "b", "c"]),
        ("tags", Include[list[str]](include=["b"]), None, ["b"]),
        ("items", Include[Any](include=[A, B]), [C, A_NOTED], [C, A_NOTED, B]),
        ("items", Include[Any](include=[A_OTHER]), [A_NOTED], [A_OTHER]),
        ("items", Include[Any](include=[A]), None, [A]),
        ("texts", Include[dict[str, str]](include={"x": "2"}), {"x": "1", "y": "1"}, {"x": "2", "y": "1"}),
        ("texts", Include[dict[str, str]](include={"x": "2"}), None, {"x": "2"}),
        ("inners", Include[Any](include={"x": {"a": 2}}), {"x": {"b": "k"}}, {"x": {"a": 2, "b": "k"}}),
        ("tags", Exclude(exclude=["a"]), ["a", "b"], ["b"]),
        ("tags", Exclude(exclude=["a"]), None, []),
        ("tags", Exclude(exclude=["a"]), "odd", []),
        ("texts", Exclude(exclude=["x"]), {"x": "1", "y": "1"}, {"y": "1"}),
        ("texts", Exclude(exclude=["x"]), {}, {}),
        ("items", Exclude(exclude=["a"]), [A_NOTED, B], [B]),
    ],
)
def test_what_the_tenant_should_hold(name: str, said: Any, live: Any, wanted: Any) -> None:
    assert target(said, live, shape(name)) == wanted


SHOWN = {"secret": True, "set": True}


@pytest.mark.parametrize(
    ("name", "live", "wanted", "told"),
    [
        ("text", "a", None, [("text", "a", None, Effect.SET)]),
        ("inner", {"a": 1, "b": "x"}, {"a": 2, "b": "x"}, [("inner.a", 1, 2, Effect.SET)]),
        ("inner", "odd", {"a": 2}, [("inner.a", None, 2, Effect.SET)]),
        (
            "texts",
            {"x": "1", "y": "1"},
            {"x": "2", "z": "1"},
            [
                ("texts.y", "1", None, Effect.REMOVED),
                ("texts.x", "1", "2", Effect.SET),
                ("texts.z", None, "1", Effect.ADDED),
            ],
        ),
        ("texts", None, {"x": "1"}, [("texts.x", None, "1", Effect.ADDED)]),
        ("texts", {"x": "1"}, None, [("texts.x", "1", None, Effect.REMOVED)]),
        ("inners", {"x": {"a": 1}}, {"x": {"a": 2}}, [("inners.x.a", 1, 2, Effect.SET)]),
        (
            "items",
            [A_NOTED, B],
            [A_OTHER, C],
            [
                ("items[b]", B, None, Effect.REMOVED),
                ("items[a].note", "1", "2", Effect.SET),
                ("items[c]", None, C, Effect.ADDED),
            ],
        ),
        ("items", None, [A], [("items[a]", None, A, Effect.ADDED)]),
        ("tags", ["a", "b"], ["b", "c"], [("tags", "a", None, Effect.REMOVED), ("tags", None, "c", Effect.ADDED)]),
        ("tags", None, ["c"], [("tags", None, "c", Effect.ADDED)]),
        ("tags", ["c"], None, [("tags", "c", None, Effect.REMOVED)]),
        ("tags", "odd", ["c"], [("tags", "odd", ["c"], Effect.SET)]),
        ("free", {"x": {"y": [1, 2]}}, {"x": {"y": [1, 3]}}, [("free.x.y[1]", 2, 3, Effect.SET)]),
        ("free", {"x": {"y": 1, "w": 1}}, {"x": {"y": 1, "z": 1, "w": 1}}, [("free.x.z", None, 1, Effect.SET)]),
        ("free", {"x": [1, 2]}, {"x": [2]}, [("free.x", [1, 2], [2], Effect.SET)]),
        ("free", {}, {"x": 1}, [("free.x", None, 1, Effect.ADDED)]),
        ("steps", [A_NOTED], [A_OTHER], [("steps[0].note", "1", "2", Effect.SET)]),
        ("readable", live_secret("a"), plain("b"), [("readable", SHOWN, SHOWN, Effect.SET)]),
        ("readable", None, plain("b"), [("readable", None, SHOWN, Effect.SET)]),
        ("readable", live_secret("a"), None, [("readable", SHOWN, None, Effect.SET)]),
        (
            "secrets",
            {"K": None, "L": None},
            {"L": plain("1"), "M": plain("2")},
            [("secrets.K", SHOWN, None, Effect.REMOVED), ("secrets.M", None, SHOWN, Effect.ADDED)],
        ),
        ("secrets", None, {"M": plain("2")}, [("secrets.M", None, SHOWN, Effect.ADDED)]),
    ],
)
def test_what_differs_is_told_leaf_by_leaf(name: str, live: Any, wanted: Any, told: list[tuple[Any, ...]]) -> None:
    found = [(each.path, each.live, each.desired, each.effect) for each in diff(live, wanted, shape(name), name)]
    assert sorted(found, key=repr) == sorted(told, key=repr)
    is_secret = name in {"readable", "secrets"}
    assert all(each.is_secret is is_secret for each in diff(live, wanted, shape(name), name))


def test_a_secret_that_is_sent_again_is_told_by_name() -> None:
    [each] = diff({"K": None}, {"K": plain("1")}, shape("secrets"), "secrets", resend=True)
    assert (each.path, each.live, each.desired, each.effect, each.is_secret) == ("secrets.K", SHOWN, SHOWN, Effect.SET, True)
    [each] = diff({"password": None}, {"password": plain("1")}, shape("inner"), "inner", resend=True)
    assert (each.path, each.is_secret) == ("inner.password", True)
    assert list(diff({"password": None}, {"password": plain("1")}, shape("inner"), "inner")) == []


def test_code_is_told_to_be_code() -> None:
    assert [each.is_program for each in diff("a", "b", shape("code"), "code")] == [True]
    assert [each.is_program for each in diff("a", "b", shape("text"), "text")] == [False]


@pytest.mark.parametrize(
    ("name", "live", "wanted", "sent"),
    [
        ("text", "a", "b", "b"),
        ("text", "a", None, ""),
        ("number", 1, None, None),
        ("inner", {"a": 1, "b": "x"}, {"a": 2, "b": None}, {"a": 2, "b": "none"}),
        ("merged", {"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"b": "y"}),
        ("merged", {"a": 1}, {"a": 1, "b": None}, {}),
        ("merged", {"a": 1, "b": "x"}, {"a": 1, "b": None}, {"b": "none"}),
        ("merged", None, {"a": 1}, {"a": 1}),
        ("shrinking", {"x": "1", "y": "1"}, {"x": "2"}, {"x": "2", "y": None}),
        ("shrinking", {"x": "1"}, {"x": "1", "z": ""}, {"z": ""}),
        ("shrinking", {"x": "1"}, None, {"x": None}),
        ("friend", None, "bob", IdOf(Address("toys", "bob"))),
        ("friend", None, RawId("id-1"), "id-1"),
        ("friends", [], ["bob", RawId("id-1")], [IdOf(Address("toys", "bob")), "id-1"]),
        ("by_friend", {}, {"bob": "x"}, {IdOf(Address("toys", "bob")): "x"}),
    ],
)
def test_what_is_sent(name: str, live: Any, wanted: Any, sent: Any) -> None:
    assert changed(live, wanted, shape(name), NAMES) == sent


def test_a_secret_goes_along_only_when_it_changed_or_was_asked_for() -> None:
    wanted = {"a": 1, "password": plain("x")}
    assert changed({"a": 2, "password": None}, wanted, shape("merged"), NAMES) == {"a": 1}
    assert changed({"a": 1, "password": None}, wanted, shape("merged"), NAMES, resend=True) == {"password": plain("x")}


def test_a_create_carries_what_says_something() -> None:
    said: dict[str, Any] = {
        "text": "",
        "number": None,
        "inner": {"a": None},
        "texts": {},
        "tags": [],
        "merged": {"a": 0, "b": None},
    }
    assert created(said, TOY, NAMES) == {"text": "", "tags": [], "merged": {"a": 0}}


def test_what_nobody_knows_is_sent_as_it_is() -> None:
    assert whole({"odd": [None, {"x": None}]}, FREE, NAMES) == {"odd": [None, {"x": None}]}


@pytest.mark.parametrize(
    ("name", "value", "live", "filled"),
    [
        ("text", "a", "b", "a"),
        ("inner", {"a": 1}, {"a": 2, "b": "x"}, {"a": 1, "b": "x"}),
        ("inner", {"a": 1}, None, {"a": 1}),
        ("texts", {"x": "1"}, {"y": "1"}, {"x": "1"}),
        ("inners", {"x": {"a": 1}}, {"x": {"b": "k"}}, {"x": {"a": 1, "b": "k"}}),
        ("items", [A, B], [A_NOTED, C], [{"value": "a", "note": "1"}, B]),
        ("items", [A], "odd", [A]),
        ("tags", ["a"], ["b"], ["a"]),
        ("secrets", {"K": None}, {"L": None}, {"K": None}),
    ],
)
def test_what_a_created_thing_is_held_against(name: str, value: Any, live: Any, filled: Any) -> None:
    assert overlaid(value, live, shape(name)) == filled


BOB, JIM = Address("toys", "bob"), Address("toys", "jim")


def test_references_are_found_in_values_lists_keys_and_never_in_raw_ids() -> None:
    tree = {"friend": "bob", "friends": ["jim", RawId("x")], "by_friend": {"ann": "x"}, "text": "bob", "odd": "bob"}
    found = references(tree, TOY)
    assert found.resources == {BOB, JIM, Address("toys", "ann")}
    assert references(tree, TOY, frozenset({"friend", "odd"})).resources == {BOB}
    assert references({"friends": Include[list[str]](include=["jim"])}, TOY).resources == {JIM}
    assert references({"friends": Exclude(exclude=["jim"])}, TOY).resources == set()
    assert (found - references({"friend": "bob"}, TOY)).resources == {JIM, Address("toys", "ann")}


def test_members_of_lists_are_references_too() -> None:
    from tenantry.kinds import KINDS  # noqa: PLC0415  the toy has none

    orders = Address("apis", "orders")
    stock = Address("apis", "stock")
    role = {"permissions": {"orders": ["read", "write"], RawId("x"): ["read"], "stock": ["read"]}}
    found = references(role, KINDS["roles"].shape)
    assert found.members == {
        Member(orders, "scopes", "read"),
        Member(orders, "scopes", "write"),
        Member(stock, "scopes", "read"),
    }
    assert found.resources == {orders, stock}
    grant = {"client_id": "job", "audience": "orders", "scope": ["read"]}
    found = references(grant, KINDS["client_grants"].shape)
    assert found.members == {Member(orders, "scopes", "read")}
    assert found.resources == {orders, Address("applications", "job")}
    narrowed = references({**grant, "scope": []}, KINDS["client_grants"].shape)
    assert (found - narrowed).members == {Member(orders, "scopes", "read")}
