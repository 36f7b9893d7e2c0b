"""A line on stderr that says what takes so long, on a terminal only."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tenantry.render.terminal import console


@contextmanager
def progress(sentence: str, *, is_quiet: bool = False) -> Iterator[None]:
    """Show the sentence, moving, for as long as the work lasts; pipelines and files see nothing of it.

    ``is_quiet`` keeps the terminal free for a conversation.
    """
    if is_quiet or not sys.stderr.isatty() or os.environ.get("CI"):
        yield
        return
    with console(sys.stderr).status(sentence):
        yield
