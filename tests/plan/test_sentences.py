"""Sentences with more than one name in them, and sentences that must not be said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tenantry.model.errors import ConfigErrors
from tenantry.model.state import DesiredState, Lifecycle, LiveResource, LiveState, Manage
from tests.declared import declare
from tests.plan.conftest import api, app, calls, connection, grant, hold, planned
from tests.plan.lines import A_ID, ABSENT, action, role


def told(wanted: DesiredState, live: LiveState, *flags: str) -> list[str]:
    return [each.sentence for each in planned(wanted, live, *flags, max_deletes=9).attention]


def replace_data(live: LiveResource, **data: object) -> LiveResource:
    return replace(live, data={**live.data, **data})


def test_all_that_goes_along_is_named() -> None:
    live = hold(app("A", "Shop"), grant("g1", "A", "https://a", []), grant("g2", "A", "https://b", []))
    along = "client_grants.A/https://a/client, client_grants.A/https://b/client"
    wish = declare(applications={"shop": {"name": "Shop", "lifecycle": ABSENT}})
    assert told(wish, live) == [f"application Shop is deleted, and with it {along}"]


def test_all_that_forces_a_replacement_is_named() -> None:
    wish = declare(
        applications={"new": {"name": "New"}},
        apis={"b": {"identifier": "https://b"}},
        client_grants={"g": {"client_id": "new", "audience": "b", "scope": [], "lifecycle": Lifecycle(id="g1")}},
    )
    live = hold(app("O", "Old"), app("N", "New"), api(A_ID, "https://b"), grant("g1", "O", "https://a", []))
    [sentence] = told(wish, live)
    assert sentence.endswith(" is deleted and created anew, because client_id, audience cannot be changed: it gets a new id")


def test_a_list_that_is_only_put_in_order_loses_nothing() -> None:
    held = [{"action": {"id": "X"}}, {"action": {"id": "Y"}}]
    live = hold(
        action(),
        LiveResource("actions", "Y", {**action().data, "id": "Y", "name": "B"}),
        LiveResource("triggers", "post-login", {"bindings": held}),
    )
    wish = declare(actions={"a": {"name": "A"}, "b": {"name": "B"}}, triggers={"post-login": {"actions": ["b", "a"]}})
    assert calls(planned(wish, live)) == ["PATCH triggers.post-login update"]
    assert told(wish, live) == []


@pytest.mark.parametrize(
    ("live", "wanted", "sentences"),
    [
        (
            {"jwt_configuration": {"alg": "RS256"}},
            {"jwt_configuration": {"alg": "PS256"}},
            ["jwt_configuration.alg: verifiers of ID tokens must know the new algorithm (RS256 → PS256)"],
        ),
        ({"jwt_configuration": {}}, {"jwt_configuration": {"alg": "PS256"}}, []),
        ({"token_endpoint_auth_method": "none"}, {"token_endpoint_auth_method": "client_secret_post"}, []),
        ({"oidc_conformant": False}, {"oidc_conformant": True}, []),
        (
            {"token_endpoint_auth_method": "client_secret_post"},
            {"token_endpoint_auth_method": "none"},
            ["token_endpoint_auth_method: the token endpoint no longer asks for a secret"],
        ),
        (
            {"oidc_conformant": True},
            {"oidc_conformant": False},
            ["oidc_conformant: the legacy pipeline puts more into tokens"],
        ),
    ],
)
def test_what_an_application_changes_into_is_told_where_it_was_something_else(
    live: dict[str, Any], wanted: dict[str, Any], sentences: list[str]
) -> None:
    assert told(declare(applications={"shop": {"name": "Shop", **wanted}}), hold(app("A", "Shop", **live))) == sentences


def test_code_of_a_new_action_is_no_other_code() -> None:
    wish = {"name": "A", "code": "1", "supported_triggers": [{"id": "post-login", "version": "v3"}]}
    assert told(declare(actions={"a": wish}), hold()) == []


def test_all_that_the_tenant_keeps_to_itself_is_named() -> None:
    own = api(A_ID, "https://own", is_system=True, name="Own", signing_alg="RS256")
    wish = declare(apis={"own": {"identifier": "https://own", "name": "Other", "signing_alg": "PS256"}})
    [guard] = planned(wish, hold(own)).guards
    assert "https://own belongs to the tenant itself: name, signing_alg cannot be set (only: " in guard.sentence


def test_of_a_grant_that_is_the_tenants_own_nothing_can_be_set() -> None:
    live = hold(app("A", "Shop"), api(A_ID, "https://a"), replace_data(grant("g", "A", "https://a", []), is_system=True))
    wish = declare(
        applications={"shop": {"name": "Shop"}},
        apis={"a": {"identifier": "https://a"}},
        client_grants={"g": {"client_id": "shop", "audience": "a", "scope": ["r"]}},
    )
    [guard] = planned(wish, live).guards
    assert guard.sentence.endswith(" belongs to the tenant itself: scope cannot be set (only: none)")


def test_only_what_goes_of_the_emptied_section_is_counted_as_all_of_it() -> None:
    manage = Manage(prune=frozenset({"applications"}))
    wish = declare(manage, roles={"boss": {"name": "Boss", "lifecycle": ABSENT}})
    [guard] = planned(wish, hold(app("A", "Shop"), role("R", "Boss"))).guards
    assert "nothing of it is declared: the only one would be deleted" in guard.sentence


def test_what_goes_along_counts_against_the_number_that_is_allowed() -> None:
    live = hold(app("A", "Shop"), grant("g1", "A", "https://a", []), grant("g2", "A", "https://b", []))
    wish = declare(applications={"shop": {"name": "Shop", "lifecycle": ABSENT}})
    [guard] = planned(wish, live, max_deletes=2).guards
    assert (guard.sentence, guard.deletes) == ("3 resources would go, more than the 2 allowed", 3)


def test_database_programs_keep_the_secrets_that_nobody_can_read_back() -> None:
    def refused(configuration: dict[str, object]) -> list[str]:
        live = connection("c", "users", [], options={"configuration": configuration, "import_mode": False})
        wish = {"name": "users", "strategy": "auth0", "options": {"import_mode": True}}
        return [guard.sentence for guard in planned(declare(connections={"users": wish}), hold(live)).guards]

    assert refused({}) == []
    [sentence] = refused({"KEY": None, "URL": {"odd": 1}})
    assert sentence == (
        "connections.users options.configuration is replaced as a whole, and the values of KEY, URL cannot be read back: "
        "declare each of them, or leave the field out"
    )


def _circle(*, is_placed: bool) -> list[str]:
    wish = declare(
        roles={"a": {"name": "Two", "lifecycle": Lifecycle(id="1")}, "b": {"name": "One", "lifecycle": Lifecycle(id="2")}}
    )
    if not is_placed:
        wish = replace(wish, resources={address: replace(each, places={}) for address, each in wish.resources.items()})
    with pytest.raises(ConfigErrors) as refused:
        planned(wish, hold(role("1", "One"), role("2", "Two")))
    return [error.message for error in refused.value.errors]


@pytest.mark.parametrize(("is_placed", "place"), [(True, " (tenant.yaml:2:3)"), (False, "")])
def test_names_in_a_circle_are_told_with_the_place_of_whoever_has_them(*, is_placed: bool, place: str) -> None:
    assert (
        f"roles.a takes the name Two of roles.b{place}, which itself waits for what roles.a gives up; the tenant lets only one "
        "role have it: apply once with another name for one of them, then with this one"
    ) in _circle(is_placed=is_placed)


def test_of_a_name_with_several_parts_all_are_told() -> None:
    wish = declare(
        applications={"new": {"name": "New"}},
        apis={"a": {"identifier": "https://a"}},
        client_grants={"g": {"client_id": "new", "audience": "a", "scope": [], "lifecycle": Lifecycle(id="g1")}},
    )
    grants = grant("g1", "O", "https://a", []), grant("g2", "N", "https://a", [])
    with pytest.raises(ConfigErrors) as refused:
        planned(wish, hold(app("O", "Old"), app("N", "New"), api(A_ID, "https://a"), *grants))
    [error] = refused.value.errors
    assert error.message.endswith(": give one of them another client_id + default_for + audience + subject_type")
