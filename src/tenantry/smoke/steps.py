"""Steps that are taken once and remembered, so that assertions can ask for evidence in any order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from tenantry.smoke.stops import Stopped, skipped

T = TypeVar("T")


class Steps:
    """Remembers what each step gave. A step that failed fails its first asker; later ones were *not reached*."""

    def __init__(self) -> None:
        self._done: dict[str, Any] = {}
        self._stopped: dict[str, Stopped] = {}

    async def once(self, name: str, step: Callable[[], Awaitable[T]]) -> T:
        """Return what the step gives, taking it when nobody has.

        Raises: Stopped
        """
        self.need(name)
        if name not in self._done:
            try:
                self._done[name] = await step()
            except Stopped as stop:
                self._stopped[name] = stop
                raise
        result: T = self._done[name]
        return result

    def need(self, name: str) -> None:
        """Return unless the step was taken and failed.

        Raises: Stopped
        """
        if name in self._stopped:
            raise not_reached(self._stopped[name])

    def forget(self, name: str) -> None:
        """Let the step be taken again by whoever asks next, and let that one be told if it fails again."""
        self._stopped.pop(name, None)

    def has(self, name: str) -> bool:
        """Return whether the step was taken and gave something."""
        return name in self._done


def not_reached(stop: Stopped) -> Stopped:
    """Return the stop of what comes after a step that failed."""
    why = stop.observed.removeprefix("not reached: ")
    return skipped(f"not reached: {why}")
