"""The gateway in front of every room: what holds for every request to an emulated tenant."""

from __future__ import annotations

import asyncio
import json
import logging
import stat
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tenantry.emulator import ConnectionDropped, Emulator, EmulatorInUse, RateLimit, StateFileError
from tenantry.emulator import embedded as embedded_module
from tests.emulator.asking import ask

if TYPE_CHECKING:
    from pathlib import Path


def fault(emulator: Emulator, **rule: Any) -> None:
    assert ask(emulator, "PUT", "/_emulator/faults", json={"rules": [rule]}).status_code == 200


def test_every_answer_has_a_request_id_of_its_own(emulator: Emulator) -> None:
    ids = {ask(emulator, "GET", "/_emulator/health").headers["x-auth0-requestid"] for _ in range(3)}
    assert len(ids) == 3


def test_an_unknown_host_is_turned_away_before_anything_else(emulator: Emulator) -> None:
    answer = ask(emulator, "POST", "/_emulator/reset", headers={"host": "rebound.example"})
    assert answer.status_code == 421
    assert "rebound.example" in answer.json()["message"]


def test_an_unknown_path_is_not_found(emulator: Emulator) -> None:
    assert ask(emulator, "GET", "/nowhere").status_code == 404
    assert ask(emulator, "GET", "/_emulator/nowhere").status_code == 404


def test_a_huge_body_is_refused_without_being_kept(emulator: Emulator) -> None:
    answer = ask(emulator, "PUT", "/_emulator/faults", content=b"x" * (9 * 1024 * 1024))
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")


def test_every_answer_of_the_management_api_has_rate_limit_headers(emulator: Emulator) -> None:
    for path in ("/api/v2/clients", "/api/v2/nowhere"):
        assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} <= set(ask(emulator, "GET", path).headers)


def test_a_rate_limit_answers_429() -> None:
    with Emulator("dev", rate_limit=RateLimit(0.001, 2)) as emulator:
        statuses = [ask(emulator, "GET", "/api/v2/clients").status_code for _ in range(3)]
        assert statuses[2] == 429
        assert 429 not in statuses[:2]
        assert ask(emulator, "GET", "/_emulator/stats").json()["rate_limited"] == 1


def test_a_dropped_connection_is_a_connection_error_to_an_embedded_client(emulator: Emulator) -> None:
    fault(emulator, path="/api/v2/*", action={"drop": True})
    with pytest.raises(ConnectionError, match="as a fault rule asked for") as caught:
        ask(emulator, "GET", "/api/v2/clients")
    assert isinstance(caught.value, ConnectionDropped)
    assert isinstance(caught.value, OSError)


def test_a_truncated_answer_is_a_connection_error_to_an_embedded_client(emulator: Emulator) -> None:
    fault(emulator, path="/api/v2/*", action={"truncate": 3})
    with pytest.raises(ConnectionDropped):
        ask(emulator, "GET", "/api/v2/clients")


def test_an_answer_shorter_than_the_cut_arrives_whole(emulator: Emulator) -> None:
    fault(emulator, path="/api/v2/*", action={"truncate": 10**6})
    assert ask(emulator, "GET", "/api/v2/clients").json()


