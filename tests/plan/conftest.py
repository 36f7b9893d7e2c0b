"""Small states, written as a reader would say them."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.kinds import KINDS
from tenantry.model.state import Caller, DesiredState, LiveResource, LiveState
from tenantry.plan import Allowances, Options, Plan, plan

ME = "ToolClientId"
API = "https://acme.example/api/v2/"


def hold(*resources: LiveResource, truncated: frozenset[str] = frozenset()) -> LiveState:
    """Return a live state that holds these resources."""
    by_section: dict[str, list[LiveResource]] = {}
    for resource in resources:
        by_section.setdefault(resource.section, []).append(resource)
    held = {section: tuple(found) for section, found in by_section.items()}
    caller = Caller(ME, api_identifier=API, issuer="https://acme.example/")
    return LiveState(held, caller, truncated)


def app(id_: str, name: str, **data: Any) -> LiveResource:
    return LiveResource("applications", id_, {"client_id": id_, "name": name, **data})


def api(id_: str, identifier: str, **data: Any) -> LiveResource:
    return LiveResource("apis", id_, {"id": id_, "identifier": identifier, **data})


def grant(id_: str, client_id: str, audience: str, scope: list[str]) -> LiveResource:
    data = {"id": id_, "client_id": client_id, "audience": audience, "scope": scope, "subject_type": "client"}
    return LiveResource("client_grants", id_, data)


def connection(id_: str, name: str, clients: list[str], **data: Any) -> LiveResource:
    parts = {"enabled_clients": tuple({"client_id": each} for each in clients)}
    return LiveResource("connections", id_, {"id": id_, "name": name, "strategy": "auth0", **data}, parts)


def planned(desired: DesiredState, live: LiveState, *flags: str, max_deletes: int | None = None) -> Plan:
    return plan(desired, live, KINDS, Options(Allowances(frozenset(flags), max_deletes)))


def calls(made: Plan) -> list[str]:
    """Return the plan's calls as ``METHOD address op``, in order."""
    return [f"{step.call.method} {step.address} {step.op}" for step in made.steps]


def position(made: Plan, text: str) -> int:
    """Return where in the order a call stands."""
    return next(index for index, call in enumerate(calls(made)) if text in call)


@pytest.fixture
def shop() -> LiveResource:
    return app("AppShop", "Shop", callbacks=["https://shop.example/callback"], app_type="spa", tenant="acme")
