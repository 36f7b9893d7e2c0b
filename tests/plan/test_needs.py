"""Objects that the server refuses without some member are told before anything is written."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.model.errors import ConfigErrors
from tenantry.plan import Action
from tests.declared import declare
from tests.plan.conftest import api, app, connection, hold, planned

ROTATING = {"rotation_type": "rotating", "expiration_type": "expiring"}


def told(section: str, fields: dict[str, Any], *live: Any) -> list[str]:
    with pytest.raises(ConfigErrors) as caught:
        planned(declare(**{section: {"it": fields}}), hold(*live))
    return [error.message for error in caught.value.errors]


@pytest.mark.parametrize(
    ("section", "fields", "sentence"),
    [
        (
            "applications",
            {"name": "A", "refresh_token": {"rotation_type": "rotating"}},
            "`refresh_token` needs `expiration_type` as well, which the tenant does not hold yet",
        ),
        (
            "apis",
            {"identifier": "https://a", "proof_of_possession": {"mechanism": "dpop"}},
            "`proof_of_possession` needs `required` as well, which the tenant does not hold yet",
        ),
        (
            "connections",
            {"name": "a", "strategy": "auth0", "options": {"validation": {"username": {"min": 1}}}},
            "`options.validation.username` needs `max` as well, which the tenant does not hold yet",
        ),
        (
            "organizations",
            {"name": "a", "branding": {"colors": {"primary": "#123456"}}},
            "`branding.colors` needs `page_background` as well, which the tenant does not hold yet",
        ),
    ],
)
def test_a_create_that_lacks_a_member_deep_inside_is_told(section: str, fields: dict[str, Any], sentence: str) -> None:
    assert told(section, fields) == [sentence]


def test_what_the_tenant_holds_need_not_be_declared() -> None:
    live = app("A", "Shop", refresh_token=ROTATING)
    (change,) = planned(declare(applications={"it": {"name": "Shop", "refresh_token": {"leeway": 3}}}), hold(live)).changes
    assert change.action is Action.UPDATE


def test_an_object_that_is_new_on_a_live_resource_must_be_whole() -> None:
    live = api("R", "https://a", proof_of_possession=None)
    fields = {"identifier": "https://a", "proof_of_possession": {"mechanism": "dpop"}}
    assert told("apis", fields, live) == ["`proof_of_possession` needs `required` as well, which the tenant does not hold yet"]


def test_what_the_tenant_has_accepted_is_not_judged() -> None:
    live = connection("C", "users", [], options={"password_history": {"size": 3}, "import_mode": False})
    fields = {"name": "users", "strategy": "auth0", "options": {"import_mode": True}}
    assert len(planned(declare(connections={"it": fields}), hold(live)).changes) == 1


def test_nothing_and_empty_are_whole() -> None:
    live = app("A", "Shop", refresh_token=ROTATING)
    fields = {"name": "Shop", "refresh_token": None, "default_organization": None, "description": "new"}
    assert len(planned(declare(applications={"it": fields}), hold(live)).changes) == 1
