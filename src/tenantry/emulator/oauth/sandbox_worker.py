"""The process in which Actions run: a line of JSON in, a line of JSON out, until its input ends.

It is a script of its own, imports nothing of tenantry, and may be killed at any time.
Source: the emulator's own; Auth0 runs Actions in Node.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

MEMORY_LIMIT_BYTES = 128 * 1024 * 1024


def main() -> None:
    """Answer each line of the input."""
    prelude = Path(__file__).with_name("sandbox.js").read_text()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(prelude, json.loads(line))) + "\n")
        sys.stdout.flush()


def answer(prelude: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return what an Action did, in an engine that no other Action has seen."""
    try:
        from py_mini_racer import JSEvalException, JSPromise, MiniRacer  # noqa: PLC0415 - what if it is not there
    except ImportError:
        return _failure("the package mini-racer, which runs Actions, is not installed")
    arguments = (wanted["source"], wanted["handler"], json.dumps(wanted["event"]), wanted["commands"])
    engine = MiniRacer()
    try:
        engine.set_hard_memory_limit(MEMORY_LIMIT_BYTES)
        engine.eval(prelude)
        promise = engine.eval(f"runAction({', '.join(map(json.dumps, arguments))})")
        if not isinstance(promise, JSPromise):
            return _failure("the engine gave no promise")
        done: dict[str, Any] = json.loads(str(promise.get()))
    except JSEvalException as failure:
        return _failure(str(failure))
    finally:
        engine.close()
    return done


def _failure(error: str) -> dict[str, Any]:
    return {"commands": [], "printed": [], "error": error}


if __name__ == "__main__":
    main()
