"""What a mutant is: one thing that is wrong, and the assertions that must notice it.

Three kinds: the emulator is told to misbehave; the file says something else than the tenant holds, as after a change behind its
back; the file contradicts itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tenantry.smoke import Outcome
from tests.smoke.inside import Sections
from tests.smoke.matrix.scene import Scene
from tests.smoke.matrix.scenes import SCENES

GONE = object()
"""In place of a member: the file does not say it."""


@dataclass(frozen=True)
class Mutant:
    """One thing that is wrong on a flow of a scene; ``breaks`` are the assertions that must notice it, each alone."""

    name: str
    scene: str
    flow: str
    breaks: tuple[str, ...]
    lies: tuple[str, ...] = ()
    file: Mapping[str, Any] = field(default_factory=dict)
    smoke: Mapping[str, Any] = field(default_factory=dict)
    outcome: Outcome = Outcome.FAILED

    @property
    def tenant(self) -> Scene:
        """Return the scene that is right but for this."""
        return SCENES[self.scene]

    @property
    def sections(self) -> Sections:
        """Return what the file declares."""
        sections: Sections = merged(self.tenant.sections, self.file)
        return sections

    @property
    def config(self) -> dict[str, Any]:
        """Return the ``smoke:`` block, with this flow alone."""
        config = self.tenant.config
        config = {**config, "flows": {self.flow: config["flows"][self.flow]}}
        made: dict[str, Any] = merged(config, self.smoke)
        return made


def merged(one: Any, other: Any) -> Any:
    """Return a map with the members of another over it, to any depth."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return other
    both = {**one, **{key: merged(one.get(key), value) for key, value in other.items()}}
    return {key: value for key, value in both.items() if value is not GONE}


def lie(
    name: str,
    flow: str,
    *breaks: str,
    also: tuple[str, ...] = (),
    scope: str = "",
    outcome: Outcome = Outcome.FAILED,
) -> Mutant:
    """Return a misbehaviour of the emulator on a flow; ``also`` names others without which it could not be seen."""
    scene, _, handle = flow.partition("/")
    smoke = {"flows": {handle: {"scope": scope.split()}}} if scope else {}
    return Mutant(f"{name} on {flow}", scene, handle, breaks, (name, *also), smoke=smoke, outcome=outcome)


def drift(name: str, flow: str, *breaks: str, smoke: Mapping[str, Any] | None = None, **file: Any) -> Mutant:
    """Return a file that says something else than the tenant holds."""
    scene, _, handle = flow.partition("/")
    return Mutant(name, scene, handle, breaks, file=file, smoke=smoke or {})


def app(handle: str, **fields: Any) -> dict[str, Any]:
    """Return members of an application."""
    return {handle: fields}
