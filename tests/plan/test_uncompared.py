"""What could not be compared is said, so that no plan claims more than it knows."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.kinds import KINDS
from tenantry.model.secret import Secret
from tenantry.model.values import Include
from tenantry.plan import Options, Plan, Wishes, plan
from tests.declared import declare
from tests.plan.conftest import api, connection, hold, planned
from tests.plan.lines import action


@pytest.mark.parametrize(("value", "sentences"), [(None, 1), ("the-same-secret-value", 0)])
def test_a_secret_that_is_not_at_hand_is_not_called_unchanged(value: str | None, sentences: int) -> None:
    live = hold(api("a", "https://a", signing_alg="HS256", signing_secret="the-same-secret-value"))
    wanted = {"identifier": "https://a", "signing_secret": Secret("NOWHERE", lambda: value)}
    made = planned(declare(apis={"a": wanted}), live)
    assert made.is_empty
    told = [note.sentence for note in made.notes if note.code == "unverifiable"]
    said = "secret NOWHERE is not set, so signing_secret is not compared with what the tenant holds"
    assert told == [said] * sentences


def sentences(made: Plan) -> list[str]:
    return [f"{note.address}: {note.sentence}" for note in made.notes if note.code == "unverifiable"]


POINT = [{"id": "post-login", "version": "v3"}]
HOOK = {
    "name": "A",
    "code": "1",
    "supported_triggers": POINT,
    "secrets": {name: Secret.of(name, "s") for name in ("KEY", "HASH")},
}
HOLDING = action(secrets=[{"name": "KEY"}, {"name": "HASH"}])
NEVER_SHOWN = "actions.a: secrets.KEY, secrets.HASH cannot be read back: another value is sent only with --send-secrets"


def test_secrets_that_no_tenant_shows_are_told_by_name() -> None:
    made = planned(declare(actions={"a": HOOK}), hold(HOLDING))
    assert made.is_empty
    assert sentences(made) == [NEVER_SHOWN]
    renamed = planned(declare(actions={"a": HOOK | {"code": "2"}}), hold(HOLDING))
    assert sentences(renamed) == [NEVER_SHOWN]


def test_what_no_read_shows_inside_an_object_is_told_by_its_path() -> None:
    options = {"metadataXml": "<EntityDescriptor/>", "debug": True}
    wish = declare(connections={"idp": {"name": "idp", "strategy": "samlp", "options": options}})
    live = hold(connection("con_1", "idp", [], strategy="samlp", options={"debug": True}))
    assert sentences(planned(wish, live)) == ["connections.idp: options.metadataXml cannot be read back, so it is not compared"]
    assert sentences(planned(wish, hold())) == []


def test_what_no_read_shows_inside_a_list_is_told_by_its_path_and_is_no_difference() -> None:
    package = {"name": "lodash", "version": "4.0.0"}
    asked = [{"name": "axios"}, package | {"registry_url": "https://registry.example"}]
    wish = declare(actions={"a": {**HOOK, "secrets": {}, "dependencies": asked}})
    made = planned(wish, hold(action(dependencies=[{"name": "axios", "version": "1.0.0"}, package])))
    assert made.is_empty
    assert sentences(made) == ["actions.a: dependencies[1].registry_url cannot be read back, so it is not compared"]


def test_secrets_that_are_carried_over_are_nobodys_concern() -> None:
    some: dict[str, Any] = HOOK | {"secrets": Include(include={"KEY": Secret.of("KEY", "s")})}
    made = planned(declare(actions={"a": some}), hold(HOLDING))
    assert sentences(made) == ["actions.a: secrets.KEY cannot be read back: another value is sent only with --send-secrets"]


def test_secrets_that_are_sent_need_no_word() -> None:
    wish = declare(actions={"a": HOOK})
    assert sentences(planned(wish, hold())) == []
    assert sentences(planned(wish, hold(action(secrets=[{"name": "KEY"}])))) == []
    assert sentences(plan(wish, hold(HOLDING), KINDS, Options(wishes=Wishes(send_secrets=True)))) == []
    assert sentences(planned(declare(actions={"a": HOOK | {"secrets": {}}}), hold(action()))) == []


@pytest.mark.parametrize("value", ["s", None])
def test_a_secret_deep_inside_options_is_told_once_with_its_path(value: str | None) -> None:
    options = {"configuration": {"PASSWORD": Secret("P", lambda: value)}}
    live = hold(connection("con_1", "users", [], options={"configuration": {"PASSWORD": "2.0$x"}}))
    made = planned(declare(connections={"users": {"name": "users", "strategy": "auth0", "options": options}}), live)
    assert made.is_empty
    assert sentences(made) == [
        "connections.users: options.configuration.PASSWORD cannot be read back: another value is sent only with --send-secrets"
    ]


@pytest.mark.parametrize(("wanted", "held"), [({"enable": True}, None), (None, {"enable": True})])
def test_an_object_that_only_one_side_has_holds_no_secret_to_compare(wanted: object, held: object) -> None:
    wish = declare(connections={"users": {"name": "users", "strategy": "auth0", "options": {"password_history": wanted}}})
    made = planned(wish, hold(connection("con_1", "users", [], options={"password_history": held})))
    assert not made.is_empty
    assert sentences(made) == []
