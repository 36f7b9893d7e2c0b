"""A kind that no tenant has, with a field of every form: tables of values are read against it."""

from typing import Annotated, Any

from tenantry.model.kind import Kind, Scopes
from tenantry.model.marks import (
    READABLE_SECRET,
    WRITE_ONLY_SECRET,
    AbsentMeans,
    Clear,
    Excludes,
    InOrder,
    Keyed,
    MadeOf,
    Merges,
    Program,
    Ref,
    RefKeys,
    Unordered,
    Unreturned,
)
from tenantry.model.spec import Shape, Spec, shape_of
from tenantry.model.values import ListOf, MapOf, SetOf


class Item(Spec):
    """An object in a list."""

    value: str
    note: str | None = None
    password: Annotated[str | None, WRITE_ONLY_SECRET] = None


class Inner(Spec):
    """An object in an object."""

    a: int | None = None
    b: Annotated[str | None, Clear("none")] = None
    tags: Annotated[list[str] | None, Unordered()] = None
    password: Annotated[str | None, WRITE_ONLY_SECRET] = None


class Nested(Spec):
    """An object that merges inside one that does."""

    a: int | None = None
    friend: Annotated[str | None, Ref("toys")] = None
    password: Annotated[str | None, WRITE_ONLY_SECRET] = None


class Outer(Spec):
    """An object that holds another."""

    nested: Annotated[Nested | None, Merges()] = None


class Bond(Spec):
    """An object in an ordered list that refers to something and holds a secret."""

    friend: Annotated[str | None, Ref("toys")] = None
    key: Annotated[str | None, READABLE_SECRET] = None


class Toy(Spec):
    """Everything that a field can be."""

    text: Annotated[str | None, Clear("")] = None
    code: Annotated[str | None, Program()] = None
    number: float | None = None
    tags: SetOf[str] | None = None
    items: Annotated[ListOf[Item] | None, Keyed("value")] = None
    steps: Annotated[list[Item] | None, InOrder()] = None
    inner: Inner | None = None
    merged: Annotated[Inner | None, Merges()] = None
    outer: Annotated[Outer | None, Merges()] = None
    texts: MapOf[str] | None = None
    shrinking: Annotated[MapOf[str] | None, Merges(removes=True)] = None
    scopes: MapOf[Annotated[list[str], Unordered()]] | None = None
    inners: MapOf[Inner] | None = None
    friend: Annotated[str | None, Ref("toys")] = None
    friends: Annotated[list[str] | None, Ref("toys"), Unordered()] = None
    by_friend: Annotated[MapOf[str] | None, RefKeys("toys")] = None
    readable: Annotated[str | None, READABLE_SECRET] = None
    hidden: Annotated[str | None, WRITE_ONLY_SECRET] = None
    secrets: Annotated[MapOf[str] | None, WRITE_ONLY_SECRET] = None
    never: Annotated[str | None, Unreturned()] = None
    mode: Annotated[str | None, AbsentMeans("tenant")] = None
    free: dict[str, Any] | None = None
    bonds: Annotated[list[Bond] | None, InOrder()] = None
    older: str | None = None
    oldest: str | None = None
    newer: Annotated[str | None, Excludes(("older", "oldest"))] = None
    switch: bool | None = None
    made: Annotated[str | None, MadeOf(frozenset({"switch"}))] = None


TOY = shape_of(Toy)
TOYS = Kind("toys", "toy", Toy, ("toys",), Scopes(), key=("text",))


def shape(name: str) -> Shape:
    """Return the shape of a field of the toy."""
    return TOY.members[name]
