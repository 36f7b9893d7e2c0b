"""Creates that happen exactly once, although answers get lost.

A kind with a unique key is safe to create again: the server refuses the second one with 409, and what it holds then is
compared. One without (applications) is looked for among ids that were never seen before.
"""

from __future__ import annotations

from collections.abc import Iterable

from tenantry.apply.run import Run
from tenantry.management.answers import Answer
from tenantry.model.address import Address
from tenantry.model.call import Call
from tenantry.model.errors import Ambiguous, ApiError, LostAnswer, Outdated, Stale
from tenantry.model.kind import Json
from tenantry.plan import Change

CONFLICT = 409
SETTLE_S = (2.0, 4.0, 8.0)
"""How long a create whose answer got lost is waited for before it is believed not to have happened."""


async def create(run: Run, change: Change, call: Call) -> bool:
    """Create the resource, or find the one that a lost request created; remember its id.

    Return whether this run did it (False: the tenant held it already, just so).
    Raises: ApiError; Ambiguous; Stale when something else has taken its key.
    """
    kind = run.kind(change.address)
    if kind.is_unique:
        return await _create_unique(run, change, call)
    # Creates of namesakes go one after the other, so that each can be told from the next.
    async with run.turns[change.address.section, repr(kind.natural_key(change.post or {}))]:
        return await _create_among_namesakes(run, change, call)


async def _create_unique(run: Run, change: Change, call: Call) -> bool:
    """Create a resource whose key the server keeps unique, as often as it takes to learn what became of it."""
    is_lost, pauses_s = False, iter(SETTLE_S)
    while True:
        try:
            _created(run, change.address, call, await run.client.send(call))
        except ApiError as error:
            if error.status == CONFLICT and await _is_adopted(run, change):
                return is_lost
            # A conflict with something that is not to be seen: it is being deleted, or does not show yet.
            is_worth_waiting = error.status == CONFLICT or isinstance(error, LostAnswer)
            if not is_worth_waiting or (pause_s := next(pauses_s, None)) is None:
                raise
            is_lost = is_lost or isinstance(error, LostAnswer)
            await run.client.sleep(pause_s)
        else:
            return True


async def _is_adopted(run: Run, change: Change) -> bool:
    """Take what stands in the way for ours when it is just what would be created; return False when nothing shows.

    Raises: Stale when it is something else.
    """
    found = await run.namesakes(change)
    if not found:
        return False
    id_, (data, tree) = next(iter(found.items()))
    wrong = run.differs(change, tree)
    if wrong:
        message = f"{change.address} was created meanwhile by somebody else, with another {', '.join(wrong)}"
        raise Stale([Outdated(message, str(change.address), change.place)])
    run.learn(change.address, id_, data)
    return True


async def _create_among_namesakes(run: Run, change: Change, call: Call) -> bool:
    """Create a resource whose key others may share; after a lost answer look for it, and send it once more at most."""
    is_second = False
    while True:
        try:
            _created(run, change.address, call, await run.client.send(call))
        except LostAnswer as lost:
            if await _appeared(run, change, lost):
                return True
            if is_second:
                raise _unknown(change, lost) from lost
            is_second = True
        else:
            return True


async def _appeared(run: Run, change: Change, lost: LostAnswer) -> bool:
    """Wait until the lost resource shows, remember it and return True; return False when it does not show."""
    for pause_s in SETTLE_S:
        await run.client.sleep(pause_s)
        seen = run.seen[change.address.section]
        fresh = {id_: found for id_, found in (await run.namesakes(change)).items() if id_ not in seen}
        if not fresh:
            continue
        ours = [id_ for id_, (_, tree) in fresh.items() if not run.differs(change, tree)]
        if len(fresh) > 1 or not ours:
            raise _ambiguous(change, lost, fresh)
        run.learn(change.address, ours[0], fresh[ours[0]][0])
        return True
    return False


def _created(run: Run, address: Address, call: Call, answer: Answer) -> None:
    """Remember the id that a create answered."""
    body: Json = answer.body if isinstance(answer.body, dict) else {}
    id_ = body.get(run.kind(address).id_field)
    if not isinstance(id_, str) or not id_:
        message = "the answer to the create holds no id"
        raise LostAnswer(message, method=call.method, path="/api/v2" + call.template, status=answer.status)
    run.learn(address, id_, body)


def _ambiguous(change: Change, lost: LostAnswer, fresh: Iterable[str]) -> Ambiguous:
    """Return the error of a lost create that something unclear appeared after."""
    message = (
        f"the answer to the create of {change.address} got lost, and since then appeared "
        f"{', '.join(sorted(fresh))}: not surely ours, so nothing more was sent. "
        f"Look at them, delete what is too much, and run again"
    )
    return Ambiguous(message, method=lost.method, path=lost.path, status=lost.status, request_id=lost.request_id)


def _unknown(change: Change, lost: LostAnswer) -> ApiError:
    """Return the error of a create that got lost twice and never showed."""
    message = f"the answer to the create of {change.address} got lost twice, and it does not show ({lost.message})"
    return LostAnswer(message, method=lost.method, path=lost.path, status=lost.status, request_id=lost.request_id)
