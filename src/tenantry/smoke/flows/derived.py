"""Which ways to tokens the configuration promises, and what is missing where a promise cannot be tried.

Nothing here touches the network.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tenantry.model.address import MANAGEMENT_API
from tenantry.model.smoke import FlowName, SmokeConfig, SmokeUser
from tenantry.smoke.configuration import Configuration
from tenantry.smoke.declared import Api, Application, Connection, Grant
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.scopes import scope_for

DIRECT: dict[str, FlowName] = {
    "password": "password",
    "http://auth0.com/oauth/grant-type/password-realm": "password_realm",
    "urn:ietf:params:oauth:grant-type:device_code": "device_code",
}
"""Grants with a user and without a callback, and the flow that proves each."""

EPHEMERAL = "ephemeral"
"""The handle of the user that a run invents when none is declared."""


@dataclass(frozen=True)
class Skipped:
    """A flow that the configuration hints at but does not say enough of; ``line`` is the YAML that would."""

    handle: str
    application: Application
    api: Api | None
    reason: str
    line: str


def derived(application: Application, configuration: Configuration, config: SmokeConfig) -> list[Flow | Skipped]:
    """Return everything that one application's declaration promises or hints at."""
    if application.grant_types is None and not application.may("authorization_code"):
        if not application.callbacks and not configuration.machine_grants(application):
            return []
        return [_skip(application, None, "its grant types are not declared", "grant_types: [authorization_code]")]
    found: list[Flow | Skipped] = []
    if application.may("authorization_code"):
        found += _logins(application, configuration, config)
    if application.may("client_credentials"):
        found += _machines(application, configuration)
    if application.may_exchange:
        found.append(
            _skip(application, None, "it may exchange tokens, and none to exchange is declared", _exchange_line(application))
        )
    for grant, kind in DIRECT.items():
        if application.may(grant):
            found += _direct(application, kind, configuration, config)
    return found


def _exchange_line(application: Application) -> str:
    """Return the line that would say what the application exchanges."""
    flow = f"flow: token_exchange, application: {application.handle}"
    given = 'subject_token: "${secret.SUBJECT_TOKEN}", subject_token_type: TYPE'
    return f"smoke: {{flows: {{{application.handle}-exchange: {{{flow}, {given}}}}}}}"


def _direct(
    application: Application, kind: FlowName, configuration: Configuration, config: SmokeConfig
) -> list[Flow | Skipped]:
    """Return one flow per API for a grant in which the application itself talks to the token endpoint about a user."""
    if application.auth_method is None:
        line = "token_endpoint_auth_method: none   # or client_secret_post"
        return [_skip(application, None, "how it authenticates is not declared", line)]
    if application.is_third_party and kind != "device_code":
        return []
    if kind == "device_code" and application.is_legacy:
        return [_skip(application, None, "devices need a conformant application", "oidc_conformant: true")]
    if kind == "device_code" and application.text("app_type") not in {None, "native"} and not configuration.is_foreign:
        return [_skip(application, None, "devices need a native application", "app_type: native")]
    user = user_for(application, configuration, config)
    if isinstance(user, Skipped):
        return [user]
    handle, person, connection = user
    lacking = None if configuration.is_foreign else _lacking_directory(application, kind, connection, configuration)
    if lacking:
        return [lacking]
    name = f"{application.handle}-{kind.replace('_', '-')}"
    base = Flow(name, kind, application, configuration, user_handle=handle, user=person, connection=connection)
    apis = [api for api in configuration.apis.values() if users_reach(configuration, application, api)]
    flows = [replace(base, handle=f"{name}-{api.handle}", api=api, audience=api.identifier) for api in apis] or [base]
    return [replace(flow, scope=scope_for(flow)) for flow in flows]


def _lacking_directory(
    application: Application, kind: FlowName, connection: Connection | None, configuration: Configuration
) -> Skipped | None:
    """Return why Auth0 would look for the user elsewhere, None when it looks into the right connection."""
    if kind == "password" and (connection is None or configuration.setting("default_directory") != connection.name):
        line = f"tenant_settings: {{default_directory: {connection.name if connection else 'CONNECTION'}}}"
        return _skip(application, None, "the password grant looks into the default directory, which is another or none", line)
    if kind == "password_realm" and connection is None:
        line = "smoke: {users: {tester: {connection: CONNECTION, …}}}"
        return _skip(application, None, "the password-realm grant names a connection, and the user has none", line)
    return None


def _logins(application: Application, configuration: Configuration, config: SmokeConfig) -> list[Flow | Skipped]:
    """Return one flow per API that users of the application can reach, or the reason why there is none."""
    if application.auth_method is None:
        line = "token_endpoint_auth_method: none   # or client_secret_post"
        return [_skip(application, None, "how it authenticates is not declared", line)]
    if not application.callbacks:
        return [_skip(application, None, "no callback is declared", "callbacks: [https://app.example.com/callback]")]
    user = user_for(application, configuration, config)
    if isinstance(user, Skipped):
        return [user]
    handle, person, connection = user
    organization = _organization_for(application, configuration, connection)
    if isinstance(organization, Skipped):
        return [organization]
    base = Flow(
        handle=application.handle,
        kind="authorization_code_pkce" if application.is_public or configuration.is_foreign else "authorization_code",
        application=application,
        configuration=configuration,
        user_handle=handle,
        user=person,
        connection=connection,
        redirect_uri=preferred_callback(application),
        organization=organization,
    )
    apis = [api for api in configuration.apis.values() if users_reach(configuration, application, api)]
    flows = [_for_api(base, api) for api in apis] or [base]
    return [replace(flow, scope=scope_for(flow)) for flow in flows]


