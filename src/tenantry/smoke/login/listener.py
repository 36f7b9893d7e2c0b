"""Waits on a loopback callback for a browser to come back: one answer with the right state, and the listener is gone.

It is seen by nobody but this machine, answers only for its own address, and shows and logs nothing of what it is told.
Source: RFC 8252 sections 7.3 and 8.3 (loopback redirects); OAuth 2.0 Multiple Response Type Encoding Practices (fragments are
seen by scripts alone, so a small one hands them in).
"""

from __future__ import annotations

import asyncio
import errno
import hmac
import secrets
import socket
import threading
from contextlib import ExitStack
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tenantry.smoke.login.browser import Callback, callback_of, leads_to, posted
from tenantry.smoke.login.cookies import is_loopback
from tenantry.smoke.stops import blocked
from tenantry.smoke.wire import DEFAULT_PORTS

LONGEST_BODY = 64 * 1024
SLOWEST_CLIENT_S = 10.0
FRAGMENT = "text/plain"
"""The media type that the page's own script hands the fragment in with; no form of another page has it."""
DONE = "tenantry has its answer; you may close this window."
STRANGER = "This is not the answer that tenantry waits for. Begin with the address that it has shown."
HANDING_IN = (
    "const told = location.hash.slice(1); history.replaceState(null, '', location.pathname);"
    " const say = (text) => { document.body.textContent = text; };"
    " if (told) fetch(location.href, {method: 'POST', headers: {'Content-Type': 'text/plain'}, body: told})"
    ".then((answer) => answer.text()).then((page) => say(new DOMParser().parseFromString(page, 'text/html').body.textContent));"
)
TIDYING = "history.replaceState(null, '', location.pathname);"


class Listener:
    """Listens at a loopback address for as long as its ``async with`` lasts."""

    def __init__(self, redirect_uri: str, state: str) -> None:
        self.redirect_uri = redirect_uri
        self._state = state
        self._loop = asyncio.get_running_loop()
        self._arrived: asyncio.Future[Callback] = self._loop.create_future()
        self._open = ExitStack()

    async def __aenter__(self) -> Self:
        """Begin to listen at every address that the callback's name stands for.

        Raises: Stopped when it is not to be had, for one when another program listens there.
        """
        try:
            with ExitStack() as opened:
                for family, address in addresses(self.redirect_uri):
                    _serve(opened, _Server(self, family, address))
                self._open = opened.pop_all()
        except OSError as error:
            reason = "another program listens there" if error.errno == errno.EADDRINUSE else str(error.strerror).lower()
            ways = "stop it, or declare another loopback callback"
            raise blocked(f"cannot wait for the login at {self.redirect_uri}: {reason}; {ways}") from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._open.close)

    async def callback(self, patience_s: float) -> Callback | None:
        """Return what came, None when nothing did in time."""
        try:
            return await asyncio.wait_for(asyncio.shield(self._arrived), patience_s)
        except TimeoutError:
            return None

    def accepts(self, callback: Callback) -> bool:
        """Return whether this is the one answer that is waited for, and take it if so."""
        if not hmac.compare_digest(callback.values.get("state", "").encode(), self._state.encode()):
            return False
        self._loop.call_soon_threadsafe(self._arrive, callback)
        return True

    def _arrive(self, callback: Callback) -> None:
        """Take the first answer; a second one changes nothing."""
        if not self._arrived.done():
            self._arrived.set_result(callback)


