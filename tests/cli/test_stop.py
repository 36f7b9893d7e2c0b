from __future__ import annotations

import asyncio
import signal

import pytest

from tenantry.cli.write.stop import SIGNALS, stopping


def test_the_first_signal_asks_and_the_second_cancels() -> None:
    async def work() -> list[str]:
        seen: list[str] = []
        stop = asyncio.Event()
        with stopping(stop, seen.append):
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(0.05)
            seen.append("asked" if stop.is_set() else "nothing")
            signal.raise_signal(signal.SIGINT)
            try:
                await asyncio.sleep(5)
            except asyncio.CancelledError:
                seen.append("cancelled")
        return seen

    assert asyncio.run(work()) == [
        "Stopping: what is on its way is finished first. Once more ends at once.",
        "asked",
        "cancelled",
    ]


def test_the_handlers_from_before_are_back_afterwards() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]

    async def work() -> None:
        inside = [signal.getsignal(number) for number in SIGNALS]
        with stopping(asyncio.Event()):
            pass
        assert [signal.getsignal(number) for number in SIGNALS] == inside

    asyncio.run(work())
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_outside_the_main_thread_nothing_changes() -> None:
    async def work() -> None:
        with stopping(asyncio.Event()):
            await asyncio.sleep(0)

    async def elsewhere() -> None:
        await asyncio.to_thread(asyncio.run, work())

    asyncio.run(elsewhere())


def test_nothing_is_asked_without_a_signal() -> None:
    async def work() -> bool:
        stop = asyncio.Event()
        with stopping(stop):
            await asyncio.sleep(0)
        return stop.is_set()

    assert not asyncio.run(work())


@pytest.mark.parametrize("number", SIGNALS)
def test_both_ways_to_end_are_heard(number: signal.Signals) -> None:
    async def work() -> bool:
        stop = asyncio.Event()
        with stopping(stop):
            signal.raise_signal(number)
            await asyncio.sleep(0.05)
        return stop.is_set()

    assert asyncio.run(work())
