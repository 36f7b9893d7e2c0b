"""The floor: httpx sending recorded requests, as many at once as the tool does: `python -m benchmarks.bare FILE URL`.

It decides nothing and compares nothing. A request waits only for the answers that it is made of: the token, ids of what was
created, the continuation of a list; and what was read after the last write is read after all writes.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.learning import learned

AT_ONCE = 8
_TEXTS = re.compile(r'"([^"]+)"')
_STEPS = re.compile(r"[/?&=]")


@dataclass
class Sent:
    """A recorded request, those whose answers it is made of, and what its own answer taught."""

    method: str
    target: str
    body: str
    type: str
    learned: list[str]
    needs: list[Sent] = field(default_factory=list)
    fresh: asyncio.Future[list[str]] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    async def written(self) -> tuple[str, str]:
        """Return target and body, made of what the answers said this time."""
        target, body = self.target, self.body
        for other in self.needs:
            for old, new in zip(other.learned, await other.fresh, strict=True):
                if old and old != new:
                    target, body = target.replace(old, new), body.replace(old, new)
        return target, body

    def learn(self, response: httpx.Response) -> None:
        """Take what later requests may need out of the answer."""
        if not any(self.learned):
            self.fresh.set_result(self.learned)
            return
        answer: Any = response.json()
        self.fresh.set_result(learned(answer, is_create=self.method == "POST"))


def linked(entries: list[dict[str, Any]]) -> list[Sent]:
    """Return the recorded requests, each knowing what it needs."""
    by_word: dict[str, Sent] = {}
    requests = []
    for entry in entries:
        sent = Sent(**entry)
        words = [*_STEPS.split(sent.target), *_TEXTS.findall(sent.body)]
        sent.needs = list({id(other): other for word in words if (other := by_word.get(word))}.values())
        by_word |= {word: sent for word in sent.learned if word}
        requests.append(sent)
    return requests


async def replay(entries: list[dict[str, Any]], url: str) -> None:
    """Send everything."""
    token, *requests = linked(entries)
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60) as client:
        answer = await client.request(token.method, token.target, content=token.body, headers={"content-type": token.type})
        client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        last_write = max((index for index, each in enumerate(requests) if each.method != "GET"), default=-1)
        for part in (requests[: last_write + 1], requests[last_write + 1 :]):
            queue = deque(part)
            await asyncio.gather(*(_work(client, queue) for _ in range(AT_ONCE)))


async def _work(client: httpx.AsyncClient, queue: deque[Sent]) -> None:
    """Send requests until there are no more."""
    while queue:
        sent = queue.popleft()
        target, body = await sent.written() if sent.needs else (sent.target, sent.body)
        headers = {"content-type": sent.type} if sent.type else {}
        response = await client.request(sent.method, target, content=body or None, headers=headers)
        response.raise_for_status()
        sent.learn(response)


if __name__ == "__main__":
    asyncio.run(replay(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), sys.argv[2]))
