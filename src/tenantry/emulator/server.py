"""The emulated tenant as a server: http and https at once on one event loop, until a signal ends it.

Source: design of the emulator; nothing here is Auth0's.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import tempfile
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import uvicorn

from tenantry.emulator import private, tls
from tenantry.emulator.embedded import Emulator, StateFileError
from tenantry.emulator.hosts import host_name, is_loopback
from tenantry.emulator.paste import Paste
from tenantry.emulator.sockets import ServeError, bound_to, url_of
from tenantry.emulator.tenant import MANAGEMENT_CLIENT_SECRET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from tenantry.emulator.serve_options import ServeOptions

GRACE_S = 2
KEEP_ALIVE_S = 75  # as long as common front ends: a client that thinks for a while must not find its connection gone


@dataclass(frozen=True, slots=True)
class Served:
    """Where a served emulator can be reached."""

    http_url: str
    https_url: str | None
    ca: Path | None

    def ready_line(self, emulator: Emulator) -> str:
        """Return the one line that tells how to use it."""
        parts = ["ready " + " ".join(url for url in (self.http_url, self.https_url) if url)]
        if self.ca:
            domain = urlsplit(emulator.tenant.public_url or self.https_url or "").netloc
            parts.append(f"CA {self.ca}")
            parts.append(f"SDKs: AUTH0_DOMAIN={domain} NODE_EXTRA_CA_CERTS={self.ca} SSL_CERT_FILE={self.ca}")
        parts.append(f"management client {emulator.management_client_id} secret {emulator.management_client_secret}")
        return " | ".join(parts)

    def lines_to_paste(self, emulator: Emulator) -> str:
        """Return what a person tells an application about the tenant."""
        base_url = emulator.tenant.public_url or self.https_url or self.http_url
        return Paste(emulator.tenant, base_url.rstrip("/"), self.http_url, self.ca).text()

    def document(self, emulator: Emulator) -> dict[str, Any]:
        """Return what the ready file holds: addresses, no secret."""
        return {
            "tenant": emulator.tenant.name,
            "http": self.http_url,
            "https": self.https_url,
            "ca": str(self.ca) if self.ca else None,
            "management_client_id": emulator.management_client_id,
            "pid": os.getpid(),
        }


def serve(
    options: ServeOptions,
    *,
    prepare: Callable[[Emulator], None] | None = None,
    say: Callable[[str], None] = lambda line: print(line, flush=True),  # noqa: T201 - the ready line is the output
) -> None:
    """Serve an emulated tenant until SIGINT or SIGTERM; `prepare` may fill it before anybody can reach it.

    Raises: ServeError when it cannot be served as the options say.
    """
    options.check()
    with _built(options) as emulator:
        if prepare:
            prepare(emulator)
        asyncio.run(_until_signalled(emulator, options, say))


async def _until_signalled(emulator: Emulator, options: ServeOptions, say: Callable[[str], None]) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    async with listening(emulator, options) as served:
        with _ready_file(options.ready_file, served.document(emulator)):
            say(f"{served.ready_line(emulator)}\n{served.lines_to_paste(emulator)}")  # at once: a reader may leave after a line
            await ended.wait()


@asynccontextmanager
async def listening(emulator: Emulator, options: ServeOptions) -> AsyncIterator[Served]:
    """Serve an emulator for as long as the context lasts, and say where.

    Raises: ServeError when a port is taken or the certificate cannot be made.
    """
    with contextlib.ExitStack() as sockets:
        plain = bound_to(options.host, options.port, sockets)
        secure = bound_to(options.host, options.tls_port, sockets) if options.tls_port is not None else []
        servers = [_server(emulator, plain)]
        ca = None
        if secure:
            server, ca = _secure_server(emulator, options, secure)
            servers.append(server)
        served = Served(url_of("http", options.host, plain), url_of("https", options.host, secure) if secure else None, ca)
        tasks = [asyncio.create_task(server.serve(server.bound)) for server in servers]
        try:
            while not all(server.started for server in servers):
                await asyncio.sleep(0.005)
                _raise_failed(tasks)
            yield served
        finally:
            for server in servers:
                server.should_exit = True
            await asyncio.gather(*tasks)


class _Server(uvicorn.Server):
    """One listener; signals are the business of whoever runs several."""

    def __init__(self, config: uvicorn.Config, bound: list[socket.socket]) -> None:
        super().__init__(config)
        self.bound = bound

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(emulator: Emulator, bound: list[socket.socket], **tls_options: Any) -> _Server:
    config = uvicorn.Config(
        emulator.app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,  # the application tells the time, which is the tenant's
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        **tls_options,
    )
    config.load()
    server = _Server(config, bound)
    config.loaded_app = _Cuttable(config.loaded_app, server)
    return server


def _secure_server(emulator: Emulator, options: ServeOptions, bound: list[socket.socket]) -> tuple[_Server, Path]:
    public = [host_name(urlsplit(options.public_url).netloc)] if options.public_url else []
    try:
        files = tls.ensure(_tls_directory(options.data), [name for name in public if is_loopback(name)])
        try:
            return _server(emulator, bound, ssl_certfile=str(files.certificate), ssl_keyfile=str(files.key)), files.ca
        finally:
            tls.discard(files)
    except OSError as error:
        raise ServeError(f"the certificate could not be made: {error}; --no-tls serves http alone") from error


@dataclass(frozen=True, slots=True)
class _Cuttable:
    """The application with a way to cut the connection, which ASGI has no word for."""

    app: ASGIApp
    server: _Server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        def cut(*, reset: bool) -> None:
            for connection in list(self.server.server_state.connections):
                transport = getattr(connection, "transport", None)
                if transport and getattr(connection, "client", None) == scope["client"]:
                    transport.abort() if reset else transport.close()

        scope.setdefault("extensions", {})["tenantry.cut"] = cut
        await self.app(scope, receive, send)


@contextmanager
def _built(options: ServeOptions) -> Iterator[Emulator]:
    secret = options.management_secret or (secrets.token_urlsafe(32) if options.is_remote else MANAGEMENT_CLIENT_SECRET)
    try:
        emulator = Emulator(
            options.name,
            data=options.data,
            pins=options.pins,
            public_url=options.public_url,
            rate_limit=options.rate_limit,
            latency_ms=options.latency_ms,
            management_secret=secret,
            remote=options.is_remote,
        )
    except StateFileError as error:
        raise ServeError(f"--data: {error}") from error
    with emulator:
        yield emulator


def _tls_directory(data: Path | None) -> Path:
    """Return where the authority lives: beside the state file, else where the user's caches are."""
    if data:
        return data.with_name(data.name + ".tls")
    directory = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tenantry" / "emulator-tls"
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
    except OSError:  # no home, as in some containers
        return Path(tempfile.mkdtemp(prefix="tenantry-emulator-"))
    return directory


@contextmanager
def _ready_file(path: Path | None, document: dict[str, Any]) -> Iterator[None]:
    """Keep a file in place for as long as the server is ready; it appears whole."""
    if path is None:
        yield
        return
    try:
        private.write_file(path, json.dumps(document).encode() + b"\n")
    except OSError as error:
        raise ServeError(f"--ready-file {path} cannot be written: {error.strerror}") from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _raise_failed(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        if task.done():
            task.result()
            raise ServeError("the server ended before it was ready")
