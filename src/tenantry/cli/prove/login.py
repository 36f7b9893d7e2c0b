"""The way of logging in that the command line names, and the person at the terminal, who one of the ways needs."""

from __future__ import annotations

import signal
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import click

from tenantry import smoke
from tenantry.cli.asking import is_terminal
from tenantry.cli.options import Proving
from tenantry.cli.prove.view import due
from tenantry.desired import TenantFile
from tenantry.model.errors import UsageError
from tenantry.model.smoke import LoginWay
from tenantry.render.terminal import say

PASTE = "paste the address that the browser ended at, which is not shown, and press Enter"


def way_for(login: LoginWay, file: TenantFile, flows: Iterable[smoke.Flow]) -> smoke.Way:
    """Return a way of logging in to these flows of a file's tenant, to be opened.

    Raises: UsageError when it does not lead there, or what it needs is missing.
    """
    is_embedded = file.tenant.emulator is not None
    if login == "interactive" and is_embedded:
        raise UsageError(
            f"no browser can reach {file.state.tenant}, which lives in this process: serve it with"
            " `tenantry emulator --seed FILE`, and give its address as `tenant: {base_url: …}`"
        )
    ways: dict[LoginWay, Callable[[], smoke.Way]] = {
        "http": smoke.Way,
        "browser": smoke.OverChromium,
        "interactive": lambda: smoke.ByHand(Terminal()),
    }
    way = ways[login]()
    way.ready_for(flows)
    return way


def way_of(proving: Proving, file: TenantFile) -> smoke.Way:
    """Return the way of logging in to everything that a smoke run proves.

    Raises: UsageError
    """
    asked = due(file, proving.level)
    return way_for(proving.login, file, asked.flows if asked.expected_use["logins"] else ())


class Terminal:
    """The person at the terminal, and the browser that their system opens."""

    def invite(self, url: str, who: str) -> None:
        """Open an address and show it, for browsers that do not open or are elsewhere."""
        say(sys.stderr, f"log in as {who}, in the browser that opens, or in one of your own at")
        say(sys.stderr, f"  {url}")
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    def pasted(self, why: str) -> str:
        """Return what the person pastes; it holds a code and is not echoed."""
        if why:
            say(sys.stderr, f"not the answer: {why}")
        with _ctrl_c_ends_it():
            try:
                return str(click.prompt(PASTE, default="", show_default=False, hide_input=True, err=True))
            except click.Abort:
                raise KeyboardInterrupt from None

    @property
    def can_be_asked(self) -> bool:
        """Return whether somebody reads and answers."""
        return is_terminal()


@contextmanager
def _ctrl_c_ends_it() -> Iterator[None]:
    """Let Ctrl-C end the question at once; an event loop would wait for the answer first."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
