"""The e-mail provider and the e-mail templates.

Source: recorded traffic of terraform-provider-auth0 (TestAccEmail*), auth0-deploy-cli (what credentials show) and go-auth0
(TestEmailTemplateManager_Create: the conflict); issues 330 and 276 of terraform-provider-auth0 (the conflict of providers,
another template in the body); issues 51 and 996 of auth0-deploy-cli (a sender needs an enabled provider).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.management.answers import Answer, conflict, invalid, missing
from tenantry.emulator.management.kind import Kind, Settings
from tenantry.emulator.management.merge import without_nulls

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_SHOWN = ("region", "smtp_host", "smtp_port", "smtp_user", "domain")
_SILENT = ("azure_cs", "ms365", "custom")


def _shown(_call: Call, provider: Document) -> Document:
    credentials = provider.get("credentials") or {}
    names = () if provider.get("name") in _SILENT else _SHOWN
    return {**provider, "credentials": {name: credentials[name] for name in names if name in credentials}}


def _create(call: Call) -> Answer:
    known = call.store.get("settings", "email-provider")
    if known:
        raise conflict(f"An email provider is already configured: {known['name']}", "email_provider_conflict")
    made = {"enabled": True, **without_nulls(call.body)}
    call.store.put("settings", "email-provider", made)
    return Answer(201, PROVIDER.show(call, made))


def _revise(call: Call, before: Document, after: Document) -> Document:
    if after["template"] != before["template"]:
        raise invalid("The template property provided in payload must match template in the URL.")
    _check_sender(call)
    return after


def _check_sender(call: Call) -> None:
    """Accept the call if it names no sender, or the tenant has a provider that can send in that name."""
    provider = call.store.get("settings", "email-provider")
    if call.body.get("from") and not (provider and provider.get("enabled")):
        raise invalid("From address cannot be set without an enabled email provider.", None)


PROVIDER = Settings(
    path="/emails/provider",
    key="email-provider",
    absent=missing("There is not a configured email provider", "inexistent_email_provider"),
    shown=_shown,
)
TEMPLATES = Kind(
    path="/email-templates",
    item="/email-templates/{templateName}",
    collection="email_templates",
    key="template",
    absent=("The template does not exist.", "inexistent_email_template"),
    revise=_revise,
)


def _create_template(call: Call) -> Answer:
    name = call.body["template"]
    if call.store.get("email_templates", name):
        raise conflict(f"Template {name} already exists.")
    _check_sender(call)
    return TEMPLATES.create(call)


HANDLERS: dict[str, Handler] = {
    **PROVIDER.handlers(),
    "POST /emails/provider": _create,
    **TEMPLATES.handlers(),
    "POST /email-templates": _create_template,
}
