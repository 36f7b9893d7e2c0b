"""The results as a table in Markdown and as a picture."""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import log10
from pathlib import Path
from typing import Any

Row = dict[str, Any]
COLOURS = {"create all": "#c0392b", "plan": "#2471a3", "no-op apply": "#1e8449", "10 % change": "#b9770e", "export": "#7d3c98"}
WIDTH, HEIGHT, MARGIN = 720, 420, 60


def report(results: Path, folder: Path) -> None:
    """Write ``table.md`` and ``plot.svg`` from a file of results."""
    rows = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    (folder / "table.md").write_text(table(rows), encoding="utf-8")
    without_latency = [row for row in rows if row["kind"] == "bare" and not row["latency_ms"]]
    (folder / "plot.svg").write_text(picture(without_latency), encoding="utf-8")


def table(rows: Iterable[Row]) -> str:
    """Return the table: what the tool took, what the other took, and the ratio."""
    costs = ["wall s", "CPU s", "MB"]
    columns = ["case", "resources", "latency", "requests", "429", *costs, "beside", *costs, "wall ratio", "CPU ratio"]
    lines = [f"| {' | '.join(columns)} |", "| --- " + "| ---: " * 7 + "| --- " + "| ---: " * 5 + "|"]
    names = {"bare": "bare httpx", "deploy-cli": "deploy-cli", "limited": "the limit itself", "start": "click alone"}
    for row in rows:
        tool, other = row["tool"], row["bare"]
        cells = [
            row["case"],
            f"{row['resources']:,}",
            f"{row['latency_ms']} ms",
            f"{tool['reads'] + tool['writes']:,}",
            str(tool["rate_limited"]),
            *_figures(tool),
            names[row["kind"]],
            *_figures(other),
            _ratio(row["wall_ratio"]),
            _ratio(row["cpu_ratio"]),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _ratio(ratio: float) -> str:
    """Return a ratio with two digits that say something; empty when there is none."""
    return f"{ratio:.2g}" if ratio else ""


def _figures(cost: dict[str, float]) -> tuple[str, str, str]:
    """Return wall time, CPU time and memory; empty where they were not measured."""
    return (
        f"{cost['wall_s']:.2f}" if cost["wall_s"] else "",
        f"{cost['cpu_s']:.2f}" if cost["cpu_s"] else "",
        f"{cost['memory_mb']:.0f}" if cost["memory_mb"] else "",
    )


def picture(rows: list[Row]) -> str:
    """Return CPU time over resources, both in powers of ten, as SVG: a straight line that rises by one is linear."""

    def at(resources: float, seconds: float) -> tuple[float, float]:
        x = MARGIN + (log10(resources) - 1) / 4 * (WIDTH - 2 * MARGIN)
        return x, HEIGHT - MARGIN - (log10(seconds) + 1) / 4 * (HEIGHT - 2 * MARGIN)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{MARGIN}" y="24" font-size="14">CPU seconds by number of resources (dashed: bare httpx)</text>',
    ]
    for power in range(-1, 4):
        _, y = at(10, 10**power)
        parts.append(f'<line x1="{MARGIN}" y1="{y:.0f}" x2="{WIDTH - MARGIN}" y2="{y:.0f}" stroke="#ddd"/>')
        parts.append(f'<text x="{MARGIN - 8}" y="{y + 4:.0f}" text-anchor="end">{10**power:g} s</text>')
    for power in range(1, 6):
        x, _ = at(10**power, 1)
        parts.append(f'<line x1="{x:.0f}" y1="{MARGIN}" x2="{x:.0f}" y2="{HEIGHT - MARGIN}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.0f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">{10**power:,}</text>')
    for number, (case, colour) in enumerate(COLOURS.items()):
        mine = sorted((row["resources"], row["tool"]["cpu_s"], row["bare"]["cpu_s"]) for row in rows if row["case"] == case)
        for column, dash in ((1, ""), (2, ' stroke-dasharray="4 4"')):
            points = " ".join("{:.1f},{:.1f}".format(*at(each[0], each[column])) for each in mine if each[column])
            parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        y = MARGIN + 18 * number + 12
        parts.append(f'<text x="{MARGIN + 12}" y="{y}" fill="{colour}">{case}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
