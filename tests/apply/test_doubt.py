"""Answers that get lost, lie or contradict, one kind of step at a time."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tenantry.apply import Failed, Outcome
from tenantry.apply.first import require_secrets
from tenantry.model.address import Address
from tenantry.model.call import Call
from tenantry.model.errors import ConfigErrors
from tenantry.model.secret import LiveSecret
from tenantry.model.state import Lifecycle
from tenantry.plan import Action, Change, Op, Plan, Step
from tests.apply.emulated import Acme, Meddler, declare
from tests.apply.shop import CODE, POST_LOGIN, facts, founded, grown, shrunk, state

BUYER = {"name": "Buyer"}
CLAIM = {"name": "Claim", "code": CODE, "supported_triggers": POST_LOGIN}
DROP_AFTER = {"action": {"drop": True}, "after_commit": True}


def fault(method: str, path: str, **members: Any) -> dict[str, Any]:
    return {"id": "fault", "method": method, "path": f"/api/v2/{path}"} | members


def only_failure(outcome: Outcome) -> Failed:
    (failed,) = outcome.failed
    return failed


def test_a_conflict_with_nothing_to_be_seen_is_reported_as_it_is() -> None:
    acme = Acme()
    with acme.faults(fault("POST", "roles", action={"status": 409})):
        failed = only_failure(acme.up(declare(None, roles={"buyer": BUYER})))
    assert (failed.code, failed.status) == ("api_error", 409)


def test_a_name_that_is_only_just_being_freed_is_waited_for() -> None:
    acme = Acme()
    with acme.faults(fault("POST", "roles", times=2, action={"status": 409})):
        assert acme.up(declare(None, roles={"buyer": BUYER})).is_complete
    assert acme.slept == [2.0, 4.0]


def test_a_create_with_a_unique_key_is_tried_a_few_times_and_given_up() -> None:
    acme = Acme()
    with acme.faults(fault("POST", "roles", action={"drop": True})):
        failed = only_failure(acme.up(declare(None, roles={"buyer": BUYER})))
    assert failed.code == "lost_answer"
    assert acme.writes() == {"POST /api/v2/roles": 4}


def test_an_answer_without_an_id_is_a_lost_one() -> None:
    acme = Acme()
    with acme.faults(fault("POST", "roles", times=1, after_commit=True, action={"status": 200, "body": {"name": "Buyer"}})):
        assert acme.up(declare(None, roles={"buyer": BUYER})).is_complete
    assert len(acme.ask("GET", "roles")) == 1


def test_an_action_whose_create_got_lost_is_found_before_it_is_deployed() -> None:
    acme = Acme()
    with acme.faults(fault("POST", "actions/actions", times=1, **DROP_AFTER)):
        assert acme.up(declare(None, actions={"claim": CLAIM})).is_complete
    assert facts(acme)["versions"] == {"Claim": 1}


def test_a_deploy_whose_answer_got_lost_is_not_made_twice() -> None:
    acme = Acme()
    with acme.faults(fault("POST", "actions/actions/*/deploy", times=1, **DROP_AFTER)):
        assert acme.up(declare(None, actions={"claim": CLAIM})).is_complete
    assert facts(acme)["versions"] == {"Claim": 1}


def test_a_lost_deploy_that_shows_was_made_by_this_run() -> None:
    acme = Acme()
    acme.ask("POST", "actions/actions", CLAIM)
    with acme.faults(fault("POST", "actions/actions/*/deploy", times=1, **DROP_AFTER)):
        [done] = acme.up(declare(None, actions={"claim": CLAIM})).done
    assert not done.already


def test_a_deploy_that_did_not_happen_is_made() -> None:
    acme = Acme()
    with acme.faults(fault("POST", "actions/actions/*/deploy", times=2, action={"drop": True})):
        assert acme.up(declare(None, actions={"claim": CLAIM})).is_complete
    assert facts(acme)["versions"] == {"Claim": 1}
    assert acme.slept == [2.0, 4.0]


def test_a_deploy_that_never_happens_is_given_up() -> None:
    acme = Acme()
    with acme.faults(fault("POST", "actions/actions/*/deploy", action={"drop": True})):
        failed = only_failure(acme.up(declare(None, actions={"claim": CLAIM})))
    assert failed.code == "lost_answer"


@pytest.mark.parametrize("path", ["roles/*/permissions", "organizations/*/enabled_connections"])
def test_a_part_whose_answer_got_lost_is_attached_once(path: str) -> None:
    acme = Acme()
    with acme.faults(fault("POST", path, times=1, **DROP_AFTER)):
        assert acme.up(state(founded())).is_complete
    held = facts(acme)
    assert (held["roles"], held["organizations"]) == ({"Buyer": ["read"]}, {"acme": 1})


def test_what_somebody_else_deletes_first_is_deleted_all_the_same() -> None:
    acme = Acme()
    acme.up(declare(None, roles={"buyer": BUYER}))
    role = acme.ask("GET", "roles")[0]["id"]

    async def meanwhile() -> None:
        await acme.asked("DELETE", f"roles/{role}")

    gone = declare(None, roles={"buyer": BUYER | {"lifecycle": Lifecycle(absent=True)}})
    for method in ("GET", "DELETE"):
        outcome = acme.up(gone, transport=Meddler(acme, method, f"roles/{role}", meanwhile, first=True))
        assert outcome.is_complete
        acme.up(declare(None, roles={"buyer": BUYER}))
        role = acme.ask("GET", "roles")[0]["id"]


def test_a_delete_that_only_seems_to_happen_is_found_out() -> None:
    acme = Acme()
    acme.up(declare(None, roles={"buyer": BUYER}))
    gone = declare(None, roles={"buyer": BUYER | {"lifecycle": Lifecycle(absent=True)}})
    with acme.faults(fault("DELETE", "roles/*", action={"status": 200})):
        failed = only_failure(acme.up(gone))
    assert (failed.code, failed.message.split(": ")[1]) == ("unverified", "it is still there")


def test_a_create_that_only_seems_to_happen_is_found_out() -> None:
    acme = Acme()
    lie = {"status": 201, "body": {"id": "rol_0000000000000000", "name": "Buyer"}}
    with acme.faults(fault("POST", "roles", action=lie)):
        failed = only_failure(acme.up(declare(None, roles={"buyer": BUYER})))
    assert (failed.code, failed.message.split(": ")[1]) == ("unverified", "it is not there")


def test_what_does_not_show_at_once_is_looked_at_again() -> None:
    acme = Acme()
    with acme.faults(fault("GET", "roles/*", times=1, action={"status": 404})):
        assert acme.up(declare(None, roles={"buyer": BUYER})).is_complete
    assert acme.slept == [0.5]


def test_an_update_that_only_seems_to_happen_is_found_out() -> None:
    acme = Acme()
    acme.up(declare(None, roles={"buyer": BUYER}))
    with acme.faults(fault("PATCH", "roles/*", action={"status": 200, "body": {}})):
        failed = only_failure(acme.up(declare(None, roles={"buyer": BUYER | {"description": "buys"}})))
    assert (failed.code, failed.message.split(": ")[1]) == ("unverified", "description differs")


def test_what_cannot_be_verified_is_said_to_be_so() -> None:
    acme = Acme()
    # The plan reads the list once; all later reads fail.
    with acme.faults(fault("GET", "roles*", skip=1, action={"status": 403, "body": {"message": "no more"}})):
        failed = only_failure(acme.up(declare(None, roles={"buyer": BUYER})))
    assert failed.code == "unverified"
    assert "reading it failed" in failed.message
    assert "no more" in failed.message


def test_a_live_secret_that_is_gone_is_named() -> None:
    shop = Address("applications", "shop")
    body = {"options": {"client_secret": LiveSecret("options.client_secret", lambda: None, owner=str(shop))}}
    change = Change(shop, Action.UPDATE, "Shop", "name", "")
    made = Plan("p", "acme", "me", (change,), (Step(1, shop, Op.UPDATE, Call("PATCH", ("clients", "x"), body)),))
    with pytest.raises(ConfigErrors, match=r"the tenant no longer shows options\.client_secret"):
        require_secrets(made)


class Rude(httpx.ASGITransport):
    """A way to the tenant that turns around every list whose order means nothing, and adds what nobody knows."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        content = await response.aread()
        if not request.url.path.startswith("/api/v2") or not content:
            return response
        body = json.dumps(self.strange(json.loads(content))).encode()
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        return httpx.Response(response.status_code, headers=headers, content=body)

    def strange(self, value: Any) -> Any:
        """Return an answer with an unknown member in each of its resources, and one beside them."""
        if isinstance(value, list):
            return [self.strange(item) for item in value][::-1]
        return self.twisted(value) | {"not_in_any_document": {"a": [1]}}

    def twisted(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self.twisted(item, key) for key, item in value.items()}
        if isinstance(value, list):
            items = [self.twisted(item) for item in value]
            return items if name in {"bindings", "enabled_locales"} else items[::-1]
        return value


