"""Which scopes a doctor asks for: no more than the file can need."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.cli.doctor.checks import to_write
from tenantry.kinds import KINDS
from tenantry.model.state import Lifecycle, Manage
from tests.declared import declare

CHANGING = {"create:resource_servers", "update:resource_servers"}
DELETING = {"delete:resource_servers"}
OTHERS: dict[str, Any] = {"identifier": "https://b", "lifecycle": Lifecycle(managed=False)}
GONE: dict[str, Any] = {"identifier": "https://c", "lifecycle": Lifecycle(absent=True)}


@pytest.mark.parametrize(
    ("declared", "prune", "scopes"),
    [
        ({"a": {"identifier": "https://a"}}, frozenset(), CHANGING),
        ({"a": {"identifier": "https://a"}}, frozenset({"apis"}), CHANGING | DELETING),
        ({"a": {"identifier": "https://a"}, "c": GONE}, frozenset(), CHANGING | DELETING),
        ({"b": OTHERS}, frozenset(), set()),
        ({"c": GONE}, frozenset(), DELETING),
        ({}, frozenset({"apis"}), DELETING),
    ],
)
def test_a_section_needs_the_scopes_of_what_is_declared_in_it(
    declared: dict[str, Any], prune: frozenset[str], scopes: set[str]
) -> None:
    assert to_write(KINDS["apis"], declare(Manage(prune=prune), apis=declared)) == scopes
