"""Staged work of the server, awaited: a condition is looked at again and again, for a bounded time.

Source: Auth0 docs and recordings: action builds take moments to a minute; a deleted connection is shown for a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from tenantry.apply.resolve import path
from tenantry.management.answers import NOT_FOUND
from tenantry.management.client import ManagementClient
from tenantry.model.address import Address
from tenantry.model.call import Wait
from tenantry.model.errors import ApiError, Interrupted

LONGEST_S = 180.0
FIRST_LOOKS_S = (0.1, 0.2, 0.5, 1.0)
THEN_EVERY_S = 2.0
SHOWN_AFTER_S = 7.5
"""How long a tenant may answer reads from before a create; what is not there until then is not there yet."""


async def hold(
    client: ManagementClient,
    wait: Wait,
    ids: Mapping[Address, str],
    longest_s: float = LONGEST_S,
    stop: asyncio.Event | None = None,
) -> None:
    """Return once the condition holds.

    Raises: ApiError when it never will, or did not in time; Interrupted when ``stop`` is set first.
    """
    segments = path(wait.path, ids)
    aim = f"{wait.field} to become {wait.value!r}" if wait.field else "it to be gone"
    waited_s = 0.0
    for pause_s in (*_looks(longest_s), None):
        found = await _member(client, wait, segments, is_young=waited_s < SHOWN_AFTER_S)
        if found in wait.failed:
            raise _never(segments, f"{wait.field} became {found!r}")
        if found == wait.value:
            return
        if stop is not None and stop.is_set():
            message = f"interrupted while waiting for {aim}"
            raise Interrupted(message)
        if pause_s is not None:
            waited_s += pause_s
            await client.sleep(pause_s)
    raise _never(segments, f"waited {longest_s:.0f} s for {aim}")


def _looks(longest_s: float) -> Iterator[float]:
    """Yield the pauses between looks, together no longer than ``longest_s``."""
    spent = 0.0
    for pause_s in FIRST_LOOKS_S:
        if spent + pause_s > longest_s:
            return
        spent += pause_s
        yield pause_s
    while spent + THEN_EVERY_S <= longest_s:
        spent += THEN_EVERY_S
        yield THEN_EVERY_S


async def _member(client: ManagementClient, wait: Wait, segments: tuple[str, ...], *, is_young: bool) -> Any:
    """Return the awaited member as it is now, None where what is young does not show; of what must go, whether it is there."""
    try:
        body = await client.get(segments)
    except ApiError as error:
        if error.status == NOT_FOUND and (is_young or not wait.field):
            return None
        raise
    if not wait.field:
        return "there"
    return body.get(wait.field) if isinstance(body, dict) else None


def _never(segments: tuple[str, ...], message: str) -> ApiError:
    """Return the error of a condition that did not come true."""
    return ApiError(message, method="GET", path="/api/v2/" + "/".join(segments))
