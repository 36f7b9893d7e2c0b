"""The planner: desired state and live state in, plan out. Pure: it reads nothing and sends nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tenantry.model.address import Address
from tenantry.model.kind import Kind
from tenantry.model.state import DesiredState, LiveState
from tenantry.plan.attention import attention
from tenantry.plan.cascades import cascades, without_cascaded
from tenantry.plan.changes import changes
from tenantry.plan.draft import Draft
from tenantry.plan.drafts import Wishes, drafted
from tenantry.plan.guards import Allowances, guards, sifted
from tenantry.plan.handover import require_free
from tenantry.plan.match import Matched, display_name, match
from tenantry.plan.needs import scopes, secrets_to_fetch
from tenantry.plan.order import steps
from tenantry.plan.rules import checked
from tenantry.plan.types import Action, Plan, Summary
from tenantry.plan.uncompared import uncompared


@dataclass(frozen=True)
class Options:
    """What the command line adds to the files."""

    allowed: Allowances = field(default_factory=Allowances)
    wishes: Wishes = field(default_factory=Wishes)
    inputs: Mapping[str, str] = field(default_factory=dict)
    file: str = ""


def plan(desired: DesiredState, live: LiveState, kinds: Mapping[str, Kind], options: Options | None = None) -> Plan:
    """Return the changes that make the tenant hold what is declared, in an order it accepts, and what forbids them.

    Raises: ConfigErrors for what only shows against the live tenant (namesakes, names that are not free, rules broken by the
    overlay); PlanError for references in a circle.
    """
    options = options or Options()
    matched = match(desired, live, kinds)
    drafts = drafted(desired, live, kinds, matched, options.wishes)
    lost = cascades(drafts, live, kinds, matched)
    require_free(drafts, live, matched.names, {each.id for along in lost.values() for each in along})
    drafts = without_cascaded(drafts, lost)
    ordered = steps(drafts, matched.names)
    called = _called(matched, kinds)
    made = Plan(
        id="",
        tenant=desired.tenant,
        caller=live.caller.client_id,
        changes=changes(drafts.values(), lost, desired.purpose, called),
        steps=ordered,
        attention=attention(drafts.values(), lost, called),
        notes=(*checked(drafts.values()), *uncompared(drafts.values())),
        summary=_summary(drafts, desired, matched),
        ids=_ids(drafts, matched),
        secrets=secrets_to_fetch(ordered),
        inputs=dict(options.inputs),
        file=options.file,
        scopes=scopes(ordered, kinds),
        reads=live.requests,
        purpose=desired.purpose,
    )
    found = guards(drafts, lost, desired, live, kinds, mine=_mine(live.caller.client_id, matched))
    refused, lifted = sifted(found, made.changes, options.allowed)
    return replace(made, id=_digest(made), guards=refused, lifted=lifted)


def _mine(me: str, matched: Matched) -> frozenset[str]:
    """Return what lists may call the tool's own application: its id, and its handles."""
    handles = {address.handle for address, found in matched.pairs.items() if found.id == me}
    return frozenset({me, *handles})


def _summary(drafts: Mapping[Address, Draft], desired: DesiredState, matched: Matched) -> Summary:
    """Return the counts; what is ignored is not counted, nor what is declared absent and is."""
    by = [made.action for made in drafts.values() if made.found or made.action]
    pruned = sum(1 for made in drafts.values() if made.resource is None)
    return Summary(
        create=by.count(Action.CREATE),
        update=by.count(Action.UPDATE),
        replace=by.count(Action.REPLACE),
        delete=by.count(Action.DELETE),
        unchanged=by.count(None),
        undeclared=sum(1 for live in matched.undeclared if live.section in desired.sections) - pruned,
    )


def _called(matched: Matched, kinds: Mapping[str, Kind]) -> dict[str, str]:
    """Return what people call each live resource that nobody declares, by its id."""
    return {each.id: display_name(kinds[each.section], each.data) for each in matched.undeclared}


def _ids(drafts: Mapping[Address, Draft], matched: Matched) -> dict[Address, str]:
    """Return the live id of everything that has one, the built-in API included."""
    return {address: made.found.id for address, made in drafts.items() if made.found} | matched.names.ids()


def _digest(made: Plan) -> str:
    """Return a short name for the plan, the same for the same changes to the same tenant."""
    text = json.dumps([made.tenant, [[str(c.address), c.action, repr(c.pre), repr(c.post)] for c in made.changes]])
    return hashlib.sha256(text.encode()).hexdigest()[:12]