def test_a_rude_tenant_ends_as_declared_all_the_same() -> None:
    acme = Acme()
    for company in (founded(), grown(), shrunk()):
        assert acme.up(state(company), transport=Rude(app=acme.emulator.app)).is_complete
        acme.writes()
        assert acme.up(state(company), transport=Rude(app=acme.emulator.app)) == Outcome()
        assert acme.writes() == {}


def test_a_lost_create_that_then_conflicts_with_itself_was_made_by_this_run() -> None:
    acme = Acme()
    with acme.faults(fault("POST", "roles", times=1, **DROP_AFTER)):
        [done] = acme.up(declare(None, roles={"buyer": BUYER})).done
    assert not done.already


def test_what_somebody_else_made_just_so_was_not_made_by_this_run() -> None:
    acme = Acme()
    theirs = Meddler(acme, "POST", "roles", lambda: acme.asked("POST", "roles", BUYER), first=True)
    [done] = acme.up(declare(None, roles={"buyer": BUYER}), transport=theirs).done
    assert done.already


def test_what_was_lost_and_then_conflicts_with_itself_was_attached_by_this_run() -> None:
    acme = Acme()
    users = {"users": {"name": "users", "strategy": "auth0"}}
    acme.up(declare(None, connections=users, organizations={"acme": {"name": "acme"}}))
    path = "organizations/*/enabled_connections"
    conflict = fault("POST", path, action={"status": 409}) | {"id": "conflict"}
    with acme.faults(fault("POST", path, times=1, **DROP_AFTER), conflict):
        wish = declare(None, connections=users, organizations={"acme": {"name": "acme", "connections": {"users": {}}}})
        [done] = acme.up(wish).done
    assert not done.already


def test_all_members_that_do_not_hold_are_told() -> None:
    acme = Acme()
    acme.up(declare(None, roles={"buyer": BUYER}))
    wish = {"name": "Purchaser", "description": "buys", "lifecycle": Lifecycle(renamed_from="Buyer")}
    with acme.faults(fault("PATCH", "roles/*", action={"status": 200, "body": {}})):
        failed = only_failure(acme.up(declare(None, roles={"buyer": wish})))
    assert failed.message.split(": ")[1] == "name, description differ"
