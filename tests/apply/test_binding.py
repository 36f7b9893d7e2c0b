"""What a tenant refuses to delete because something is bound to it: the refusal says what, and what to do."""

from __future__ import annotations

from tenantry.model.state import Lifecycle
from tests.apply.emulated import Acme, declare
from tests.apply.shop import CODE, POST_LOGIN

CLAIM = {"name": "Claim", "code": CODE, "supported_triggers": POST_LOGIN}
GONE = declare(actions={"claim": {"name": "Claim", "lifecycle": Lifecycle(absent=True)}})


def bound() -> Acme:
    """Return a tenant that runs an action after each login."""
    acme = Acme()
    assert acme.up(declare(actions={"claim": CLAIM}, triggers={"post-login": {"actions": ["claim"]}})).is_complete
    return acme


def test_a_refused_delete_names_the_trigger_that_no_file_declares() -> None:
    acme = bound()
    [failed] = acme.up(GONE).failed
    assert (failed.status, failed.code) == (409, "api_error")
    assert failed.message == (
        "The action is bound to a trigger and cannot be deleted. "
        "It is still bound to triggers.post-login: take it out there, or declare that without it"
    )
    assert len(acme.ask("GET", "actions/actions")["actions"]) == 1


def test_a_delete_that_is_refused_for_another_reason_keeps_the_tenants_words() -> None:
    acme = bound()
    acme.ask("PATCH", "actions/triggers/post-login/bindings", {"bindings": []})
    refusal = {"status": 409, "body": {"message": "not now"}}
    with acme.faults({"id": "f", "method": "DELETE", "path": "/api/v2/actions/actions/*", "action": refusal}):
        [failed] = acme.up(GONE).failed
    assert failed.message == "not now"


def test_a_refused_delete_whose_reason_cannot_be_read_keeps_the_tenants_words() -> None:
    acme = bound()
    hidden = {"status": 403, "body": {"message": "no", "errorCode": "insufficient_scope"}}
    with acme.faults({"id": "f", "method": "GET", "path": "/api/v2/actions/triggers/*/bindings", "action": hidden}):
        [failed] = acme.up(GONE).failed
    assert failed.message == "The action is bound to a trigger and cannot be deleted."
