"""What smoke flows need of the resources they use is told as a warning."""

from __future__ import annotations

import pytest

from tests.desired.conftest import Loader

SKIP = "skip_non_verifiable_callback_uri_confirmation_prompt"


def warned(loaded: Loader, application: str, flow: str, more: str = "") -> list[str]:
    text = f"""
applications: {{shop: {{name: Shop, {application}}}}}
apis: {{orders: {{identifier: "https://o.example", allow_offline_access: false}}}}
smoke: {{flows: {{f: {{application: shop, {flow}}}}}}}
{more}
"""
    return [each.sentence.removeprefix("flow f: ") for each in loaded(text).warnings if each.code == "flow"]


@pytest.mark.parametrize(
    ("application", "flow", "sentences"),
    [
        ("description: x", "flow: authorization_code_pkce, scope: [openid]", []),
        ("grant_types: [implicit]", "flow: client_credentials", ["applications.shop has no `client_credentials` grant"]),
        ("grant_types: [implicit]", "flow: authorization_code", ["applications.shop has no `authorization_code` grant"]),
        ("grant_types: [password]", "flow: password", []),
        ("grant_types: [implicit]", "flow: password", ["applications.shop has no `password` grant"]),
        ("grant_types: ['urn:ietf:params:oauth:grant-type:device_code']", "flow: device_code", []),
        (
            "grant_types: [authorization_code]",
            "flow: authorization_code, api: orders, scope: [offline_access]",
            [
                "applications.shop asks for `offline_access` without the `refresh_token` grant",
                "`offline_access` is asked for, but apis.orders does not allow offline access",
            ],
        ),
        (
            f"callbacks: ['http://localhost:3000'], {SKIP}: false",
            "flow: authorization_code",
            [f"applications.shop has a loopback callback, which needs a confirmation unless `{SKIP}` is true"],
        ),
        (f"callbacks: ['https://shop.example'], {SKIP}: false", "flow: authorization_code", []),
        (f"callbacks: [], {SKIP}: false", "flow: authorization_code", []),
        (f"{SKIP}: false", "flow: authorization_code, redirect_uri: 'http://[x'", []),
        (
            f"{SKIP}: false",
            "flow: authorization_code, redirect_uri: 'http://shop.localhost:3000/cb'",
            [f"applications.shop has a loopback callback, which needs a confirmation unless `{SKIP}` is true"],
        ),
    ],
)
def test_a_flow_that_cannot_be_proved_is_told(application: str, flow: str, sentences: list[str], loaded: Loader) -> None:
    assert warned(loaded, application, flow) == sentences


def test_the_tenants_setting_counts_as_well(loaded: Loader) -> None:
    application, flow = "callbacks: ['http://127.0.0.1/cb']", "flow: authorization_code"
    assert len(warned(loaded, application, flow, f"tenant_settings: {{{SKIP}: false}}")) == 1
    assert warned(loaded, application, flow, f"tenant_settings: {{{SKIP}: true}}") == []
