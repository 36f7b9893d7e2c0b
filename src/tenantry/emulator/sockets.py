"""The sockets that a served tenant listens at, and what is said where it cannot.

Source: design of the emulator; nothing here is Auth0's.
"""

from __future__ import annotations

import contextlib
import errno
import socket


class ServeError(Exception):
    """The emulator cannot be served like this; the message says why and what to do."""


def bound_to(host: str, port: int, sockets: contextlib.ExitStack) -> list[socket.socket]:
    """Return sockets of a host and port; on loopback of both address families, because `localhost` may mean either.

    Raises: ServeError.
    """
    host = host.strip("[]")
    is_default = host in ("localhost", "127.0.0.1")
    first = _socket("127.0.0.1" if is_default else host, port)
    sockets.callback(first.close)
    bound = [first]
    if is_default:
        with contextlib.suppress(OSError, ServeError):  # a machine without IPv6 is served without it
            bound.append(_socket("::1", first.getsockname()[1]))
            sockets.callback(bound[-1].close)
    return bound


def _socket(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise ServeError(f"--host {host} is no address of this machine: {error.strerror}") from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != "::"))
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise ServeError(_bind_failure(host, port, error)) from None
    return listener


def _bind_failure(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"{host}:{port} is in use; stop what listens there, or take another port (0 picks a free one)"
    return f"{host}:{port} cannot be listened on: {error.strerror}"


def url_of(scheme: str, host: str, bound: list[socket.socket]) -> str:
    """Return the URL at which sockets of a host answer, by the name that people type."""
    host = host.strip("[]")
    shown = {"127.0.0.1": "localhost", "0.0.0.0": "localhost", "::": "localhost"}.get(host, host)  # noqa: S104 - compared
    return f"{scheme}://{f'[{shown}]' if ':' in shown else shown}:{bound[0].getsockname()[1]}"
