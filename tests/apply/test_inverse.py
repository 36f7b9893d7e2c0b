"""The inverse of a run, whole: what is declared so that everything becomes as it was, and what a reader is told."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.apply.backup import Gone
from tenantry.apply.past import Past
from tenantry.apply.restoring import _back, declared, renamed
from tenantry.apply.revert import LOST_WITH_IT, fitted, inverse
from tenantry.kinds import KINDS
from tenantry.model.address import Address
from tenantry.model.note import Note
from tenantry.model.state import Caller, Lifecycle, LiveResource, LiveState, Manage, Purpose, Resource
from tenantry.model.values import ABSENT, Include, RawId
from tenantry.plan import Action, Change, Plan
from tests.plan.toy import shape

SHOP, BUYER, ORDERS = Address("applications", "shop"), Address("roles", "buyer"), Address("apis", "orders")
GRANT, USERS = Address("client_grants", "g"), Address("connections", "users")


def past(*changes: Change, new: dict[Address, str] | None = None, gone: tuple[Gone, ...] = (), **options: Any) -> Past:
    ids = options.pop("ids", {})
    return Past(Plan("p", "acme", "me", changes, ids=ids), new or {}, gone, options.pop("secrets", {}), **options)


def change(address: Address, action: Action, pre: Any = None, post: Any = None, id_: str | None = None) -> Change:
    return Change(address, action, address.handle.title(), "name", "", pre=pre, post=post, id=id_)


def resource(address: Address, fields: dict[str, Any], **lifecycle: Any) -> Resource:
    return Resource(address, fields, Lifecycle(**lifecycle))


def turned(run: Past, manage: Manage | None = None) -> tuple[dict[Address, Resource], list[tuple[Address | None, str]]]:
    made = inverse(run, KINDS, manage or Manage())
    assert (made.state.tenant, made.state.purpose) == ("acme", Purpose.REVERT)
    assert all(note.code == "revert" for note in made.notes)
    prefixed = [(note.address, note.sentence.removeprefix(f"{note.address}: ")) for note in made.notes]
    return dict(made.state.resources), prefixed


def test_what_was_created_shall_be_absent() -> None:
    created = change(BUYER, Action.CREATE, post={"name": "Buyer", "description": "x"})
    assert turned(past(created, new={BUYER: "r1"})) == ({BUYER: resource(BUYER, {"name": "Buyer"}, id="r1", absent=True)}, [])
    sentence = "the run ended before it knew whether Buyer was created; it is found by its name"
    assert turned(past(created)) == ({BUYER: resource(BUYER, {"name": "Buyer"}, absent=True)}, [(BUYER, sentence)])
    sentence = "its creation failed, so there is nothing to delete"
    assert turned(past(created, failed=frozenset({BUYER}))) == ({}, [(BUYER, sentence)])


def test_what_was_updated_becomes_as_it_was() -> None:
    updated = change(
        SHOP,
        Action.UPDATE,
        {"description": "old", "app_type": None, "odd": 1},
        {"description": "new", "app_type": "spa", "odd": 2},
        "A",
    )
    wanted = Resource(SHOP, {"description": "old", "odd": 1}, Lifecycle(id="A"), frozenset({"odd"}))
    sentence = "app_type stays as it is: it was not set before, and cannot be cleared"
    assert turned(past(updated)) == ({SHOP: wanted}, [(SHOP, sentence)])
    nothing = change(SHOP, Action.UPDATE, {"app_type": None}, {"app_type": "spa"}, "A")
    assert turned(past(nothing)) == ({}, [(SHOP, sentence)])
    unknown = change(SHOP, Action.UPDATE, {"odd": None}, {"odd": {"a": 1}}, "A")
    assert turned(past(unknown)) == ({}, [(SHOP, "odd stays as it is: it was not set before, and cannot be cleared")])
    secret = "client_secret stays as it is: no journal holds secrets"
    assert turned(past(change(SHOP, Action.UPDATE, {}, {}, "A"), secrets={SHOP: ("client_secret",)})) == ({}, [(SHOP, secret)])
    deleted = past(change(SHOP, Action.DELETE, {}, None, "A"), secrets={SHOP: ("client_secret",)})
    assert [sentence for _, sentence in turned(deleted)[1] if "no journal holds" in sentence] == []
    settings = Address("tenant_settings", "")
    one = change(settings, Action.UPDATE, {"friendly_name": "A"}, {"friendly_name": "B"}, "x")
    assert turned(past(one)) == ({settings: resource(settings, {"friendly_name": "A"})}, [])


def test_lists_that_a_run_did_not_touch_are_no_matter_of_what_it_created() -> None:
    created = change(SHOP, Action.CREATE, None, {"name": "Shop"})
    updated = change(USERS, Action.UPDATE, {"display_name": "U"}, {"display_name": "V"}, "con_1")
    assert turned(past(created, updated))[0][USERS] == resource(USERS, {"display_name": "U"}, id="con_1")


ORDERS_GONE = Gone(ORDERS, "https://orders", "api_1", "deleted", {"identifier": "https://orders", "name": "Orders"})
NEW_ID = f"it is created again with a new id, and {LOST_WITH_IT}"


def test_what_was_deleted_is_declared_again_and_so_is_what_went_along() -> None:
    deleted = change(ORDERS, Action.DELETE, {"identifier": "https://orders"}, None, "api_1")
    along = Gone(
        GRANT, "g", "cgr_1", "deleted along with apis.orders", {"client_id": RawId("A"), "audience": RawId("https://orders")}
    )
    elsewhere = Gone(Address("client_grants", "h"), "h", "cgr_2", "deleted along with apis.stock", {"audience": "stock"})
    resources, notes = turned(past(deleted, gone=(ORDERS_GONE, along, elsewhere)))
    assert resources == {
        ORDERS: resource(ORDERS, {"identifier": "https://orders", "name": "Orders"}),
        GRANT: resource(GRANT, {"client_id": RawId("A"), "audience": "orders"}),
    }
    assert [type(value) for value in resources[GRANT].fields.values()] == [RawId, str]
    assert (ORDERS, f"https://orders was deleted: {NEW_ID}") in notes
    assert (GRANT, f"g was deleted along with apis.orders: {NEW_ID}") in notes


def test_what_was_replaced_gets_what_it_had_under_its_new_id() -> None:
    replaced = change(ORDERS, Action.REPLACE, {"identifier": "https://old"}, {"identifier": "https://orders"}, "api_1")
    gone = Gone(ORDERS, "https://old", "api_1", "replaced", {"identifier": "https://old"}, ("signing_secret", "x.y"))
    resources, notes = turned(past(replaced, gone=(gone,), new={ORDERS: "api_2"}))
    assert resources == {ORDERS: resource(ORDERS, {"identifier": "https://old"}, id="api_2")}
    assert (ORDERS, f"https://old was replaced: {NEW_ID}") in notes
    assert (ORDERS, "no backup holds its secrets: signing_secret, x.y") in notes
    resources, notes = turned(past(replaced))
    assert (resources, notes) == ({}, [(ORDERS, "there is no backup of it, so it cannot be created again")])


def test_what_hung_on_a_deleted_connection_is_told() -> None:
    gone = Gone(USERS, "users", "con_1", "deleted", {"name": "users", "strategy": "auth0"})
    resources, notes = turned(past(change(USERS, Action.DELETE, {"name": "users"}, None, "con_1"), gone=(gone,)))
    assert list(resources) == [USERS]
    guard = KINDS["connections"].delete_guard
    assert guard is not None
    assert notes == [
        (USERS, f"users was deleted: {NEW_ID}"),
        (USERS, "organizations that had it in `connections` without a file saying so do not get it back"),
        (USERS, f"{guard.sentence}, and no backup brings them back"),
    ]


def test_what_held_a_deleted_application_gets_it_back() -> None:
    places = (("connections", "con_2", "enabled_clients"), ("connections", "con_1", "enabled_clients"))
    shop = Gone(SHOP, "Shop", "A", "deleted", {"name": "Shop"}, places=places)
    bot = Gone(Address("applications", "bot"), "Bot", "B", "deleted", {"name": "Bot"}, places=places[:1])
    deleted = [change(each.address, Action.DELETE, {"name": each.name}, None, each.id) for each in (shop, bot)]
    resources, notes = turned(past(*deleted, gone=(shop, bot), ids={USERS: "con_1"}))
    other = Address("connections", "con_2")
    assert resources == {
        SHOP: resource(SHOP, {"name": "Shop"}),
        bot.address: resource(bot.address, {"name": "Bot"}),
        other: resource(other, {"enabled_clients": Include(include=["bot", "shop"])}, id="con_2"),
        USERS: resource(USERS, {"enabled_clients": Include(include=["shop"])}, id="con_1"),
    }
    assert (SHOP, "as every new application it may be joined to connections that it was not in") in notes
    unread = Gone(SHOP, "Shop", "A", "deleted", {"name": "Shop"}, places=None)
    resources, notes = turned(past(deleted[0], gone=(unread,)))
    assert list(resources) == [SHOP]
    assert (SHOP, "what it was enabled in could not be read; it is put back only where a file declares it") in notes


def test_what_was_to_go_and_did_not_is_given_back_to_nobody() -> None:
    shop = Gone(SHOP, "Shop", "A", "deleted", {"name": "Shop"}, places=(("connections", "con_1", "enabled_clients"),))
    assert turned(past(gone=(shop,))) == ({}, [])


def test_a_place_that_the_run_changed_itself_or_that_went_as_well_is_left_to_that() -> None:
    places = (("connections", "con_1", "enabled_clients"),)
    shop = Gone(SHOP, "Shop", "A", "deleted", {"name": "Shop"}, places=places)
    deleted = change(SHOP, Action.DELETE, {"name": "Shop"}, None, "A")
    updated = change(USERS, Action.UPDATE, {"enabled_clients": ["shop", "x"]}, {"enabled_clients": ["x"]}, "con_1")
    resources, _ = turned(past(deleted, updated, gone=(shop,), ids={USERS: "con_1"}))
    assert resources[USERS] == resource(USERS, {"enabled_clients": ["shop", "x"]}, id="con_1")
    renamed_ = change(USERS, Action.UPDATE, {"display_name": "U"}, {"display_name": "V"}, "con_1")
    resources, _ = turned(past(deleted, renamed_, gone=(shop,)))
    assert resources[USERS] == resource(USERS, {"display_name": "U", "enabled_clients": Include(include=["shop"])}, id="con_1")
    gone = Gone(USERS, "users", "con_1", "deleted", {"name": "users", "strategy": "auth0", "enabled_clients": ["shop"]})
    both = past(deleted, change(USERS, Action.DELETE, {"name": "users"}, None, "con_1"), gone=(shop, gone))
    assert turned(both)[0][USERS].fields["enabled_clients"] == ["shop"]
    created = change(USERS, Action.CREATE, None, {"name": "users"}, None)
    made = past(deleted, created, gone=(shop,), new={USERS: "con_1"}, ids={USERS: "con_1"})
    assert turned(made)[0][USERS] == resource(USERS, {"name": "users"}, id="con_1", absent=True)


def test_what_is_referred_to_and_was_left_alone_is_known_by_its_id() -> None:
    updated = change(
        GRANT, Action.UPDATE, {"client_id": "shop", "audience": "management-api", "scope": ["r"]}, {"scope": ["w"]}, "cgr_1"
    )
    gone = Gone(GRANT, "g", "cgr_1", "deleted", {"client_id": "shop", "audience": "management-api", "scope": ["r"]})
    run = past(
        change(GRANT, Action.DELETE, {"scope": ["r"]}, None, "cgr_1"),
        gone=(gone,),
        ids={SHOP: "A", BUYER: "r1", Address("apis", "management-api"): "m"},
    )
    resources, _ = turned(run)
    assert list(resources) == [GRANT, SHOP]
    assert resources[SHOP] == resource(SHOP, {}, id="A", managed=False)
    assert turned(past(updated, ids={SHOP: "A"}))[0] == {GRANT: resource(GRANT, {"scope": ["r"]}, id="cgr_1")}


def test_a_revert_protects_and_ignores_what_the_files_do_and_prunes_nothing() -> None:
    manage = Manage(
        prune=frozenset({"roles"}),
        emptied=frozenset({"roles"}),
        max_deletes=3,
        protect={"roles": ("x",)},
        ignore={"apis": ("y",)},
    )
    made = inverse(past(), KINDS, manage)
    assert made.state.manage == Manage(max_deletes=3, protect={"roles": ("x",)}, ignore={"apis": ("y",)})


def held(*resources: LiveResource) -> LiveState:
    found: dict[str, tuple[LiveResource, ...]] = {}
    for each in resources:
        found[each.section] = (*found.get(each.section, ()), each)
    return LiveState(found, Caller("me"))


def app(id_: str, **data: Any) -> LiveResource:
    return LiveResource("applications", id_, {"client_id": id_, **data})


def told(run: Past, live: LiveState) -> tuple[list[Address], list[Note]]:
    made = fitted(inverse(run, KINDS, Manage()), run, live, KINDS)
    return list(made.state.resources), [note for note in made.notes if note.code != "revert"]


def test_what_changed_after_the_run_is_told_by_its_id_and_what_was_taken_back_is_not() -> None:
    again = Note("it was changed again after that run; reverting takes that back as well", SHOP, code="changed_since")
    updated = past(change(SHOP, Action.UPDATE, {"description": "old"}, {"description": "new"}, "A"))
    assert told(updated, held(app("A", name="Shop", description="new"))) == ([SHOP], [])
    assert told(updated, held(app("A", name="Shop", description="old"))) == ([SHOP], [])
    assert told(updated, held(app("A", name="Shop", description="else"))) == ([SHOP], [again])
    created = past(change(SHOP, Action.CREATE, None, {"name": "Shop", "description": "new"}), new={SHOP: "A"})
    assert told(created, held(app("A", name="Shop", description="new"))) == ([SHOP], [])
    assert told(created, held(app("A", name="Renamed", description="new"))) == ([SHOP], [again])
    assert told(created, held()) == ([SHOP], [])
    replaced = past(
        change(SHOP, Action.REPLACE, {"description": "old"}, {"description": "new"}, "A"),
        new={SHOP: "B"},
        gone=(Gone(SHOP, "Shop", "A", "replaced", {"name": "Shop", "description": "old"}),),
    )
    assert told(replaced, held(app("B", name="Shop", description="new"))) == ([SHOP], [])
    assert told(replaced, held(app("B", name="Shop", description="old"))) == ([SHOP], [again])
    deleted = past(
        change(SHOP, Action.DELETE, {"name": "Shop"}, None, "A"), gone=(Gone(SHOP, "Shop", "A", "deleted", {"name": "Shop"}),)
    )
    assert told(deleted, held(app("B", name="Else"))) == ([SHOP], [])


def test_what_no_longer_fits_the_tenant_is_left_out_and_told() -> None:
    updated = past(change(SHOP, Action.UPDATE, {"description": "old"}, {"description": "new"}, "A"))
    sentence = "it is gone: the journal holds only what the run changed of it"
    assert told(updated, held(app("B", name="Shop"))) == ([], [Note(sentence, SHOP)])
    deleted = past(
        change(SHOP, Action.DELETE, {"name": "Shop"}, None, "A"), gone=(Gone(SHOP, "Shop", "A", "deleted", {"name": "Shop"}),)
    )
    sentence = "the tenant holds another application of this name, so none is created"
    assert told(deleted, held(app("B", name="Shop"))) == ([], [Note(sentence, SHOP)])
    uncreated = past(change(SHOP, Action.CREATE, None, {"name": "Shop"}), new={SHOP: "A"})
    assert told(uncreated, held(app("B", name="Shop"))) == ([SHOP], [])
    api_gone = past(change(ORDERS, Action.DELETE, {"identifier": "https://orders"}, None, "api_1"), gone=(ORDERS_GONE,))
    twin = LiveResource("apis", "api_9", {"id": "api_9", "identifier": "https://orders"})
    assert told(api_gone, held(twin)) == ([ORDERS], [])


def test_a_name_is_free_again_where_its_holder_goes_or_takes_back_another_and_only_there() -> None:
    other = Address("applications", "other")
    deleted = change(SHOP, Action.DELETE, {"name": "Shop"}, None, "A")
    gone = (Gone(SHOP, "Shop", "A", "deleted", {"name": "Shop"}),)
    live = held(app("B", name="Shop", description="new"))
    renamed = past(deleted, change(other, Action.UPDATE, {"name": "Else"}, {"name": "Shop"}, "B"), gone=gone)
    assert told(renamed, live) == ([SHOP, other], [])
    created = past(
        deleted, change(other, Action.CREATE, None, {"name": "Shop", "description": "new"}), gone=gone, new={other: "B"}
    )
    assert told(created, live) == ([SHOP, other], [])
    described = past(deleted, change(other, Action.UPDATE, {"description": "old"}, {"description": "new"}, "B"), gone=gone)
    sentence = "the tenant holds another application of this name, so none is created"
    assert told(described, live) == ([other], [Note(sentence, SHOP)])


@pytest.mark.parametrize(
    ("name", "before", "after", "back", "kept"),
    [
        ("text", "a", "b", "a", []),
        ("text", "", "b", "", []),
        ("text", None, "b", None, []),
        ("text", ABSENT, "b", None, []),
        ("text", None, "", ABSENT, []),
        ("code", None, "b", ABSENT, ["x"]),
        ("code", "", "b", "", []),
        ("code", ABSENT, None, ABSENT, []),
        ("tags", None, ["a"], [], []),
        ("tags", ["a"], None, ["a"], []),
        ("items", ABSENT, [{"value": "a"}], [], []),
        ("steps", None, [{"value": "a"}], [], []),
        ("texts", None, {"a": "1"}, {}, []),
        ("free", None, {"a": 1}, {}, []),
        ("readable", None, "b", ABSENT, []),
        ("inner", {"a": 1, "tags": ["t"]}, {"a": 2, "b": "y", "password": None}, {"a": 1, "tags": ["t"], "b": None}, []),
        ("inner", "odd", {"a": 2}, ABSENT, ["x.a"]),
        ("inner", {"unheard_of": 1}, {"unheard_of": 2}, {"unheard_of": 1}, []),
        ("inner", {"a": 1}, None, {"a": 1}, []),
    ],
)
def test_each_form_of_value_is_taken_back_in_its_way(name: str, before: Any, after: Any, back: Any, kept: list[str]) -> None:
    found: list[str] = []
    assert _back(before, after, shape(name), "x", found) == back
    assert found == kept


def test_what_is_declared_again_leaves_out_the_unit_that_is_derived() -> None:
    image = {"session_lifetime": 1, "session_lifetime_in_minutes": 60, "idle_session_lifetime_in_minutes": 30}
    assert declared(image, KINDS["tenant_settings"]) == {"session_lifetime": 1, "idle_session_lifetime_in_minutes": 30}


def test_ids_of_what_comes_back_become_its_handles_everywhere() -> None:
    handles = {"A": "shop"}
    value = {RawId("A"): [RawId("A"), "A", {"x": RawId("B")}], "C": 1}
    found = renamed(value, handles)
    assert found == {"shop": ["shop", "A", {"x": "B"}], "C": 1}
    assert type(found["shop"][2]["x"]) is RawId
