"""Ending in good order: the first request to stop lets finish what is on its way, the second ends at once."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""The ways to ask for an end: Ctrl-C, a polite kill, a terminal that is closed."""


@contextlib.contextmanager
def stopping(stop: asyncio.Event, say: Callable[[str], None] = lambda _sentence: None) -> Iterator[None]:
    """Let Ctrl-C and a request to terminate set ``stop``, and a second one cancel the task; where signals can be had.

    ``say`` is told that the first was heard: what is on its way may take long.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    heard = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.getsignal(number) for number in heard}

    def ask() -> None:
        if stop.is_set() and task:
            task.cancel()
        else:
            say("Stopping: what is on its way is finished first. Once more ends at once.")
        stop.set()

    try:
        for number in heard:
            loop.add_signal_handler(number, ask)
    except (NotImplementedError, RuntimeError, ValueError):  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        for number in heard:
            loop.remove_signal_handler(number)
            signal.signal(number, before[number])
