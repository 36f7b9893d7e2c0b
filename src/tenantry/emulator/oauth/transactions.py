"""A login in progress: what was asked, in which browser, and what the user has done so far.

Shape: `transactions[handle]` is `{handle, tid, device, purpose, parameters, user_id, organization, authenticated,
consented, confirmed, shown, expires_at}`. Pages name it by a `state` that looks like Auth0's own: base64url of a
MessagePack map of handle, page, transaction and client.
Source: public captures of login pages (form of the state); its meaning to the server is assumed.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from tenantry.emulator.oauth import cookies, expiring, opaque

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantry.emulator.oauth.authority import Authority

Document = dict[str, Any]
LIFETIME_S = 3600


def begin(authority: Authority, parameters: Mapping[str, str], *, purpose: str = "authorize", **more: Any) -> Document:
    """Return a new transaction, bound to the browser by its device cookie."""
    handle = opaque.value(24)
    transaction = {
        "handle": handle,
        "tid": opaque.value(24),
        "device": cookies.device(authority.request) or cookies.new_device(),
        "purpose": purpose,
        "parameters": dict(parameters),
        "session": None,
        "authenticated": False,
        "consented": False,
        "confirmed": False,
        "shown": False,
        **more,
    }
    return expiring.keep(authority, "transactions", handle, transaction, LIFETIME_S)


def update(authority: Authority, transaction: Document, **changes: Any) -> Document:
    """Return the transaction with changes, which are kept."""
    changed = {**transaction, **changes}
    authority.store.put("transactions", changed["handle"], changed)
    return changed


def end(authority: Authority, transaction: Document) -> None:
    """Forget the transaction: its pages cannot be posted again."""
    authority.store.delete("transactions", transaction["handle"])


def named(authority: Authority, state: str | None) -> Document | None:
    """Return the transaction that the state names, None when it is over, its application gone, or the browser another one."""
    found = authority.store.get("transactions", _handle(state or "")) if state else None
    if found is None or authority.now >= found["expires_at"] or authority.client(found["parameters"]["client_id"]) is None:
        return None
    return found if found["device"] == cookies.device(authority.request) else None


def state(transaction: Document, page: str = "universal-login") -> str:
    """Return the state by which a page names the transaction."""
    client_id = transaction["parameters"].get("client_id", "")
    members = {"h": transaction["handle"], "n": page, "tid": transaction["tid"], "cid": client_id}
    packed = b"".join(_packed(text) for pair in members.items() for text in pair)
    return urlsafe_b64encode(bytes([0x80 | len(members)]) + packed).rstrip(b"=").decode()


def _packed(text: str) -> bytes:
    raw = text.encode()
    head = bytes([0xA0 | len(raw)]) if len(raw) < 32 else bytes([0xD9, len(raw)])  # noqa: PLR2004 - MessagePack's fixstr
    return head + raw


def _handle(text: str) -> str:
    """Return the handle at its fixed place in the state, empty when the text is no state."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return ""
    head = bytes([0x84]) + _packed("h") + bytes([0xD9, 32])
    return raw[len(head) : len(head) + 32].decode("ascii", "replace") if raw.startswith(head) else ""
