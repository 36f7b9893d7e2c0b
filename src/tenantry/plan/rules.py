"""Whether what will be breaks a rule of its kind; what the tenant holds already it has accepted, and is not judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tenantry.model.errors import ConfigError, ConfigErrors
from tenantry.model.kind import Breach
from tenantry.model.note import Note
from tenantry.model.place import Path, dotted
from tenantry.model.spec import Shape
from tenantry.model.values import value_at
from tenantry.plan.draft import Draft
from tenantry.plan.types import Action


def checked(drafts: Iterable[Draft]) -> tuple[Note, ...]:
    """Return the warnings of the kinds' rules, checked on live overlaid with declared.

    Raises: ConfigErrors for every rule that the result would break, and for creates that lack a required field.
    """
    errors: list[ConfigError] = []
    notes: list[Note] = []
    for made in drafts:
        if made.resource and made.action not in {None, Action.DELETE}:
            breaches = list(_broken(made))
            errors += (*_missing(made), *_incomplete(made), *(_error(made, each) for each in breaches if not each.is_warning))
            notes += (*_left_to_server(made), *(_warning(made, each) for each in breaches if each.is_warning))
    if errors:
        raise ConfigErrors(errors)
    return tuple(notes)


def _broken(made: Draft) -> Iterator[Breach]:
    """Yield the breaches that the files bring about."""
    merged = overlaid(made)
    for rule in made.kind.rules:
        accepted = set(rule(made.live)) if made.found else set()
        yield from (breach for breach in rule(merged) if breach not in accepted)


def overlaid(made: Draft) -> dict[str, Any]:
    """Return what the resource will hold; of a value in two units only the unit that is declared."""
    merged = {**made.live, **made.target}
    for name, twin in made.kind.shape.twins.items():
        if name not in made.target:
            merged.pop(name, None)
        elif twin.of not in made.target:
            merged.pop(twin.of, None)
    return merged


def _error(made: Draft, breach: Breach) -> ConfigError:
    return ConfigError(breach.sentence, made.place(breach.path), str(made.address), code="rule")


def _warning(made: Draft, breach: Breach) -> Note:
    return Note(breach.message, made.address, made.place(breach.path))


def _missing(made: Draft) -> Iterator[ConfigError]:
    """Yield an error for each required field that a create lacks."""
    for name in made.kind.required if made.action is Action.CREATE else ():
        if made.target.get(name) is None:
            message = f"{made.address} does not exist yet, and creating it needs `{name}`"
            yield ConfigError(message, made.place(), str(made.address), code="required")


def _incomplete(made: Draft) -> Iterator[ConfigError]:
    """Yield an error for each object that would be written without a member that the server demands."""
    written = {name: made.target[name] for name in made.written}
    held = set(_lacks(made.live, made.kind.shape, ()))
    for path, needed in _lacks(written, made.kind.shape, ()):
        if (path, needed) not in held:
            sentence = f"`{dotted(path)}` needs `{needed}` as well, which the tenant does not hold yet"
            yield ConfigError(sentence, made.place(path), str(made.address), code="required")


def _lacks(value: Mapping[str, Any], shape: Shape, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield each object at or inside this one that says something but not all that it must, with what is missing."""
    yield from ((path, needed) for needed in shape.needs if value and value.get(needed) is None)
    for name, item in value.items():
        if isinstance(item, Mapping):
            yield from _lacks(item, shape.inside(name), (*path, name))


def _left_to_server(made: Draft) -> Iterator[Note]:
    """Yield a warning for each choice that a create leaves to the server, naming the choice."""
    for path, choice in made.kind.server_choices.items() if made.action is Action.CREATE else ():
        if value_at(made.target, path.split(".")) is None:
            yield Note(f"{path} is left to the server: {choice}", made.address, made.place(), code="server_choice")
