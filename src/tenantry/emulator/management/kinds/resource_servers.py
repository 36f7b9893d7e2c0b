"""Resource servers (APIs), among them those that Auth0 itself owns.

Source: recorded traffic of terraform-provider-auth0; Auth0 docs (what a system API lets be changed); issue 1367 of
terraform-provider-auth0 (who may reach the Management API; the wording is assumed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import invalid
from tenantry.emulator.management.held import held, hold
from tenantry.emulator.management.kind import Kind, Unique
from tenantry.emulator.management.kinds.certificates import thumbprint_of
from tenantry.emulator.management.kinds.client_grants import CLIENT_GRANTS

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler
    from tenantry.emulator.management.paging import Rows

_SYSTEM_WRITABLE = {
    "token_lifetime",
    "token_lifetime_for_web",
    "skip_consent_for_verifiable_first_party_clients",
    "proof_of_possession",
    "subject_type_authorization",
    "authorization_policy",
}
_MY_ACCOUNT: dict[str, Any] = {
    "name": "Auth0 My Account API",
    "is_system": True,
    "allow_offline_access": True,
    "scopes": [
        {"value": f"{verb}:me:connected_accounts", "description": f"{verb.title()} Connected Accounts"}
        for verb in ("create", "read", "delete")
    ],
    "subject_type_authorization": {"client": {"policy": "deny_all"}, "user": {"policy": "require_client_grant"}},
    "token_lifetime": 600,
    "token_lifetime_for_web": 600,
    "proof_of_possession": {"mechanism": "dpop", "required": False},
}
LARGEST_LIFETIME_FOR_WEB = 7200


def _sought(call: Call, key: str) -> Document | None:
    found = call.store.get("resource_servers", key)
    return found or next(iter(call.store.find("resource_servers", "identifier", key)), None)


def _prepare(call: Call, body: Document) -> Document:
    if body["identifier"] == call.tenant.stored_audience(call.request, call.tenant.own_url(call.request) + "me/"):
        return {**body, **_MY_ACCOUNT}
    made = {**body}
    if "token_lifetime_for_web" not in body:
        made["token_lifetime_for_web"] = min(LARGEST_LIFETIME_FOR_WEB, made["token_lifetime"])
    return _completed(call, made)


def _revise(call: Call, before: Document, after: Document) -> Document:
    if before.get("is_system") and (set(call.body) - _SYSTEM_WRITABLE or _lets_in_others(before, after)):
        raise invalid("System resource servers cannot be patched")
    return _completed(call, after)


def _lets_in_others(before: Document, after: Document) -> bool:
    """Return whether the Management API would let in applications by another rule, which nobody can make it do."""
    rules = [api.get("subject_type_authorization", {}).get("client") for api in (before, after)]
    return bool(before.get("_management")) and rules[0] != rules[1]


def _checked_key(api: Document) -> None:
    if "token_encryption" in api:
        thumbprint_of(api["token_encryption"]["encryption_key"]["pem"])


def _completed(call: Call, api: Document) -> Document:
    _checked_key(api)
    if api.get("token_lifetime_for_web", 0) > api.get("token_lifetime", 0):
        raise invalid("token_lifetime_for_web must not exceed token_lifetime.")
    if api.get("signing_alg") == "HS256" and "signing_secret" not in api:
        return {**api, "signing_secret": call.tenant.ids.secret(api["identifier"], 32)}
    if api.get("signing_alg") != "HS256":
        return {name: value for name, value in api.items() if name != "signing_secret"}
    return api


def _forget(call: Call, api: Document) -> None:
    if api.get("_management"):
        raise invalid("The Management API cannot be deleted.", "operation_not_supported")
    for grant in call.store.find("client_grants", "audience", api["identifier"]):
        CLIENT_GRANTS.remove(call, grant)
    for collection in ("role_permissions", "user_permissions"):
        _forget_permissions(call, collection, api["identifier"])


def _forget_permissions(call: Call, collection: str, identifier: str) -> None:
    for owner in call.store.keys(collection):
        before = held(call.store, collection, owner)
        kept = [each for each in before if each["resource_server_identifier"] != identifier]
        if len(kept) != len(before):
            hold(call.store, collection, owner, kept)


def _shown(call: Call, api: Document) -> Document:
    shown = {**api}
    linked = call.store.find("clients", "resource_server_identifier", api["identifier"])
    if linked:
        shown["client_id"] = linked[0]["client_id"]
    if "token_encryption" in shown:
        key = shown["token_encryption"]["encryption_key"]
        shown["token_encryption"] = {
            **shown["token_encryption"],
            "encryption_key": {
                **{name: value for name, value in key.items() if name != "pem"},
                "thumbprint_sha256": thumbprint_of(key["pem"]),
            },
        }
    if call.query.get("include_fields") is False:
        shown.pop("scopes", None)
    return shown


def _wanted(call: Call) -> Rows | None:
    identifiers = call.query.get("identifiers")
    if not identifiers:
        return None
    return [api for each in identifiers for api in call.store.find("resource_servers", "identifier", each)]


RESOURCE_SERVERS = Kind(
    path="/resource-servers",
    item="/resource-servers/{id}",
    collection="resource_servers",
    named_by="identifier",
    absent=("The resource server does not exist", "inexistent_resource_server"),
    unique=(Unique("identifier", "A resource server with the same identifier already exists."),),
    defaults={
        "allow_offline_access": False,
        "skip_consent_for_verifiable_first_party_clients": False,
        "subject_type_authorization": {"client": {"policy": "require_client_grant"}, "user": {"policy": "allow_all"}},
        "token_lifetime": 86400,
        "signing_alg": "RS256",
    },
    deep=("subject_type_authorization",),
    prepare=_prepare,
    revise=_revise,
    forget=_forget,
    shown=_shown,
    wanted=_wanted,
    sought=_sought,
)
HANDLERS: dict[str, Handler] = RESOURCE_SERVERS.handlers()
