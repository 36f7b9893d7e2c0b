"""Runs the scripts of this folder in Node.js."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LONGEST_S = 90


@dataclass(frozen=True)
class Node:
    """Node.js with an environment."""

    path: str
    environment: Mapping[str, str]

    @contextlib.contextmanager
    def talking(self, script: str, told: Mapping[str, Any]) -> Iterator[Talk]:
        """Give a script that is told something as JSON, says JSON, and may be told more."""
        process = subprocess.Popen(
            [self.path, str(HERE / script), json.dumps(told)],
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield Talk(process)
        finally:
            process.kill()
            process.communicate()


@dataclass(frozen=True)
class Talk:
    """A conversation with a running script, one line of JSON at a time."""

    process: subprocess.Popen[str]

    def hear(self) -> Any:
        """Return the next JSON that the script says, a line after `> `; if it died, the test fails with its last words."""
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            if line.startswith("> "):
                return json.loads(line[2:])
            said.append(line)
        _, errors = self.process.communicate(timeout=LONGEST_S)
        raise AssertionError(f"the script ended: {''.join(said)[-2000:]}{errors[-2000:]}")

    def say(self, document: Any) -> None:
        """Tell the script something."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(document) + "\n")
        self.process.stdin.flush()
