"""The store keeps documents in order, finds them by index and undoes a failed transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tenantry.emulator.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def names(store: Store) -> list[str]:
    return [document["name"] for document in store.all("clients")]


def test_a_changed_document_keeps_its_place() -> None:
    store = Store()
    for key in "abc":
        store.put("clients", key, {"name": key})
    store.put("clients", "a", {"name": "A"})
    assert names(store) == ["A", "b", "c"]
    assert [d["name"] for d in store.slice("clients", 1, 5)] == ["b", "c"]


def test_find_follows_changes_and_deletions() -> None:
    store = Store()
    store.put("clients", "1", {"name": "x"})
    assert len(store.find("clients", "name", "x")) == 1
    store.put("clients", "2", {"name": "x"})
    store.put("clients", "1", {"name": "y"})
    assert [d["name"] for d in store.find("clients", "name", "y")] == ["y"]
    assert store.delete("clients", "2")
    assert not store.delete("clients", "2")
    assert store.find("clients", "name", "x") == []


def test_find_tells_true_from_one() -> None:
    store = Store()
    store.put("clients", "1", {"flag": True})
    assert store.find("clients", "flag", 1) == []
    assert len(store.find("clients", "flag", value=True)) == 1


def failing_change(store: Store) -> None:
    with store.transaction():
        store.put("clients", "a", {"name": "changed"})
        store.delete("clients", "b")
        store.put("clients", "d", {"name": "d"})
        raise RuntimeError


@pytest.mark.parametrize("durable", [False, True])
def test_a_failed_transaction_leaves_no_trace(tmp_path: Path, *, durable: bool) -> None:
    path = tmp_path / "tenant.db" if durable else None
    store = Store(path)
    for key in "abc":
        store.put("clients", key, {"name": key})
    assert len(store.find("clients", "name", "b")) == 1
    with pytest.raises(RuntimeError):
        failing_change(store)
    assert names(store) == ["a", "b", "c"]
    assert len(store.find("clients", "name", "b")) == 1
    store.close()
    if path:
        again = Store(path)
        assert names(again) == ["a", "b", "c"]
        again.close()


def test_the_file_holds_what_was_put_and_forgets_what_was_cleared(tmp_path: Path) -> None:
    path = tmp_path / "tenant.db"
    store = Store(path)
    with store.transaction():
        for key in "abc":
            store.put("clients", key, {"name": key})
        store.delete("clients", "b")
    store.close()
    again = Store(path)
    assert names(again) == ["a", "c"]
    again.put("clients", "d", {"name": "d"})
    assert names(again) == ["a", "c", "d"]
    again.clear()
    again.close()
    last = Store(path)
    assert last.count("clients") == 0
    last.close()


def test_a_refused_part_is_undone_and_the_rest_lasts(tmp_path: Path) -> None:
    store = Store(tmp_path / "tenant.db")
    store.put("clients", "a", {"name": "a"})
    store.put("clients", "b", {"name": "b"})
    with store.transaction() as changes:
        store.put("clients", "c", {"name": "c"})
        with pytest.raises(RuntimeError):
            failing_part(store)
        store.put("clients", "d", {"name": "d"})
    assert [change[1] for change in changes] == ["c", "d"]
    assert names(store) == ["a", "b", "c", "d"]
    store.close()
    again = Store(tmp_path / "tenant.db")
    assert names(again) == ["a", "b", "c", "d"]
    again.close()


def failing_part(store: Store) -> None:
    with store.transaction():
        store.put("clients", "a", {"name": "changed"})
        store.put("clients", "c", {"name": "changed twice"})
        store.delete("clients", "b")
        store.put("clients", "new", {"name": "new"})
        raise RuntimeError
