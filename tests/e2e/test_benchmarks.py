"""The benchmark's bare loop sends what the tool sends: the figures beside each other are of the very same requests."""

from __future__ import annotations

from benchmarks.cases import bench


def test_the_bare_loop_sends_what_the_tool_sends() -> None:
    with bench(2, latency_ms=0, repeat=1) as one:
        created, planned = (result for result, _ in zip(one.results(), range(2), strict=False))

    assert [created.case, planned.case] == ["create all", "plan"]
    assert (created.tool.writes, created.bare.writes) == (6, 6)
    assert (planned.tool.reads, planned.bare.reads) == (3, 3)
