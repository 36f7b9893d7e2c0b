"""Names that change hands: natural keys that only one resource can have, given up by one and taken by another.

A name is free only when nobody has it, so whoever gives it up goes first, and nobody takes a name that is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tenantry.model.address import Address
from tenantry.model.errors import ConfigError, ConfigErrors
from tenantry.model.kind import Key, Kind
from tenantry.model.state import LiveState
from tenantry.plan.draft import Draft
from tenantry.plan.match import key_view
from tenantry.plan.names import Names
from tenantry.plan.types import Action

Name = tuple[str, Key]
"""A section, and the natural key that only one of its resources can have."""


def given_up(made: Draft) -> Name | None:
    """Return the name that a resource has and will not keep."""
    held = _held(made)
    return held if held != _wanted(made) else None


def taken(made: Draft) -> Name | None:
    """Return the name that a resource will have and does not have yet."""
    wanted = _wanted(made)
    return wanted if wanted != _held(made) else None


def _held(made: Draft) -> Name | None:
    return _name(made.kind, made.known) if made.found else None


def _wanted(made: Draft) -> Name | None:
    return None if made.action is Action.DELETE else _name(made.kind, {**made.known, **made.target})


def _name(kind: Kind, tree: Mapping[str, Any]) -> Name | None:
    return (kind.section, kind.natural_key(tree)) if kind.key and kind.is_unique else None


def require_free(drafts: Mapping[Address, Draft], live: LiveState, names: Names, leaving: Collection[str]) -> None:
    """Check that nobody takes a name that another one keeps, or takes as well; ``leaving``: ids of what goes along.

    Raises: ConfigErrors for each that does.
    """
    acting = [made for made in drafts.values() if made.action]
    takers = [(name, made) for made in acting if (name := taken(made))]
    going = {made.found.id for made in acting if made.found and given_up(made)} | set(leaving)
    kept: dict[Name, str] = {}
    for kind in {made.kind.section: made.kind for _, made in takers}.values():
        for each in live.of(kind.section):
            if each.id not in going:
                kept[kind.section, kind.natural_key(key_view(kind, each, names))] = f"the tenant's {each.id}"
    errors: list[ConfigError] = []
    for name, made in takers:
        if name in kept:
            errors.append(_not_free(made, kept[name]))
        kept[name] = str(made.address)
    if errors:
        raise ConfigErrors(errors)


def _not_free(made: Draft, keeper: str) -> ConfigError:
    """Return the refusal of a name that will not be free."""
    message = (
        f"{made.address} is to be called {made.name}, and so is {keeper}, which keeps it; "
        f"the tenant lets only one {made.kind.noun} have it: give one of them another {' + '.join(made.kind.key)}"
    )
    return ConfigError(message, made.place(made.kind.key[:1]), str(made.address), code="name_taken")


def exchanged(pairs: Iterable[tuple[Draft, Draft]]) -> ConfigErrors:
    """Return the refusal of names that go round in a circle; each pair is who gives one up and who takes it."""
    return ConfigErrors([_waits(giver, taker) for giver, taker in pairs])


def _waits(giver: Draft, taker: Draft) -> ConfigError:
    """Return why one of the circle cannot have its name."""
    key, place = " + ".join(taker.kind.key), giver.place(giver.kind.key[:1])
    message = (
        f"{taker.address} takes the {key} {taker.name} of {giver.address}{f' ({place})' if place else ''}, which itself waits "
        f"for what {taker.address} gives up; the tenant lets only one {taker.kind.noun} have it: "
        f"apply once with another {key} for one of them, then with this one"
    )
    return ConfigError(message, taker.place(taker.kind.key[:1]), str(taker.address), code="name_circle")
