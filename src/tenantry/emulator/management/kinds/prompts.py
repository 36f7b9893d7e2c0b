"""Prompts: settings, texts, partials and the rendering of screens.

Source: recorded traffic of terraform-provider-auth0 (TestAccPrompt*) and auth0-deploy-cli.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.kind import Settings, projected
from tenantry.emulator.management.paging import page

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_RENDERING: dict[str, Any] = {
    "rendering_mode": "standard",
    "context_configuration": [],
    "default_head_tags_disabled": False,
    "head_tags": [],
    "filters": None,
    "use_page_template": False,
}


def texts(collection: str) -> tuple[Handler, Handler]:
    """Return the handlers that read and replace one document per path, `{}` while nothing was written."""

    def read(call: Call) -> Document:
        return call.store.get(collection, _key(call)) or {}

    def write(call: Call) -> Document:
        kept = {name: value for name, value in call.body.items() if value not in ({}, None)}
        call.store.put(collection, _key(call), kept)
        return kept

    return read, write


def _key(call: Call) -> str:
    return "/".join(call.params.values())


def _rendering(call: Call) -> Document:
    stored = call.store.get("screens", _key(call)) or {}
    prompt, screen = call.params.values()
    made = {"tenant": call.tenant.name, "prompt": prompt, "screen": screen, **_RENDERING, **stored}
    return projected(call, made)


def _change_rendering(call: Call) -> Document:
    prompt, screen = call.params.values()
    _put_screen(call, prompt, screen, call.body)
    return dict(call.body)


def _put_screen(call: Call, prompt: str, screen: str, body: Document) -> None:
    key = f"{prompt}/{screen}"
    before = call.store.get("screens", key) or {}
    call.store.put("screens", key, {**before, **body, "prompt": prompt, "screen": screen})


def _renderings(call: Call) -> Any:
    rows = call.store.all("screens")
    for name in ("prompt", "screen", "rendering_mode"):
        if name in call.query:
            rows = [row for row in rows if {**_RENDERING, **row}[name] == call.query[name]]
    about = {"tenant": call.tenant.name, **_RENDERING}
    return page(call, rows, lambda row: projected(call, {**about, **row}), key="screen")


def _change_renderings(call: Call) -> Document:
    for body in call.body["configs"]:
        rest = {name: value for name, value in body.items() if name not in ("prompt", "screen")}
        _put_screen(call, body["prompt"], body["screen"], rest)
    return {"configs": call.body["configs"]}


SETTINGS = Settings(
    path="/prompts",
    key="prompts",
    defaults={
        "universal_login_experience": "new",
        "identifier_first": False,
        "webauthn_platform_first_factor": False,
    },
)
MFA_PUSH = Settings(
    path="/prompts/mfa-push",
    key="mfa-push",
    defaults={"app_name": "", "apple_app_link": "", "google_app_link": ""},
)
_READ_TEXT, _WRITE_TEXT = texts("prompt_texts")
_READ_PARTIALS, _WRITE_PARTIALS = texts("prompt_partials")
_SCREEN = "/prompts/{prompt}/screen/{screen}/rendering"
HANDLERS: dict[str, Handler] = {
    **SETTINGS.handlers(),
    **MFA_PUSH.handlers(),
    "GET /prompts/{prompt}/custom-text/{language}": _READ_TEXT,
    "PUT /prompts/{prompt}/custom-text/{language}": _WRITE_TEXT,
    "GET /prompts/{prompt}/partials": _READ_PARTIALS,
    "PUT /prompts/{prompt}/partials": _WRITE_PARTIALS,
    f"GET {_SCREEN}": _rendering,
    f"PATCH {_SCREEN}": _change_rendering,
    "GET /prompts/rendering": _renderings,
    "PATCH /prompts/rendering": _change_renderings,
}
