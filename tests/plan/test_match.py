"""Which live resource is which declared one."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.model.errors import ConfigErrors
from tenantry.model.state import Lifecycle, Manage
from tests.declared import declare
from tests.plan.conftest import API, ME, api, app, calls, grant, hold, planned


def test_two_live_namesakes_are_an_error_that_lists_their_ids() -> None:
    with pytest.raises(ConfigErrors, match=r"tenant.yaml:1:3: 2 live applications fit applications.shop: A, B"):
        planned(declare(applications={"shop": {"name": "Shop"}}), hold(app("A", "Shop"), app("B", "Shop")))


def test_an_id_tells_namesakes_apart() -> None:
    wanted = {"name": "Shop", "description": "x", "lifecycle": Lifecycle(id="B")}
    made = planned(declare(applications={"shop": wanted}), hold(app("A", "Shop"), app("B", "Shop")))
    assert made.changes[0].id == "B"
    assert made.changes[0].matched_by == "lifecycle.id"


def test_an_id_that_the_tenant_does_not_hold_picks_nothing_and_creates_nothing() -> None:
    wanted = {"name": "Shop", "lifecycle": Lifecycle(id="C")}
    for live in (hold(app("A", "Shop")), hold()):
        with pytest.raises(ConfigErrors, match=r"no application with the id C that applications\.shop names"):
            planned(declare(applications={"shop": wanted}), live)


def test_an_id_that_is_gone_is_as_absent_as_was_wished() -> None:
    wanted = {"name": "Shop", "lifecycle": Lifecycle(id="C", absent=True)}
    assert planned(declare(applications={"shop": wanted}), hold(app("A", "Shop"))).is_empty


def test_namesakes_that_nobody_declares_are_no_error() -> None:
    assert planned(declare(applications={"x": {"name": "X"}}), hold(app("1", "X"), app("A", "Shop"), app("B", "Shop"))).is_empty


def test_a_rename_is_an_update_that_keeps_the_id() -> None:
    made = planned(
        declare(applications={"shop": {"name": "Store", "lifecycle": Lifecycle(renamed_from="Shop")}}), hold(app("A", "Shop"))
    )
    assert [step.call.body for step in made.steps] == [{"name": "Store"}]
    assert made.changes[0].id == "A"


def test_a_rename_that_happened_is_over() -> None:
    wanted = {"name": "Store", "lifecycle": Lifecycle(renamed_from="Shop")}
    assert planned(declare(applications={"shop": wanted}), hold(app("A", "Store"), app("B", "Shop"))).is_empty


def test_two_addresses_cannot_be_the_same_live_resource() -> None:
    desired = declare(applications={"a": {"name": "Shop"}, "b": {"name": "Shop"}})
    with pytest.raises(ConfigErrors, match=r"applications\.b and applications\.a are the same live application"):
        planned(desired, hold(app("A", "Shop")))


def test_an_unmanaged_resource_must_be_there() -> None:
    wanted = {"name": "Shop", "lifecycle": Lifecycle(managed=False)}
    with pytest.raises(ConfigErrors, match=r"the tenant has no application that fits applications\.shop"):
        planned(declare(applications={"shop": wanted}), hold())


def test_a_trigger_that_the_tenant_does_not_know_is_an_error() -> None:
    with pytest.raises(ConfigErrors, match="it cannot be created"):
        planned(declare(triggers={"post-logon": {"actions": []}}), hold())


def test_an_unmanaged_resource_can_be_referred_to_and_is_never_written() -> None:
    made = planned(
        declare(
            applications={"shop": {"name": "Shop", "description": "ours", "lifecycle": Lifecycle(managed=False)}},
            apis={"orders": {"identifier": "https://api"}},
            client_grants={"g": {"client_id": "shop", "audience": "orders", "scope": []}},
        ),
        hold(app("A", "Shop", description="theirs"), api("a" * 24, "https://api")),
    )
    assert calls(made) == ["POST client_grants.g create"]


def test_a_grant_is_found_by_application_api_and_subject() -> None:
    desired = declare(
        applications={"shop": {"name": "Shop"}},
        apis={"orders": {"identifier": "https://api"}},
        client_grants={"g": {"client_id": "shop", "audience": "orders", "scope": ["read"]}},
    )
    live = (app("A", "Shop"), api("a" * 24, "https://api"), grant("cgr_1", "A", "https://api", ["read"]))
    assert planned(desired, hold(*live)).is_empty


def test_the_management_api_has_a_name_of_its_own() -> None:
    desired = declare(
        applications={"tool": {"name": "Tool"}},
        client_grants={"g": {"client_id": "tool", "audience": "management-api", "scope": ["read:clients"]}},
    )
    made = planned(desired, hold(app("T", "Tool"), api("b" * 24, API, is_system=True)))
    assert made.steps[0].call.body["audience"] == API


def test_what_is_ignored_is_not_there_nor_what_hangs_on_it() -> None:
    manage = Manage(prune=frozenset({"applications", "client_grants"}), ignore={"applications": ("Legacy *",)})
    desired = declare(manage, applications={"shop": {"name": "Shop"}})
    live = hold(app("S", "Shop"), app("L", "Legacy CRM"), grant("cgr_1", "L", "https://api", []))
    assert planned(desired, live).is_empty


def test_the_global_client_is_not_there() -> None:
    desired = declare(Manage(prune=frozenset({"applications"})), applications={"shop": {"name": "Shop"}})
    made = planned(desired, hold(app("S", "Shop"), app("G", "All Applications", **{"global": True})))
    assert made.is_empty
    assert made.summary.undeclared == 0


def test_the_management_api_is_known_although_no_api_was_read() -> None:
    wanted = {"client_id": "tool", "audience": "management-api", "scope": ["read:clients"]}
    desired = declare(applications={"tool": {"name": "Tool"}}, client_grants={"g": wanted})
    assert planned(desired, hold(app(ME, "Tool"), grant("cgr_1", ME, API, ["read:clients"]))).is_empty


@pytest.mark.parametrize("treated", [{"managed": False}, {"ignore_changes": ("identifier",)}])
def test_what_keeps_its_name_is_referred_to_by_the_name_it_has(treated: dict[str, Any]) -> None:
    made = planned(
        declare(
            applications={"shop": {"name": "Shop"}},
            apis={"a": {"identifier": "https://new", "lifecycle": Lifecycle(renamed_from="https://old", **treated)}},
            client_grants={"g": {"client_id": "shop", "audience": "a", "scope": ["read"]}},
        ),
        hold(app("A", "Shop"), api("a" * 24, "https://old", scopes=[{"value": "read"}])),
    )
    assert [step.call.body["audience"] for step in made.steps] == ["https://old"]
