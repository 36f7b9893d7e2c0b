"""What the emulated tenant costs per request, over the wire, at several sizes: `python -m benchmarks.emulator`.

Prints how many pages of 100 applications are read and how many applications are made per second, and what one request
costs with 10 to 10,000 applications stored; once with state in memory, once in SQLite.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks.served import served

SIZES = (10, 100, 1_000, 10_000)
RATED = 1_000  # requests that a rate is taken of
TIMED = 200  # requests of which a cost is taken


def say(line: str) -> None:
    """Show a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Client:
    """Sends one request after the other over one connection that stays open."""

    def __init__(self, url: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._headers = {"Content-Type": "application/x-www-form-urlencoded"}
        form = {
            "grant_type": "client_credentials",
            "client_id": "tenantry-emulator",
            "client_secret": "tenantry-emulator-secret",
            "audience": f"{url.rstrip('/')}/api/v2/",
        }
        token = self._ask("POST", "/oauth/token", urlencode(form))["access_token"]
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the Management API and return what it answers."""
        return self._ask(method, f"/api/v2{path}", None if body is None else json.dumps(body))

    def _ask(self, method: str, path: str, body: str | None) -> Any:
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 300:  # noqa: PLR2004  no request of ours may fail
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()[:300]}")
        return json.loads(text) if text else None

    def make(self, number: int) -> str:
        """Make an application and return its id."""
        made = self.call("POST", "/clients", {"name": f"Application {number}", "callbacks": ["https://app.example.com/cb"]})
        return str(made["client_id"])

    def fill(self, size: int) -> None:
        """Make applications until there are that many."""
        for number in range(self.call("GET", "/clients?include_totals=true&per_page=1")["total"], size):
            self.make(number)


def rate(act: Any) -> float:
    """Return how often something is done in a second."""
    start = time.perf_counter()
    for number in range(RATED):
        act(number)
    return RATED / (time.perf_counter() - start)


def cost_ms(act: Any) -> float:
    """Return the time that something takes, the lower quartile: what else the machine does makes single times long.

    Units: milliseconds.
    """
    times = []
    for number in range(TIMED):
        start = time.perf_counter()
        act(number)
        times.append(time.perf_counter() - start)
    return quantiles(times, n=4)[0] * 1000


def rates(client: Client) -> None:
    """Print the rates of reads and creates of a tenant of 100 applications."""
    client.fill(100)
    reads = rate(lambda _: client.call("GET", "/clients?per_page=100"))
    creates = rate(lambda number: client.make(100 + number))
    say(f"  {RATED} reads of a page of 100: {reads:.0f}/s; {RATED} creates: {creates:.0f}/s")


def costs(client: Client, size: int) -> None:
    """Print what requests cost with that many applications stored."""
    client.fill(size)
    known = client.call("GET", "/clients?per_page=10")[0]["client_id"]
    made: list[str] = []
    create = cost_ms(lambda number: made.append(client.make(size + number)))
    delete = cost_ms(lambda number: client.call("DELETE", f"/clients/{made[number]}"))
    read = cost_ms(lambda _: client.call("GET", f"/clients/{known}"))
    page = cost_ms(lambda _: client.call("GET", "/clients?per_page=10"))
    change = cost_ms(lambda number: client.call("PATCH", f"/clients/{known}", {"description": str(number)}))
    say(f"  {size:>12,} {read:>8.2f} {page:>12.2f} {create:>8.2f} {change:>8.2f} {delete:>8.2f}")


def run(title: str, *options: str) -> None:
    """Print everything of one kind of store."""
    say(f"{title}:")
    with served(*options) as emulator:
        client = Client(emulator.url)
        rates(client)
    with served(*options[:-1], *(f"{option}.2" for option in options[-1:])) as emulator:
        client = Client(emulator.url)
        say("  applications     read  page of 10   create   change   delete   (lower quartile, ms)")
        for size in SIZES:
            costs(client, size)


def main() -> None:
    """Run the benchmark in memory and with SQLite."""
    date = datetime.now(UTC).date()
    say(f"{date}, Python {platform.python_version()}, {platform.machine()}, {sys.platform}")
    run("in memory")
    with TemporaryDirectory() as folder:
        run("SQLite", "--data", str(Path(folder, "state.sqlite")))


if __name__ == "__main__":
    main()
