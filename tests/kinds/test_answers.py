"""Whatever a tenant answers, a kind knows: as a field, or as something that the server alone sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tenantry.kinds import KINDS
from tenantry.kinds.apis import APIS
from tenantry.testing import Tenant

MADE: dict[str, dict[str, Any]] = {
    "applications": {"name": "Shop"},
    "apis": {"identifier": "https://orders.example", "name": "Orders"},
    "connections": {"name": "people", "strategy": "auth0"},
    "roles": {"name": "buyer"},
    "organizations": {"name": "acme"},
    "actions": {"name": "A", "supported_triggers": [{"id": "post-login", "version": "v3"}], "code": "x"},
}


@pytest.fixture(scope="module")
def tenant() -> Iterator[Tenant]:
    with Tenant() as made:
        yield made


@pytest.mark.parametrize("section", MADE)
def test_what_is_answered_to_a_create_is_known(section: str, tenant: Tenant) -> None:
    kind = KINDS[section]
    answer = tenant.management.post("/".join(kind.path), json=MADE[section]).json()
    assert set(answer) - set(kind.shape.members) - kind.answered == {kind.id_field}


def test_what_the_settings_answer_is_known(tenant: Tenant) -> None:
    kind = KINDS["tenant_settings"]
    answer = tenant.management.get("/".join(kind.path)).json()
    assert set(answer) - set(kind.shape.members) - kind.answered == set()


def test_an_api_of_the_tenants_own_takes_its_few_fields_and_no_other(tenant: Tenant) -> None:
    made = tenant.management.post("resource-servers", json={"identifier": f"{tenant.url}/me/", "name": "Account"}).json()
    assert APIS.system(made)
    fields = {
        "token_lifetime": 900,
        "skip_consent_for_verifiable_first_party_clients": True,
        "proof_of_possession": {"mechanism": "dpop", "required": True},
        "subject_type_authorization": {"client": {"policy": "deny_all"}, "user": {"policy": "allow_all"}},
        "authorization_policy": None,
    }
    assert set(fields) == APIS.system_fields
    assert tenant.management.patch(f"resource-servers/{made['id']}", json=fields).status_code == 200
    assert tenant.management.patch(f"resource-servers/{made['id']}", json={"name": "Ours"}).status_code == 400
