"""Users, their roles, permissions and organizations.

Source: recorded traffic of terraform-provider-auth0 (TestAccUser*); Auth0 docs (merging of metadata); the code of several
clients, which quote the refusal to change a password together with what a user logs in with; issues 90 and 854 of
terraform-provider-auth0 (who may create users in a connection); issue 283 of auth0-java (the refusal of a weak password, which
says no more than that; that it has no code: assumed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator import password_policy
from tenantry.emulator.management.answers import Answer, conflict, invalid
from tenantry.emulator.management.held import held, holders, remove
from tenantry.emulator.management.kind import Kind, filtered, public
from tenantry.emulator.management.kinds import permissions
from tenantry.emulator.management.kinds.user_search import found
from tenantry.emulator.management.named import ABSENT
from tenantry.emulator.management.paging import page
from tenantry.emulator.people import connection_of, user_of

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler
    from tenantry.emulator.management.paging import Rows

_TRANSIENT = ("password", "verify_email", "verify_password", "verify_phone_number", "client_id", "connection")
"""Members that say how to act; none of them is stored."""
_FOLDED = ("email", "username")
_NOT_WITH_PASSWORD = ("email", "email_verified", "username")


def _prepare(call: Call, body: Document) -> Document:
    connection = _connection(call, body["connection"])
    _check_admitted(call, connection)
    if connection["strategy"] == "auth0" and "password" not in body:
        raise invalid("The password is required.")
    return new_user(call, connection, body)


def _check_admitted(call: Call, connection: Document) -> None:
    """Accept a caller that the connection is enabled for: only such an application creates users in it."""
    clients, caller = held(call.store, "connection_clients", connection["id"]), call.request.state.claims.get("azp")
    if caller in clients or connection.get("is_domain_connection"):
        return
    if not clients:
        raise invalid("The connection is disabled", "auth0_idp_error")
    raise invalid(
        "Connection must be enabled for this client to perform single user creation and signup operations "
        f"(client_id: {caller} - connection: {connection['name']})",
        "auth0_idp_error",
    )


def new_user(call: Call, connection: Document, body: Document) -> Document:
    """Return the user that the members make in the connection; it is not stored.

    Raises: Refusal.
    """
    body = _folded(body)
    _check_free(call, connection["name"], body, None)
    local_id = str(body.get("user_id") or call.tenant.ids.new("users", f"{connection['name']}:{_login(body)}"))
    members = {name: value for name, value in body.items() if name not in _TRANSIENT}
    made = user_of(connection, local_id, members, call.clock.milliseconds())
    if "password" in body:
        made |= _kept_password(connection, made, body["password"])
    if call.store.get("users", made["user_id"]):
        raise conflict("The user already exists.", "auth0_idp_error")
    return made


def _kept_password(connection: Document, user: Document, password: str) -> Document:
    """Return what the user's document holds of the password, if the connection takes it."""
    refused = password_policy.refusal(connection.get("options") or {}, user, password)
    if refused:
        raise invalid(f"{refused.name}: {refused.message}", None)
    return password_policy.kept(user, password)


def _folded(body: Document) -> Document:
    """Return the members with those in lower case by which users log in, whatever the case they type."""
    return {name: value.lower() if name in _FOLDED and value else value for name, value in body.items()}


def _connection(call: Call, name: str) -> Document:
    found = call.store.find("connections", "name", name)
    if not found:
        raise invalid("The connection does not exist.", "inexistent_connection")
    return found[0]


def _login(body: Document) -> str:
    return str(body.get("username") or body.get("email") or body.get("phone_number") or "")


def _check_free(call: Call, connection: str, body: Document, own: str | None) -> None:
    for member in ("email", "username", "phone_number"):
        if body.get(member) is None:
            continue
        for other in call.store.find("users", member, body[member]):
            if connection_of(other) == connection and other["user_id"] != own:
                raise conflict("The user already exists.", "auth0_idp_error")


def _revise(call: Call, before: Document, after: Document) -> Document:
    sent = _folded(call.body)
    for member in _NOT_WITH_PASSWORD:
        if "password" in sent and member in sent:
            raise invalid(f"Cannot update password and {member} simultaneously")
    _check_free(call, connection_of(before), sent, before["user_id"])
    made = {name: value for name, value in _folded(after).items() if name not in _TRANSIENT}
    made["updated_at"] = call.clock.milliseconds()
    if "email" in call.body and "email_verified" not in call.body and sent["email"] != before.get("email"):
        made["email_verified"] = False
    if call.body.get("password"):
        made |= _kept_password(_connection(call, connection_of(before)), made, call.body["password"])
        made["last_password_reset"] = made["updated_at"]
    return made


