"""Reads that lag behind writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tenantry.emulator.exchange import Call
from tenantry.emulator.lag import Lag
from tenantry.emulator.store import Store
from tenantry.emulator.tenant import Tenant

if TYPE_CHECKING:
    from pathlib import Path

Names = list[str]


class Scene:
    """A tenant with two applications, seen through a lag of a second."""

    def __init__(self, path: Path | None = None, lag_ms: int = 1000) -> None:
        self.tenant = Tenant("dev", store=Store(path))
        self.lag = Lag(self.tenant)
        self.put("first")
        self.put("second")
        self.tenant.timing.read_after_write_ms = lag_ms

    def put(self, key: str, name: str = "") -> None:
        with self.lag.transaction(request("POST")):
            self.tenant.store.put("clients", key, {"name": name or key})

    def delete(self, key: str) -> None:
        with self.lag.transaction(request("DELETE")):
            self.tenant.store.delete("clients", key)

    def names(self, method: str = "GET", path: str = "/api/v2/clients") -> Names:
        with self.lag.transaction(request(method, path)):
            return [client["name"] for client in self.tenant.store.all("clients")]

    def wait(self, seconds: float) -> None:
        self.tenant.clock.offset_s += seconds


def request(method: str, path: str = "/api/v2/clients") -> Call:
    return Call({"type": "http", "method": method, "path": path, "headers": []})


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_read_shows_the_tenant_as_it_was(scene: Scene) -> None:
    scene.put("third")
    scene.put("first", "renamed")
    scene.delete("second")
    assert scene.names() == ["first", "second"]
    scene.wait(1.1)
    assert scene.names() == ["renamed", "third"]


def test_each_change_appears_in_its_own_time(scene: Scene) -> None:
    scene.put("third")
    scene.wait(0.6)
    scene.put("fourth")
    assert scene.names() == ["first", "second"]
    scene.wait(0.6)
    assert scene.names() == ["first", "second", "third"]
    scene.wait(0.6)
    assert scene.names() == ["first", "second", "third", "fourth"]


def test_writes_and_logins_see_the_present(scene: Scene) -> None:
    scene.put("third")
    assert scene.names("POST") == ["first", "second", "third"]
    assert scene.names("GET", "/authorize") == ["first", "second", "third"]
    assert scene.names() == ["first", "second"]
    assert scene.names("POST") == ["first", "second", "third"]


def test_indexes_are_of_the_same_time_as_the_documents(scene: Scene) -> None:
    assert scene.tenant.store.find("clients", "name", "first")
    scene.put("first", "renamed")
    with scene.lag.transaction(request("GET")):
        assert scene.tenant.store.find("clients", "name", "first")
        assert not scene.tenant.store.find("clients", "name", "renamed")
    assert scene.tenant.store.find("clients", "name", "renamed")


def test_without_a_lag_a_read_shows_what_was_written() -> None:
    scene = Scene(lag_ms=0)
    scene.put("third")
    assert scene.names() == ["first", "second", "third"]


def test_without_a_lag_nothing_stays_hidden_even_if_the_clock_goes_back(scene: Scene) -> None:
    scene.wait(3600)
    scene.put("third")
    scene.tenant.timing.read_after_write_ms = 0
    scene.wait(-3600)
    assert scene.names() == ["first", "second", "third"]


def test_a_failed_change_never_appears(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "dev.sqlite")
    with pytest.raises(TypeError):
        scene.put("third", name=object())  # type: ignore[arg-type]  # what no document can hold
    scene.wait(2)
    assert scene.names() == ["first", "second"]
    scene.tenant.store.close()


def test_the_file_holds_the_present(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "dev.sqlite")
    scene.put("third")
    scene.delete("first")
    assert scene.names() == ["first", "second"]
    scene.tenant.store.close()
    again = Store(tmp_path / "dev.sqlite")
    assert [client["name"] for client in again.all("clients")] == ["second", "third"]
    again.close()
