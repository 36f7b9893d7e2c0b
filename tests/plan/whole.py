"""One plan of many kinds, to be looked at whole: in test_calls, test_changes, test_told and test_check."""

from __future__ import annotations

from tenantry.model.address import Address
from tests.declared import declare
from tests.plan.conftest import api, app, connection, grant, hold
from tests.plan.lines import A_ID, ABSENT, action

LIVE = hold(
    app("A", "Shop", description="old", callbacks=["https://a"]),
    app("B", "Bot", description="idle"),
    api(A_ID, "https://a", scopes=[{"value": "r"}]),
    grant("g1", "B", "https://a", ["r"]),
    connection("c1", "users", ["A"]),
    action(),
)
WANTED = declare(
    applications={
        "shop": {"name": "Shop", "description": "new"},
        "bot": {"name": "Bot", "lifecycle": ABSENT},
        "new": {"name": "New", "app_type": "spa", "allowed_clients": ["shop"]},
    },
    apis={"a": {"identifier": "https://a", "scopes": [{"value": "w"}]}},
    connections={"users": {"name": "users", "enabled_clients": ["new"]}},
    actions={"a": {"name": "A", "code": "2"}},
    roles={"boss": {"name": "Boss", "permissions": {"a": ["w"]}}},
)
IDLE = {"name": "Bot", "description": "idle"}
A, API, SHOP, BOT, NEW, USERS, BOSS = (
    Address.parse(text)
    for text in (
        "actions.a",
        "apis.a",
        "applications.shop",
        "applications.bot",
        "applications.new",
        "connections.users",
        "roles.boss",
    )
)
