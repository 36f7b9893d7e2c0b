"""Plans in which much could be chosen otherwise; as a program it tells their files, so that several hash seeds can be tried."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tenantry.model.state import Lifecycle, LiveResource, Manage
from tenantry.plan import Plan, save
from tests.declared import declare
from tests.plan.conftest import api, app, connection, hold, planned
from tests.plan.lines import role

FRIENDS = ["ann", "bob", "cid", "dan", "eve"]
POINTS = ["post-login", "pre-user-registration", "post-user-registration", "post-change-password"]


def plans() -> Iterator[Plan]:
    """Yield plans with circles that can be opened at many places, and with sets of everything."""
    others = {each: [other for other in FRIENDS if other != each] for each in FRIENDS}
    yield planned(declare(applications={each: {"name": each, "allowed_clients": others[each]} for each in FRIENDS}), hold())
    held = [app(each, each, allowed_clients=others[each]) for each in FRIENDS]
    gone = {each: {"name": each, "lifecycle": Lifecycle(absent=True)} for each in FRIENDS}
    yield planned(declare(Manage(max_deletes=9), applications=gone), hold(*held))
    yield _exchanged()
    yield planned(
        declare(
            Manage(prune=frozenset({"apis", "roles", "connections"})),
            apis={"a": {"identifier": "https://a", "scopes": [{"value": each} for each in FRIENDS]}},
            roles={each: {"name": each, "permissions": {"a": FRIENDS}} for each in FRIENDS},
            applications={each: {"name": each} for each in FRIENDS},
            connections={"users": {"name": "users", "enabled_clients": []}},
        ),
        hold(
            api("A", "https://a", scopes=[{"value": "ann"}]),
            api("B", "https://b"),
            connection("c", "users", []),
            role("R", "r"),
        ),
    )


def _exchanged() -> Plan:
    """Return a plan in which every trigger gives its action to the next one, and every action is replaced."""
    moved = dict(zip(POINTS, [*POINTS[1:], POINTS[0]], strict=True))
    live = [_action(point) for point in POINTS]
    live += [LiveResource("triggers", point, {"bindings": [{"action": {"id": point}}]}) for point in POINTS]
    actions = {point: {"name": point, "supported_triggers": [{"id": moved[point], "version": "v2"}]} for point in POINTS}
    triggers = {moved[point]: {"actions": [point]} for point in POINTS}
    return planned(declare(actions=actions, triggers=triggers), hold(*live), "--allow-replace")


def _action(point: str) -> LiveResource:
    data = {"id": point, "name": point, "supported_triggers": [{"id": point, "version": "v2"}], "all_changes_deployed": True}
    return LiveResource("actions", point, data)


def main() -> None:
    """Write every plan as its file."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "plan.json")
        for made in plans():
            save(made, path, "1")
            sys.stdout.write(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
