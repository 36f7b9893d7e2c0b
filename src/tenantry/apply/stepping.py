"""One step of a plan: look again, write, wait, and say so in the journal."""

from __future__ import annotations

from tenantry.apply.binding import explained
from tenantry.apply.blame import blamed, outdated
from tenantry.apply.creating import CONFLICT, SETTLE_S, create
from tenantry.apply.resolve import resolved
from tenantry.apply.run import Run
from tenantry.apply.waiting import hold
from tenantry.management.answers import NOT_FOUND
from tenantry.model.call import Call, Wait
from tenantry.model.errors import ApiError, Interrupted, LostAnswer, Stale
from tenantry.plan import Action, Change, Op, Step, Verdict, judge

BOUND = frozenset({400, CONFLICT, 412})
"""How a tenant may refuse to delete what something else is bound to; which of them it answers is not documented."""


async def take(run: Run, step: Step) -> bool:
    """Carry out one step; return whether anything had to be sent.

    Raises: Stale when the resource is no longer what the plan was made from; ApiError; PlanError; Interrupted.
    """
    change = run.plan.by_address[step.address]
    if await _is_done(run, step, change):
        return False
    if step.before:
        await hold(run.client, step.before, run.ids, stop=run.stop)
    call = resolved(step.call, run.ids)
    if run.stop.is_set():
        message = "interrupted before it was sent"
        raise Interrupted(message)
    run.begun.add(step.number)
    run.journal.write("sending", step=step.number, address=step.address, op=step.op, method=call.method, path=call.path)
    sent = await create(run, change, call) if step.op is Op.CREATE else await _send(run, step, call)
    if step.until:
        await hold(run.client, step.until, run.ids, stop=run.stop)
    return sent


async def _is_done(run: Run, step: Step, change: Change) -> bool:
    """Look at the resource right before it is written; return whether the write has become needless.

    What this run itself has just created is not looked at again.
    """
    is_gone_first = change.action is Action.REPLACE and step.op is Op.DELETE
    if change.action not in {Action.UPDATE, Action.DELETE} and not is_gone_first:
        return False
    held = await run.held(change)
    if held is None and step.op is Op.DELETE:
        return True
    verdict, reason = judge(change, run.plan.steps_of(change.address), run.kind(change.address), held)
    if verdict is Verdict.STALE:
        raise Stale(await blamed(run.client, {change.id or "": outdated(change, reason)}))
    return verdict is Verdict.DONE


async def _send(run: Run, step: Step, call: Call) -> bool:
    """Send a call that is no create; one whose answer gets lost is sent again unless it shows that it was carried out."""
    is_lost, pauses_s = False, iter(SETTLE_S)
    while True:
        try:
            await run.client.send(call)
        except LostAnswer:
            if (pause_s := next(pauses_s, None)) is None:
                raise
            is_lost = True
            await run.client.sleep(pause_s)
            if step.until and await _shows(run, step.until):
                return True
        except ApiError as error:
            if _is_needless(error, step, is_lost=is_lost):
                return is_lost
            if step.op is Op.DELETE and error.status in BOUND:
                raise await explained(run, run.plan.by_address[step.address], error) from error
            raise
        else:
            return True


def _is_needless(error: ApiError, step: Step, *, is_lost: bool) -> bool:
    """Return whether the server refuses because what is asked for is already so.

    What a part holds in the end is verified anyway.
    """
    if step.op is Op.DELETE:
        return error.status == NOT_FOUND
    return error.status == CONFLICT and (is_lost or step.op is Op.ATTACH)


async def _shows(run: Run, effect: Wait) -> bool:
    """Return whether the effect of a step can be seen, looked at once."""
    try:
        await hold(run.client, effect, run.ids, longest_s=0.0)
    except ApiError:
        return False
    return True
