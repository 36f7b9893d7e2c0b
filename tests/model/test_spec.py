"""What a shape knows of the marks below it."""

from __future__ import annotations

from typing import Annotated

from tenantry.model.marks import IMMUTABLE, Once, Ref, Sensitive
from tenantry.model.secret import Secret
from tenantry.model.spec import Spec, shape_of


class Inner(Spec):
    """Something inside."""

    owner: Annotated[str | None, Ref("applications")] = None
    note: str | None = None


class Outer(Spec):
    """Something with marks at and below its members."""

    plain: str | None = None
    fixed: Annotated[str | None, IMMUTABLE] = None
    inner: Inner | None = None
    many: list[Inner] | None = None
    word: Annotated[str | Secret | None, Sensitive.WRITE_ONLY] = None


def test_members_that_hold_a_mark_are_those_with_one_at_or_below_them() -> None:
    shape = shape_of(Outer)
    assert list(shape.holding(Ref)) == ["inner", "many"]
    assert list(shape.holding(Once)) == ["fixed"]
    assert list(shape.holding(Ref, Sensitive)) == ["inner", "many", "word"]
    assert shape.holding(Ref)["inner"] is shape.members["inner"]
