"""What happens to each resource, with its images before and after."""

from __future__ import annotations

import pytest

from tenantry.model.address import Address
from tenantry.model.place import Path, Place
from tenantry.model.state import DesiredState, LiveResource, Resource
from tenantry.plan.types import Action, Change, Effect, FieldChange, Lost
from tests.plan.conftest import app, hold, planned
from tests.plan.lines import A_ID
from tests.plan.whole import API, BOSS, BOT, IDLE, LIVE, NEW, SHOP, USERS, WANTED, A


def test_each_change_of_a_plan_of_many_kinds_is_told_whole() -> None:
    made = planned(WANTED, LIVE)

    def place(number: int) -> Place:
        return Place("tenant.yaml", number, 3)

    other, none = "the tenant holds something else", "declared, and the tenant has none"
    gone = Lost("client_grants.B/https://a/client", "g1")
    assert made.changes == (
        Change(BOT, Action.DELETE, "Bot", "name", "declared absent", (), IDLE, None, "B", (gone,), {}, place(2)),
        Change(
            A,
            Action.UPDATE,
            "A",
            "name",
            other,
            (FieldChange("code", "1", "2", is_program=True),),
            {"code": "1"},
            {"code": "2"},
            "X",
            place=place(6),
        ),
        Change(
            API,
            Action.UPDATE,
            "https://a",
            "identifier",
            other,
            (
                FieldChange("scopes[r]", {"value": "r"}, None, Effect.REMOVED),
                FieldChange("scopes[w]", None, {"value": "w"}, Effect.ADDED),
            ),
            {"scopes": [{"value": "r"}]},
            {"scopes": [{"value": "w"}]},
            A_ID,
            place=place(4),
        ),
        Change(
            SHOP,
            Action.UPDATE,
            "Shop",
            "name",
            other,
            (FieldChange("description", "old", "new"),),
            {"description": "old"},
            {"description": "new"},
            "A",
            place=place(1),
        ),
        Change(
            USERS,
            Action.UPDATE,
            "users",
            "name",
            other,
            (
                FieldChange("enabled_clients", "shop", None, Effect.REMOVED),
                FieldChange("enabled_clients", None, "new", Effect.ADDED),
            ),
            {"enabled_clients": ["shop"]},
            {"enabled_clients": ["new"]},
            "c1",
            place=place(5),
        ),
        Change(
            NEW,
            Action.CREATE,
            "New",
            "",
            none,
            (
                FieldChange("name", None, "New"),
                FieldChange("app_type", None, "spa"),
                FieldChange("allowed_clients", None, "shop", Effect.ADDED),
            ),
            None,
            {"name": "New", "app_type": "spa", "allowed_clients": ["shop"]},
            place=place(3),
        ),
        Change(
            BOSS,
            Action.CREATE,
            "Boss",
            "",
            none,
            (FieldChange("name", None, "Boss"), FieldChange("permissions.a", None, ["w"], Effect.ADDED)),
            None,
            {"name": "Boss", "permissions": {"a": ["w"]}},
            place=place(7),
        ),
    )


@pytest.mark.parametrize(
    ("held", "place"),
    [
        (app("A", "Shop", description="old", jwt_configuration={"alg": "RS256"}), Place("prod.yaml", 9, 5)),
        (app("A", "Shop", description="new", jwt_configuration={"alg": "HS256"}), Place("shared.yaml", 7, 30)),
        (
            app("A", "Shop", description="new", jwt_configuration={"alg": "RS256"}, callbacks=["https://a"]),
            Place("dev.yaml", 2, 3),
        ),
        (app("B", "Other"), Place("dev.yaml", 2, 3)),
    ],
    ids=["overridden", "in a fragment", "nowhere of its own", "new"],
)
def test_the_place_of_an_update_is_that_of_its_first_field(held: LiveResource, place: Place) -> None:
    fields = {"name": "Shop", "description": "new", "jwt_configuration": {"alg": "RS256"}, "callbacks": []}
    places: dict[Path, Place] = {
        (): Place("dev.yaml", 2, 3),
        ("name",): Place("dev.yaml", 3, 5),
        ("description",): Place("prod.yaml", 9, 5),
        ("jwt_configuration",): Place("shared.yaml", 7, 3),
        ("jwt_configuration", "alg"): Place("shared.yaml", 7, 30),
    }
    shop = Resource(Address("applications", "shop"), fields, places=places)
    made = planned(DesiredState("acme", {shop.address: shop}), hold(held))
    assert [change.place for change in made.changes] == [place]
