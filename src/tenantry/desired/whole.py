"""One tenant file with all it extends: what stands at its top, and what is told of it while its blocks are read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from tenantry.desired.files import workspace_of
from tenantry.desired.interpolate import Interpolation
from tenantry.desired.merge import Levels, settled
from tenantry.desired.mistakes import listed, nearest
from tenantry.desired.plain_secrets import plain_secrets
from tenantry.desired.secrets import Secrets
from tenantry.desired.tree import Mapping as Map
from tenantry.desired.tree import Scalar
from tenantry.desired.unmanaged import what_it_is
from tenantry.kinds import ALIASES, KINDS
from tenantry.model.note import Note
from tenantry.model.place import Path, Place, place_at
from tenantry.model.spec import Spec, shape_of

BLOCKS = ("version", "extends", "tenant", "vars", "manage", "smoke", "outputs")


class Whole:
    """A merged file; its mistakes are remembered, none is thrown."""

    def __init__(self, levels: Levels, path: FilePath, environ: Mapping[str, str], secrets: Secrets) -> None:
        self.mistakes = levels.mistakes
        self.warnings: list[Note] = []
        self.root = settled(levels.whole(path))
        self.files = dict(levels.used)
        self.workspace = workspace_of(path)
        self.interpolation = Interpolation(
            variables=self.block("vars"),
            environ=environ,
            secrets=secrets,
            mistakes=self.mistakes,
            files=levels.paths,
            workspace=self.workspace,
        )
        self._names_known()
        self._versions(levels)

    def block(self, name: str) -> Map:
        """Return a block that must be a map; one that is none is a mistake and counts as empty."""
        node = self.root.child(name)
        if isinstance(node, Map):
            return node
        if node is not None and not (isinstance(node, Scalar) and node.value is None):
            self.mistakes.add(f"`{name}` is a map", node.place)
        return Map(node.place if node else self.root.place)

    def warn_of_plain_secrets(self, block: str, fields: dict[str, Any], spec: type[Spec], found: Mapping[Path, Place]) -> None:
        """Warn of each secret of a block whose value stands in the file."""
        for path, sentence in plain_secrets(fields, shape_of(spec)):
            self.warnings.append(Note(f"{block}: {sentence}", place=place_at(found, path), code="plain_secret"))

    def _names_known(self) -> None:
        """Remember every top-level name that means nothing."""
        known = (*BLOCKS, *KINDS, *ALIASES)
        for name in self.root.entries:
            if name not in known:
                said = what_it_is(name)
                hint = (f": {said}" if said else nearest(name, known)) or f"; known are {listed((*BLOCKS, *KINDS), 20)}"
                self.mistakes.add(f"`{name}` is no section{hint}", self.root.keys[name])

    def _versions(self, levels: Levels) -> None:
        """Remember every file that is written for another version of the format."""
        for path in self.files.values():
            node = levels.own(path).child("version")
            if node is not None and not (isinstance(node, Scalar) and node.value == 1):
                self.mistakes.add("this version reads files of `version: 1`", node.place)
