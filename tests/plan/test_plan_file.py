"""A plan file is read as what it was written as, or refused."""

from __future__ import annotations

import inspect
import json
import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenantry.model.address import Address
from tenantry.model.call import Call, Wait
from tenantry.model.errors import PlanError
from tenantry.model.note import Note
from tenantry.model.place import Place
from tenantry.model.secret import Secret, TextSecret
from tenantry.plan import Plan, load, save
from tenantry.plan.file import FORMAT
from tenantry.plan.types import Attention, Change, FieldChange, Guard, Lost, Op, Step, Summary
from tests.declared import declare
from tests.plan.conftest import app, connection, hold, planned

MEMBERS = {
    Plan: "id tenant caller changes steps guards lifted attention notes summary ids secrets inputs file scopes reads purpose",
    Change: "address action name matched_by reason fields pre post id cascades tolerates place",
    FieldChange: "path live desired effect forces_replacement is_program is_secret called",
    Lost: "name id",
    Step: "number address op call after before until",
    Call: "method path body query",
    Wait: "path field value failed",
    Guard: "rule sentence flag address deletes",
    Attention: "address rule sentence",
    Note: "sentence address place code",
    Summary: "create update replace delete unchanged undeclared",
    Place: "file line column",
}
"""What a plan of format 5 is made of."""


def secret(name: str) -> Secret:
    return Secret.of(name, "")


def a_plan() -> Plan:
    live = hold(app("A", "Shop", callbacks=["https://a"]), connection("con_1", "old", ["A"]))
    wanted = {"shop": {"name": "Shop", "callbacks": ["https://b"]}, "new": {"name": "New"}}
    return planned(declare(applications=wanted, connections={"old": {"name": "old", "enabled_clients": []}}), live)


def test_whoever_changes_the_members_of_a_plan_raises_its_format() -> None:
    found = {kind: " ".join(inspect.get_annotations(kind)) for kind in MEMBERS}
    assert (FORMAT, found) == (5, MEMBERS), "a plan's members changed: raise FORMAT, and write the new ones down here"


@pytest.mark.parametrize("number", [4, 6, "5"])
def test_a_plan_of_another_format_is_refused_by_its_number(tmp_path: Path, number: object) -> None:
    path = tmp_path / "p.plan"
    save(a_plan(), path, "1.0")
    path.write_text(json.dumps({**json.loads(path.read_text()), "format_version": number}))
    with pytest.raises(PlanError, match=f"is a plan of format {number}, and this version reads format 5; make it again"):
        load(path, secret)


def spots(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(spot for key, value in items for spot in spots(value, (*path, key)))]


def put(tree: Any, spot: tuple[Any, ...], value: Any) -> Any:
    if not spot:
        return value
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[spot[0]] = put(tree[spot[0]], spot[1:], value)
    return copy


ODD: list[Any] = [None, 0, "x", [], {}, [[]], {"$map": 1}, {"$id": 1}, {"$secret": []}, {"$live": "x"}, {"a": 1, "b": 2}]


@given(data=st.data())
def test_whatever_stands_in_a_plan_file_it_is_a_plan_or_refused(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "odd.plan")
        save(a_plan(), path, "1.0")
        document = json.loads(path.read_text())
        spot = data.draw(st.sampled_from(spots(document)))
        path.write_text(json.dumps(put(document, spot, data.draw(st.sampled_from(ODD)))))
        try:
            assert isinstance(load(path, secret), Plan)
        except PlanError as refused:
            assert "tenantry plan --out" in str(refused)  # noqa: PT017 - both ways are right


DAMAGED = "it is damaged, or something else: "


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"[" * 100_000, "JSON, but not what was written"),
        (b'{"a":' * 100_000, "JSON, but not what was written"),
        (b'{"format_version": 5}', "JSON, but not what was written"),
        ("a\ud800".encode("utf-8", "surrogatepass"), "no text at byte 2"),
        (b'{\n "format_version": 5,\n "plan": {', "no JSON at line 3, column 11"),
    ],
)
def test_a_file_that_cannot_be_parsed_is_no_plan_and_says_where(tmp_path: Path, text: bytes, why: str) -> None:
    path = tmp_path / "p.plan"
    path.write_bytes(text)
    with pytest.raises(PlanError) as refused:
        load(path, secret)
    assert (
        str(refused.value) == f"{path} is not a readable plan file ({DAMAGED}{why}); make it again with `tenantry plan --out`"
    )


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_a_plan_file_is_its_owners_also_where_another_stood(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "p.plan"
    path.write_text("old")
    path.chmod(0o666)
    before = os.umask(umask)
    try:
        save(a_plan(), path, "1.0")
        save(a_plan(), tmp_path / "new.plan", "1.0")
    finally:
        os.umask(before)
    assert [each.stat().st_mode & 0o777 for each in sorted(tmp_path.iterdir())] == [0o600, 0o600]


def test_a_secret_inside_a_text_is_found_again_by_its_name(tmp_path: Path) -> None:
    inside = TextSecret.made_of(("pg://shop:", Secret.of("DB_PASSWORD", "canary"), "@", Secret.of("DB_HOST", "host")))
    step = Step(1, Address("actions", "greet"), Op.UPDATE, Call("PATCH", ("actions", "x"), {"secrets": [{"value": inside}]}))
    path = tmp_path / "p.plan"
    save(replace(a_plan(), steps=(step,)), path, "1.0")
    assert "canary" not in path.read_text()
    values = {"DB_PASSWORD": "s3cret", "DB_HOST": "db"}
    body = load(path, lambda name: Secret.of(name, values[name])).steps[0].call.body
    assert body["secrets"][0]["value"].reveal() == "pg://shop:s3cret@db"
