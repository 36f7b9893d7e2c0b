"""What a reviewer must not overlook: deletes, replacements, and whatever weakens security."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tenantry.model.marks import MemberOf, Program, Sensitive, Watch
from tenantry.model.spec import Form, Shape
from tenantry.model.values import is_empty
from tenantry.plan.cascades import Cascades
from tenantry.plan.compare import by_key, same
from tenantry.plan.draft import Draft, Tree
from tenantry.plan.types import Action, Attention, Lost


def attention(drafts: Iterable[Draft], cascades: Cascades, called: Mapping[str, str]) -> tuple[Attention, ...]:
    """Return what a reviewer must see, deletes first, with what goes along; ``called``: names of the undeclared, by id."""
    acting = sorted((made.action.rank, made.address, made) for made in drafts if made.action)
    return tuple(each for _, address, made in acting for each in _of(made, cascades.get(address, ()), called))


def _of(made: Draft, along: Sequence[Lost], called: Mapping[str, str]) -> Iterator[Attention]:
    """Yield what deserves attention in one change."""
    if made.action and made.goes:
        so = f", and with it {', '.join(each.name for each in along)}" if along else ""
        yield Attention(made.address, made.action.value, f"{made.kind.noun} {made.name} {_end(made)}{so}")
    if made.action is not Action.DELETE:
        yield from _Watcher(made, called).inside(made.live, made.target, made.kind.shape)


def _end(made: Draft) -> str:
    """Return how what is there ends."""
    if made.action is Action.DELETE:
        return "is deleted"
    return f"is deleted and created anew, because {', '.join(made.forced)} cannot be changed: it gets a new id"


@dataclass(frozen=True)
class _Watcher:
    """Finds what is watched in one change."""

    made: Draft
    called: Mapping[str, str]

    def inside(self, live: Tree, target: Tree, shape: Shape, path: str = "") -> Iterator[Attention]:
        """Yield the watched changes of the members of an object or a map."""
        for name, value in target.items():
            if (inner := shape.inside(name)).holds(Watch):
                yield from self.at(live.get(name), value, inner, f"{path}{name}")

    def at(self, live: Any, target: Any, shape: Shape, path: str) -> Iterator[Attention]:
        """Yield the watched changes at and below one value."""
        watches = [mark for mark in shape.marks if isinstance(mark, Watch)]
        if watches and not same(live, target, shape):
            for mark in watches:
                if (what := self.happened(mark, live, target, shape)) is not None:
                    yield Attention(self.made.address, mark.rule, f"{path}: {mark.sentence}{what}")
        if isinstance(target, dict):
            yield from self.inside(live if isinstance(live, dict) else {}, target, shape, f"{path}.")

    def happened(self, mark: Watch, live: Any, target: Any, shape: Shape) -> str | None:
        """Return what happened, to be put behind the mark's sentence, or None if the mark does not apply.

        On a new resource everything is new: only dangerous values and granted scopes are worth a sentence.
        """
        is_new = self.made.found is None
        match mark.when:
            case "grows":
                gained = _gained(live, target, shape)
                is_told = gained and (not is_new or shape.mark(MemberOf) is not None)
                return self.told(gained) if is_told else None
            case "shrinks":
                lost = _gained(target, live, shape)
                return self.told(lost) if lost else None
            case "rises":
                return f" ({live} → {target})" if not is_new and _rose(live, target) else None
            case "changes":
                if is_new or is_empty(live):
                    return None
                return "" if shape.mark(Program) or shape.mark(Sensitive) else f" ({live} → {target})"
            case "becomes":
                return "" if target == mark.value else None
            case "turns":
                return "" if target == mark.value and not is_new else None

    def told(self, items: Iterable[str]) -> str:
        """Return the members that come or go; the undeclared among them by their names, in quotes."""
        return f" ({', '.join(self._named(item) for item in items)})"

    def _named(self, item: str) -> str:
        """Return a handle or a value as it is, and the name of what nobody declares."""
        return f'"{self.called[item]}"' if item in self.called else item


def _gained(live: Any, target: Any, shape: Shape) -> list[str]:
    """Return the members that a collection gains, as text."""
    if isinstance(target, dict):
        return [str(key) for key in target if key not in (live or {})]
    if not isinstance(target, list):
        return []
    if shape.form is Form.KEYED:
        return [str(key) for key in by_key(target, shape) if key not in by_key(live or (), shape)]
    return [str(item) for item in target if item not in (live or [])]


def _rose(live: Any, target: Any) -> bool:
    """Return whether a number went up; a limit that disappears went up as well."""
    return isinstance(live, int | float) and (
        target is None or (isinstance(target, int | float) and not isinstance(target, bool) and target > live)
    )
