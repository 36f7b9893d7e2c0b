"""Long lines on a narrow terminal: broken between words, and never within one.

What follows a break stands below the part that it belongs to. A command is broken so that the shell still takes it. textwrap
knows no styles, and neither it nor rich knows where a line goes on or what of it is a command.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import accumulate

from tenantry.render.lines import COMMAND, HANG, WHOLE, Lines, Part

_WORD = re.compile(r"\S+")
_KEPT = {COMMAND: re.compile(r"""(?:'[^']*'|"[^"]*"|[^\s'"])+"""), WHOLE: re.compile(r"\S.*\S")}
"""By style, what is never broken: the arguments of a command, and words that stand together."""
DEEPER = 2
"""How much deeper than its beginning a line goes on that does not say where."""
GOES_ON = " \\"
"""What tells a shell that the command goes on in the next line."""


def folded(lines: Lines, width: int) -> list[Part]:
    """Return the text in pieces, none of its lines wider than ``width`` cells but where a single word is."""
    return [part for line in _split(lines.parts) for part in _folded(line, width)]


def _split(parts: list[Part]) -> Iterator[list[Part]]:
    """Yield the parts of each line, without what ends it."""
    line: list[Part] = []
    for words, style in parts:
        first, *others = words.split("\n")
        line.append((first, style))
        for other in others:
            yield line
            line = [(other, style)]
    if any(words for words, _ in line):
        yield line


def _folded(line: list[Part], width: int) -> Iterator[Part]:
    """Yield the parts of one line with breaks where it is too long."""
    hang, position = _hang(line, width), 0
    for begin, end, sign in _breaks(line, width, hang):
        yield from _cut(line, position, begin)
        yield f"{sign}\n{' ' * hang}", ""
        position = end
    yield from _cut(line, position, sys.maxsize)
    yield "\n", ""


def _cut(line: list[Part], begin: int, end: int) -> Iterator[Part]:
    """Yield what lies between two positions of the line's text."""
    start = 0
    for words, style in line:
        if piece := words[max(begin - start, 0) : max(end - start, 0)]:
            yield piece, style
        start += len(words)


def _breaks(line: list[Part], width: int, hang: int) -> Iterator[tuple[int, int, str]]:
    """Yield where each gap between two words that becomes a break begins and ends, and what ends the line before it."""
    text = "".join(words for words, _ in line)
    if _cells(text) <= width:
        return
    commands = _commands(line)
    column = end = 0
    for word in _WORD.finditer(_masked(line)):
        begins, command = word.start(), _around(word.start(), commands)
        is_inside = command is not None and begins > command[0]
        whole = _cells(text[begins : command[1]]) if command and not is_inside else 0
        gap, cells = begins - end, _cells(text[begins : word.end()])
        room = width - (len(GOES_ON) if is_inside else 0)
        if end and column + gap + max(cells, whole) > room:
            yield end, begins, GOES_ON if is_inside else ""
            column = hang + cells
        else:
            column += gap + cells
        end = word.end()


def _around(position: int, spans: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the span around a position, if there is one."""
    return next((span for span in spans if span[0] <= position < span[1]), None)


def _commands(line: list[Part]) -> list[tuple[int, int]]:
    """Return where the commands begin and end."""
    ends = list(accumulate(len(words) for words, _ in line))
    return [(end - len(words), end) for (words, style), end in zip(line, ends, strict=True) if style == COMMAND]


def _masked(line: list[Part]) -> str:
    """Return the line's text with letters for the spaces at which it must not be broken."""
    return "".join(
        _KEPT[style].sub(lambda kept: "x" * len(kept[0]), words) if style in _KEPT else words for words, style in line
    )


def _hang(line: list[Part], width: int) -> int:
    """Return the column at which the line goes on: the marked one, or deeper than it begins where that leaves no room.

    A word too wide for the room behind the mark, such as an address, takes from the indent what it needs.
    """
    text = "".join(words for words, _ in line)
    least = min(len(text) - len(text.lstrip()) + DEEPER, width // 2)
    mark = next((number for number, (_, style) in enumerate(line) if style == HANG), None)
    if mark is None:
        return least
    marked = _cells("".join(words for words, _ in line[:mark]))
    widest = max((_cells(word) for word in _masked(line).split()), default=0)
    return max(min(least, marked), min(marked, width - widest)) if marked <= width // 2 else least


def _cells(text: str) -> int:
    """Return how many columns a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415  a help page need not wait for it

    return cell_len(text)