def users_of(call: Call, connection: str) -> list[Document]:
    """Return the users of a connection; looks at every user."""
    return [user for user in call.store.all("users") if connection_of(user) == connection]


def forget_user(call: Call, user: Document) -> None:
    """Remove a user and what hangs on it."""
    user_id = user["user_id"]
    for collection in ("users", "user_permissions", "user_roles"):
        call.store.delete(collection, user_id)
    for collection in ("user_grants", "sessions", "refresh_tokens"):
        for row in call.store.find(collection, "user_id", user_id):
            call.store.delete(collection, row["id"])
    for owner in holders(call.store, "group_members", user_id):
        remove(call.store, "group_members", owner, user_id)
    for owner in holders(call.store, "organization_members", user_id):
        remove(call.store, "organization_members", owner, user_id)
        call.store.delete("member_roles", f"{owner}:{user_id}")


def _delete(call: Call) -> Answer:
    """Answer DELETE: a user who is not there is as good as deleted."""
    user = call.store.get("users", call.key)
    if user:
        forget_user(call, user)
    return Answer(204)


def _wanted(call: Call) -> Rows | None:
    query, connection = call.query.get("q"), call.query.get("connection")
    if query is None and connection is None:
        return None
    rows = call.store.all("users") if connection is None else users_of(call, connection)
    return rows if query is None else found(call, rows, query)


def _by_email(call: Call) -> list[Document]:
    email = call.query["email"].lower()
    return [USERS.show(call, row) for row in call.store.find("users", "email", email)]


def _user_id(call: Call) -> str:
    return str(USERS.find(call, call.key)["user_id"])


def _roles(call: Call) -> Any:
    return page(call, permissions.role_briefs(call, "user_roles", _user_id(call)), lambda role: role)


def _add_roles(call: Call) -> Answer:
    user_id = _user_id(call)
    for role_id in call.body["roles"]:
        permissions.assign_role(call, user_id, role_id)
    return Answer(204)


def _remove_roles(call: Call) -> Answer:
    user_id = _user_id(call)
    for role_id in call.body["roles"]:
        remove(call.store, "user_roles", user_id, role_id)
    return Answer(204)


def _add_permissions(call: Call) -> Answer:
    permissions.add(call, "user_permissions", _user_id(call))
    return Answer(201, {})


def _remove_permissions(call: Call) -> Answer:
    permissions.remove(call, "user_permissions", _user_id(call))
    return Answer(204)


def _organizations(call: Call) -> Any:
    owners = holders(call.store, "organization_members", _user_id(call))
    return page(call, call.store.some("organizations", owners), public)


def _grants(call: Call) -> Any:
    rows = filtered(call, call.store.all("user_grants"), ("user_id", "audience"))
    client_id = call.query.get("client_id")  # a row calls it clientID
    rows = [row for row in rows if client_id in (None, row["clientID"])]
    return page(call, rows, public)


def _remove_grant(call: Call) -> Answer:
    call.store.delete("user_grants", call.key)
    return Answer(204)


def _remove_grants(call: Call) -> Answer:
    for row in call.store.find("user_grants", "user_id", call.query["user_id"]):
        call.store.delete("user_grants", row["id"])
    return Answer(204)


USERS = Kind(
    path="/users",
    item="/users/{id}",
    collection="users",
    key="user_id",
    absent=ABSENT["users"],
    deep=("user_metadata", "app_metadata"),
    prepare=_prepare,
    revise=_revise,
    wanted=_wanted,
)
HANDLERS: dict[str, Handler] = {
    **USERS.handlers(),
    "DELETE /users/{id}": _delete,
    "GET /users-by-email": _by_email,
    "GET /users/{id}/roles": _roles,
    "POST /users/{id}/roles": _add_roles,
    "DELETE /users/{id}/roles": _remove_roles,
    "GET /users/{id}/permissions": lambda call: permissions.listed_of_user(call, _user_id(call)),
    "POST /users/{id}/permissions": _add_permissions,
    "DELETE /users/{id}/permissions": _remove_permissions,
    "GET /users/{id}/organizations": _organizations,
    "GET /grants": _grants,
    "DELETE /grants": _remove_grants,
    "DELETE /grants/{id}": _remove_grant,
}
