"""Which flows a run proves: those that ``smoke.flows`` lists, or else those that follow from what is declared.

Nothing here touches the network.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tenantry.model.errors import ConfigError
from tenantry.model.smoke import USERINFO, SmokeConfig, SmokeFlow, SmokeUser
from tenantry.smoke.configuration import Configuration
from tenantry.smoke.declared import MANAGEMENT_API, Application, Connection
from tenantry.smoke.flows.derived import Skipped, derived, preferred_callback, user_for
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.scopes import scope_for


@dataclass(frozen=True)
class Flows:
    """What is to be proved, and what is left out."""

    to_prove: tuple[Flow, ...]
    skipped: tuple[Skipped, ...] = ()


def plan_flows(configuration: Configuration, config: SmokeConfig, *, emulated: bool) -> Flows:
    """Return the flows that ``smoke.flows`` lists, or else those that follow from what is declared."""
    if config.flows:
        named = config.flows.items()
        listed = (_listed(handle, flow, configuration, config, emulated=emulated) for handle, flow in named)
        return Flows(tuple(listed))
    to_prove: list[Flow] = []
    skipped: list[Skipped] = []
    for application in configuration.applications.values():
        for found in derived(application, configuration, config, emulated=emulated):
            (to_prove if isinstance(found, Flow) else skipped).append(found)  # type: ignore[arg-type] # told apart
    return Flows(tuple(to_prove), tuple(skipped))


def _listed(handle: str, listed: SmokeFlow, configuration: Configuration, config: SmokeConfig, *, emulated: bool) -> Flow:
    """Return a flow that ``smoke.flows`` lists; what it leaves open is filled in from the declared resources."""
    application = configuration.applications.get(listed.application)
    if application is None:
        raise ConfigError(f"smoke.flows.{handle}: application {listed.application} is not declared")
    api = configuration.api(listed.api) if listed.api else None
    if listed.api and api is None and listed.api not in {USERINFO, MANAGEMENT_API}:
        raise ConfigError(f"smoke.flows.{handle}: API {listed.api} is not declared; it may also be `{USERINFO}`")
    flow = Flow(
        handle=handle,
        kind=listed.flow,
        application=application,
        configuration=configuration,
        api=api,
        audience=api.identifier if api else listed.api,
        organization=listed.organization,
        authorize=dict(listed.authorize),
        expect=listed.expect,
    )
    if flow.is_machine:
        grants = configuration.machine_grants(application)
        fitting = [grant for grant in grants if configuration.api(grant.get("audience")) == api]
        flow = replace(flow, grant=next(iter(fitting), None))
        return replace(flow, scope=scope_for(flow) if listed.scope is None else tuple(listed.scope))
    if flow.kind == "token_exchange":
        token, kind = listed.subject_token, listed.subject_token_type
        missing = "" if token is not None and kind else "say `subject_token` and `subject_token_type`"
        flow = replace(flow, subject_token=token, subject_token_type=kind, missing=missing)
        return replace(flow, scope=scope_for(flow) if listed.scope is None else tuple(listed.scope))
    user = _user_of(listed, application, configuration, config, emulated=emulated)
    if isinstance(user, str):
        return replace(flow, missing=user)
    redirect_uri = listed.redirect_uri or (preferred_callback(application) if application.callbacks else "")
    flow = replace(flow, user_handle=user[0], user=user[1], connection=user[2], redirect_uri=redirect_uri)
    missing = "" if redirect_uri or not flow.visits_pages else "no callback is declared: say `redirect_uri`"
    return replace(flow, missing=missing, scope=scope_for(flow) if listed.scope is None else tuple(listed.scope))


def _user_of(
    listed: SmokeFlow, application: Application, configuration: Configuration, config: SmokeConfig, *, emulated: bool
) -> tuple[str, SmokeUser, Connection | None] | str:
    """Return the user that a listed flow names, else one that fits, or what is missing."""
    if listed.user is None:
        found = user_for(application, configuration, config, emulated=emulated)
        return f"{found.reason}: {found.line}" if isinstance(found, Skipped) else found
    user = config.users.get(listed.user)
    if user is None:
        return f"user {listed.user} is not under smoke.users"
    return listed.user, user, configuration.connections.get(listed.connection or user.connection or "")
