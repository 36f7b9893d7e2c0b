"""When an assertion applies, read from what is declared alone."""

from __future__ import annotations

from collections.abc import Callable

from tenantry.smoke.declared import Api, Application, is_loopback_url
from tenantry.smoke.flows.derived import users_reach
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.scopes import is_due, permissions_of

Condition = Callable[[Flow], bool]


def both(*conditions: Condition) -> Condition:
    """Return the condition that all of these hold."""
    return lambda flow: all(condition(flow) for condition in conditions)


def negated(condition: Condition) -> Condition:
    """Return the opposite condition."""
    return lambda flow: not condition(flow)


def asks_openid(flow: Flow) -> bool:
    """Return whether an ID token is due."""
    return "openid" in flow.scope and not flow.application.is_third_party


def asks(scope: str) -> Condition:
    """Return the condition that an ID token is due and this scope is asked for."""
    return lambda flow: asks_openid(flow) and scope in flow.scope


def knows_profile(flow: Flow) -> bool:
    """Return whether the person has the profile that Auth0 gives the users of a database; others have what they come with."""
    return flow.connection is None or flow.connection.is_database


def is_public(flow: Flow) -> bool:
    """Return whether the application has no secret."""
    return flow.application.is_public


def is_strict(flow: Flow) -> bool:
    """Return whether somebody else's application is held to the strict rules: no OpenID scopes, and always a proof key."""
    return flow.application.is_third_party and flow.application.text("third_party_security_mode") == "strict"


def has_secret(flow: Flow) -> bool:
    """Return whether the application proves who it is with a secret."""
    return flow.application.has_secret


def is_confidential(flow: Flow) -> bool:
    """Return whether the application proves who it is."""
    return not flow.application.is_public and flow.application.auth_method is not None


def authenticates_by(method: str) -> Condition:
    """Return the condition that the application proves who it is in this way."""
    return lambda flow: flow.application.auth_method == method


def has_https_callback(flow: Flow) -> bool:
    """Return whether the callback is a place on the web that proves who the application is."""
    return flow.redirect_uri.startswith("https://") and not is_loopback_url(flow.redirect_uri)


def knows_api(flow: Flow) -> bool:
    """Return whether the access token is for a declared API, in plain signed form; elsewhere only a declared form is known."""
    api = flow.token_api
    return api is not None and api.get("token_encryption") is None and (api.is_rfc9068 or not flow.is_foreign)


def is_opaque(flow: Flow) -> bool:
    """Return whether the access token is known to be opaque."""
    return flow.is_opaque


def is_auth0_dialect(flow: Flow) -> bool:
    """Return whether the access token has Auth0's own form."""
    return knows_api(flow) and flow.token_api is not None and not flow.token_api.is_rfc9068


def is_rfc9068(flow: Flow) -> bool:
    """Return whether the access token has the standard's form."""
    return knows_api(flow) and flow.token_api is not None and flow.token_api.is_rfc9068


def is_hs256_api(flow: Flow) -> bool:
    """Return whether the API's tokens are signed with a shared secret."""
    return flow.token_api is not None and flow.token_api.signing_alg == "HS256"


def reaches_userinfo(flow: Flow) -> bool:
    """Return whether the access token is known to be good for userinfo."""
    if flow.application.is_third_party or "openid" not in flow.scope:
        return False
    if flow.is_foreign:
        return flow.api is None
    return flow.is_opaque or (knows_api(flow) and flow.token_api is not None and flow.token_api.signing_alg == "RS256")


def refreshes(flow: Flow) -> bool:
    """Return whether a refresh token is due."""
    return flow.expects_refresh_token


def rotates(flow: Flow) -> bool:
    """Return whether each refresh brings a new refresh token."""
    return flow.expects_refresh_token and flow.application.rotates


def keeps_refresh_token(flow: Flow) -> bool:
    """Return whether a refresh token stays the same."""
    return flow.expects_refresh_token and flow.application.keeps_refresh_token


def is_legacy_request(flow: Flow) -> bool:
    """Return whether the request is handled by the rules of old."""
    return flow.is_legacy_pipeline


def other_application(flow: Flow, *, able_to: str) -> Application | None:
    """Return another declared application that can use a grant and prove who it is."""
    for application in flow.configuration.applications.values():
        is_other = application.handle != flow.application.handle
        if is_other and application.may(able_to) and (application.has_secret or application.is_public):
            return application
    return None


def has_other_application(able_to: str) -> Condition:
    """Return the condition that there is another application which can use a grant."""
    return lambda flow: other_application(flow, able_to=able_to) is not None


def unreachable_apis(flow: Flow) -> list[Api]:
    """Return the declared APIs whose tokens users of the application must not get."""
    apis = flow.configuration.apis.values()
    closed = [api for api in apis if not users_reach(flow.configuration, flow.application, api)]
    return [api for api in closed if api.policy("user") == "deny_all" or owns_grants(flow)]


def owns_grants(flow: Flow) -> bool:
    """Return whether no other client grants exist than the declared ones."""
    return flow.configuration.owns("client_grants")


def unpermitted(flow: Flow) -> list[str]:
    """Return permissions of the API that the user is known not to hold."""
    api = flow.token_api
    if api is None or not api.enforces_policies or permissions_of(flow) is None:
        return []
    return sorted(set(api.scopes) - (permissions_of(flow) or set()))


def ungranted_apis(flow: Flow) -> list[Api]:
    """Return the declared APIs that the application has no grant for."""
    grants = flow.configuration.machine_grants(flow.application)
    granted = [flow.configuration.api(grant.get("audience")) for grant in grants]
    return [api for api in flow.configuration.apis.values() if api not in granted] if owns_grants(flow) else []


def ungranted_scopes(flow: Flow) -> list[str]:
    """Return the API's permissions that the grant leaves out."""
    if flow.api is None or flow.grant is None:
        return []
    return sorted(scope for scope in flow.api.scopes if flow.grant.gives(scope) is False)


def asked_api_scopes(flow: Flow) -> set[str]:
    """Return the asked permissions that must be granted."""
    return {scope for scope in flow.scope if is_due(flow, scope)}


def declares_lifetime(flow: Flow) -> bool:
    """Return whether the access token's lifetime is known."""
    return flow.token_api is not None and flow.token_api.number("token_lifetime") is not None


def asks_openid_by_new_rules(flow: Flow) -> bool:
    """Return whether an ID token is due, and the request is handled by today's rules."""
    return "openid" in flow.scope and flow.follows_new_rules


def relies_on_default_api(flow: Flow) -> bool:
    """Return whether the token is for the tenant's default API because none was named."""
    return flow.audience is None and flow.token_api is not None and not flow.application.is_legacy
