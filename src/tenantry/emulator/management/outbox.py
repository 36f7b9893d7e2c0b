"""The mails and messages that the tenant would have sent.

Shape: `{to, template, user_id, date}` and, where the template has one, `link`, `code` or `text`.
Source: assumed (the emulator's own control interface shows them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call


def send(call: Call, to: str, template: str, **about: Any) -> None:
    """Keep a mail or message instead of sending it."""
    entry = {"to": to, "template": template, "date": call.clock.milliseconds(), **about}
    shown = {name: value for name, value in entry.items() if value is not None}
    call.store.put("outbox", call.tenant.ids.new("outbox", to), shown)
