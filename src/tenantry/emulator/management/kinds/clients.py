"""Clients (applications).

Source: Auth0 docs (scopes that show secrets), recorded traffic of terraform-provider-auth0, auth0-deploy-cli and go-auth0
(TestClientManager_ReadEnabledConnections); issues 266 and 828 of terraform-provider-auth0 and 45 of auth0-deploy-cli (grant
types that are refused), 1030 of the former (which initiators of a logout exclude each other; the wording is assumed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.answers import invalid
from tenantry.emulator.management.held import add, holders, remove
from tenantry.emulator.management.kind import Kind
from tenantry.emulator.management.kinds.client_authentication import attached, attached_inline, credentials_in_full
from tenantry.emulator.management.kinds.client_defaults import filled_in, filled_in_session_transfer
from tenantry.emulator.management.kinds.client_grants import CLIENT_GRANTS
from tenantry.emulator.management.kinds.connections import CONNECTIONS
from tenantry.emulator.management.lucene import Searched, matching
from tenantry.emulator.management.named import ABSENT
from tenantry.emulator.management.paging import page
from tenantry.emulator.oauth import device
from tenantry.emulator.oauth.authority import is_public

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler
    from tenantry.emulator.management.paging import Rows

_KEY_SCOPES = frozenset({"read:client_keys", "read:client_credentials", "update:client_keys", "create:clients"})
_SECRETS = ("client_secret", "signing_keys", "encryption_key")
_SUMMARY = ("client_id", "app_type", "name", "description")
_SEARCHED = Searched(bare=())  # a query tells fields: client_grant.organization_id, client_grant.allow_any_organization
_PLAIN_GRANTS = ("authorization_code", "implicit", "refresh_token", "client_credentials", "password")
_LEGACY_GRANTS = "http://auth0.com/oauth/legacy/"  # for tenants from before June 2017 only
_HANGS_ON = (  # what goes with a client, and the member that names it there
    ("client_credentials", "client_id"),
    ("user_grants", "clientID"),
    ("organization_clients", "client_id"),
    ("refresh_tokens", "client_id"),
)
_FILTERS = ("is_global", "is_first_party", "app_type", "external_client_id")


def _wanted(call: Call) -> Rows | None:
    rows = _filtered(call)
    if "q" not in call.query:
        return rows
    fits = matching(call.query["q"], _SEARCHED)
    known = call.store.all("clients") if rows is None else rows[0 : len(rows)]
    return [client for client in known if fits({"client_grant": _grants(call, client)})]


def _grants(call: Call, client: Document) -> list[Document]:
    """Return the grants of a client as a query sees them, with the organizations that each serves."""
    grants = call.store.find("client_grants", "client_id", client["client_id"])
    return [{**grant, "organization_id": holders(call.store, "organization_client_grants", grant["id"])} for grant in grants]


def _filtered(call: Call) -> Rows | None:
    filters = {
        name.removeprefix("is_") if name == "is_global" else name: call.query[name] for name in _FILTERS if name in call.query
    }
    if not filters:
        return None
    if filters.get("global") is True:
        return call.store.find("clients", "global", value=True)
    kinds = str(filters.pop("app_type", "")).split(",") if "app_type" in filters else None
    first = next(iter(filters), None)  # the index of one member narrows the search
    rows = call.store.all("clients") if first is None else call.store.find("clients", first, filters[first])
    return [
        client
        for client in rows
        if all(client.get(name) == value for name, value in filters.items())
        and (kinds is None or client.get("app_type") in kinds)
    ]


def _prepare(call: Call, body: Document) -> Document:
    call.need("client_authentication_methods", "create:client_credentials")
    client_id, secret = call.tenant.ids.client(body["name"], third_party=body.get("is_first_party") is False)
    made = {"client_id": client_id, "client_secret": secret, **_mirrored(filled_in(body), body)}
    _check_grant_types(made)
    _check_refresh_token(made)
    _check_logout(made)
    _join_connections(call, client_id)
    return attached_inline(call, made)


def _check_grant_types(client: Document) -> None:
    types = client.get("grant_types", ())
    unknown = [each for each in types if each.startswith(_LEGACY_GRANTS) or (":" not in each and each not in _PLAIN_GRANTS)]
    if unknown:
        raise invalid(f"Invalid grant types: {', '.join(unknown)}")
    method = 'Token Endpoint Authentication Method set to "none"'
    if "client_credentials" in types and client.get("token_endpoint_auth_method") == "none":
        raise invalid(f"Application must not have {method} when client_credentials grant type is enabled")
    if device.GRANT_TYPE in types and not is_public(client):
        raise invalid(f"Application must have {method} when {device.GRANT_TYPE} is enabled")


def _check_refresh_token(client: Document) -> None:
    settings = client.get("refresh_token") or {}
    if settings.get("rotation_type") == "rotating" and settings.get("expiration_type") != "expiring":
        raise invalid("Refresh token rotation requires expiration_type to be 'expiring'.")


def _check_logout(client: Document) -> None:
    initiators = (client.get("oidc_logout") or {}).get("backchannel_logout_initiators") or {}
    if initiators.get("mode") == "all" and "selected_initiators" in initiators:
        raise invalid("selected_initiators cannot be set when the mode of backchannel_logout_initiators is all.")


def _join_connections(call: Call, client_id: str) -> None:
    """Enable a new client on every connection if the tenant's switch says so."""
    flags = (call.store.get("settings", "tenant") or {}).get("flags", {})
    if flags.get("enable_client_connections"):
        for connection in call.store.keys("connections"):
            add(call.store, "connection_clients", connection, client_id)


