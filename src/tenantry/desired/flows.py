"""Declared flows against declared resources: why a flow will probably not be proved, and whose user nobody lists."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tenantry.desired.blocks import is_loopback
from tenantry.desired.mistakes import nearest
from tenantry.model.address import Address
from tenantry.model.place import Path
from tenantry.model.smoke import FlowName, SmokeConfig, SmokeFlow
from tenantry.model.state import Resource

Resources = Mapping[Address, Resource]

GRANTS: dict[FlowName, str] = {
    "authorization_code": "authorization_code",
    "authorization_code_pkce": "authorization_code",
    "client_credentials": "client_credentials",
    "password": "password",
    "password_realm": "http://auth0.com/oauth/grant-type/password-realm",
    "device_code": "urn:ietf:params:oauth:grant-type:device_code",
}
"""The grant that a flow needs; an exchange of tokens is allowed by a profile."""


def without_user(flows: Any, users: Collection[str]) -> Iterator[tuple[Path, str]]:
    """Yield the place of each flow's user who is not listed, and a sentence about it."""
    for name, flow in flows.items() if isinstance(flows, dict) else ():
        user = flow.get("user") if isinstance(flow, dict) else None
        if isinstance(user, str) and user not in users:
            where = ("flows", name, "user")
            yield where, f"`flows.{name}.user`: there is no `{user}` under `smoke.users`{nearest(user, users)}"


def doubts(smoke: SmokeConfig, resources: Resources) -> Iterator[tuple[str, str]]:
    """Yield the name of a declared flow, and why it will probably not be proved."""
    for name, flow in smoke.flows.items():
        application = resources.get(Address("applications", flow.application))
        api = resources.get(Address("apis", flow.api)) if flow.api else None
        if application is None:
            continue
        for sentence in (
            *_offline(flow, application, api),
            *_granted(flow, application),
            *_loopback(flow, application, resources),
        ):
            yield name, sentence


def _offline(flow: SmokeFlow, application: Resource, api: Resource | None) -> Iterator[str]:
    """Yield why the flow would get no refresh token although it asks for one."""
    if "offline_access" not in (flow.scope or ()):
        return
    grants = application.fields.get("grant_types")
    if isinstance(grants, list) and "refresh_token" not in grants:
        yield f"{application.address} asks for `offline_access` without the `refresh_token` grant"
    if api and api.fields.get("allow_offline_access") is False:
        yield f"`offline_access` is asked for, but {api.address} does not allow offline access"


def _granted(flow: SmokeFlow, application: Resource) -> Iterator[str]:
    """Yield why the application may not use the flow."""
    needed = GRANTS.get(flow.flow, "")
    grants = application.fields.get("grant_types")
    if needed and isinstance(grants, list) and needed not in grants:
        yield f"{application.address} has no `{needed}` grant"


def _loopback(flow: SmokeFlow, application: Resource, resources: Resources) -> Iterator[str]:
    """Yield that a loopback callback leads through a confirmation page."""
    name = "skip_non_verifiable_callback_uri_confirmation_prompt"
    settings = resources.get(Address("tenant_settings", ""))
    callbacks = application.fields.get("callbacks")
    first = next(iter(callbacks), "") if isinstance(callbacks, list) else ""
    if flow.flow == "client_credentials" or not is_loopback(flow.redirect_uri or str(first)):
        return
    if application.fields.get(name) is False or (settings and settings.fields.get(name) is False):
        yield f"{application.address} has a loopback callback, which needs a confirmation unless `{name}` is true"
