"""A line on stderr that says what takes so long, and how far it has come, on a terminal only."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tenantry.render.terminal import console

Tell = Callable[[str], None]
"""Takes a few words that say how far the work has come."""


@contextmanager
def progress(sentence: str, *, is_quiet: bool = False) -> Iterator[Tell]:
    """Show the sentence, moving, for as long as the work lasts, and give what adds how far it has come.

    Pipelines and files see nothing of it. ``is_quiet`` keeps the terminal free for a conversation.
    """
    if is_quiet or not sys.stderr.isatty() or os.environ.get("CI"):
        yield lambda _words: None
        return
    with console(sys.stderr).status(sentence) as status:
        yield lambda words: status.update(f"{sentence}: {words}")