def _revise(call: Call, before: Document, after: Document) -> Document:
    call.need("client_secret", "update:client_keys")
    call.need("client_authentication_methods", "update:client_credentials")
    if before.get("third_party_security_mode") != after.get("third_party_security_mode"):
        raise invalid("The third_party_security_mode of a client cannot be changed.")
    _check_grant_types(after)
    _check_refresh_token(after)
    _check_logout(after)
    return attached(call, _mirrored(filled_in_session_transfer(after), call.body))


def _mirrored(client: Document, body: Document) -> Document:
    """Return the client with both names of back-channel logout telling the same; an empty change takes it away."""
    pair = ("oidc_logout", "oidc_backchannel_logout")
    for name, twin in (pair, pair[::-1]):
        if name in body:
            value = client.get(name)
            others = {key: member for key, member in client.items() if key not in pair}
            if not value:
                return others
            urls = {"backchannel_logout_urls": value.get("backchannel_logout_urls", [])}
            return {**others, name: value, twin: urls}
    return client


def _shown(call: Call, client: Document) -> Document:
    key = next(iter(call.store.slice("keys", 0, 1)), {})
    pair: dict[str, Any] = {"cert": key.get("cert", ""), "pkcs7": key.get("pkcs7", ""), "subject": "deprecated"}
    made = {"tenant": call.tenant.name, **client, "signing_keys": [pair]}
    if call.operation.name == "POST /clients":  # the one answer that shows the private key, and the credentials in full
        private = {**pair, "key": key.get("_private", ""), "subject": f"/CN={call.request.url.netloc}"}
        made = {**credentials_in_full(call, made), "encrypted": True, "signing_keys": [private]}
    if "client_authentication_methods" in client:
        made.pop("client_secret", None)
    if not call.scopes & _KEY_SCOPES:
        made = {name: value for name, value in made.items() if name not in _SECRETS}
    if call.request.method == "GET" and not call.scopes & (_KEY_SCOPES | {"read:clients"}):
        made = {name: made[name] for name in _SUMMARY if name in made}
    return made


def _forget(call: Call, client: Document) -> None:
    if client.get("global"):
        raise invalid("The global client cannot be deleted.", "operation_not_supported")
    client_id = client["client_id"]
    for grant in call.store.find("client_grants", "client_id", client_id):
        CLIENT_GRANTS.remove(call, grant)
    for collection, member in _HANGS_ON:
        for row in call.store.find(collection, member, client_id):
            call.store.delete(collection, row["id"])
    for connection in holders(call.store, "connection_clients", client_id):
        remove(call.store, "connection_clients", connection, client_id)


def _connections_of(call: Call, client_id: str) -> list[Document]:
    chosen = holders(call.store, "connection_clients", client_id)
    return call.store.some("connections", chosen)


def _enabled_connections(call: Call) -> Any:
    client = CLIENTS.find(call, call.key)
    strategies = call.query.get("strategy")
    rows = [each for each in _connections_of(call, client["client_id"]) if not strategies or each["strategy"] in strategies]
    return page(call, rows, lambda row: _enabled_connection(call, row))


def _enabled_connection(call: Call, row: Document) -> Document:
    """Return the connection as the list of a client shows it: the clients that it is enabled for stay out."""
    return {name: value for name, value in CONNECTIONS.show(call, row).items() if name != "enabled_clients"}


def _rotate(call: Call) -> Document:
    client = CLIENTS.find(call, call.key)
    made = {**client, "client_secret": call.tenant.ids.secret(client["client_id"])}
    call.store.put("clients", client["client_id"], made)
    return CLIENTS.show(call, made)


CLIENTS = Kind(
    path="/clients",
    item="/clients/{id}",
    collection="clients",
    key="client_id",
    absent=ABSENT["clients"],
    deep=(
        "addons",
        "client_metadata",
        "jwt_configuration",
        "mobile",
        "mobile.*",
        "native_social_login",
        "native_social_login.*",
        "refresh_token",
        "session_transfer",
        "signed_request_object",
    ),
    prepare=_prepare,
    revise=_revise,
    forget=_forget,
    shown=_shown,
    wanted=_wanted,
)
HANDLERS: dict[str, Handler] = {
    **CLIENTS.handlers(),
    "GET /clients/{id}/connections": _enabled_connections,
    "POST /clients/{id}/rotate-secret": _rotate,
}
