"""What tests share that needs a port of this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def free_port() -> int:
    """Return a port of 127.0.0.1 at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Pages(ThreadingHTTPServer):
    """A server of pages, with what it was asked for: the path and the ``User-Agent``.

    Shape: a pattern of paths → content type and text; the first that fits is answered.
    """

    def __init__(self, pages: Mapping[str, tuple[str, str]]) -> None:
        self.pages = pages
        self.asked: list[tuple[str, str]] = []
        super().__init__(("127.0.0.1", 0), _Serving)

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve, at the address given."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://localhost:{self.server_port}"
        finally:
            self.shutdown()
            thread.join()
            self.server_close()


class _Serving(BaseHTTPRequestHandler):
    server: Pages

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("User-Agent", "")))
        path = self.path.partition("?")[0]
        kind, text = next((page for pattern, page in self.server.pages.items() if fnmatchcase(path, pattern)), ("", ""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""
