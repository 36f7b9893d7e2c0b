"""Profiles that other kinds refer to: of connections, user attributes, self-service, token exchange, rate limits.

Source: recorded traffic of terraform-provider-auth0 (TestAccClientMyOrganizationConfiguration: a profile tells what it
has not) and auth0-deploy-cli; the lists of templates are assumed empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.clock import Clock
from tenantry.emulator.management.answers import Answer, conflict, missing
from tenantry.emulator.management.kind import Kind, Unique
from tenantry.emulator.management.kinds.prompts import texts

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
_USER_ID = {
    "oidc_mapping": "sub",
    "saml_mapping": [f"{_CLAIMS}/nameidentifier", f"{_CLAIMS}/upn", f"{_CLAIMS}/name"],
    "scim_mapping": "externalId",
}
_TARGET = ("resource", "consumer", "consumer_selector")


def _revise_self_service(_call: Call, _before: Document, after: Document) -> Document:
    return {"user_attributes": [], **after}


def _revise_user_attributes(call: Call, _before: Document, after: Document) -> Document:
    if "user_id" not in call.body:
        return after
    return {**after, "user_id": {**_USER_ID, **(call.body["user_id"] or {})}}


def _ticket(call: Call) -> Answer:
    profile = SELF_SERVICE.find(call, call.key)
    ticket = call.tenant.ids.secret(f"sso:{profile['id']}", 32)
    return Answer(201, {"ticket": f"{call.tenant.issuer(call.request)}self-service/connections-flow?ticket={ticket}"})


def _policy(call: Call, body: Document) -> Document:
    for other in call.store.all("rate_limit_policies"):
        if all(other.get(name) == body.get(name) for name in _TARGET):
            raise conflict("A rate limit policy for this resource and consumer already exists.")
    return body


def _no_template(_call: Call) -> Any:
    raise missing("Template not found.")


def _revoke_ticket(call: Call) -> Answer:
    SELF_SERVICE.find(call, call.key)
    return Answer(202)


def _templates(key: str) -> Handler:
    return lambda _call: {key: []}


CONNECTION_PROFILES = Kind(
    path="/connection-profiles",
    item="/connection-profiles/{id}",
    collection="connection_profiles",
    absent=("Connection profile not found.", None),
    defaults={"connection_config": None, "strategy_overrides": None},
)
USER_ATTRIBUTE_PROFILES = Kind(
    path="/user-attribute-profiles",
    item="/user-attribute-profiles/{id}",
    collection="user_attribute_profiles",
    absent=("User attribute profile not found.", None),
    unique=(Unique("name", "A user attribute profile with this name already exists."),),
    defaults={"user_id": _USER_ID},
    revise=_revise_user_attributes,
)
SELF_SERVICE = Kind(
    path="/self-service-profiles",
    item="/self-service-profiles/{id}",
    collection="self_service_profiles",
    absent=("Self-service profile not found.", None),
    defaults={"user_attributes": []},
    date=Clock.milliseconds,
    revise=_revise_self_service,
)
TOKEN_EXCHANGE = Kind(
    path="/token-exchange-profiles",
    item="/token-exchange-profiles/{id}",
    collection="token_exchange_profiles",
    absent=("Token exchange profile not found.", None),
    unique=(
        Unique("name", "A token exchange profile with this name already exists."),
        Unique("subject_token_type", "A token exchange profile for this subject token type already exists."),
    ),
    date=Clock.milliseconds,
)
RATE_LIMITS = Kind(
    path="/rate-limit-policies",
    item="/rate-limit-policies/{id}",
    collection="rate_limit_policies",
    named_by="consumer_selector",
    absent=("Rate limit policy not found.", None),
    date=Clock.microseconds,
    prepare=_policy,
    filters=_TARGET,
)
CREDENTIAL_TEMPLATES = Kind(
    path="/verifiable-credentials/verification/templates",
    item="/verifiable-credentials/verification/templates/{id}",
    collection="vc_templates",
    absent=("Template not found.", None),
    unique=(Unique("name", "A template with this name already exists."),),
    date=Clock.milliseconds,
)
_KINDS = (CONNECTION_PROFILES, USER_ATTRIBUTE_PROFILES, SELF_SERVICE, TOKEN_EXCHANGE, RATE_LIMITS, CREDENTIAL_TEMPLATES)
_READ_TEXT, _WRITE_TEXT = texts("self_service_texts")


def _text_of(handler: Handler) -> Handler:
    def checked(call: Call) -> Any:
        SELF_SERVICE.find(call, call.key)
        return handler(call)

    return checked


_TEXT = "/self-service-profiles/{id}/custom-text/{language}/{page}"
HANDLERS: dict[str, Handler] = {
    **{name: handler for kind in _KINDS for name, handler in kind.handlers().items()},
    f"GET {_TEXT}": _text_of(_READ_TEXT),
    f"PUT {_TEXT}": _text_of(_WRITE_TEXT),
    "POST /self-service-profiles/{id}/sso-ticket": _ticket,
    "POST /self-service-profiles/{profileId}/sso-ticket/{id}/revoke": _revoke_ticket,
    "GET /connection-profiles/templates/{id}": _no_template,
    "GET /user-attribute-profiles/templates/{id}": _no_template,
    "GET /connection-profiles/templates": _templates("connection_profile_templates"),
    "GET /user-attribute-profiles/templates": _templates("user_attribute_profile_templates"),
}
