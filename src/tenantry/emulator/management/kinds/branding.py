"""Branding: settings, themes, the page template, phone providers and their texts.

Source: recorded traffic of terraform-provider-auth0 (TestAccBranding*, TestAccPhone*) and auth0-deploy-cli; issue 770 of
terraform-provider-auth0 (the tags that a page template needs).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tenantry.emulator.clock import Clock
from tenantry.emulator.management import outbox
from tenantry.emulator.management.answers import Answer, invalid, missing
from tenantry.emulator.management.kind import Kind, Settings, Unique

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

NO_THEME = ("There was an error retrieving branding settings: invalid theme ID", "theme_not_found")
NO_TEMPLATE = ("Template does not exist.", "inexistent_templates_universal_login")
_HEAD, _WIDGET = (re.compile(rf"\{{%-?\s*auth0:{tag}\s*-?%\}}") for tag in ("head", "widget"))
_TEXTS = {"text": "{{ code | escape }} is your verification code for {{ friendly_name | escape }}"}


def _default_theme(call: Call) -> Document:
    themes = call.store.slice("themes", 0, 1)
    if not themes:
        raise missing(*NO_THEME)
    return THEMES.show(call, themes[0])


def _template(call: Call) -> Document:
    template = call.store.get("settings", "universal-login")
    if template is None:
        raise missing(*NO_TEMPLATE)
    return template


def _put_template(call: Call) -> Answer:
    known = call.store.get("settings", "universal-login") is not None
    body = call.body if isinstance(call.body, str) else call.body["template"]
    if len(_HEAD.findall(body)) != 1 or not _WIDGET.search(body):
        raise invalid("The template must contain a single auth0:head tag and at least one auth0:widget tag.")
    call.store.put("settings", "universal-login", {"body": body})
    return Answer(204) if known else Answer(201, {})


def _delete_template(call: Call) -> Answer:
    call.store.delete("settings", "universal-login")
    return Answer(204)


def _phone(call: Call, body: Document) -> Document:
    return {"tenant": call.tenant.name, "channel": "phone", "disabled": False, **body}


def _phone_template(call: Call, body: Document) -> Document:
    content = {"syntax": "liquid", "body": _TEXTS, **body.get("content", {})}
    return {**_phone(call, body), "content": content}


def _without_credentials(_call: Call, provider: Document) -> Document:
    return {name: value for name, value in provider.items() if name != "credentials"}


def _listed(kind: Kind) -> Handler:
    def handler(call: Call) -> Any:
        rows = call.store.all(kind.collection)
        if "disabled" in call.query:
            rows = [row for row in rows if row["disabled"] == call.query["disabled"]]
        return {call.operation.list_key: [kind.show(call, row) for row in rows]}

    return handler


def _reset(call: Call) -> Document:
    template = PHONE_TEMPLATES.find(call, call.key)
    made = {**template, "content": {"syntax": "liquid", "body": _TEXTS}, "updated_at": call.clock.milliseconds()}
    call.store.put("phone_templates", made["id"], made)
    return PHONE_TEMPLATES.show(call, made)


def _try_provider(call: Call) -> Answer:
    PHONE_PROVIDERS.find(call, call.key)
    outbox.send(call, call.body["to"], "phone_provider_test", delivery_method=call.body.get("delivery_method", "text"))
    return Answer(202, {"code": 202, "message": "The message was accepted."})


def _try_template(call: Call) -> Answer:
    template = PHONE_TEMPLATES.find(call, call.key)
    outbox.send(call, call.body["to"], str(template.get("type")), delivery_method=call.body.get("delivery_method", "text"))
    return Answer(202, {"message": "The message was accepted."})


BRANDING = Settings(
    path="/branding",
    key="branding",
    defaults={"colors": {"primary": "#0059d6", "page_background": "#000000"}},
    deep=("colors",),
)
THEMES = Kind(
    path="/branding/themes",
    item="/branding/themes/{themeId}",
    collection="themes",
    key="themeId",
    named_by="displayName",
    absent=NO_THEME,
)
PHONE_PROVIDERS = Kind(
    path="/branding/phone/providers",
    item="/branding/phone/providers/{id}",
    collection="phone_providers",
    absent=("Phone provider not found.", None),
    unique=(Unique("name", "A phone provider with this name already exists."),),
    date=Clock.milliseconds,
    prepare=_phone,
    shown=_without_credentials,
)
PHONE_TEMPLATES = Kind(
    path="/branding/phone/templates",
    item="/branding/phone/templates/{id}",
    collection="phone_templates",
    named_by="type",
    absent=("Phone template not found.", None),
    unique=(Unique("type", "A phone template of this type already exists."),),
    deep=("content", "content.*"),
    date=Clock.milliseconds,
    prepare=_phone_template,
)
HANDLERS: dict[str, Handler] = {
    **BRANDING.handlers(),
    **THEMES.handlers(),
    **PHONE_PROVIDERS.handlers(),
    **PHONE_TEMPLATES.handlers(),
    "GET /branding/themes/default": _default_theme,
    "GET /branding/templates/universal-login": _template,
    "PUT /branding/templates/universal-login": _put_template,
    "DELETE /branding/templates/universal-login": _delete_template,
    "GET /branding/phone/providers": _listed(PHONE_PROVIDERS),
    "GET /branding/phone/templates": _listed(PHONE_TEMPLATES),
    "POST /branding/phone/providers/{id}/try": _try_provider,
    "POST /branding/phone/templates/{id}/try": _try_template,
    "PATCH /branding/phone/templates/{id}/reset": _reset,
}
