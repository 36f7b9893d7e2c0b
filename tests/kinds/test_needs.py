"""What the server demands of an object, the Specs know: asked of the emulator's own copy of the published description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from tenantry.emulator.facts.catalogue import catalogue
from tenantry.kinds import KINDS
from tenantry.model.spec import Spec

WRITES = {
    "applications": "POST /clients",
    "apis": "POST /resource-servers",
    "connections": "POST /connections",
    "organizations": "POST /organizations",
    "actions": "POST /actions/actions",
    "tenant_settings": "PATCH /tenants/settings",
}


def spec_in(annotation: Any) -> type[BaseModel] | None:
    """Return the Spec that a field's annotation holds, if it holds one."""
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        return annotation
    found = (spec_in(part) for part in get_args(annotation))
    return next((spec for spec in found if spec), None)


def demands(schema: dict[str, Any], spec: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel], str]]:
    """Yield path, Spec and name of each member inside that the server demands."""
    for name, info in spec.model_fields.items():
        inner, member = spec_in(info.annotation), catalogue().validator.resolved(schema.get("p", {}).get(name, {}))
        member = catalogue().validator.resolved(member.get("i", member))
        if inner and "p" in member:
            yield from ((f"{path}.{name}", inner, demanded) for demanded in member.get("r", ()))
            yield from demands(member, inner, f"{path}.{name}")


FOUND = [
    found
    for section, name in WRITES.items()
    for found in demands(catalogue().validator.resolved(catalogue().operations[name].body or {}), KINDS[section].spec, section)
]


@pytest.mark.parametrize(("path", "spec", "name"), FOUND, ids=[f"{path}.{name}" for path, _, name in FOUND])
def test_a_member_that_the_server_demands_is_asked_for(path: str, spec: Any, name: str) -> None:
    field = spec.model_fields[name]
    assert field.is_required() or name in spec.needs, path
