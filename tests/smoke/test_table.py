"""The contract as a table: whole, readable, and with a source for every line."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

import pytest

from tenantry.model.smoke import SmokeConfig
from tenantry.smoke import applicable, contract
from tenantry.smoke.contract import EVERY, TABLES, TENANT
from tenantry.smoke.contract.assertion import LEVELS, Assertion
from tests.declared import declare
from tests.smoke.world import ACCOUNTANT, COMPANY


def test_the_contract_has_more_than_a_hundred_assertions() -> None:
    assert len({one.id for one in EVERY}) > 120


def test_an_id_means_one_assertion() -> None:
    by_id = {one.id: one for one in EVERY}
    tables: list[tuple[Assertion[Any, Any], ...]] = [TENANT, *TABLES.values()]
    for table in tables:
        assert all(by_id[one.id] is one for one in table)
        assert len({one.id for one in table}) == len(table)


def test_every_assertion_that_is_written_is_made() -> None:
    written = [
        value
        for module in pkgutil.iter_modules(contract.__path__)
        for value in vars(import_module(f"{contract.__name__}.{module.name}")).values()
        if isinstance(value, Assertion)
    ]
    assert {one.id for one in written} == {one.id for one in EVERY}


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.id)
def test_every_assertion_reads_as_a_promise_with_a_source(one: Assertion[Any, Any]) -> None:
    assert one.sentence[0].isupper()
    assert one.sentence.endswith(".")
    assert one.source
    assert one.check.__doc__


def test_higher_levels_ask_more() -> None:
    sizes = []
    for level in LEVELS:
        plan = applicable(SmokeConfig.model_validate(ACCOUNTANT), declare(**COMPANY), emulated=True, level=level)
        sizes.append(len(plan.asked))
    assert sizes == sorted(set(sizes))


def test_what_only_emulators_promise_is_asked_of_them_alone() -> None:
    config = {"flows": {"f": {"flow": "authorization_code", "application": "office", "scope": ["openid"]}}, **ACCOUNTANT}
    office = {**COMPANY["applications"]["office"], "oidc_conformant": False}
    sections = {**COMPANY, "applications": {"office": office}, "tenant_settings": {"": {"default_audience": ""}}}

    def asked(*, emulated: bool) -> set[str]:
        made = SmokeConfig.model_validate(config)
        plan = applicable(made, declare(**sections), emulated=emulated, level="full")
        return {one.id for one, _ in plan.asked}

    assert "LEG-03" in asked(emulated=True)
    assert "LEG-03" not in asked(emulated=False)


def test_the_level_is_gentle_where_people_are() -> None:
    config = SmokeConfig.model_validate(ACCOUNTANT)
    assert applicable(config, declare(**COMPANY), emulated=True).level == "contract"
    assert applicable(config, declare(**COMPANY), emulated=False).level == "smoke"
    declared = SmokeConfig.model_validate({**ACCOUNTANT, "level": "read"})
    assert applicable(declared, declare(**COMPANY), emulated=True).level == "read"


def test_the_expected_use_is_known_beforehand() -> None:
    plan = applicable(SmokeConfig.model_validate(ACCOUNTANT), declare(**COMPANY), emulated=False)
    use = plan.expected_use
    assert (use["logins"], use["m2m_tokens"], use["failed_logins"]) == (4, 1, 0)
    assert 4 <= use["tokens"] <= 20