def _for_api(flow: Flow, api: Api) -> Flow:
    """Return the flow with a token for this API as its goal."""
    return replace(flow, handle=f"{flow.application.handle}-{api.handle}", api=api, audience=api.identifier)


def _organization_for(
    application: Application, configuration: Configuration, connection: Connection | None
) -> str | Skipped | None:
    """Return the organization that a login must name, None when it need not."""
    if application.text("organization_usage") != "require":
        return None
    for organization in configuration.organizations.values():
        if connection is not None and connection.handle in (organization.get("connections") or {}):
            return organization.handle
    line = "organizations: {NAME: {connections: {CONNECTION: {assign_membership_on_login: true}}}}"
    return _skip(application, None, "it requires an organization, and no declared one has the user's connection", line)


def users_reach(configuration: Configuration, application: Application, api: Api) -> bool:
    """Return whether users of the application may get tokens for the API."""
    policy = api.policy("user")
    if policy == "deny_all":
        return False
    if policy == "require_client_grant" or application.is_third_party:
        return configuration.user_grant(application, api) is not None
    return True


def preferred_callback(application: Application) -> str:
    """Return the callback to use: an https one where there is one, for it asks for no confirmation."""
    return next((url for url in application.callbacks if url.startswith("https://")), application.callbacks[0])


def user_for(
    application: Application, configuration: Configuration, config: SmokeConfig
) -> tuple[str, SmokeUser, Connection | None] | Skipped:
    """Return a user who can log in to the application, with the connection that holds it."""
    databases = {
        handle: connection
        for handle, connection in configuration.connections.items()
        if connection.is_database and connection.serves(application)
    }
    for handle, user in config.users.items():
        if user.connection is None or user.connection in databases:
            return handle, user, databases.get(user.connection or "")
    if configuration.is_foreign:
        line = 'smoke: {users: {tester: {email: tester@example.com, password: "${secret.TESTER_PASSWORD}"}}}'
        return _skip(application, None, "no user who can log in is declared", line)
    if not databases:
        line = f"connections: {{customers: {{strategy: auth0, enabled_clients: [{application.handle}]}}}}"
        return _skip(application, None, "no declared database connection serves it", line)
    usable = [connection for connection in databases.values() if not connection.has_scripts]
    first = next(iter(databases.values()))
    if not configuration.is_emulated or not usable:
        line = f"smoke: {{users: {{tester: {{connection: {first.handle}, {_way_in(usable)}}}}}}}"
        return _skip(application, None, "no user who can log in is declared", line)
    return EPHEMERAL, SmokeUser(connection=usable[0].handle, ephemeral=True), usable[0]


def _way_in(usable: list[Connection]) -> str:
    """Return how a user may be declared: ephemeral where users may be made."""
    return "ephemeral: true" if usable else 'email: tester@example.com, password: "${secret.TESTER_PASSWORD}"'


def _machines(application: Application, configuration: Configuration) -> list[Flow | Skipped]:
    """Return one flow per client grant of the application."""
    if application.auth_method is None:
        line = "token_endpoint_auth_method: client_secret_post"
        return [_skip(application, None, "how it authenticates is not declared", line)]
    if application.is_public:
        line = "token_endpoint_auth_method: client_secret_post"
        return [_skip(application, None, "a public application cannot use client_credentials", line)]
    grants = configuration.machine_grants(application)
    if not grants and configuration.is_foreign:
        return [Flow(f"{application.handle}-client-credentials", "client_credentials", application, configuration)]
    if not grants:
        line = f"client_grants: {{NAME: {{client_id: {application.handle}, audience: API, scope: [SCOPE]}}}}"
        return [_skip(application, None, "no client grant is declared for it", line)]
    return [_machine(application, grant, configuration) for grant in grants]


def _machine(application: Application, grant: Grant, configuration: Configuration) -> Flow | Skipped:
    """Return the flow of one client grant."""
    reference = str(grant.get("audience"))
    api = configuration.api(reference)
    if api is None and reference != MANAGEMENT_API:
        return _skip(application, None, f"the grant's API {reference} is not declared", f"apis: {{{reference}: …}}")
    if grant.text("organization_usage") == "require":
        line = f"smoke: {{flows: {{{grant.handle}: {{…, organization: …}}}}}}"
        return _skip(application, api, "its grant needs an organization", line)
    flow = Flow(
        handle=f"{application.handle}-{api.handle if api else MANAGEMENT_API}",
        kind="client_credentials",
        application=application,
        configuration=configuration,
        api=api,
        audience=api.identifier if api else MANAGEMENT_API,
        grant=grant,
    )
    return replace(flow, scope=scope_for(flow))


def _skip(application: Application, api: Api | None, reason: str, line: str) -> Skipped:
    """Return why there is no flow, and the line to add; lines about the application go below its handle."""
    top = line.partition(":")[0]
    below = top in {"smoke", "connections", "tenant_settings", "client_grants", "apis", "organizations"}
    handle = f"{application.handle}-{api.handle}" if api else application.handle
    return Skipped(handle, application, api, reason, line if below else f"applications.{application.handle}: {line}")
