"""What a run would ask of a configuration, found without the network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tenantry.model.smoke import Level, SmokeConfig
from tenantry.model.state import DesiredState
from tenantry.smoke.configuration import Configuration
from tenantry.smoke.contract import TABLES, TENANT
from tenantry.smoke.contract.assertion import Assertion
from tenantry.smoke.flows.derived import Skipped
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.planning import plan_flows

ENDPOINTS = {
    **dict.fromkeys(("AUZ", "LGN", "IMP", "BLK"), "/authorize"),
    **dict.fromkeys(("COD", "PKC", "CLI", "RFT", "ROT", "M2M", "PWD", "DEV", "TEX"), "/oauth/token"),
    "DSC": "/.well-known",
    "USR": "/userinfo",
    "RVK": "/oauth/revoke",
    "OUT": "/v2/logout",
}
"""The endpoint that the assertions of a family ask, beyond what their costs say."""

ELSEWHERE = {
    "/authorize": "authorization_endpoint",
    "/u/login": "login pages",
    "/oauth/token": "token_endpoint",
    "/.well-known": "discovery and keys",
    "/userinfo": "userinfo_endpoint",
    "/oauth/revoke": "revocation_endpoint",
    "/v2/logout": "end_session_endpoint",
}
"""What Auth0's endpoints are called where only discovery knows their addresses."""


@dataclass(frozen=True)
class Applicable:
    """What a run would ask, without the network: assertions with their flow, and flows that are left out."""

    asked: tuple[tuple[Assertion[Any, Any], Flow | None], ...]
    skipped: tuple[Skipped, ...]
    flows: tuple[Flow, ...]
    level: Level
    auth0s: tuple[tuple[Assertion[Any, Any], Flow | None], ...] = ()
    """What would be asked of Auth0, and means nothing at another provider."""

    @property
    def expected_requests(self) -> dict[str, int]:
        """Return about how many requests each endpoint will get, the busiest first."""
        counts: Counter[str] = Counter()
        for one, flow in self.asked:
            is_login = flow is not None and not flow.is_machine
            counts.update(["/authorize", "/u/login"] if "login" in one.costs else [])
            counts.update(["/authorize"] if "code" in one.costs and is_login else [])
            counts.update(["/oauth/token"] if "tokens" in one.costs else [])
            counts.update([ENDPOINTS[one.id[:3]]] if one.id[:3] in ENDPOINTS and not one.costs else [])
        return dict(counts.most_common())

    @property
    def expected_use(self) -> dict[str, int]:
        """Return about how much of what the tenant counts the run will use."""
        costs = [cost for assertion, _ in self.asked for cost in assertion.costs]
        machine = sum(1 for a, flow in self.asked if flow is not None and flow.is_machine and "tokens" in a.costs)
        tokens = costs.count("tokens") - machine
        return {
            "logins": costs.count("login"),
            "tokens": tokens,
            "m2m_tokens": machine,
            "failed_logins": costs.count("failed-login"),
        }

    @property
    def waiting(self) -> dict[str, int]:
        """Return the ids of what lets minutes pass, each with its seconds."""
        return {one.id: one.waits_s for one, _ in self.asked if one.waits_s}


def applicable(
    config: SmokeConfig, state: DesiredState, *, emulated: bool, foreign: bool = False, level: Level | None = None
) -> Applicable:
    """Return what a run would ask of this configuration; the network is not touched."""
    return asked_of(Configuration(state, emulated=emulated, foreign=foreign), config, level)


def asked_of(configuration: Configuration, config: SmokeConfig, level: Level | None) -> Applicable:
    """Return what a run asks of a configuration; only a standard's promises are asked of another provider.

    The level is as asked, else as declared, else all of the contract on emulated tenants only.
    """
    emulated = configuration.is_emulated
    flows = plan_flows(configuration, config)
    chosen = level or config.level or ("contract" if emulated else "smoke")
    due: list[tuple[Assertion[Any, Any], Flow | None]] = [
        (one, None) for one in TENANT if one.is_asked_at(chosen, emulated=emulated) and one.when(configuration)
    ]
    first = _first_of_each(flows.to_prove)
    for flow in flows.to_prove:
        due += [(one, flow) for one in _asked(flow, chosen, emulated=emulated, is_first=any(flow is one for one in first))]
    asked = tuple(pair for pair in due if pair[0].is_standard or not configuration.is_foreign)
    auth0s = tuple(pair for pair in due if not pair[0].is_standard and configuration.is_foreign)
    return Applicable(asked, flows.skipped, flows.to_prove, chosen, auth0s)


def _asked(flow: Flow, level: Level, *, emulated: bool, is_first: bool) -> list[Assertion[Any, Flow]]:
    """Return the assertions that apply to a flow, in order."""
    return [
        one
        for one in TABLES[flow.kind]
        if one.is_asked_at(level, emulated=emulated) and (is_first or not one.per_application) and one.when(flow)
    ]


def _first_of_each(flows: Iterable[Flow]) -> list[Flow]:
    """Return the first flow of every application and kind."""
    first: dict[tuple[str, str], Flow] = {}
    for flow in flows:
        first.setdefault((flow.application.handle, flow.kind), flow)
    return list(first.values())
