"""Secrets whose values stand in the files, where everybody who reads the repository finds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tenantry.model.marks import Sensitive
from tenantry.model.place import Path, dotted
from tenantry.model.secret import PlainSecret
from tenantry.model.spec import FREE, Shape


def plain_secrets(value: Any, shape: Shape, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield the path of each secret whose value is at hand, and a sentence that does not show it."""
    if not (shape.is_open or shape.holds(Sensitive)):
        return
    if isinstance(value, PlainSecret):
        yield path, _sentence(path)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from plain_secrets(item, shape.inside(name), (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from plain_secrets(item, shape.item or FREE, (*path, number))


def _sentence(path: Path) -> str:
    """Return what is wrong with a secret in plain text, and what would be right."""
    return (
        f"`{dotted(path)}` is a secret in plain text; write `${{secret.NAME}}`,"
        " and give NAME in the environment, in TENANTRY_SECRETS_DIR or with --secrets"
    )