def _serve(opened: ExitStack, server: ThreadingHTTPServer) -> None:
    """Let a server answer until everything opened is closed."""
    opened.enter_context(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    opened.callback(thread.join)
    opened.callback(server.shutdown)


def can_listen_at(url: str) -> bool:
    """Return whether an address is one of this machine that can be waited at without a certificate."""
    parts = urlsplit(url)
    try:
        return parts.scheme == "http" and is_loopback(parts.hostname or "") and parts.port != 0 and "*" not in parts.netloc
    except ValueError:
        return False


def addresses(url: str) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    """Return the socket addresses that the host of a loopback address stands for; a browser may try any of them.

    Raises: OSError when this machine has none of them.
    """
    parts = urlsplit(url)
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    families = {family: str(address[0]) for family, _, _, _, address in reversed(found)}
    usable: list[tuple[socket.AddressFamily, tuple[str, int]]] = [
        (family, (host, port)) for family, host in families.items() if is_loopback(host) and _has(family, host)
    ]
    if not usable:
        raise OSError(errno.EADDRNOTAVAIL, "it is no address of this machine")
    return usable


def _has(family: socket.AddressFamily, host: str) -> bool:
    """Return whether this machine has the address at all."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((host, 0))
    except OSError:
        return False
    return True


class _Server(ThreadingHTTPServer):
    """A server at one address of a listener."""

    daemon_threads = True

    def __init__(self, listener: Listener, family: socket.AddressFamily, address: tuple[str, int]) -> None:
        self.listener = listener
        self.address_family = family
        super().__init__(address, _Answering)

    def handle_error(self, *_: object) -> None:
        """Say nothing: a browser that goes away is no news, and a trace could tell what it had sent."""


class _Answering(BaseHTTPRequestHandler):
    """Answers the requests to a listener."""

    server: _Server
    timeout = SLOWEST_CLIENT_S
    server_version, sys_version = "tenantry", ""

    def log_message(self, *_: object) -> None:
        """Say nothing: the address holds a code."""

    def do_GET(self) -> None:
        """Take an answer from the query; without one, let a script look for a fragment."""
        if not self._is_ours():
            return self._show(HTTPStatus.NOT_FOUND, STRANGER, "")
        callback = callback_of(self._url, self.server.listener.redirect_uri)
        if not callback.values:
            return self._show(HTTPStatus.OK, STRANGER, HANDING_IN)
        return self._judge(callback)

    def do_POST(self) -> None:
        """Take an answer from a form, or what the script of the page has found."""
        length = self.headers.get("Content-Length", "")
        if not self._is_ours() or not length.isdigit() or int(length) > LONGEST_BODY:
            self.close_connection = True
            return self._show(HTTPStatus.NOT_FOUND, STRANGER, "")
        body = self.rfile.read(int(length)).decode(errors="replace")
        if self.headers.get_content_type() == FRAGMENT:
            return self._judge(callback_of(f"{self._url}#{body}", self.server.listener.redirect_uri))
        return self._judge(posted(body))

    @property
    def _url(self) -> str:
        """Return the address that was asked for."""
        return f"http://{self.headers.get('Host', '')}{self.path}"

    def _is_ours(self) -> bool:
        """Return whether the callback itself was asked for, under its own name."""
        return self.path.startswith("/") and leads_to(self._url, self.server.listener.redirect_uri)

    def _judge(self, callback: Callback) -> None:
        """Answer a callback."""
        if self.server.listener.accepts(callback):
            return self._show(HTTPStatus.OK, DONE, TIDYING)
        return self._show(HTTPStatus.BAD_REQUEST, STRANGER, TIDYING)

    def _show(self, status: HTTPStatus, sentence: str, script: str) -> None:
        """Answer with a page of one sentence and at most one script of ours."""
        nonce = secrets.token_urlsafe(16)
        allowed = f"script-src 'nonce-{nonce}'; connect-src 'self'; " if script else ""
        policy = f"default-src 'none'; {allowed}base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        page = f"<!doctype html><meta charset=utf-8><title>tenantry</title><body>{sentence}"
        content = (page + (f"<script nonce={nonce}>{script}</script>" if script else "")).encode()
        self.send_response(status)
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(content)), "Connection": "close"}
        quiet = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
        for name, value in {**headers, **quiet, "Content-Security-Policy": policy}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
