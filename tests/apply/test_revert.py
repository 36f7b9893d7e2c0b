"""What an apply did is taken back: the tenant holds again what it held, and what cannot come back is said."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tenantry.apply import Inverse, Journal, Outcome, apply, backup_of, fitted, inverse, newest, recalled
from tenantry.apply.kept import kept, told
from tenantry.kinds import KINDS
from tenantry.management import ManagementClient
from tenantry.model.address import Address
from tenantry.model.errors import UsageError
from tenantry.model.secret import Secret
from tenantry.model.state import DesiredState, Lifecycle, Manage
from tenantry.model.values import RawId
from tests.apply.emulated import Acme, declare, live, planned, up
from tests.apply.shop import facts, founded, grown, moved, shrunk, state

CODE = "exports.onExecutePostLogin = async () => {};"
STAGES = {
    "founding": ({}, founded()),
    "growing": (founded(), grown()),
    "shrinking": (grown(), shrunk()),
    "moving": (founded(), moved()),
}


def journalled(acme: Acme, wish: DesiredState, folder: Path, **options: Any) -> Path:
    """Apply with a journal and return it."""
    with Journal.open(folder, "plan") as journal:
        acme.do(lambda client: up(client, wish, journal=journal), **options)
        assert journal.path
        return journal.path


def reverted(acme: Acme, journal: Path, journal_of_revert: Path | None = None) -> tuple[Inverse, Outcome]:
    """Take back what a journal tells, as the command line does."""
    past = recalled(journal)

    async def work(client: ManagementClient) -> tuple[Inverse, Outcome]:
        made = inverse(past, KINDS, Manage(max_deletes=100))
        held = await live(client, made.state)
        made = fitted(made, past, held, KINDS)
        with Journal.open(journal_of_revert or journal.parent / "reverts", "back") as again:
            return made, await apply(planned(made.state, held), held, client, KINDS, journal=again)

    return acme.do(work)


def settled(found: dict[str, Any]) -> dict[str, Any]:
    """Return the facts without what a revert adds to: versions are counted on, and a cleared text is empty."""
    return found | {"versions": 0, "friendly_name": found["friendly_name"] or None}


def told_of(made: Inverse) -> str:
    return "\n".join(f"{note.address}: {note.sentence}" for note in made.notes)


@pytest.mark.parametrize("stage", STAGES)
def test_the_tenant_holds_again_what_it_held(stage: str, tmp_path: Path) -> None:
    before, after = (state(company) for company in STAGES[stage])
    acme = Acme()
    if before.resources:
        acme.up(before)
    was = facts(acme)
    journal = journalled(acme, after, tmp_path)
    became = facts(acme)
    assert became != was
    made, outcome = reverted(acme, journal, tmp_path / "again")
    assert outcome.is_complete, outcome.failed
    assert settled(facts(acme)) == settled(was), told_of(made)
    # A revert has a journal too: taking it back does it again.
    made, outcome = reverted(acme, newest(tmp_path / "again"))
    assert outcome.is_complete, outcome.failed
    assert facts(acme) | {"versions": 0} == became | {"versions": 0}, told_of(made)


def test_a_backup_of_all_that_goes_is_written_before_the_first_write(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(state(grown()))
    with acme.faults({"id": "f", "method": "DELETE", "path": "/api/v2/*", "action": {"status": 400}}):
        path = backup_of(journalled(acme, state(shrunk()), tmp_path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    document = json.loads(path.read_text())
    assert document["tenant"] == "acme"
    kept_ = {each["address"]: each for each in document["resources"]}
    assert set(kept_) >= {"applications.extra", "client_grants.job-orders", "roles.buyer", "connections.customers"}
    assert sorted(kept_["roles.buyer"]["image"]["permissions"]["orders"]) == ["view", "write"]
    assert kept_["connections.customers"]["image"]["enabled_clients"] == ["job"]


def test_what_nobody_declares_and_a_replacement_takes_along_is_shown_and_comes_back(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(state(founded()))
    [grant] = facts(acme)["grants"]
    fields = {"identifier": "https://orders/2", "lifecycle": Lifecycle(renamed_from="https://orders")}
    wish = declare(apis={"orders": fields})
    [change] = acme.plan(wish).changes
    assert [each.name.split(".")[0] for each in change.cascades] == ["client_grants"]
    journal = journalled(acme, wish, tmp_path)
    assert facts(acme)["grants"] == []
    assert {(gone.address.section, gone.address.handle == gone.id) for gone in recalled(journal).gone} == {
        ("apis", False),
        ("client_grants", True),
    }
    _, outcome = reverted(acme, journal)
    assert outcome.is_complete, outcome.failed
    assert facts(acme)["grants"] == [grant]


def test_what_the_server_joined_to_a_list_only_because_it_was_new_is_not_put_back(tmp_path: Path) -> None:
    acme = Acme()
    users = {"name": "users", "strategy": "auth0"}
    acme.ask("PATCH", "tenants/settings", {"flags": {"enable_client_connections": True}})
    acme.up(declare(applications={"one": {"name": "One"}}, connections={"users": {**users, "enabled_clients": ["one"]}}))
    was = facts(acme)
    both = {"one": {"name": "One"}, "two": {"name": "Two"}}
    wish = declare(applications=both, connections={"users": {**users, "enabled_clients": []}, "more": users | {"name": "more"}})
    made, outcome = reverted(acme, journalled(acme, wish, tmp_path))
    assert made.state.resources[Address("connections", "users")].fields == {"enabled_clients": ["one"]}
    assert outcome.is_complete, outcome.failed
    assert facts(acme)["connections"] == was["connections"]


def test_what_refers_to_something_replaced_is_not_called_changed_since(tmp_path: Path) -> None:
    acme = Acme()
    claim = {"name": "Claim", "code": CODE, "supported_triggers": [{"id": "post-login", "version": "v3"}]}
    acme.up(declare(actions={"claim": claim}, triggers={"post-login": {"actions": ["claim"]}}))
    moved_ = {**claim, "supported_triggers": [{"id": "pre-user-registration", "version": "v2"}]}
    triggers = {"post-login": {"actions": []}, "pre-user-registration": {"actions": ["claim"]}}
    journal = journalled(acme, declare(actions={"claim": moved_}, triggers=triggers), tmp_path)
    made, outcome = reverted(acme, journal)
    assert outcome.is_complete, outcome.failed
    assert "changed again" not in told_of(made)
    assert facts(acme)["bound"] == ["Claim"]


def test_what_a_replacement_set_inside_an_object_stays_and_is_told(tmp_path: Path) -> None:
    acme = Acme()
    users: dict[str, Any] = {"strategy": "auth0", "options": {"passwordPolicy": "good"}}
    acme.up(declare(connections={"users": {"name": "users", **users}}))
    users["options"] |= {"disable_signup": True}
    fields = {"name": "people", **users, "lifecycle": Lifecycle(renamed_from="users")}
    made, outcome = reverted(acme, journalled(acme, declare(connections={"users": fields}), tmp_path))
    assert outcome.is_complete, outcome.failed
    told_ = [sentence for sentence in told_of(made).splitlines() if "stays as it is" in sentence]
    assert told_ == ["connections.users: options.disable_signup stays as it is: it was not set before, and is carried over"]
    [options] = [each["options"] for each in acme.ask("GET", "connections") if each["name"] == "users"]
    assert options["disable_signup"] is True


def test_what_the_server_deletes_along_and_parts_that_nobody_declares_are_kept_and_come_back(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(state(founded()))
    was = facts(acme)
    gone = declare(
        Manage(prune=frozenset({"roles", "applications"}), max_deletes=100),
        roles={"other": {"name": "Other"}},
        applications={"shop": {"name": "Shop"}, "me": {"name": "tenantry emulator (management)"}},
        apis={"orders": {"identifier": "https://orders"}},
    )
    journal = journalled(acme, gone, tmp_path)
    assert acme.named("Job") == []
    assert facts(acme)["grants"] == []
    made, outcome = reverted(acme, journal)
    assert outcome.is_complete, outcome.failed
    assert facts(acme) | {"versions": 0} == was | {"versions": 0}, told_of(made)
    assert "Job was deleted: it is created again with a new id" in told_of(made)


def test_what_goes_along_is_known_by_the_handle_that_a_file_gives_it(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(state(founded()))
    grant = {"client_id": "job", "audience": "orders", "lifecycle": Lifecycle(managed=False)}
    gone = declare(
        apis={"orders": {"identifier": "https://orders", "lifecycle": Lifecycle(absent=True)}},
        applications={"job": founded()["applications"]["job"]},
        client_grants={"job-orders": grant},
    )
    assert {(str(each.address), each.name, each.how) for each in recalled(journalled(acme, gone, tmp_path)).gone} == {
        ("apis.orders", "https://orders", "deleted"),
        ("client_grants.job-orders", "job orders client", "deleted along with apis.orders"),
    }


def test_an_apply_that_takes_nothing_away_writes_no_backup(tmp_path: Path) -> None:
    acme = Acme()
    assert not backup_of(journalled(acme, state(founded()), tmp_path)).exists()


def test_what_cannot_come_back_is_said(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(
        declare(
            connections={"users": {"name": "users", "strategy": "auth0"}},
            actions={
                "claim": {
                    **founded()["actions"]["claim"],
                    "secrets": {"KEY": Secret.of("K", "canary-in-the-action")},
                }
            },
        )
    )
    gone = declare(
        connections={"users": {"name": "users", "lifecycle": Lifecycle(absent=True)}},
        actions={"claim": {"name": "Claim", "lifecycle": Lifecycle(absent=True)}},
    )
    journal = journalled(acme, gone, tmp_path)
    made, outcome = reverted(acme, journal)
    assert outcome.is_complete
    assert "no backup holds its secrets: secrets.KEY" in told_of(made)
    assert "deletes all of its users, and no backup brings them back" in told_of(made)
    assert "canary" not in backup_of(journal).read_text()


def test_of_secrets_a_revert_says_only_that_they_stay(tmp_path: Path) -> None:
    acme = Acme()

    def company(keys: str, description: str) -> DesiredState:
        secrets = {key: Secret.of(key, f"value-of-{key}") for key in keys}
        options = {"client_id": "c", "client_secret": Secret.of("G", "value-of-google"), "scope": [description]}
        return declare(
            actions={"claim": {**founded()["actions"]["claim"], "secrets": secrets}},
            connections={"google": {"name": "google", "strategy": "google-oauth2", "options": options}},
        )

    acme.up(company("K", "email"))
    made, outcome = reverted(acme, journalled(acme, company("KL", "profile"), tmp_path))
    assert outcome.is_complete
    assert [note.sentence for note in made.notes] == ["secrets.L stays as it is: no journal holds secrets"]


def test_a_later_change_by_somebody_else_is_pointed_out(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(state(founded()))
    journal = journalled(acme, state(grown()), tmp_path)
    made, _ = fitted_now(acme, journal)
    assert "was changed again" not in told_of(made)
    shop = acme.named("Shop")[0]["client_id"]
    acme.ask("PATCH", f"clients/{shop}", {"callbacks": ["https://somebody.else"]})
    made, _ = fitted_now(acme, journal)
    assert "applications.shop: it was changed again after that run" in told_of(made)
    assert told_of(made).count("was changed again") == 1


def fitted_now(acme: Acme, journal: Path) -> tuple[Inverse, None]:
    past = recalled(journal)
    made = inverse(past, KINDS, Manage())
    return fitted(made, past, acme.live(made.state), KINDS), None


def test_a_change_of_something_that_is_gone_is_not_taken_for_a_creation(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(state(founded()))
    journal = journalled(acme, state(grown()), tmp_path)
    shop = acme.named("Shop")[0]["client_id"]
    acme.ask("DELETE", f"clients/{shop}")
    made, outcome = reverted(acme, journal)
    assert "applications.shop: it is gone" in told_of(made)
    assert acme.named("Shop") == []
    assert not [failed for failed in outcome.failed if str(failed.address) == "applications.shop"]


def test_a_namesake_is_not_taken_for_the_application_that_went(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(state(grown()))
    journal = journalled(acme, state(shrunk()), tmp_path)
    acme.ask("POST", "clients", {"name": "Extra", "callbacks": ["https://somebody.else"]})
    made, _ = reverted(acme, journal)
    assert "applications.extra: the tenant holds another application of this name" in told_of(made)
    assert [client["callbacks"] for client in acme.named("Extra")] == [["https://somebody.else"]]


def test_a_name_that_was_handed_over_goes_back_with_the_application_that_had_it(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(declare(applications={"old": {"name": "Old"}, "new": {"name": "New"}}))
    [old], [new] = acme.named("Old"), acme.named("New")
    named = {"name": "New", "lifecycle": Lifecycle(id=old["client_id"])}
    gone = {"name": "New", "lifecycle": Lifecycle(id=new["client_id"], absent=True)}
    journal = journalled(acme, declare(applications={"old": named, "new": gone}), tmp_path)
    assert [each["client_id"] for each in acme.named("New")] == [old["client_id"]]
    made, outcome = reverted(acme, journal)
    assert outcome.is_complete, told_of(made)
    assert [each["client_id"] for each in acme.named("Old")] == [old["client_id"]]
    assert len(acme.named("New")) == 1


def enabled(acme: Acme) -> dict[str, list[str]]:
    """Return the names of the applications that each connection has."""
    names = {client["client_id"]: client["name"] for client in acme.ask("GET", "clients?per_page=100")}
    return {
        each["name"]: sorted(
            names[client["client_id"]] for client in acme.ask("GET", f"connections/{each['id']}/clients")["clients"]
        )
        for each in acme.ask("GET", "connections")
    }


def test_a_deleted_application_gets_its_place_back_also_in_connections_that_nobody_declares(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(state(grown()))
    extra, shop = acme.named("Extra")[0]["client_id"], acme.named("Shop")[0]["client_id"]
    acme.ask("POST", "connections", {"name": "foreign", "strategy": "auth0", "enabled_clients": [extra, shop]})
    was = enabled(acme)
    assert "Extra" in was["foreign"]
    journal = journalled(acme, state(shrunk()), tmp_path)
    assert "Extra" not in enabled(acme)["foreign"]
    made, outcome = reverted(acme, journal)
    assert outcome.is_complete, outcome.failed
    assert enabled(acme) == was, told_of(made)


def test_an_application_and_the_connection_it_is_enabled_in_go_in_one_run() -> None:
    acme = Acme()
    wish = {"connections": {"staff": {"name": "staff", "strategy": "auth0", "enabled_clients": ["web"]}}}
    acme.up(declare(applications={"web": {"name": "Web"}}, **wish))
    pruned = Manage(prune=frozenset({"connections"}), emptied=frozenset({"connections"}), max_deletes=9)
    gone = declare(pruned, applications={"web": {"name": "Web", "lifecycle": Lifecycle(absent=True)}})
    slow = {"id": "s", "method": "DELETE", "path": "/api/v2/connections/*", "latency_ms": 30}
    for later in (
        slow,
        {**slow, "path": "/api/v2/clients/*"},
        {**slow, "method": "GET", "path": "/api/v2/connections/*/clients"},
    ):
        acme.up(declare(applications={"web": {"name": "Web"}}, **wish))
        with acme.faults(later):
            outcome = acme.up(gone)
        assert outcome.is_complete, outcome.failed


def test_where_the_places_could_not_be_read_that_is_said(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(state(grown()))
    with acme.faults({"id": "f", "method": "GET", "path": "/api/v2/clients/*/connections", "action": {"status": 403}}):
        journal = journalled(acme, state(shrunk()), tmp_path)
    made, outcome = reverted(acme, journal)
    assert outcome.is_complete, outcome.failed
    assert "applications.extra: what it was enabled in could not be read" in told_of(made)


def test_a_run_that_failed_half_way_is_taken_back_as_far_as_it_came(tmp_path: Path) -> None:
    acme = Acme()
    acme.up(state(founded()))
    was = facts(acme)
    rule = {"id": "f", "method": "POST", "path": "/api/v2/clients", "action": {"status": 400}}
    with acme.faults(rule):
        journal = journalled(acme, state(grown()), tmp_path)
    made, outcome = reverted(acme, journal)
    assert outcome.is_complete, outcome.failed
    assert facts(acme) | {"versions": 0} == was | {"versions": 0}
    assert "its creation failed, so there is nothing to delete" in told_of(made)


def test_what_is_no_journal_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("hello\nworld\n", encoding="utf-8")
    with pytest.raises(UsageError, match="not a readable journal"):
        recalled(path)
    with pytest.raises(UsageError, match="no journal in"):
        newest(tmp_path)


def test_ids_and_handles_stay_apart_in_an_image() -> None:
    image = {"a": RawId("x"), "b": "x", "c": ["$raw:x", "$$", {RawId("k"): None}], "d": 1}
    back = told(json.loads(json.dumps(kept(image))))
    assert back == image
    assert isinstance(back["a"], RawId)
    assert not isinstance(back["b"], RawId)
    assert not isinstance(back["c"][0], RawId)
    assert [type(key) for key in back["c"][2]] == [RawId]
