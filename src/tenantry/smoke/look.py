"""A one-off look: one flow's tokens, decoded and verified, for somebody who debugs an application."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tenantry.model.address import USERINFO
from tenantry.model.errors import ConfigError
from tenantry.smoke.configuration import Configuration
from tenantry.smoke.decoded import decoded
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.planning import plan_flows
from tenantry.smoke.flows.scopes import scope_for
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.going import Asking, going
from tenantry.smoke.run import RUNS
from tenantry.smoke.stops import Stopped
from tenantry.smoke.story import Decoded


@dataclass(frozen=True)
class Look:
    """What one flow gave; ``stopped`` says where it ended before, and then there are no tokens."""

    flow: Flow
    tokens: tuple[Decoded, ...] = ()
    stopped: Stopped | None = None

    @property
    def is_sound(self) -> bool:
        """Return whether tokens came and every signature that can be checked verifies."""
        return bool(self.tokens) and all(one.signature in {"", "verifies"} for one in self.tokens)


def choose(asking: Asking, application: str, *, api: str | None = None, user: str | None = None) -> Flow:
    """Return the declared flow of an application, for this API and user if they are named.

    Raises: ConfigError when there is none, with what is missing.
    """
    planned = plan_flows(asking.configuration, asking.config)
    mine = [flow for flow in planned.to_prove if flow.application.handle == application]
    if not mine:
        why = [f"{one.reason}; add {one.line}" for one in planned.skipped if one.application.handle == application]
        raise ConfigError("; ".join(why) or f"no flow of an application {application} is declared")
    fitting = [flow for flow in mine if api in {None, flow.api_name, flow.audience}]
    flow = fitting[0] if fitting else _for_api(mine[0], asking, api or "")
    if user is None:
        return flow
    if user not in asking.config.users:
        raise ConfigError(f"user {user} is not under smoke.users; there are {', '.join(asking.config.users) or 'none'}")
    person = asking.config.users[user]
    connection = asking.configuration.connections.get(person.connection or "")
    flow = replace(flow, user_handle=user, user=person, connection=connection)
    return replace(flow, scope=scope_for(flow))


def _for_api(flow: Flow, asking: Asking, name: str) -> Flow:
    """Return a flow with another API as its goal."""
    api = asking.configuration.api(name)
    if flow.is_machine or (api is None and (name != USERINFO or flow.is_foreign)):
        raise ConfigError(f"{flow.application.handle} has no flow for API {name}")
    flow = replace(flow, api=api, audience=api.identifier if api else USERINFO)
    return replace(flow, scope=scope_for(flow))


def offered(flow: Flow, configuration: Configuration) -> Flow:
    """Return a flow that asks for no scope that is not offered, unless somebody listed it."""
    known = replace(flow, configuration=configuration)
    return replace(known, scope=scope_for(known)) if flow.scope == scope_for(flow) else known


async def look(asking: Asking, flow: Flow) -> tuple[Look, list[str]]:
    """Return the tokens of one flow, and what could not be tidied up; users made for it are gone at the end."""
    notes: list[str] = []
    async with going(asking, notes) as tenant:
        await tenant.learn()
        flow = offered(flow, tenant.configuration)
        run = RUNS[flow.kind](tenant, flow)
        try:
            found = Look(flow, await decoded(run, await run.tokens(), masks=False))
        except Stopped as stop:
            clean = Stopped(stop.outcome, tenant.vault.clean(stop.observed), tenant.vault.clean(stop.expected))
            found = Look(flow, stopped=clean)
        finally:
            if isinstance(run, UserFlow):
                await run.tidy()
    return found, notes
