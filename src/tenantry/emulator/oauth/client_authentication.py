"""How an application proves who it is: secret in the body or in the Basic header, signed assertion, or not at all.

Source: RFC 6749 section 2.3; RFC 7523; Auth0 docs, "Application credentials". Auth0 answers 401 `access_denied`.
Which of the two secret methods is declared makes no difference here (what Auth0 does is unknown). A public application
may send its secret, and then it must be right: a published tutorial of a single-page application on a real tenant sends it.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from tenantry.emulator.oauth import client_assertions, jose
from tenantry.emulator.oauth.authority import is_public
from tenantry.emulator.oauth.errors import OAuthError, invalid_request, unauthorized

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenantry.emulator.oauth.authority import Authority

Document = dict[str, Any]
SECRET_METHODS = ("client_secret_basic", "client_secret_post")


@dataclass(frozen=True)
class Caller:
    """The application that calls, and whether it proved that it is the one."""

    client: Document
    is_proved: bool

    @property
    def client_id(self) -> str:
        """The application's id."""
        return str(self.client["client_id"])


def authenticate(authority: Authority, sent: Mapping[str, str]) -> Caller:
    """Return the calling application.

    Raises: OAuthError when it is unknown, or confidential and unproved.
    """
    if "client_assertion" in sent:
        return Caller(client_assertions.verified(authority, sent), is_proved=True)
    client_id, secret = _credentials(authority.request.headers.get("authorization"), sent)
    client = authority.client(client_id)
    if client is None and authority.misbehaves("accept_unknown_client"):
        return Caller(_somebody(authority, sent.get("grant_type", "")), is_proved=True)
    if client is None:
        raise unauthorized()
    if secret is None:
        if is_public(client) or authority.misbehaves("accept_missing_secret"):
            return Caller(client, is_proved=not is_public(client))
        raise unauthorized()
    if not _is_right(client, secret) and not authority.misbehaves("accept_wrong_secret"):
        raise unauthorized()
    if authority.misbehaves("refuse_right_secret") or _is_sent_otherwise(authority, client):
        raise unauthorized()
    return Caller(client, is_proved=True)


def _is_sent_otherwise(authority: Authority, client: Document) -> bool:
    """Return whether the secret came by the other method than declared, in a tenant that minds."""
    declared, header = client.get("token_endpoint_auth_method"), authority.request.headers.get("authorization", "")
    used = "client_secret_basic" if header.lower().startswith("basic ") else "client_secret_post"
    return declared in SECRET_METHODS and declared != used and authority.misbehaves("choose_otherwise")


def _somebody(authority: Authority, grant_type: str) -> Document:
    """Return an application that may use the grant, if there is one, in place of one that nobody knows."""
    clients = authority.store.all("clients")
    return next((one for one in clients if grant_type in (one.get("grant_types") or ())), clients[0])


def claimed(authority: Authority, sent: Mapping[str, str]) -> str | None:
    """Return the id that the caller claims, proved or not."""
    if "client_assertion" in sent:
        return str(jose.unverified_claims(sent["client_assertion"]).get("iss") or "") or None
    try:
        return _credentials(authority.request.headers.get("authorization"), sent)[0]
    except OAuthError:
        return sent.get("client_id")


def _credentials(header: str | None, sent: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return client id and secret, from the Basic header or the body but not from both."""
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return sent.get("client_id"), sent.get("client_secret")
    if "client_secret" in sent:
        raise invalid_request("Client credentials must be sent by one method only.")
    try:
        client_id, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError as mistake:  # letters beyond ASCII, no base64, or no UTF-8 below it
        raise unauthorized() from mistake
    if sent.get("client_id", unquote_plus(client_id)) != unquote_plus(client_id):
        raise invalid_request("The client_id of the body is not the one of the Authorization header.")
    return unquote_plus(client_id), unquote_plus(secret)


def _is_right(client: Document, secret: str) -> bool:
    """Return whether the secret is the application's; one that signs assertions has none."""
    if client.get("client_authentication_methods") or not client.get("client_secret"):
        return False
    return hmac.compare_digest(secret.encode(), str(client["client_secret"]).encode())
