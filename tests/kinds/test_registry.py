"""The room's house rules: everything is registered, sourced, marked and described."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

import tenantry.kinds
from tenantry.kinds import ALIASES, KINDS
from tenantry.model.kind import Identity, Kind
from tenantry.model.marks import (
    KEY,
    Excludes,
    InOrder,
    Keyed,
    MadeOf,
    MemberOf,
    Merges,
    Ref,
    RefKeys,
    Sensitive,
    Twin,
    Unordered,
    Unreadable,
    Watch,
)
from tenantry.model.spec import Form, Shape, Spec

MODULES = [importlib.import_module(f"tenantry.kinds.{module.name}") for module in pkgutil.iter_modules(tenantry.kinds.__path__)]
SPECS = [
    value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, type) and issubclass(value, Spec) and value.__module__ == module.__name__
]
LISTS = (Form.SET, Form.KEYED, Form.ORDERED)


def inside(shape: Shape, path: str) -> Iterator[tuple[str, Shape, Shape]]:
    """Yield path, shape and the object around it, for everything in a kind."""
    for name, member in shape.members.items():
        yield f"{path}.{name}", member, shape
        yield from inside(member, f"{path}.{name}")
    if shape.item:
        yield f"{path}[]", shape.item, shape
        yield from inside(shape.item, f"{path}[]")


EVERYTHING = [found for kind in KINDS.values() for found in inside(kind.shape, kind.section)]


def test_every_module_with_a_kind_is_registered() -> None:
    made = {id(value): value.section for module in MODULES for value in vars(module).values() if isinstance(value, Kind)}
    assert made == {id(kind): section for section, kind in KINDS.items()}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_module_says_where_its_facts_are_from(module: Any) -> None:
    assert "Source:" in (module.__doc__ or "")


def test_the_nine_kinds_are_there_and_aliases_lead_to_them() -> None:
    assert set(KINDS) == {
        "applications",
        "apis",
        "client_grants",
        "connections",
        "roles",
        "organizations",
        "actions",
        "triggers",
        "tenant_settings",
    }
    assert ALIASES == {
        "clients": "applications",
        "resource_servers": "apis",
        "resourceServers": "apis",
        "clientGrants": "client_grants",
        "databases": "connections",
    }


@pytest.mark.parametrize(("path", "shape", "_"), EVERYTHING, ids=[path for path, _, _ in EVERYTHING])
def test_every_list_says_once_what_its_order_means(path: str, shape: Shape, _: Shape) -> None:
    count = sum(isinstance(mark, Unordered | Keyed | InOrder) for mark in shape.marks)
    assert count == (1 if shape.form in LISTS else 0), path


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.__module__.rpartition('.')[2]}.{spec.__name__}")
def test_every_field_has_one_sentence(spec: type[BaseModel]) -> None:
    for name, info in spec.model_fields.items():
        assert info.description, name
        assert info.description.endswith("."), name


def test_marks_name_what_there_is() -> None:
    for path, shape, around in EVERYTHING:
        for mark in shape.marks:
            match mark:
                case Keyed(key):
                    assert shape.item, path
                    assert key in shape.item.members, path
                case Ref(section) | RefKeys(section):
                    assert section in KINDS, path
                case Twin(of):
                    assert of in around.members, path
                case MemberOf(target, name):
                    ref = around.mark(RefKeys) if target == KEY else around.members[target].mark(Ref)
                    assert ref, path
                    assert KINDS[ref.section].shape.members[name].mark(Keyed), path
                case Merges():
                    assert shape.form in (Form.OBJECT, Form.MAP), path
                case Unreadable():
                    assert shape.mark(Sensitive), path
                case Watch(when=when):
                    assert when != "grows" or shape.form in (*LISTS, Form.MAP), path
                case _:
                    pass


def test_members_that_exclude_each_other_stand_side_by_side() -> None:
    found = {path: mark.names for path, shape, _ in EVERYTHING if (mark := shape.mark(Excludes))}
    assert {path.rpartition(".")[2] for path in found} == {"password_options", "attributes", "metadataUrl", "metadataXml"}
    options = KINDS["connections"].shape.members["options"]
    assert all(set(names) <= set(options.members) for names in found.values())
    assert options.rivals["passwordPolicy"] == {"password_options"}


def test_what_the_server_makes_of_others_stands_beside_them() -> None:
    options = KINDS["connections"].shape.members["options"]
    assert options.sources["issuer"] == {"discovery_url"}
    assert all(
        around.sources[path.rpartition(".")[2]] & around.members.keys()
        for path, shape, around in EVERYTHING
        if shape.mark(MadeOf)
    )


def test_kinds_name_fields_that_they_have() -> None:
    for kind in KINDS.values():
        members = kind.shape.members
        assert set(kind.key) <= set(members), kind.section
        assert set(kind.required) <= set(members), kind.section
        assert kind.part_fields <= set(members), kind.section
        assert kind.system_fields <= set(members), kind.section
        assert {path.partition(".")[0] for path in kind.server_choices} <= set(members), kind.section
        for cascade in kind.cascades:
            assert cascade.field in KINDS[cascade.section].shape.members, kind.section
        for effect in kind.attaches:
            assert effect.part in KINDS[effect.section].part_fields, kind.section
        assert (kind.listing is None) == (kind.identity is Identity.SINGLETON), kind.section
        assert bool(kind.handles) == (kind.identity is Identity.BY_HANDLE), kind.section


def test_every_kind_can_be_reached_with_scopes() -> None:
    for kind in KINDS.values():
        assert kind.scopes.read, kind.section
        assert kind.scopes.update, kind.section
        assert bool(kind.scopes.create) == (kind.identity is Identity.LISTED), kind.section
        assert bool(kind.scopes.delete) == (kind.identity is Identity.LISTED), kind.section
