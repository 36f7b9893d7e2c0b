"""Which flows a run proves: those that ``smoke.flows`` lists, or else those that follow from what is declared.

Nothing here touches the network.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tenantry.model.address import MANAGEMENT_API, USERINFO
from tenantry.model.errors import ConfigError
from tenantry.model.smoke import SmokeConfig, SmokeFlow, SmokeUser
from tenantry.smoke.configuration import Configuration
from tenantry.smoke.declared import Application, Connection
from tenantry.smoke.flows.derived import Skipped, derived, preferred_callback, user_for
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.scopes import scope_for


@dataclass(frozen=True)
class Flows:
    """What is to be proved, and what is left out."""

    to_prove: tuple[Flow, ...]
    skipped: tuple[Skipped, ...] = ()


def plan_flows(configuration: Configuration, config: SmokeConfig) -> Flows:
    """Return the flows that ``smoke.flows`` lists, or else those that follow from what is declared."""
    if config.flows:
        return Flows(tuple(_listed(handle, flow, configuration, config) for handle, flow in config.flows.items()))
    found = [one for application in configuration.applications.values() for one in derived(application, configuration, config)]
    to_prove = tuple(one for one in found if isinstance(one, Flow))
    return Flows(to_prove, tuple(one for one in found if isinstance(one, Skipped)))


def _listed(handle: str, listed: SmokeFlow, configuration: Configuration, config: SmokeConfig) -> Flow:
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
        flow = _with_grant(flow)
    elif flow.kind == "token_exchange":
        flow = _with_subject(flow, listed)
    else:
        flow = _with_user(flow, listed, config)
    return replace(flow, scope=scope_for(flow) if listed.scope is None else tuple(listed.scope))


def _with_grant(flow: Flow) -> Flow:
    """Return a machine's flow with the client grant that is declared for its API."""
    grants = flow.configuration.machine_grants(flow.application)
    fitting = (grant for grant in grants if flow.configuration.api(grant.get("audience")) == flow.api)
    return replace(flow, grant=next(fitting, None))


def _with_subject(flow: Flow, listed: SmokeFlow) -> Flow:
    """Return a flow with the token that it exchanges."""
    token, kind = listed.subject_token, listed.subject_token_type
    missing = "" if token is not None and kind else "say `subject_token` and `subject_token_type`"
    return replace(flow, subject_token=token, subject_token_type=kind, missing=missing)


def _with_user(flow: Flow, listed: SmokeFlow, config: SmokeConfig) -> Flow:
    """Return a flow with its user and callback, or with what is missing."""
    found = _user_of(listed, flow.application, flow.configuration, config)
    if isinstance(found, str):
        return replace(flow, missing=found)
    handle, user, connection = found
    redirect_uri = listed.redirect_uri or (preferred_callback(flow.application) if flow.application.callbacks else "")
    missing = "" if redirect_uri or not flow.visits_pages else "no callback is declared: say `redirect_uri`"
    return replace(flow, user_handle=handle, user=user, connection=connection, redirect_uri=redirect_uri, missing=missing)


def _user_of(
    listed: SmokeFlow, application: Application, configuration: Configuration, config: SmokeConfig
) -> tuple[str, SmokeUser, Connection | None] | str:
    """Return the user that a listed flow names, else one that fits, or what is missing."""
    if listed.user is None:
        found = user_for(application, configuration, config)
        return f"{found.reason}: {found.line}" if isinstance(found, Skipped) else found
    user = config.users.get(listed.user)
    if user is None:
        return f"user {listed.user} is not under smoke.users"
    return listed.user, user, configuration.connections.get(listed.connection or user.connection or "")
