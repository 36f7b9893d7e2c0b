"""The least that a plan may take beside its requests: `python -m benchmarks.floor FILE …`.

It imports what the tool is built on, as the tool does, and lets libyaml read the files to their ends; nothing is kept.
"""

from __future__ import annotations

import asyncio
import os
import sys
from importlib import import_module
from pathlib import Path


def load() -> None:
    """Import the libraries without what the tool leaves out: httpx's command line, the search for pydantic's plugins."""
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    sys.modules["httpx._main"] = None  # type: ignore[assignment]  # Python's way to say that there is no such module
    import_module("click")
    import_module("pydantic").create_model("Anything")


def read(path: Path) -> None:
    """Let the parser run over a file."""
    yaml = import_module("yaml")
    loader = yaml.CSafeLoader(path.read_text(encoding="utf-8"))
    while not isinstance(loader.get_event(), yaml.StreamEndEvent):
        pass


async def connect() -> None:
    """Make what would send the requests."""
    async with import_module("httpx").AsyncClient():
        pass


if __name__ == "__main__":
    load()
    for name in sys.argv[1:]:
        read(Path(name))
    asyncio.run(connect())
