"""What happens to each resource and why, with its images before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tenantry.model.place import Place, undotted
from tenantry.model.state import Purpose
from tenantry.model.values import RawId
from tenantry.plan.cascades import Cascades
from tenantry.plan.draft import Draft
from tenantry.plan.images import image
from tenantry.plan.types import Action, Change, FieldChange

REASONS = {
    Purpose.DECLARED: {
        Action.CREATE: "declared, and the tenant has none",
        Action.UPDATE: "the tenant holds something else",
        Action.DELETE: "declared absent",
    },
    Purpose.DESTROY: {Action.UPDATE: "destroy: it names what goes", Action.DELETE: "destroy"},
    Purpose.REVERT: {
        Action.CREATE: "reverted: the run deleted it",
        Action.UPDATE: "reverted: the run changed it",
        Action.DELETE: "reverted: the run created it",
    },
}
"""Why there is a change, by what the state is desired for."""


FOUND = {
    "lifecycle.renamed_from": "found by its former name; it keeps its id",
    "lifecycle.id": "found by the id that its `lifecycle:` names",
}
"""Why an update is one, where another resource might have been meant."""


def changes(drafts: Iterable[Draft], cascades: Cascades, purpose: Purpose, called: Mapping[str, str]) -> tuple[Change, ...]:
    """Return what happens to each resource that changes, the dangerous first; ``called``: names of the undeclared, by id."""
    made = [_change(each, each.action, cascades, purpose, called) for each in drafts if each.action]
    return tuple(sorted(made, key=lambda change: (change.action.rank, change.address)))


def _change(made: Draft, action: Action, cascades: Cascades, purpose: Purpose, called: Mapping[str, str]) -> Change:
    """Return what happens to one resource."""
    pre, post = _before(made, action), _after(made, action)
    return Change(
        made.address,
        action,
        made.name,
        made.matched_by,
        _reason(made, action, purpose),
        tuple(_named(each, called) for each in made.fields),
        None if pre is None else image(pre, made.kind),
        None if post is None else image(post, made.kind),
        made.found.id if made.found else None,
        cascades.get(made.address, ()),
        made.tolerates,
        _place(made, action),
    )


def _named(field: FieldChange, called: Mapping[str, str]) -> FieldChange:
    """Return the change with the name of what goes out of a list by its id alone."""
    return field._replace(called=called.get(field.live, "")) if isinstance(field.live, RawId) else field


def _place(made: Draft, action: Action) -> Place | None:
    """Return where the first field that changes is declared, which may be another file than where the resource is."""
    first = made.fields[0].path if made.fields and action is Action.UPDATE else ""
    return made.place(tuple(undotted(first)))


def _before(made: Draft, action: Action) -> dict[str, Any] | None:
    """Return what is there: all of what goes, else the members that are written."""
    if made.found is None:
        return None
    return made.live if action.destroys else {name: made.live.get(name) for name in made.written}


def _after(made: Draft, action: Action) -> dict[str, Any] | None:
    """Return what will be there: all that is declared of what is new, else the members that are written."""
    if action is Action.DELETE:
        return None
    return {name: made.target[name] for name in made.written} if action is Action.UPDATE else made.target


def _reason(made: Draft, action: Action, purpose: Purpose) -> str:
    """Return in a few words why there is a change."""
    if action is Action.REPLACE:
        return f"{', '.join(made.forced)} cannot be changed on a live {made.kind.noun}"
    if action is Action.DELETE and not made.resource:
        return f"{made.address.section} is pruned, and nobody declares it"
    if action is Action.UPDATE and made.kind.finish and not made.changed - {made.kind.finish.flag}:
        return f"its last version is not {made.kind.finish.flag}"
    if action is Action.UPDATE and purpose is Purpose.DECLARED and made.matched_by in FOUND:
        return FOUND[made.matched_by]
    return REASONS[purpose].get(action) or REASONS[Purpose.DECLARED][action]
