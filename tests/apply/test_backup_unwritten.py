"""A backup that cannot be written: nothing is deleted, the file is named, and no half of it is left."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenantry.apply import Journal
from tenantry.apply.backup import Gone, write
from tenantry.model.address import Address
from tenantry.model.errors import TenantryError
from tenantry.model.state import Lifecycle
from tests.apply.emulated import Acme, declare, up

GONE = [Gone(Address("roles", "buyer"), "Buyer", "rol_1", "deleted", {"name": "Buyer"})]


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Let no file grow, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("full_disk")
def test_a_backup_that_does_not_fit_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "run.backup.json"
    with pytest.raises(TenantryError, match=r"run\.backup\.json cannot be written \(File too large\)"):
        write(GONE, "acme", path)
    assert not path.exists()


def test_another_backup_of_the_name_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "run.backup.json"
    write(GONE, "acme", path)
    before = path.read_bytes()
    with pytest.raises(TenantryError, match=r"cannot be written \(File exists\), and without it nothing is deleted"):
        write([], "acme", path)
    assert path.read_bytes() == before


def test_without_a_backup_nothing_is_deleted(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(declare(roles={"buyer": {"name": "Buyer"}}))
    wish = declare(roles={"buyer": {"name": "Buyer", "lifecycle": Lifecycle(absent=True)}})
    with pytest.raises(TenantryError, match="without it nothing is deleted"):
        acme.do(lambda client: up(client, wish, journal=Journal(tmp_path / "missing" / "run.jsonl")))
    assert [role["name"] for role in acme.ask("GET", "roles")] == ["Buyer"]
