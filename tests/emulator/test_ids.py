"""Ids have the form of their kind, come back after a reset, and never repeat."""

from __future__ import annotations

import re

from tenantry.emulator.ids import Ids
from tenantry.emulator.store import Store


def test_ids_come_back_after_a_reset_but_never_repeat() -> None:
    store = Store()
    ids = Ids("dev", store)
    first = [ids.client("web") for _ in range(3)]
    assert len({client_id for client_id, _ in first}) == 3
    store.clear()
    assert [ids.client("web") for _ in range(3)] == first
    assert Ids("other", Store()).client("web") != first[0]


def test_ids_have_the_form_of_their_kind() -> None:
    ids = Ids("dev", Store())
    client_id, secret = ids.client("web")
    assert re.fullmatch("[0-9A-Za-z]{32}", client_id)
    assert re.fullmatch("[0-9A-Za-z]{64}", secret)
    assert re.fullmatch("con_[0-9A-Za-z]{16}", ids.new("connections", "db"))
    assert re.fullmatch("[0-9a-f]{24}", ids.new("resource_servers", "api"))
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", ids.new("actions", "one"))


def test_a_pin_is_used_while_its_id_is_free() -> None:
    store = Store()
    ids = Ids("dev", store, {"web": {"client_id": "abc", "client_secret": "s3cret"}})
    assert ids.client("web") == ("abc", "s3cret")
    store.put("clients", "abc", {"name": "web"})
    assert ids.client("web")[0] != "abc"
