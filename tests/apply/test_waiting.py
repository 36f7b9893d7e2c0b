from __future__ import annotations

import asyncio

import httpx
import pytest

from tenantry.apply.waiting import hold
from tenantry.model.address import Address, IdOf
from tenantry.model.call import Wait
from tenantry.model.errors import ApiError, Interrupted
from tests.management.tenant import Tenant, answer, refusal, script

CLAIM = Address("actions", "claim")
BUILT = Wait(("actions", "actions", IdOf(CLAIM)), "status", "built", ("failed",))
GONE = Wait(("connections", IdOf(CLAIM)))


def wait(tenant: Tenant, condition: Wait, *, stopped: bool = False) -> None:
    async def within() -> None:
        stop = asyncio.Event()
        if stopped:
            stop.set()
        async with tenant.client() as client:
            await hold(client, condition, {CLAIM: "act_1"}, stop=stop)

    asyncio.run(within())


def test_what_holds_already_is_not_slept_for() -> None:
    tenant = Tenant(script(answer({"status": "built"})))
    wait(tenant, BUILT)
    assert tenant.slept == []
    assert tenant.seen[0].url.path == "/api/v2/actions/actions/act_1"


def test_a_build_is_looked_at_until_it_is_built() -> None:
    tenant = Tenant(script(answer({"status": "pending"}), answer({}), answer({"status": "built"})))
    wait(tenant, BUILT)
    assert len(tenant.seen) == 3


def test_a_build_of_which_nonsense_is_told_is_looked_at_again() -> None:
    tenant = Tenant(script(answer([]), answer({"status": "built"})))
    wait(tenant, BUILT)
    assert len(tenant.seen) == 2


def test_a_build_that_failed_is_not_waited_for() -> None:
    tenant = Tenant(script(answer({"status": "failed"})))
    with pytest.raises(ApiError, match="status became 'failed'"):
        wait(tenant, BUILT)
    assert tenant.slept == []


def test_a_delete_is_done_when_nothing_is_shown() -> None:
    tenant = Tenant(script(answer({"id": "con_1"}), answer({"id": "con_1"}), refusal(404, "gone")))
    wait(tenant, GONE)
    assert len(tenant.seen) == 3


@pytest.mark.parametrize("condition", [BUILT, GONE])
def test_waiting_ends(condition: Wait) -> None:
    tenant = Tenant(script(answer({"status": "pending"})))
    with pytest.raises(ApiError, match="waited 180 s for"):
        wait(tenant, condition)
    assert 175 < sum(tenant.slept) <= 180


def test_what_has_just_been_created_is_given_time_to_show() -> None:
    tenant = Tenant(script(refusal(404, "unknown"), refusal(404, "unknown"), answer({"status": "built"})))
    wait(tenant, BUILT)
    assert len(tenant.slept) == 2


def test_what_still_does_not_show_after_a_while_is_not_there() -> None:
    tenant = Tenant(script(refusal(404, "unknown")))
    with pytest.raises(ApiError, match="answered 404"):
        wait(tenant, BUILT)
    assert 7 < sum(tenant.slept) < 10


def test_other_errors_are_no_sign_of_anything() -> None:
    with pytest.raises(ApiError, match="answered 400"):
        wait(Tenant(script(refusal(400, "bad"))), GONE)
    with pytest.raises(ApiError, match="cannot be reached"):
        wait(Tenant(script(httpx.ConnectError("no"))), GONE)


def test_a_stopped_run_waits_no_longer() -> None:
    tenant = Tenant(script(answer({"status": "pending"})))
    with pytest.raises(Interrupted, match="while waiting for status to become 'built'"):
        wait(tenant, BUILT, stopped=True)
    assert tenant.slept == []


def test_what_holds_already_is_no_reason_to_interrupt() -> None:
    wait(Tenant(script(answer({"status": "built"}))), BUILT, stopped=True)
