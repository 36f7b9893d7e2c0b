"""A saved plan is applied exactly, resumed, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenantry.kinds import KINDS
from tenantry.model.errors import PlanError
from tenantry.model.secret import PlainSecret, Secret
from tenantry.model.state import DesiredState, Lifecycle, LiveResource, LiveState
from tenantry.model.values import Include
from tenantry.plan import Options, Plan, Ruling, Verdict, Wishes, bound, check, load, plan, save
from tests.declared import declare
from tests.plan import whole
from tests.plan.conftest import api, app, connection, grant, hold, planned
from tests.plan.lines import A_ID, action, role


def verdicts(made: Plan, live: LiveState) -> dict[str, Verdict]:
    return {str(ruling.address): ruling.verdict for ruling in check(made, live, KINDS)}


BEFORE = hold(app("A", "Shop", description="old", callbacks=["https://a.example"]))
UPDATE = declare(applications={"shop": {"name": "Shop", "description": "new", "callbacks": ["https://b.example"]}})


def test_an_unchanged_tenant_is_what_the_plan_was_made_from() -> None:
    assert verdicts(planned(UPDATE, BEFORE), BEFORE) == {"applications.shop": Verdict.TO_DO}


def test_a_change_of_what_would_be_written_is_stale() -> None:
    now = hold(app("A", "Shop", description="other", callbacks=["https://a.example"]))
    assert verdicts(planned(UPDATE, BEFORE), now) == {"applications.shop": Verdict.STALE}


def test_a_change_of_something_else_is_none_of_the_plans_business() -> None:
    now = hold(app("A", "Shop", description="old", callbacks=["https://a.example"], app_type="spa"))
    assert verdicts(planned(UPDATE, BEFORE), now) == {"applications.shop": Verdict.TO_DO}


def test_what_is_there_already_is_done() -> None:
    now = hold(app("A", "Shop", description="new", callbacks=["https://b.example"]))
    assert verdicts(planned(UPDATE, BEFORE), now) == {"applications.shop": Verdict.DONE}


def test_a_half_finished_update_is_finished() -> None:
    now = hold(app("A", "Shop", description="new", callbacks=["https://a.example"]))
    assert verdicts(planned(UPDATE, BEFORE), now) == {"applications.shop": Verdict.TO_DO}


def test_a_deleted_target_is_stale() -> None:
    assert verdicts(planned(UPDATE, BEFORE), hold()) == {"applications.shop": Verdict.STALE}


def test_a_create_that_happened_is_done_and_one_that_differs_is_stale() -> None:
    made = planned(declare(applications={"shop": {"name": "Shop", "description": "new"}}), hold())
    assert verdicts(made, hold()) == {"applications.shop": Verdict.TO_DO}
    assert verdicts(made, hold(app("A", "Shop", description="new", extra=1))) == {"applications.shop": Verdict.DONE}
    assert verdicts(made, hold(app("A", "Shop", description="else"))) == {"applications.shop": Verdict.STALE}


def test_a_delete_that_happened_is_done_and_one_of_something_changed_is_stale() -> None:
    made = planned(declare(applications={"shop": {"name": "Shop", "lifecycle": Lifecycle(absent=True)}}), BEFORE)
    assert verdicts(made, hold()) == {"applications.shop": Verdict.DONE}
    now = hold(app("A", "Shop", description="now in use", callbacks=["https://a.example"]))
    assert verdicts(made, now) == {"applications.shop": Verdict.STALE}


def test_a_half_attached_list_is_finished_and_a_foreign_member_in_it_is_stale() -> None:
    apps = [app("A", "One"), app("B", "Two"), app("C", "Three")]
    desired = declare(
        applications={"one": {"name": "One"}, "two": {"name": "Two"}},
        connections={"users": {"name": "users", "enabled_clients": ["one", "two"]}},
    )
    made = planned(desired, hold(*apps, connection("con_1", "users", [])))
    assert verdicts(made, hold(*apps, connection("con_1", "users", ["A"]))) == {"connections.users": Verdict.TO_DO}
    assert verdicts(made, hold(*apps, connection("con_1", "users", ["C"]))) == {"connections.users": Verdict.STALE}


def test_a_killed_deploy_is_finished() -> None:
    action = {"id": "act", "name": "claim", "code": "new", "all_changes_deployed": False}
    before = LiveResource("actions", "act", {**action, "code": "old", "all_changes_deployed": True})
    made = planned(declare(actions={"claim": {"name": "claim", "code": "new"}}), hold(before))
    assert verdicts(made, hold(LiveResource("actions", "act", action))) == {"actions.claim": Verdict.TO_DO}
    done = LiveResource("actions", "act", {**action, "all_changes_deployed": True})
    assert verdicts(made, hold(done)) == {"actions.claim": Verdict.DONE}


def test_a_replacement_is_recognised_in_every_stage() -> None:
    def gadget(id_: str, identifier: str) -> LiveResource:
        return app(id_, "Gadget", app_type="resource_server", resource_server_identifier=identifier)

    fields = {"name": "Gadget", "app_type": "resource_server", "resource_server_identifier": "https://new"}
    made = planned(declare(applications={"gadget": fields}), hold(gadget("A", "https://old")), "--allow-replace")
    assert verdicts(made, hold(gadget("A", "https://old"))) == {"applications.gadget": Verdict.TO_DO}
    assert verdicts(made, hold()) == {"applications.gadget": Verdict.TO_DO}
    assert verdicts(made, hold(gadget("B", "https://new"))) == {"applications.gadget": Verdict.DONE}
    assert verdicts(made, hold(gadget("B", "https://third"))) == {"applications.gadget": Verdict.STALE}


def test_a_grant_whose_application_was_created_meanwhile_is_found() -> None:
    desired = declare(
        applications={"shop": {"name": "Shop"}},
        apis={"orders": {"identifier": "https://api"}},
        client_grants={"g": {"client_id": "shop", "audience": "orders", "scope": ["read"]}},
    )
    made = planned(desired, hold(api("a" * 24, "https://api")))
    now = hold(api("a" * 24, "https://api"), app("A", "Shop"), grant("cgr_1", "A", "https://api", ["read"]))
    assert verdicts(made, now) == {"applications.shop": Verdict.DONE, "client_grants.g": Verdict.DONE}


def test_a_plan_file_gives_back_the_plan_and_holds_no_secret(tmp_path: Path) -> None:
    desired = declare(
        applications={"shop": {"name": "Shop", "callbacks": ["https://b.example"]}},
        apis={
            "orders": {
                "identifier": "https://api",
                "signing_alg": "HS256",
                "signing_secret": Secret.of("CANARY", "canary-value-1"),
            }
        },
        client_grants={"g": {"client_id": "shop", "audience": "orders", "scope": []}},
        connections={"users": {"name": "users", "strategy": "auth0", "enabled_clients": ["shop"]}},
    )
    made = planned(desired, BEFORE)
    save(made, tmp_path / "plan.json", "1.0")
    again = load(tmp_path / "plan.json", lambda name: Secret.of(name, "canary-value-1"))
    assert again == made
    assert (tmp_path / "plan.json").stat().st_mode & 0o777 == 0o600
    assert "canary" not in (tmp_path / "plan.json").read_text().replace("CANARY", "")
    assert again.secrets == ("CANARY",)


def test_a_secret_carried_over_from_the_tenant_is_fetched_from_the_tenant_again(tmp_path: Path) -> None:
    live = hold(
        connection(
            "con_1",
            "idp",
            [],
            strategy="auth0",
            options={"gateway_authentication": {"secret": "canary-2"}, "import_mode": False},
        )
    )
    made = planned(declare(connections={"idp": {"name": "idp", "options": {"import_mode": True}}}), live)
    save(made, tmp_path / "plan.json", "1.0")
    assert "canary" not in (tmp_path / "plan.json").read_text()
    again = bound(load(tmp_path / "plan.json", lambda name: Secret.of(name, "")), live, KINDS)
    assert again.steps[0].call.body["options"]["gateway_authentication"]["secret"].reveal() == "canary-2"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format_version": 99}', '{"format_version": 1, "plan": {"$map": []}}'])
def test_what_is_no_plan_file_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(PlanError, match="tenantry plan --out"):
        load(tmp_path / "plan.json", lambda name: Secret.of(name, ""))


def test_a_secret_in_plain_is_not_in_the_plan_file_and_is_fetched_from_the_files_again(tmp_path: Path) -> None:
    wanted = {
        "identifier": "https://api",
        "signing_alg": "HS256",
        "signing_secret": PlainSecret.of("signing_secret", "canary-value-3"),
    }
    desired = declare(apis={"orders": wanted})
    made = planned(desired, hold())
    assert made.secrets == ()
    save(made, tmp_path / "plan.json", "1.0")
    assert "canary" not in (tmp_path / "plan.json").read_text()
    again = load(tmp_path / "plan.json", lambda name: Secret.of(name, ""))
    assert not again.steps[0].call.body["signing_secret"].is_available
    assert bound(again, hold(), KINDS, desired).steps[0].call.body["signing_secret"].reveal() == "canary-value-3"


def test_a_changed_secret_is_to_do_until_the_tenant_shows_it() -> None:
    def idp(secret: str) -> LiveState:
        return hold(connection("con_1", "idp", [], strategy="google-oauth2", options={"client_secret": secret}))

    options = {"client_secret": Secret.of("IDP", "new")}
    made = planned(declare(connections={"idp": {"name": "idp", "strategy": "google-oauth2", "options": options}}), idp("old"))
    assert verdicts(made, idp("old")) == {"connections.idp": Verdict.TO_DO}
    assert verdicts(made, idp("new")) == {"connections.idp": Verdict.DONE}


def test_a_secret_that_nobody_can_read_is_sent_again_and_shown_by_name_when_asked_for() -> None:
    held = {"id": "act", "name": "claim", "code": "c", "all_changes_deployed": True, "secrets": [{"name": "KEY"}]}
    live = hold(LiveResource("actions", "act", held))
    desired = declare(actions={"claim": {"name": "claim", "code": "c", "secrets": {"KEY": Secret.of("KEY", "k")}}})
    assert planned(desired, live).is_empty
    made = plan(desired, live, KINDS, Options(wishes=Wishes(send_secrets=True)))
    assert [field.path for field in made.changes[0].fields] == ["secrets.KEY"]
    assert verdicts(made, live) == {"actions.claim": Verdict.TO_DO}


def test_an_application_that_joins_an_open_list_by_itself_makes_nothing_stale() -> None:
    said = {"name": "users", "display_name": "New", "enabled_clients": Include[list[str]](include=["old"])}
    desired = declare(applications={"old": {"name": "Old"}, "new": {"name": "New"}}, connections={"users": said})
    made = planned(desired, hold(app("A", "Old"), connection("con_1", "users", [])))
    now = hold(app("A", "Old"), app("N", "New"), connection("con_1", "users", ["N"]))
    assert verdicts(made, now)["connections.users"] is Verdict.TO_DO
    foreign = hold(app("A", "Old"), app("F", "Foreign"), connection("con_1", "users", ["F"]))
    assert verdicts(made, foreign)["connections.users"] is Verdict.STALE


def test_what_goes_while_what_it_refers_to_is_replaced_makes_no_plan_stale() -> None:
    held = {"permissions": ({"resource_server_identifier": "https://old", "permission_name": "read"},)}
    role = LiveResource("roles", "R", {"id": "R", "name": "Boss"}, held)
    live = hold(api("a" * 24, "https://old", scopes=[{"value": "read"}]), role)
    made = planned(
        declare(
            apis={"a": {"identifier": "https://new", "lifecycle": Lifecycle(renamed_from="https://old")}},
            roles={"boss": {"name": "Boss", "lifecycle": Lifecycle(absent=True)}},
        ),
        live,
        "--allow-replace",
    )
    assert set(verdicts(made, live).values()) == {Verdict.TO_DO}
    steps = [str(step.address) for step in made.steps]
    assert steps.index("roles.boss") < steps.index("apis.a")


def test_a_grant_that_goes_while_its_api_is_replaced_makes_no_plan_stale() -> None:
    live = hold(app("A", "Shop"), api("a" * 24, "https://old"), grant("cgr_1", "A", "https://old", []))
    made = planned(
        declare(
            applications={"shop": {"name": "Shop"}},
            apis={"a": {"identifier": "https://new", "lifecycle": Lifecycle(renamed_from="https://old")}},
            client_grants={"g": {"client_id": "shop", "audience": "a", "lifecycle": Lifecycle(id="cgr_1", absent=True)}},
        ),
        live,
        "--allow-replace",
    )
    assert set(verdicts(made, live).values()) == {Verdict.TO_DO}


def test_an_application_that_joins_what_is_about_to_go_makes_nothing_stale() -> None:
    made = planned(
        declare(
            applications={"new": {"name": "New"}},
            connections={"users": {"name": "users", "strategy": "auth0", "lifecycle": Lifecycle(absent=True)}},
        ),
        hold(connection("con_1", "users", [])),
        "--allow-user-loss",
    )
    joined = hold(app("N", "New"), connection("con_1", "users", ["N"]))
    assert verdicts(made, joined)["connections.users"] is Verdict.TO_DO
    foreign = hold(app("F", "Foreign"), connection("con_1", "users", ["F"]))
    assert verdicts(made, foreign)["connections.users"] is Verdict.STALE


def _role(id_: str, name: str) -> LiveResource:
    return LiveResource("roles", id_, {"id": id_, "name": name})


@pytest.mark.parametrize(
    ("wish", "live", "other", "flag"),
    [
        (
            declare(roles={"a": {"name": "New", "lifecycle": Lifecycle(renamed_from="Old")}}),
            _role("1", "Old"),
            _role("2", "New"),
            "",
        ),
        (
            declare(apis={"a": {"identifier": "https://new", "lifecycle": Lifecycle(renamed_from="https://old")}}),
            api("1", "https://old"),
            api("2", "https://new"),
            "--allow-replace",
        ),
    ],
)
def test_a_new_name_that_another_has_taken_meanwhile_is_stale(
    wish: DesiredState, live: LiveResource, other: LiveResource, flag: str
) -> None:
    made = planned(wish, hold(live), flag)
    assert [ruling.verdict for ruling in check(made, hold(live), KINDS)] == [Verdict.TO_DO]
    [ruling] = check(made, hold(live, other), KINDS)
    assert (ruling.verdict, ruling.reason.rpartition(" ")[2]) == (Verdict.STALE, "2")


def test_names_that_change_hands_in_one_plan_are_not_stale() -> None:
    live = hold(_role("1", "One"), _role("2", "Two"))
    made = planned(
        declare(
            roles={
                "a": {"name": "Two", "lifecycle": Lifecycle(id="1")},
                "b": {"name": "Two", "lifecycle": Lifecycle(id="2", absent=True)},
            }
        ),
        live,
    )
    assert {ruling.verdict for ruling in check(made, live, KINDS)} == {Verdict.TO_DO}


def rulings(live: LiveState) -> dict[str, Ruling]:
    made = planned(whole.WANTED, whole.LIVE)
    return {str(each.address): each for each in check(made, live, KINDS)}


def test_every_ruling_says_why_and_about_what() -> None:
    to_do = Verdict.TO_DO
    assert rulings(whole.LIVE) == {
        "applications.bot": Ruling(whole.BOT, to_do, id="B"),
        "actions.a": Ruling(whole.A, to_do, id="X"),
        "apis.a": Ruling(whole.API, to_do, id=A_ID),
        "applications.shop": Ruling(whole.SHOP, to_do, id="A"),
        "connections.users": Ruling(whole.USERS, to_do, id="c1"),
        "applications.new": Ruling(whole.NEW, to_do),
        "roles.boss": Ruling(whole.BOSS, to_do),
    }
    done = hold(
        app("A", "Shop", description="new"),
        app("N", "New", app_type="spa", allowed_clients=["A"]),
        api(A_ID, "https://a", scopes=[{"value": "w"}]),
        connection("c1", "users", ["N"]),
        action(code="2"),
        role("R", "Boss", "w"),
    )
    held, made = "the tenant holds it already", "it was created meanwhile, just so"
    assert rulings(done) == {
        "applications.bot": Ruling(whole.BOT, Verdict.DONE, "it is gone already"),
        "actions.a": Ruling(whole.A, Verdict.DONE, held, "X"),
        "apis.a": Ruling(whole.API, Verdict.DONE, held, A_ID),
        "applications.shop": Ruling(whole.SHOP, Verdict.DONE, held, "A"),
        "connections.users": Ruling(whole.USERS, Verdict.DONE, held, "c1"),
        "applications.new": Ruling(whole.NEW, Verdict.DONE, made, "N"),
        "roles.boss": Ruling(whole.BOSS, Verdict.DONE, made, "R"),
    }
    changed = hold(
        app("B", "Bot", description="now in use"),
        app("N", "New", app_type="native", allowed_clients=[]),
        api(A_ID, "https://a", scopes=[{"value": "else"}]),
        connection("c1", "users", ["A", "B"]),
        role("R", "Boss", "r"),
    )
    assert {address: ruling.reason for address, ruling in rulings(changed).items()} == {
        "applications.bot": "description changed since the plan was made",
        "actions.a": "it was deleted since the plan was made",
        "apis.a": "scopes changed since the plan was made",
        "applications.shop": "it was deleted since the plan was made",
        "connections.users": "enabled_clients changed since the plan was made",
        "applications.new": "it was created meanwhile, with another app_type, allowed_clients",
        "roles.boss": "it was created meanwhile, with another permissions",
    }
