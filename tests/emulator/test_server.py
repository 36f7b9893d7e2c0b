"""The emulator as a server: a process of its own, real sockets, real certificates, real signals."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tenantry.emulator import Emulator, RateLimit, ServeError, ServeOptions, listening, serve
from tenantry.emulator import server as server_module

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

READY_TIMEOUT_S = 30
ANYWHERE = "0.0.0.0"  # noqa: S104 - what the tests are about


@dataclass
class Process:
    """A served emulator in another process."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]
    line: str

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(READY_TIMEOUT_S)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Start emulators that end with the test."""
    with contextlib.ExitStack() as processes:

        def start(*arguments: str) -> Process:
            ready_file = tmp_path / "ready.json"
            command = [sys.executable, "-m", "tenantry.emulator", "--port", "0", "--ready-file", str(ready_file)]
            environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
            process = subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True, env=environment)
            processes.callback(_stop, process)
            assert process.stdout is not None
            line = process.stdout.readline()
            return Process(process, json.loads(ready_file.read_text()), line)

        yield start


def _stop(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@contextlib.asynccontextmanager
async def client_of(emulator: Emulator, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    settings = ServeOptions(port=0, tls_port=None, **options)
    async with listening(emulator, settings) as served, httpx.AsyncClient(base_url=served.http_url) as client:
        yield client


def test_http_and_https_are_served_at_once_and_the_authority_vouches_for_every_loopback_name(
    started: Callable[..., Process],
) -> None:
    served = started("--tls-port", "0")
    ready = served.ready
    trust = ssl.create_default_context(cafile=ready["ca"])
    trust.verify_flags |= ssl.VERIFY_X509_STRICT
    port = ready["https"].rsplit(":", 1)[1]
    with httpx.Client(verify=trust) as client:
        for url in (ready["http"], f"https://localhost:{port}", f"https://127.0.0.1:{port}"):
            assert client.get(f"{url}/_emulator/health").json()["status"] == "ok"
    assert served.line.startswith(f"ready {ready['http']} {ready['https']} | CA {ready['ca']}")
    assert f"AUTH0_DOMAIN=localhost:{port}" in served.line
    assert "tenantry-emulator-secret" in served.line
    assert served.process.stdout
    assert served.process.stdout.readline() == "\n"
    assert served.process.stdout.readline() == f"Look at it:  {ready['http']}/\n"
    assert "secret" not in json.dumps(ready)
    assert stat.S_IMODE(Path(ready["ca"]).parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(started: Callable[..., Process], tmp_path: Path, number: signal.Signals) -> None:
    served = started("--no-tls", "--data", str(tmp_path / "state" / "dev.sqlite"))
    with httpx.Client() as idle:  # a connection that is kept open must not hold it back
        assert idle.get(served.ready["http"] + "/_emulator/health").status_code == 200
        began = time.monotonic()
        assert served.end(number) == 0
        assert time.monotonic() - began < 5
    assert not (tmp_path / "ready.json").exists()
    assert stat.S_IMODE((tmp_path / "state" / "dev.sqlite").stat().st_mode) == 0o600


def test_a_port_in_use_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServeError, match=f"127.0.0.1:{port} is in use; .*0 picks a free one"):
            serve(ServeOptions(port=port, tls_port=None, data=tmp_path / "d"))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"host": ANYWHERE}, "--host 0.0.0.0 lets other machines reach the emulator; add --allow-remote"),
        ({"host": "::"}, "add --allow-remote"),
        ({"host": "192.168.1.4"}, "add --allow-remote"),
        ({"port": 70000}, "70000 is not a port"),
        ({"tls_port": -1}, "-1 is not a port"),
        ({"latency_ms": -1}, "--latency -1 is below 0"),
        ({"public_url": "auth.example.com"}, "--public-url auth.example.com is not of the form"),
        ({"public_url": "https://auth.example.com/path"}, "is not of the form"),
        ({"public_url": "https://a:b"}, "is not of the form"),
        ({"data": Path("/dev/null/dev.sqlite")}, "--data: /dev/null/dev.sqlite cannot be written: Not a directory"),
        ({"ready_file": Path("/dev/null/ready"), "port": 0}, "--ready-file /dev/null/ready cannot be written"),
        ({"host": "no-such-host.invalid", "allow_remote": True}, "is no address of this machine"),
        ({"host": "203.0.113.9", "allow_remote": True, "port": 0}, "203.0.113.9:0 cannot be listened on"),
    ],
)
def test_what_cannot_be_served_is_refused_with_what_to_do(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ServeError) as caught:
        serve(ServeOptions(**({"tls_port": None} | options)))
    assert message in str(caught.value)


def test_the_command_turns_a_refusal_into_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    from tenantry.emulator.__main__ import main  # noqa: PLC0415 - the module is a command

    assert main(["--host", ANYWHERE]) == 1
    assert capsys.readouterr().err.startswith("error: --host 0.0.0.0 lets other machines")


def test_beyond_loopback_the_secret_is_random_and_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    built: list[Emulator] = []

    async def only_build(emulator: Emulator, _options: ServeOptions, say: Callable[[str], None]) -> None:
        built.append(emulator)
        say(server_module.Served("http://localhost:1", None, None).ready_line(emulator))

    monkeypatch.setattr(server_module, "_until_signalled", only_build)
    serve(ServeOptions(host=ANYWHERE, allow_remote=True), say=lines.append)
    serve(ServeOptions(host=ANYWHERE, allow_remote=True), say=lines.append)
    secrets = [emulator.management_client_secret for emulator in built]
    assert len(set(secrets)) == 2
    assert all(len(secret) >= 32 and secret in line for secret, line in zip(secrets, lines, strict=True))


def test_a_new_secret_counts_for_an_old_file_too(tmp_path: Path) -> None:
    data = tmp_path / "dev.sqlite"
    with Emulator("dev", data=data):
        pass
    with Emulator("dev", data=data, management_secret="another") as emulator:
        client = emulator.tenant.store.get("clients", emulator.management_client_id)
        assert client is not None
        assert client["client_secret"] == "another"


def test_prepare_fills_the_tenant_before_it_is_reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    async def note(*_: object) -> None:
        order.append("served")

    monkeypatch.setattr(server_module, "_until_signalled", note)
    serve(ServeOptions(tls_port=None), prepare=lambda emulator: order.append(emulator.tenant.name))
    assert order == ["tenantry", "served"]


def test_a_dropped_connection_reaches_a_served_client_as_one() -> None:
    async def go() -> None:
        with Emulator("dev") as emulator:
            async with client_of(emulator) as client:
                rule = {"path": "/nowhere", "action": {"drop": True}}
                await client.put("/_emulator/faults", json={"rules": [rule]})
                with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
                    await client.get("/nowhere")
                assert (await client.get("/_emulator/health")).status_code == 200

    asyncio.run(go())


def test_a_truncated_answer_reaches_a_served_client_cut_short(caplog: pytest.LogCaptureFixture) -> None:
    async def go() -> bytes:
        got = bytearray()
        with Emulator("dev") as emulator:
            async with client_of(emulator) as client:
                rule = {"path": "/nowhere", "action": {"truncate": 4}}
                await client.put("/_emulator/faults", json={"rules": [rule]})
                async with client.stream("GET", "/nowhere") as answer:
                    assert answer.status_code == 404
                    with pytest.raises(httpx.RemoteProtocolError):
                        await _into(got, answer)
        return bytes(got)

    assert asyncio.run(go()) == b"Not "
    assert caplog.records == []


def test_a_served_answer_has_one_date_and_it_is_the_tenants() -> None:
    async def go() -> tuple[list[str], float]:
        with Emulator("dev") as emulator:
            async with client_of(emulator) as client:
                answer = await client.put("/_emulator/clock", json={"offset_s": 86400})
                return answer.headers.get_list("date"), emulator.tenant.clock.now()

    dates, now = asyncio.run(go())
    assert len(dates) == 1
    assert 0 <= now - parsedate_to_datetime(dates[0]).timestamp() < 5


async def _into(got: bytearray, answer: httpx.Response) -> None:
    async for chunk in answer.aiter_raw():
        got.extend(chunk)


def test_a_dropped_connection_over_tls_is_dropped_too(tmp_path: Path) -> None:
    async def go() -> None:
        with Emulator("dev", data=tmp_path / "dev.sqlite") as emulator:
            options = ServeOptions(port=0, tls_port=0, data=tmp_path / "dev.sqlite")
            async with listening(emulator, options) as served:
                trust = ssl.create_default_context(cafile=served.ca)
                async with httpx.AsyncClient(base_url=served.https_url or "", verify=trust) as client:
                    rule = {"path": "/nowhere", "action": {"drop": True}}
                    await client.put("/_emulator/faults", json={"rules": [rule]})
                    with pytest.raises(httpx.TransportError):
                        await client.get("/nowhere")

    asyncio.run(go())
    assert sorted(path.name for path in (tmp_path / "dev.sqlite.tls").iterdir() if path.suffix) == ["ca.key", "ca.pem"]


def test_nonsense_on_the_wire_is_a_400_and_not_the_end() -> None:
    async def go() -> bytes:
        with Emulator("dev") as emulator:
            async with client_of(emulator) as client:
                reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
                writer.write(b"\x16\x03\x01 nonsense\r\n\r\n")
                answer = await reader.read()
                writer.close()
                assert (await client.get("/_emulator/health")).status_code == 200
                return answer

    assert asyncio.run(go()).startswith(b"HTTP/1.1 400")


def test_a_request_that_is_cut_off_is_not_carried_out() -> None:
    async def go() -> None:
        with Emulator("dev") as emulator:
            async with client_of(emulator) as client:
                _reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
                body = b'{"offset_s": 5}'  # whole as JSON, but not all that was announced
                head = f"PUT /_emulator/clock HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body) + 1}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
                writer.close()
                for _ in range(3):
                    assert (await client.get("/_emulator/clock")).json() == {"offset_s": 0}

    asyncio.run(go())


def test_beyond_loopback_control_asks_for_the_printed_secret(started: Callable[..., Process]) -> None:
    served = started("--no-tls", "--host", ANYWHERE, "--allow-remote")
    secret = served.line.split("secret ")[1].strip()
    with httpx.Client(base_url=served.ready["http"]) as client:
        assert client.get("/_emulator/health").status_code == 200
        assert client.post("/_emulator/reset").status_code == 401
        assert client.post("/_emulator/reset", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
        form = {"grant_type": "client_credentials", "client_id": "tenantry-emulator", "client_secret": secret}
        form["audience"] = served.ready["http"] + "/api/v2/"
        assert "access_token" in client.post("/oauth/token", data=form).json()
        form["client_secret"] = "tenantry-emulator-secret"
        assert client.post("/oauth/token", data=form).status_code == 401


def test_options_reach_the_emulator(started: Callable[..., Process]) -> None:
    public = "http://auth.localhost:4499"
    served = started("--no-tls", "--public-url", public, "--rate-limit", "0.001:1", "--latency", "1", "--name", "ci")
    with httpx.Client(base_url=served.ready["http"]) as client:
        assert client.get("/_emulator/health").json()["tenant"] == "ci"
        assert [client.get("/api/v2/clients").status_code for _ in range(2)][1] == 429
        discovery = client.get("/.well-known/openid-configuration").json()
    assert discovery["issuer"] == f"{public}/"


def test_every_answered_write_is_there_after_a_kill(started: Callable[..., Process], tmp_path: Path) -> None:
    """The process is killed in the middle of writes, three times; what was answered with 201 is never lost."""
    data = str(tmp_path / "state" / "dev.sqlite")
    answered: list[str] = []
    for turn in range(3):
        served = started("--no-tls", "--data", data)
        with ThreadPoolExecutor(4) as writers:
            url = served.ready["http"]
            jobs = [writers.submit(_write_until_cut, url, f"{turn}-{n}", answered) for n in range(4)]
            try:
                _wait_for(lambda: len(answered) >= 50 * (turn + 1))  # noqa: B023 - called before the turn ends
            finally:
                served.end(signal.SIGKILL)
            for job in jobs:
                job.result()
    kept = _client_names(started("--no-tls", "--data", data).ready["http"])
    assert set(answered) - kept == set()
    assert len(kept - set(answered)) <= 3 * 4 + 5  # in flight at each kill, and what every tenant has


def _wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(READY_TIMEOUT_S * 100):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError(f"it did not come about within {READY_TIMEOUT_S} s")


def _write_until_cut(base_url: str, prefix: str, answered: list[str]) -> None:
    with contextlib.suppress(httpx.TransportError), _management(base_url) as client:
        for number in itertools.count():
            name = f"app {prefix} {number}"
            assert client.post("clients", json={"name": name}).status_code == 201
            answered.append(name)


def _client_names(base_url: str) -> set[str]:
    names: set[str] = set()
    with _management(base_url) as client:
        page: dict[str, Any] = {"next": ""}
        while "next" in page:
            query = {"take": "100"} | ({"from": page["next"]} if page["next"] else {})
            page = client.get("clients", params=query).json()
            names.update(item["name"] for item in page["clients"])
    return names


def _management(base_url: str) -> httpx.Client:
    form = {
        "grant_type": "client_credentials",
        "client_id": "tenantry-emulator",
        "client_secret": "tenantry-emulator-secret",
        "audience": f"{base_url}/api/v2/",
    }
    token = httpx.post(f"{base_url}/oauth/token", data=form).json()["access_token"]
    return httpx.Client(base_url=f"{base_url}/api/v2/", headers={"Authorization": f"Bearer {token}"})


def test_a_limit_is_what_the_option_says() -> None:
    assert ServeOptions(rate_limit=RateLimit.parse("2:50")).rate_limit == RateLimit(2, 50)
