"""Experiments with login flows: feature flags with variations, segments of users, experiments.

They are kept and checked; no login takes part in an experiment.
Source: Auth0's published OpenAPI description (members, states, 409s); what makes an experiment valid and how states
follow one another is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.clock import Clock
from tenantry.emulator.management.answers import conflict, invalid, missing
from tenantry.emulator.management.kind import Kind, Unique
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_ROOT = "/experimentation"
_NEXT = {
    "draft": ("active", "archived"),
    "active": ("paused", "completed"),
    "paused": ("active", "completed"),
    "completed": ("archived",),
    "archived": (),
}


def _experiments_of(call: Call, flag: Document) -> list[Document]:
    return call.store.find("experiments", "feature_flag_id", flag["id"])


def _forget_flag(call: Call, flag: Document) -> None:
    if _experiments_of(call, flag):
        raise conflict("The feature flag is used by an experiment.")
    for row in call.store.find("variations", "feature_flag_id", flag["id"]):
        call.store.delete("variations", row["id"])


def _uses(experiment: Document, member: str, value: str) -> bool:
    return any(each.get(member) == value for each in experiment["allocations"])


def _forget_segment(call: Call, segment: Document) -> None:
    if any(_uses(each, "segment_id", segment["id"]) for each in call.store.all("experiments")):
        raise conflict("The segment is used by an experiment.")


def _forget_variation(call: Call, variation: Document) -> None:
    if any(_uses(each, "variation_id", variation["id"]) for each in call.store.all("experiments")):
        raise conflict("The variation is used by an experiment.")


def _prepare_variation(call: Call, body: Document) -> Document:
    return {"feature_flag_id": FLAGS.find(call, call.key)["id"], **body}


def _sought_variation(call: Call, key: str) -> Document | None:
    row = call.store.get("variations", key)
    return row if row and row["feature_flag_id"] == FLAGS.find(call, call.key)["id"] else None


def _variations(call: Call) -> Any:
    flag = FLAGS.find(call, call.key)
    return page(call, call.store.find("variations", "feature_flag_id", flag["id"]), lambda row: row)


def _prepare_experiment(call: Call, body: Document) -> Document:
    if call.store.get("feature_flags", body["feature_flag_id"]) is None:
        raise missing(*FLAGS.absent)
    made = {**body, "status": "draft"}
    return {**made, "is_valid": not _mistakes(call, made)}


def _revise_experiment(call: Call, before: Document, after: Document) -> Document:
    if before["status"] != "draft":
        raise conflict("Only a draft can be changed.")
    return {**after, "is_valid": not _mistakes(call, after)}


def _mistakes(call: Call, experiment: Document) -> list[Document]:
    allocations = experiment["allocations"]
    controls = sum(bool(each.get("is_control")) for each in allocations)
    found = [] if controls == 1 else [_mistake("invalid_control", "Exactly one allocation must be the control.")]
    for each in allocations:
        variation = call.store.get("variations", each["variation_id"])
        if variation is None or variation["feature_flag_id"] != experiment["feature_flag_id"]:
            found.append(_mistake("unknown_variation", f"The flag has no variation {each['variation_id']}."))
        if each.get("segment_id") and call.store.get("segments", each["segment_id"]) is None:
            found.append(_mistake("unknown_segment", f"There is no segment {each['segment_id']}."))
    by_share = experiment["allocation_strategy"] == "percentage"
    if by_share and sum(each.get("weight") or 0 for each in allocations) != 100:  # noqa: PLR2004 - percent
        found.append(_mistake("invalid_weights", "The weights must add up to 100."))
    return found


def _mistake(code: str, message: str) -> Document:
    return {"code": code, "message": message}


def _validate(call: Call) -> Document:
    mistakes = _mistakes(call, EXPERIMENTS.find(call, call.key))
    return {"is_valid": not mistakes, "errors": mistakes}


def _move(call: Call) -> Document:
    experiment, wanted = EXPERIMENTS.find(call, call.key), call.body["status"]
    if wanted not in _NEXT[experiment["status"]]:
        raise invalid(f"An experiment cannot go from {experiment['status']} to {wanted}.")
    if wanted == "active" and _mistakes(call, experiment):
        raise invalid("The experiment is not valid.")
    now = call.clock.milliseconds()
    made = {**experiment, "status": wanted, "updated_at": now}
    if wanted == "active":
        made.setdefault("started_at", now)
    if wanted == "completed":
        made["ended_at"] = now
    call.store.put("experiments", made["id"], made)
    return made


def _move_flag(call: Call) -> Document:
    made = {**FLAGS.find(call, call.key), "status": call.body["status"], "updated_at": call.clock.milliseconds()}
    call.store.put("feature_flags", made["id"], made)
    return made


FLAGS = Kind(
    path=f"{_ROOT}/feature-flags",
    item=f"{_ROOT}/feature-flags/{{id}}",
    collection="feature_flags",
    absent=("Feature flag not found.", None),
    unique=(Unique("name", "A feature flag with this name already exists."),),
    defaults={"type": "self", "status": "draft"},
    date=Clock.milliseconds,
    forget=_forget_flag,
    filters=("type", "status"),
)
VARIATIONS = Kind(
    path=f"{_ROOT}/feature-flags/{{id}}/variations",
    item=f"{_ROOT}/feature-flags/{{id}}/variations/{{vid}}",
    collection="variations",
    absent=("Variation not found.", None),
    date=Clock.milliseconds,
    prepare=_prepare_variation,
    forget=_forget_variation,
    sought=_sought_variation,
)
SEGMENTS = Kind(
    path=f"{_ROOT}/segments",
    item=f"{_ROOT}/segments/{{id}}",
    collection="segments",
    absent=("Segment not found.", None),
    unique=(Unique("name", "A segment with this name already exists."),),
    defaults={"type": "self"},
    date=Clock.milliseconds,
    forget=_forget_segment,
    filters=("type",),
)
EXPERIMENTS = Kind(
    path=f"{_ROOT}/experiments",
    item=f"{_ROOT}/experiments/{{id}}",
    collection="experiments",
    absent=("Experiment not found.", None),
    unique=(Unique("name", "An experiment with this name already exists."),),
    date=Clock.milliseconds,
    prepare=_prepare_experiment,
    revise=_revise_experiment,
    filters=("status", "authentication_flow", "feature_flag_id"),
)
HANDLERS: dict[str, Handler] = {
    **{name: handler for kind in (FLAGS, VARIATIONS, SEGMENTS, EXPERIMENTS) for name, handler in kind.handlers().items()},
    f"GET {_ROOT}/feature-flags/{{id}}/variations": _variations,
    f"POST {_ROOT}/feature-flags/{{id}}/status": _move_flag,
    f"POST {_ROOT}/experiments/{{id}}/status": _move,
    f"POST {_ROOT}/experiments/{{id}}/validate": _validate,
}
