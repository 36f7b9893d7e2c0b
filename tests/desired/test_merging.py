"""Files become one: any split of a file into fragments loads to the same state, and contradictions are told."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tenantry.desired import TenantFile, load
from tests.desired.conftest import Complaints, Loader

Leaf = tuple[tuple[str, ...], Any]

WHOLE: dict[str, Any] = {
    "vars": {"url": "https://a.example", "list": ["https://b.example/cb"]},
    "applications": {
        "shop": {
            "name": "Shop",
            "callbacks": ["${var.url}/cb", "${var.list}"],
            "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 60},
            "client_metadata": {"a": "1", "b": "2"},
            "web_origins": {"include": ["https://a.example"]},
            "lifecycle": {"renamed_from": "Store"},
        },
        "job": {"name": "Job", "description": None, "grant_types": []},
    },
    "apis": {"orders": {"identifier": "https://api.example", "scopes": [{"value": "read"}], "token_lifetime": 60}},
    "client_grants": {"one": {"client_id": "job", "audience": "orders", "scope": ["read"]}},
    "manage": {"max_deletes": 1, "protect": {"applications": ["Shop", "Job"]}},
}


def leaves(tree: Any, path: tuple[str, ...] = ()) -> list[Leaf]:
    if isinstance(tree, dict) and tree and not tree.keys() <= {"include", "exclude"}:
        return [leaf for key, value in tree.items() for leaf in leaves(value, (*path, key))]
    return [(path, tree)]


def grown(parts: list[Leaf]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, value in parts:
        inside = tree
        for step in path[:-1]:
            inside = inside.setdefault(step, {})
        inside[path[-1]] = value
    return tree


def said(file: TenantFile) -> Any:
    return [(str(resource.address), repr(sorted_(resource.fields)), resource.lifecycle) for resource in by_address(file)]


def by_address(file: TenantFile) -> list[Any]:
    return [file.state.resources[address] for address in sorted(file.state.resources)]


def sorted_(value: Any) -> Any:
    return {key: sorted_(value[key]) for key in sorted(value)} if isinstance(value, dict) else value


def written(folder: Path, files: dict[str, Any]) -> TenantFile:
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    [file] = load([folder / "tenant.yaml"], environ={})
    return file


LEAVES = leaves(WHOLE)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=len(LEAVES), max_size=len(LEAVES)), st.sampled_from(["chain", "glob", "names"]))
def test_any_split_into_fragments_says_the_same(homes: list[int], way: str) -> None:
    parts = [grown([leaf for leaf, home in zip(LEAVES, homes, strict=True) if home == number]) for number in range(4)]
    names = ["part-1.yaml", "part-2.yaml", "part-3.yaml"]
    head: dict[str, Any] = {"version": 1, "tenant": {"emulator": "split"}}
    with TemporaryDirectory() as name:
        whole = written(Path(name), {"tenant.yaml": head | WHOLE})
    if way == "chain":
        extends: Any = names[:1]
        chain = [{"extends": [names[1]]} | parts[1], {"extends": [names[2]]} | parts[2], parts[3]]
        fragments = dict(zip(names, chain, strict=True))
    else:
        extends = ["part-*.yaml"] if way == "glob" else names
        fragments = dict(zip(names, parts[1:], strict=True))
    with TemporaryDirectory() as name:
        split = written(Path(name), {**fragments, "tenant.yaml": head | {"extends": extends} | parts[0]})
    assert said(split) == said(whole)
    assert split.state.manage == whole.state.manage


def test_a_later_level_overrides(loaded: Loader) -> None:
    file = loaded(
        "extends: [base.yaml]\napplications: {shop: {description: null, callbacks: []}}",
        {"base.yaml": "applications: {shop: {name: Shop, description: Old, callbacks: ['https://a.example']}}"},
    )
    [shop] = file.state.resources.values()
    assert shop.fields == {"name": "Shop", "description": None, "callbacks": []}


def test_unset_takes_back_what_a_fragment_said(loaded: Loader) -> None:
    file = loaded(
        "extends: [base.yaml]\napplications: {shop: {description: '${unset}'}, gone: '${unset}'}",
        {"base.yaml": "applications: {shop: {name: Shop, description: Old}, gone: {name: Gone}}"},
    )
    assert {str(address): dict(resource.fields) for address, resource in file.state.resources.items()} == {
        "applications.shop": {"name": "Shop"}
    }


def test_one_fragment_by_two_ways_contradicts_nobody(loaded: Loader) -> None:
    file = loaded(
        "extends: [left.yaml, right.yaml]",
        {
            "left.yaml": "extends: [common.yaml]",
            "right.yaml": "extends: [common.yaml]",
            "common.yaml": "applications: {shop: {name: Shop}}",
        },
    )
    assert len(file.state.resources) == 1


def test_protection_unites_over_all_levels(loaded: Loader) -> None:
    file = loaded(
        "extends: [base.yaml]\nmanage: {protect: {applications: [Shop]}, ignore: {clients: ['Legacy *']}}",
        {"base.yaml": "manage: {protect: {applications: [Job, Shop]}}"},
    )
    assert set(file.state.manage.protect["applications"]) == {"Job", "Shop"}
    assert file.state.manage.ignore == {"applications": ("Legacy *",)}


def test_only_the_tenant_file_itself_says_that_a_section_is_empty(loaded: Loader) -> None:
    text = "extends: [base.yaml]\nmanage: {prune: [roles, apis]}\nroles: {}"
    assert loaded(text, {"base.yaml": "apis: {}"}).state.manage.emptied == {"roles"}


def test_a_fragment_may_not_be_a_tenant(complaints: Complaints) -> None:
    [told] = complaints("extends: [other.yaml]", {"other.yaml": "tenant: {emulator: other}"})
    assert told.startswith("tenant.yaml:3:11: other.yaml is a tenant of its own")


def test_partial_forms_are_one_leaf(complaints: Complaints, loaded: Loader) -> None:
    base = {"base.yaml": "applications: {shop: {name: Shop, callbacks: {include: ['https://a.example']}}}"}
    text = "extends: [base.yaml]\napplications: {shop: {callbacks: {exclude: ['https://b.example']}}}"
    assert complaints(text, base) == []
    [shop] = loaded(text, base).state.resources.values()
    assert shop.fields["callbacks"].exclude == ["https://b.example"]


def test_a_handle_called_include_joins_those_of_other_levels(loaded: Loader) -> None:
    users = "smoke: {{users: {{{}: {{email: a@b.example, password: '${{secret.P}}'}}}}}}\n"
    own = "extends: part.yaml\napplications: {shop: {name: Shop}}\n" + users.format("anna")
    file = loaded(own, {"part.yaml": "applications: {include: {name: Other}}\n" + users.format("exclude")})
    assert {address.handle for address in file.state.resources} == {"shop", "include"}
    assert set(file.smoke.users) == {"anna", "exclude"}
