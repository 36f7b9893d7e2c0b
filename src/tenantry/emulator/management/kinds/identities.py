"""Linking a user to another and taking the link away again.

The account that was linked is no longer a user; it lies in `_linked` of the one it was linked to, and comes back as it
was, with no metadata, when the link is removed.
Source: Auth0 docs, "Link User Accounts" and "Unlink User Accounts"; recorded traffic of go-auth0 (TestUserManager_Link,
_Unlink: both identities have a profile, and keep it); the wording of the refusals is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.management.answers import conflict, invalid, missing
from tenantry.emulator.management.kinds.users import USERS, forget_user
from tenantry.emulator.oauth import jose
from tenantry.emulator.oauth.authority import Authority

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_PROFILE = ("email", "email_verified", "name", "username", "given_name", "family_name", "nickname", "picture", "phone_number")
_METADATA = ("app_metadata", "user_metadata")


def _link(call: Call) -> list[Document]:
    primary = USERS.find(call, call.key)
    secondary_id = _secondary_id(call)
    if secondary_id == primary["user_id"]:
        raise invalid("Main account and linked account cannot be the same.", "operation_not_supported")
    if secondary_id in (primary.get("_linked") or {}):
        raise conflict("Specified identity already linked.", "identity_conflict")
    secondary = call.store.get("users", secondary_id)
    if secondary is None:
        raise missing(*USERS.absent)
    forget_user(call, secondary)
    return _keep(call, primary, [*_with_profile(primary), *_with_profile(secondary)], {secondary_id: secondary})


def _with_profile(user: Document) -> list[Document]:
    """Return the identities, the user's own one with the profile that it has given."""
    profile = {name: user[name] for name in _PROFILE if name in user}
    first, *others = user["identities"]
    return [{**first, "profileData": profile}, *others]


def _keep(call: Call, user: Document, identities: list[Document], linked: Document) -> list[Document]:
    made = {
        **user,
        "identities": identities,
        "_linked": {**(user.get("_linked") or {}), **linked},
        "updated_at": call.clock.milliseconds(),
    }
    call.store.put("users", user["user_id"], made)
    return identities


def _secondary_id(call: Call) -> str:
    if "link_with" in call.body:
        return _subject(call, call.body["link_with"])
    if "provider" not in call.body or "user_id" not in call.body:
        raise invalid("Either link_with, or provider and user_id, must be provided.")
    provider, user_id = call.body["provider"], str(call.body["user_id"])
    return user_id if user_id.startswith(f"{provider}|") else f"{provider}|{user_id}"


def _subject(call: Call, token: str) -> str:
    claims = jose.verified(call.tenant, token) or jose.verified_by_client(Authority(call.tenant, call.request), token) or {}
    expires = claims.get("exp")
    if claims.get("iss") != call.tenant.issuer(call.request) or not isinstance(expires, int) or expires < call.clock.now():
        raise invalid("Invalid token in link_with.", "invalid_token")
    return str(claims.get("sub"))


def _unlink(call: Call) -> list[Document]:
    user = USERS.find(call, call.key)
    provider, bare = list(call.params.values())[1:]
    rest = [each for each in user["identities"] if (each["provider"], str(each["user_id"])) != (provider, bare)]
    if len(rest) == len(user["identities"]):
        raise invalid("The identity does not exist.", "inexistent_identity")
    if not rest or rest[0] is not user["identities"][0]:
        raise invalid("Main identity and unlinked identity cannot be the same.", "operation_not_supported")
    linked = dict(user.get("_linked") or {})
    alone = linked.pop(f"{provider}|{bare}", None)
    _keep(call, {**user, "_linked": linked}, rest, {})
    if alone:
        fresh = {name: value for name, value in alone.items() if name not in _METADATA}
        call.store.put("users", alone["user_id"], {**fresh, "identities": alone["identities"][:1]})
    return rest


HANDLERS: dict[str, Handler] = {
    "POST /users/{id}/identities": _link,
    "DELETE /users/{id}/identities/{provider}/{user_id}": _unlink,
}
