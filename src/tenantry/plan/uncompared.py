"""What is declared and not compared: fields that no read returns, and secrets whose value is not at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tenantry.model.marks import Sensitive, Unreturned
from tenantry.model.note import Note
from tenantry.model.secret import Secret
from tenantry.model.spec import Shape
from tenantry.plan.draft import Draft


def uncompared(drafts: Iterable[Draft]) -> Iterator[Note]:
    """Yield a note for each declared field that the server never returns, wholly or in part, or whose secret is not at hand."""
    for made in drafts:
        fields = made.kind.shape.holding(Unreturned, Sensitive) if made.found and made.resource else {}
        for name in (each for each in made.target if each in fields):
            for path in _unreturned(made.target[name], made.shape(name), name):
                yield Note(f"{path} cannot be read back, so it is not compared", made.address, code="unverifiable")
            if name not in made.changed and (hidden := list(_hidden(made.target[name], made.shape(name), name))):
                sentence = f"{', '.join(hidden)} cannot be read back: another value is sent only with --send-secrets"
                yield Note(sentence, made.address, code="unverifiable")
            for secret in _unknown(made.target[name], made.live.get(name), made.shape(name)):
                sentence = f"secret {secret.name} is not set, so {name} is not compared with what the tenant holds"
                yield Note(sentence, made.address, code="unverifiable")


def _unreturned(wanted: Any, shape: Shape, path: str) -> Iterator[str]:
    """Yield the paths of the declared fields that no read returns."""
    if shape.mark(Unreturned):
        yield path
    elif isinstance(wanted, dict):
        for name, member in shape.holding(Unreturned).items():
            if wanted.get(name) is not None:
                yield from _unreturned(wanted[name], member, f"{path}.{name}")
    elif isinstance(wanted, list) and shape.item:
        for index, item in enumerate(wanted):
            yield from _unreturned(item, shape.item, f"{path}[{index}]")


def _hidden(wanted: Any, shape: Shape, path: str) -> Iterator[str]:
    """Yield the paths of the declared secrets that the tenant never shows."""
    if isinstance(wanted, dict):
        for name, value in wanted.items():
            yield from _hidden(value, shape.inside(name), f"{path}.{name}")
    elif isinstance(wanted, Secret) and shape.mark(Sensitive) is Sensitive.WRITE_ONLY:  # what is none is carried over
        yield path


def _unknown(wanted: Any, held: Any, shape: Shape) -> Iterator[Secret]:
    """Yield the secrets inside a value that the tenant shows as they are, and whose declared value is not at hand."""
    if shape.mark(Sensitive) is Sensitive.WRITE_ONLY:
        return
    if isinstance(wanted, Secret):
        if isinstance(held, Secret) and held.is_available and not wanted.is_available:
            yield wanted
    elif isinstance(wanted, dict) and isinstance(held, dict):
        for name, value in wanted.items():
            yield from _unknown(value, held.get(name), shape.inside(name))
