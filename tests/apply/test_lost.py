"""Creates whose answer got lost, of a kind that allows namesakes: found again, sent once more, or left alone as unclear."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.apply import Failed, Outcome
from tenantry.model.state import Lifecycle
from tests.apply.emulated import Acme, declare

SHOP: dict[str, Any] = {"name": "Shop", "app_type": "spa", "callbacks": ["https://shop.example/cb"]}
LOST = {"id": "lost", "method": "POST", "path": "/api/v2/clients", "action": {"drop": True}}


class Stranger(Acme):
    """A tenant in which somebody else creates something while we wait for a lost answer."""

    theirs: tuple[dict[str, Any], ...] = ()

    async def sleep(self, seconds: float) -> None:
        for body in self.theirs:
            await self.asked("POST", "clients", body)
        self.theirs = ()
        await super().sleep(seconds)


def lose(acme: Acme, rule: dict[str, Any], *applications: dict[str, Any]) -> Outcome:
    wish = {f"app{number}": fields for number, fields in enumerate(applications)}
    with acme.faults(LOST | rule):
        return acme.up(declare(None, applications=wish))


def only_failure(outcome: Outcome) -> Failed:
    (failed,) = outcome.failed
    return failed


def test_a_create_that_happened_is_found() -> None:
    acme = Acme()
    [done] = lose(acme, {"times": 1, "after_commit": True}, SHOP).done
    assert not done.already
    assert len(acme.named("Shop")) == 1
    assert acme.slept == [2.0]


def test_a_create_that_was_heard_is_this_runs_own() -> None:
    [done] = Acme().up(declare(None, applications={"shop": SHOP})).done
    assert not done.already


def test_a_create_that_happens_late_is_waited_for() -> None:
    acme = Acme()
    assert lose(acme, {"times": 1, "after_commit": True, "commit_delay_ms": 3}, SHOP).is_complete
    assert len(acme.named("Shop")) == 1


def test_a_create_that_did_not_happen_is_sent_once_more() -> None:
    acme = Acme()
    assert lose(acme, {"times": 1}, SHOP).is_complete
    assert len(acme.named("Shop")) == 1
    assert acme.slept == [2.0, 4.0, 8.0]


def test_a_create_that_never_happens_is_given_up_after_the_second_time() -> None:
    acme = Acme()
    failed = only_failure(lose(acme, {}, SHOP))
    assert failed.code == "lost_answer"
    assert "got lost twice" in failed.message
    assert acme.named("Shop") == []
    assert acme.writes() == {"POST /api/v2/clients": 2}


def test_an_older_namesake_is_never_taken_for_ours() -> None:
    acme = Acme()
    acme.ask("POST", "clients", {"name": "Shop", "app_type": "spa", "callbacks": ["https://shop.example/cb"]})
    old = acme.named("Shop")[0]["client_id"]
    wish = declare(None, applications={"other": SHOP | {"name": "Other"}})
    acme.up(wish)
    assert acme.named("Shop")[0]["client_id"] == old


@pytest.mark.parametrize(
    "theirs",
    [
        ({"name": "Shop", "app_type": "native"},),
        (SHOP, SHOP),
    ],
    ids=["another one", "two alike"],
)
def test_what_may_be_somebody_elses_is_left_alone(theirs: tuple[dict[str, Any], ...]) -> None:
    acme = Stranger()
    acme.theirs = theirs
    failed = only_failure(lose(acme, {"times": 1}, SHOP))
    assert failed.code == "ambiguous"
    for client in acme.named("Shop"):
        assert client["client_id"] in failed.message
    assert len(acme.named("Shop")) == len(theirs)
    assert acme.control("GET", "stats")["requests"]["POST /api/v2/clients"] == 1 + len(theirs)


def test_a_stranger_with_another_name_does_not_matter() -> None:
    acme = Stranger()
    acme.theirs = ({"name": "Theirs"},)
    assert lose(acme, {"times": 1, "after_commit": True}, SHOP).is_complete
    assert len(acme.named("Shop")) == 1


def test_many_lost_creates_are_not_mixed_up() -> None:
    acme = Acme()
    wishes = [SHOP | {"name": f"Shop {number}"} for number in range(12)]
    assert lose(acme, {"probability": 0.5, "after_commit": True}, *wishes).is_complete
    assert all(len(acme.named(wish["name"])) == 1 for wish in wishes)


def test_the_rest_of_a_run_goes_on_without_the_lost_one() -> None:
    acme = Acme()
    with acme.faults(LOST):
        outcome = acme.up(declare(None, applications={"a": SHOP}, roles={"buyer": {"name": "Buyer"}}))
    assert [str(failed.address) for failed in outcome.failed] == ["applications.a"]
    assert [str(done.address) for done in outcome.done] == ["roles.buyer"]


def test_two_lost_namesakes_are_two() -> None:
    acme = Acme()
    assert lose(acme, {"times": 2, "after_commit": True}, SHOP, SHOP | {"app_type": "native"}).is_complete
    assert sorted(client["app_type"] for client in acme.named("Shop")) == ["native", "spa"]


def test_one_that_was_only_just_renamed_is_not_taken_for_the_lost_one() -> None:
    acme = Acme()
    acme.ask("POST", "clients", SHOP | {"name": "Old"})
    renamed = SHOP | {"lifecycle": Lifecycle(renamed_from="Old")}
    assert lose(acme, {"times": 1}, renamed, SHOP).is_complete
    assert len(acme.named("Shop")) == 2


def test_a_create_that_was_answered_without_an_id_is_found() -> None:
    acme = Acme()
    bare = {"times": 1, "after_commit": True, "action": {"status": 201, "body": {"name": "Shop"}}}
    assert lose(acme, bare, SHOP).is_complete
    assert len(acme.named("Shop")) == 1


def test_of_two_that_refer_to_each_other_the_lost_one_is_found_before_it_refers_to_the_other() -> None:
    acme = Acme()
    one, two = ({"name": name, "allowed_clients": [other]} for name, other in (("One", "app1"), ("Two", "app0")))
    assert lose(acme, {"times": 2, "after_commit": True}, one, two).is_complete
    for name, other in (("One", "Two"), ("Two", "One")):
        [held] = acme.named(name)
        assert held["allowed_clients"] == [acme.named(other)[0]["client_id"]]
