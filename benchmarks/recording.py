"""Runs a command of the tool and writes down every request it sends: `python -m benchmarks.recording FILE COMMAND …`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx

from benchmarks.learning import learned
from tenantry.cli.entry import run
from tenantry.management import lanes, wire


def recorded(file: Path, arguments: list[str]) -> int:
    """Return the exit code of the command; the file then holds its requests in the order in which they were sent."""
    entries: list[dict[str, Any]] = []
    exchanged = lanes.exchanged

    async def note(lane: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
        entry: dict[str, Any] = {
            "method": request.method,
            "target": request.url.raw_path.decode(),
            "body": request.content.decode(),
        }
        entry["type"] = request.headers.get("content-type", "")
        entries.append(entry)
        response = await exchanged(lane, request)
        entry["learned"] = learned(response.json() if response.content else None, is_create=request.method == "POST")
        return response

    with patch.object(wire, "exchanged", note):  # the one place that all requests pass
        code = run(arguments)
    file.write_text(json.dumps(entries), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(recorded(Path(sys.argv[1]), sys.argv[2:]))
