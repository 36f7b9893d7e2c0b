"""The typed form of a resource, and the shape that comparison and writing read from it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import cache, cached_property
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from tenantry.model.marks import (
    READABLE_SECRET,
    AbsentMeans,
    Excludes,
    InOrder,
    Keyed,
    MadeOf,
    Mark,
    Sensitive,
    Twin,
    Undivided,
    Unordered,
)
from tenantry.model.secret import Secret, sounds_secret

M = TypeVar("M", bound=Mark)


class Spec(BaseModel):
    """An object with named fields as the configuration declares it; ``model_fields_set`` is what was said.

    ``needs``: members without which the server refuses the object. A file may leave out those that the tenant holds.
    """

    model_config = ConfigDict(
        extra="forbid", arbitrary_types_allowed=True, strict=True, hide_input_in_errors=True, defer_build=True
    )
    needs: ClassVar[tuple[str, ...]] = ()


class Block(Spec):
    """An object that only the tool reads, and no tenant holds: every collection in it is ``Undivided``."""


class Form(Enum):
    """How a value is compared."""

    __hash__ = object.__hash__  # each is one of its kind; Enum's own hashes the name at every look-up

    SCALAR = auto()
    OBJECT = auto()
    """Named members, compared one by one."""
    MAP = auto()
    """Free keys: a collection."""
    SET = auto()
    KEYED = auto()
    ORDERED = auto()
    FREE = auto()
    """Anything, compared as it is."""


@dataclass(frozen=True)
class Shape:
    """The form of a value, its marks, and the shapes of what is inside it."""

    form: Form
    marks: tuple[Mark, ...] = ()
    members: dict[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    is_open: bool = False
    """An object that may have members that nobody named."""
    needs: tuple[str, ...] = ()
    """Members without which the server refuses the object."""

    def mark(self, kind: type[M]) -> M | None:
        """Return the mark of this type, if the field carries one."""
        found: M | None = self._by_type.get(kind)
        return found

    @cached_property
    def _by_type(self) -> dict[type[Any], Any]:
        """The first mark of each type; asked for at every value of every resource, so it is kept."""
        return {type(mark): mark for mark in reversed(self.marks)}

    def holds(self, *kinds: type[Mark]) -> bool:
        """Return whether the field, or anything inside it, carries a mark of one of these types."""
        return not self.within.isdisjoint(kinds)

    @cached_property
    def within(self) -> frozenset[type[Mark]]:
        """The types of all marks at and below the field; most fields carry none, and need not be walked for them."""
        inside = [*self.members.values(), *([self.item] if self.item else [])]
        return frozenset(map(type, self.marks)).union(*(shape.within for shape in inside))

    def holding(self, *kinds: type[Mark]) -> dict[str, Shape]:
        """Return the members at or below which there is a mark of one of these types."""
        if kinds not in self._holding:
            self._holding[kinds] = {name: member for name, member in self.members.items() if member.holds(*kinds)}
        return self._holding[kinds]

    @cached_property
    def _holding(self) -> dict[tuple[type[Mark], ...], dict[str, Shape]]:
        """What ``holding`` found: it is asked at every resource."""
        return {}

    @cached_property
    def twins(self) -> dict[str, Twin]:
        """For members that are read back in another unit: their marks."""
        return {name: mark for name, member in self.members.items() if (mark := member.mark(Twin))}

    @cached_property
    def rivals(self) -> dict[str, frozenset[str]]:
        """For members that exclude each other: the names that cannot stand beside each."""
        found: dict[str, set[str]] = {}
        for name, member in self.members.items():
            for other in mark.names if (mark := member.mark(Excludes)) else ():
                found.setdefault(name, set()).add(other)
                found.setdefault(other, set()).add(name)
        return {name: frozenset(others) for name, others in found.items()}

    @cached_property
    def sources(self) -> dict[str, frozenset[str]]:
        """For members that the server makes of others: the names of those."""
        return {name: mark.names for name, member in self.members.items() if (mark := member.mark(MadeOf))}

    def inside(self, name: Any) -> Shape:
        """Return the shape of a member of an object, or of a value of a map.

        What nobody named is compared as it is; inside an open object it is a secret if its name sounds like one.
        """
        known = self.members.get(name) or self.item
        if known or not self.is_open:
            return known or FREE
        return _GUESSED if sounds_secret(str(name)) else _UNNAMED

    def spoken(self, value: Any) -> Any:
        """Return the value, with silence replaced by what the server means by it."""
        mark = self.mark(AbsentMeans) if value is None else None
        return mark.value if mark else value

    def has(self, mark: Mark) -> bool:
        """Return whether the field carries exactly this mark."""
        return mark in self.marks


FREE = Shape(Form.FREE)
_UNNAMED = Shape(Form.FREE, is_open=True)
_GUESSED = Shape(Form.MAP, (READABLE_SECRET,), item=Shape(Form.SCALAR, (READABLE_SECRET,)))
"""A secret, or a map of secrets."""


@cache
def shape_of(spec: type[BaseModel]) -> Shape:
    """Return the shape of a Spec: an object with one member per field."""
    members = {
        name: _shape(info.annotation, tuple(mark for mark in marked(spec, info) if isinstance(mark, Mark)))
        for name, info in spec.model_fields.items()
    }
    return Shape(
        Form.OBJECT, members=members, is_open=spec.model_config.get("extra") == "allow", needs=getattr(spec, "needs", ())
    )


def marked(spec: type[BaseModel], info: FieldInfo) -> tuple[Any, ...]:
    """Return the metadata of a field, with the mark that all fields of a block carry."""
    return (*info.metadata, Undivided()) if issubclass(spec, Block) else tuple(info.metadata)


def inherited(marks: tuple[Any, ...], *kinds: type[Mark]) -> tuple[Any, ...]:
    """Return the marks of a collection that speak of what is inside it as well."""
    return tuple(mark for mark in marks if isinstance(mark, (Undivided, *kinds)))


def _shape(annotation: Any, marks: tuple[Mark, ...]) -> Shape:
    """Return the shape that a type annotation and the marks around it describe."""
    if get_origin(annotation) is Annotated:
        inner, *extra = get_args(annotation)
        return _shape(inner, (*marks, *(mark for mark in extra if isinstance(mark, Mark))))
    if get_origin(annotation) in (Union, UnionType):
        return _shape_of_union(get_args(annotation), marks)
    if get_origin(annotation) is list:
        return Shape(_list_form(marks), marks, item=_shape(get_args(annotation)[0], inherited(marks)))
    if get_origin(annotation) is dict:
        return Shape(Form.MAP, marks, item=_shape(get_args(annotation)[1], inherited(marks, Sensitive)))
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        return replace(shape_of(annotation), marks=marks)
    return Shape(Form.FREE if annotation is Any else Form.SCALAR, marks)


def _shape_of_union(options: tuple[Any, ...], marks: tuple[Mark, ...]) -> Shape:
    """Return the shape of the option that says most: an object or a collection before a scalar."""
    shapes = [_shape(option, marks) for option in options if option not in (NoneType, Secret)]
    return next((shape for shape in shapes if shape.form is not Form.SCALAR), shapes[0])


def _list_form(marks: tuple[Mark, ...]) -> Form:
    """Return how a list compares; one without a mark keeps its order."""
    for mark in marks:
        if isinstance(mark, Keyed):
            return Form.KEYED
        if isinstance(mark, Unordered):
            return Form.SET
        if isinstance(mark, InOrder):
            return Form.ORDERED
    return Form.ORDERED
