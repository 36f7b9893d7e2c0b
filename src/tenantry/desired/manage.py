"""The ``manage:`` block: what a run may do to the tenant."""

from __future__ import annotations

from typing import Any

from tenantry.desired.blocks import ManageSpec
from tenantry.desired.checked import Checked
from tenantry.desired.mistakes import Mistakes, nearest
from tenantry.desired.tree import Mapping as Map
from tenantry.desired.tree import Places
from tenantry.kinds import ALIASES, KINDS
from tenantry.model.kind import Identity
from tenantry.model.place import place_at
from tenantry.model.state import Manage

WHOLE = 100
"""All of something, in per cent."""


class ManageBlock:
    """Reads the block; what is wrong in it is remembered."""

    def __init__(self, node: Map, mistakes: Mistakes) -> None:
        self.node = node
        self.places = Places(node, node.place)
        self.mistakes = mistakes

    def manage(self, own: Map) -> Manage:
        """Return the ``manage:`` block."""
        fields = Checked(ManageSpec, self.node, "the manage block", self.mistakes).fields()
        prune = self._sections(fields.get("prune"), "prune")
        emptied = {section for section in KINDS if isinstance(node := own.child(section), Map) and not node.entries}
        return Manage(
            prune=frozenset(prune),
            emptied=frozenset(emptied),
            max_deletes=fields.get("max_deletes"),
            protect=self._patterns(fields.get("protect"), "protect"),
            ignore=self._patterns(fields.get("ignore"), "ignore"),
            rate=self._rate(fields.get("rate")),
            disposable=fields.get("disposable") is True,
        )

    def _sections(self, names: Any, where: str) -> list[str]:
        """Return section names under their own names; unknown ones are mistakes."""
        found = []
        for index, name in enumerate(names if isinstance(names, list) else ()):
            section = ALIASES.get(name, name)
            kind = KINDS.get(section)
            if kind is None:
                self.mistakes.add(
                    f"`{where}`: there is no section `{name}`{nearest(str(name), KINDS)}",
                    place_at(self.places, (where, index)),
                )
            elif where == "prune" and kind.identity is not Identity.LISTED:
                self.mistakes.add(
                    f"`prune`: `{name}` cannot be pruned, it always exists",
                    place_at(self.places, (where, index)),
                )
            else:
                found.append(section)
        return found

    def _patterns(self, patterns: Any, where: str) -> dict[str, tuple[str, ...]]:
        """Return name patterns by section."""
        found: dict[str, tuple[str, ...]] = {}
        for name, names in patterns.items() if isinstance(patterns, dict) else ():
            section = ALIASES.get(name, name)
            if section in KINDS:
                found[section] = (*found.get(section, ()), *(each for each in names or () if isinstance(each, str)))
            else:
                self.mistakes.add(
                    f"`{where}`: there is no section `{name}`{nearest(name, KINDS)}",
                    place_at(self.places, (where, name)),
                )
        return found

    def _rate(self, rate: Any) -> float:
        """Return the usable share of the rate limit as a number between 0 and 1."""
        share = int(rate.rstrip("% ")) if isinstance(rate, str) and rate.rstrip("% ").isdigit() else 80
        if not 1 <= share <= WHOLE:
            self.mistakes.add("`rate` is a share between 1% and 100%", place_at(self.places, ("rate",)))
        return min(max(share, 1), WHOLE) / WHOLE
