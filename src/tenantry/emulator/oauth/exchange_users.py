"""The user of a token exchange: one who exists, or one whom the Action describes, made or brought up to date.

Source: Auth0 docs, "Actions / custom-token-exchange" (`setUserById`, `setUserByConnection`). That users of enterprise
connections are called `STRATEGY|CONNECTION|ID` is documented for users in general; the wording of refusals is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator import people
from tenantry.emulator.oauth import connections, users
from tenantry.emulator.oauth.errors import invalid_request

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.authorization import Authorization

Document = dict[str, Any]
FIXED = ("email", "email_verified", "phone_number", "phone_verified", "username")
FREE = ("name", "given_name", "family_name", "nickname", "picture")
OPTIONS = {"creationBehavior": ("create_if_not_exists", "none"), "updateBehavior": ("replace", "none")}


def by_id(authority: Authority, authorization: Authorization, user_id: str) -> Authorization:
    """Return the authorization for a user who exists."""
    user = authority.user(str(user_id))
    if user is None:
        raise invalid_request("The user does not exist.")
    return _of(authority, authorization, user, people.connection_of(user))


def by_connection(
    authority: Authority, authorization: Authorization, name: str, attributes: Any = None, options: Any = None
) -> Authorization:
    """Return the authorization for the user of the connection whom `attributes` name by `user_id`."""
    connection = connections.named(authority, str(name))
    if connection is None or not connections.is_enabled(authority, connection, authorization.client_id):
        raise invalid_request(f"The connection {name} does not exist or is not enabled for the client.")
    wanted, told = _attributes(attributes), _options(options)
    local_id = _local_id(connection, wanted["user_id"])
    known = _known(authority, connection, local_id)
    if known is None and told["creationBehavior"] == "none":
        raise invalid_request("The user does not exist.")
    if known is None:
        user = _made(authority, connection, local_id, wanted)
    else:
        user = _updated(authority, known, wanted) if told["updateBehavior"] == "replace" else known
    return _of(authority, authorization, user, connection["name"])


def _of(authority: Authority, authorization: Authorization, user: Document, connection: str) -> Authorization:
    users.refuse_blocked(authority, user)
    return authorization.but(user_id=user["user_id"], connection=connection)


def _attributes(given: Any) -> Document:
    if not isinstance(given, dict) or not given.get("user_id") or not isinstance(given["user_id"], str):
        raise invalid_request("setUserByConnection needs attributes with a user_id.")
    wanted = {name: value for name, value in given.items() if name in {"user_id", *FIXED, *FREE} and value is not None}
    return {**wanted, **{name: str(wanted[name]).strip().lower() for name in ("email", "username") if name in wanted}}


def _options(given: Any) -> Document:
    told = given if isinstance(given, dict) else {}
    for name, allowed in OPTIONS.items():
        if told.get(name) not in allowed:
            raise invalid_request(f"setUserByConnection needs the option {name}, {' or '.join(allowed)}.")
    return told


def _known(authority: Authority, connection: Document, local_id: str) -> Document | None:
    user = authority.user(f"{connection['strategy']}|{local_id}")
    return user if user and people.connection_of(user) == connection["name"] else None


def _local_id(connection: Document, given: str) -> str:
    return given if connection["strategy"] == connections.DATABASE else f"{connection['name']}|{given}"


def _made(authority: Authority, connection: Document, local_id: str, wanted: Document) -> Document:
    if any(users.find(authority, connection, wanted[name]) for name in ("email", "username") if name in wanted):
        raise invalid_request("The user already exists.")
    user = people.user_of(connection, local_id, wanted, authority.tenant.clock.milliseconds())
    authority.store.put("users", user["user_id"], user)
    return user


def _updated(authority: Authority, known: Document, wanted: Document) -> Document:
    """Return the user with the attributes that may change; those that may not must be the user's."""
    for name in FIXED:
        if name in wanted and wanted[name] != known.get(name):
            raise invalid_request(f"The user's {name} cannot be changed by a token exchange.")
    free = {name: wanted[name] for name in FREE if name in wanted}
    user = {**known, **free, "updated_at": authority.tenant.clock.milliseconds()}
    authority.store.put("users", user["user_id"], user)
    return user
