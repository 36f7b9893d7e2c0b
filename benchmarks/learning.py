"""What answers teach: the parts of them that later requests are made of."""

from __future__ import annotations

from typing import Any

OF_CREATE = ("client_id", "id", "identifier")
OF_LIST = ("next",)


def learned(answer: Any, *, is_create: bool) -> list[str]:
    """Return the names of what was created, or the continuation of a list; empty texts where there are none."""
    members = answer if isinstance(answer, dict) else {}
    return [str(members.get(name) or "") for name in (OF_CREATE if is_create else OF_LIST)]