def test_a_broken_endpoint_answers_500_and_leaves_nothing_behind(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down() -> None:
        emulator.tenant.store.put("clients", "half", {"name": "half"})
        raise ZeroDivisionError("broken")

    monkeypatch.setattr(emulator.app.controls.tenant.store, "clear", break_down)
    with caplog.at_level(logging.ERROR, "tenantry.emulator"):
        answer = ask(emulator, "POST", "/_emulator/reset")
    assert (answer.status_code, answer.json()["statusCode"]) == (500, 500)
    assert "broken" not in answer.text
    assert emulator.tenant.store.get("clients", "half") is None
    assert ask(emulator, "GET", "/_emulator/health").status_code == 200
    assert "POST /_emulator/reset failed: ZeroDivisionError" in caplog.text
    assert "Traceback" not in caplog.text
    monkeypatch.setenv("TENANTRY_TRACEBACK", "1")
    ask(emulator, "POST", "/_emulator/reset")
    assert "Traceback" in caplog.text


def test_an_emulator_can_be_used_from_several_loops_in_turn_and_by_many_at_once(emulator: Emulator) -> None:
    async def many() -> list[int]:
        transport = httpx.ASGITransport(app=emulator.app)
        async with httpx.AsyncClient(transport=transport, base_url=emulator.base_url) as client:
            answers = await asyncio.gather(*(client.get("/_emulator/stats") for _ in range(20)))
            return [answer.status_code for answer in answers]

    assert asyncio.run(many()) + asyncio.run(many()) == [200] * 40


def test_latency_delays_the_tenant_and_not_its_control() -> None:
    with Emulator("dev", latency_ms=60) as emulator:
        slow = ask(emulator, "GET", "/nowhere").elapsed.total_seconds()
        quick = ask(emulator, "GET", "/_emulator/health").elapsed.total_seconds()
    assert slow >= 0.06 > quick


def test_a_name_becomes_a_host_that_nobody_resolves() -> None:
    with Emulator("Dev / EU") as emulator:
        assert emulator.base_url == "https://dev-eu.emulator.localhost"
        assert ask(emulator, "GET", "/_emulator/health").json()["tenant"] == "Dev / EU"


def test_state_lasts_in_a_private_file_in_a_private_directory(tmp_path: Path) -> None:
    data = tmp_path / ".tenantry" / "dev.sqlite"
    with Emulator("dev", data=data) as emulator:
        emulator.tenant.store.put("clients", "kept", {"client_id": "kept", "name": "kept"})
        files = sorted(data.parent.iterdir())
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files if path.name != ".gitignore"}
        assert set(modes.values()) == {0o600}
        assert "dev.sqlite" in modes
    assert stat.S_IMODE(data.parent.stat().st_mode) == 0o700
    assert (data.parent / ".gitignore").read_text() == "*\n"
    with Emulator("dev", data=data) as emulator:
        assert emulator.tenant.store.get("clients", "kept")


def test_every_directory_that_is_made_is_private_and_the_topmost_is_ignored_by_git(tmp_path: Path) -> None:
    with Emulator("dev", data=tmp_path / ".tenantry" / "emulator" / "dev.sqlite"):
        made = [tmp_path / ".tenantry", tmp_path / ".tenantry" / "emulator"]
        assert [stat.S_IMODE(path.stat().st_mode) for path in made] == [0o700, 0o700]
        assert (tmp_path / ".tenantry" / ".gitignore").read_text() == "*\n"


def test_a_file_that_is_no_state_is_refused_and_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "notes.txt"
    data.write_text("not a database at all, but long enough to be taken for one\n" * 20)
    for _ in range(2):  # the second time shows that the first let go of the file
        with pytest.raises(StateFileError, match=r"notes\.txt is not the state file of an emulator"):
            Emulator("dev", data=data)
    assert data.read_text().startswith("not a database")


def test_a_directory_that_exists_is_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with Emulator("dev", data=tmp_path / "dev.sqlite"):
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
        assert not (tmp_path / ".gitignore").exists()


def test_two_emulators_do_not_share_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_module, "IN_USE_TIMEOUT_S", 0.05)
    data = tmp_path / "dev.sqlite"
    with Emulator("dev", data=data), pytest.raises(EmulatorInUse, match="is in use by another emulator"):
        Emulator("dev", data=data)
    with Emulator("dev", data=data):
        pass


def test_a_reset_makes_everything_fresh(emulator: Emulator) -> None:
    fault(emulator, path="/nowhere", action={"status": 500})
    ask(emulator, "PUT", "/_emulator/clock", json={"offset_s": 60})
    ask(emulator, "PUT", "/_emulator/timing", json={"build_ms": 60})
    ask(emulator, "GET", "/api/v2/clients")
    emulator.tenant.store.put("roles", "rol_1", {"id": "rol_1"})
    emulator.reset()
    assert ask(emulator, "GET", "/_emulator/faults").json()["rules"] == []
    assert ask(emulator, "GET", "/_emulator/clock").json() == {"offset_s": 0}
    assert ask(emulator, "GET", "/_emulator/timing").json()["build_ms"] == 0
    assert ask(emulator, "GET", "/_emulator/stats").json()["reads"] == 0
    assert emulator.tenant.store.count("roles") == 0
    assert emulator.tenant.store.get("settings", "tenant") is not None


def test_a_websocket_is_not_spoken(emulator: Emulator) -> None:
    async def go() -> None:
        async def receive() -> dict[str, Any]:
            return {}

        async def send(_message: Any) -> None: ...

        await emulator.app({"type": "websocket"}, receive, send)

    with pytest.raises(RuntimeError, match="speaks HTTP"):
        asyncio.run(go())


def test_bodies_of_refusals_are_json(emulator: Emulator) -> None:
    answer = ask(emulator, "POST", "/_emulator/reset", headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert set(json.loads(answer.text)) == {"error", "message"}
