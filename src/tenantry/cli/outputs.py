"""The declared outputs with what stands for their marks in the tenant."""

from __future__ import annotations

import json
import re
import secrets
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from tenantry.desired import TenantFile
from tenantry.desired.outputs import MARK
from tenantry.kinds import ALIASES
from tenantry.model.address import Address
from tenantry.model.errors import TenantryError
from tenantry.model.secret import Secret
from tenantry.model.state import LiveState
from tenantry.plan import Plan
from tenantry.render.errors import Problem, problems

SECRET_MEMBERS = frozenset({"client_secret"})
Values = Mapping[str, str | Secret]


def resolved(file: TenantFile, made: Plan, live: LiveState) -> tuple[dict[str, str | Secret], tuple[Problem, ...]]:
    """Return every output that the tenant tells, and for each other why not; one that tells a secret is a secret."""
    values: dict[str, str | Secret] = {}
    untold: list[Problem] = []
    for name, text in file.outputs.items():
        try:
            values[name] = _resolved(name, text, made, live)
        except TenantryError as error:
            untold += problems(error, place=file.output_places.get(name))
    return values, tuple(untold)


def _resolved(name: str, text: str, made: Plan, live: LiveState) -> str | Secret:
    """Return one output.

    Raises: TenantryError when the tenant does not hold what it tells of.
    """
    is_secret = any(member in SECRET_MEMBERS for _, _, member in MARK.findall(text))
    value = MARK.sub(lambda mark: _member(name, mark, made, live), text)
    return Secret.of(name, value) if is_secret else value


def _member(name: str, mark: re.Match[str], made: Plan, live: LiveState) -> str:
    """Return what a mark stands for."""
    section, handle, member = mark.groups()
    address = Address(ALIASES.get(section, section), handle)
    id_ = made.ids.get(address)
    found = next((each for each in live.of(address.section) if each.id == id_), None)
    if found is None:
        raise TenantryError(f"output {name}: the tenant has no {address} yet; run `tenantry apply` first")
    value: Any = found.id if member == "id" else found.data.get(member)
    if not isinstance(value, str):
        hint = "; reading it needs the scope read:client_keys" if member in SECRET_MEMBERS else ""
        raise TenantryError(f"output {name}: the tenant does not show the {member} of {address}{hint}")
    return value


def as_env(values: Values, *, with_secrets: bool) -> str:
    """Return ``NAME=value`` lines that a shell and a dotenv reader take."""
    told = {name: _text(value, with_secrets=with_secrets) for name, value in values.items()}
    lines = (f"# {unasked(name)}" if text is None else f"{name}={shlex.quote(text)}" for name, text in told.items())
    return "".join(f"{line}\n" for line in lines)


def as_github(values: Values, *, with_secrets: bool) -> str:
    """Return lines for the file that ``$GITHUB_OUTPUT`` or ``$GITHUB_ENV`` names, which takes no comments."""
    told = {name: _text(value, with_secrets=with_secrets) for name, value in values.items()}
    return "".join(_for_github(name, text) for name, text in told.items() if text is not None)


def _for_github(name: str, text: str) -> str:
    """Return one output; one of several lines ends with a word that nobody can know, so that it cannot hold another output.

    Source: GitHub docs, workflow commands (multiline strings).
    """
    if text.splitlines() in ([], [text]):
        return f"{name}={text}\n"
    end = f"end-{secrets.token_hex(16)}"
    return f"{name}<<{end}\n{text}\n{end}\n"


def as_json(values: Values, *, with_secrets: bool) -> str:
    """Return one JSON object."""
    shown = {name: _text(value, with_secrets=with_secrets) for name, value in values.items()}
    return json.dumps(shown, indent=2, ensure_ascii=False) + "\n"


def unasked(name: str) -> str:
    """Return why a secret is not told, and how to have it."""
    return f"{name} is a secret: --with-secrets --out FILE writes it"


def _text(value: str | Secret, *, with_secrets: bool) -> str | None:
    """Return the text of an output, None for a secret that was not asked for."""
    if isinstance(value, Secret):
        return value.reveal() if with_secrets else None
    return value


FORMS: dict[str, Callable[..., str]] = {"env": as_env, "json": as_json, "github": as_github}
