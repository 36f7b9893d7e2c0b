"""What a plan's reviewer must not overlook, as text and Markdown tell it: what is the same in many places is told once."""

from __future__ import annotations

from tenantry.plan.types import Plan
from tenantry.render.clean import few


def attention(plan: Plan) -> list[tuple[str, str]]:
    """Return where and what, in the plan's order; of many resources of which the same is said, the first."""
    places: dict[tuple[str, str], list[str]] = {}
    for item in plan.attention:
        places.setdefault((item.rule, item.sentence), []).append(str(item.address))
    return [(few(addresses), sentence) for (_, sentence), addresses in places.items()]
