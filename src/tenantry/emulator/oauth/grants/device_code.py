"""Polling for the tokens of a device.

Source: RFC 8628 sections 3.4 and 3.5; Auth0 docs, "Device authorization flow" (429 for `slow_down`, 403 otherwise).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.oauth import device, refresh_tokens
from tenantry.emulator.oauth.parameters import required
from tenantry.emulator.oauth.token_response import Granted

if TYPE_CHECKING:
    from tenantry.emulator.oauth.authority import Authority
    from tenantry.emulator.oauth.client_authentication import Caller

GRANT_TYPE = device.GRANT_TYPE


def exchange(authority: Authority, caller: Caller, sent: dict[str, str]) -> Granted:
    """Return the tokens once the user has approved."""
    authorization = device.poll(authority, caller.client_id, required(sent, "device_code"))
    return Granted(authorization, refresh_tokens.issue_if_offline(authority, caller.client, authorization))
