"""A device without a keyboard, by the letter of RFC 8628: it shows a code, a person approves it elsewhere, it gets tokens."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from lxml import html

from tenantry.testing import PASSWORD, Tenant

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
API = "https://api.shop.example/orders"


@pytest.fixture
def device(tenant: Tenant) -> dict[str, Any]:
    """Return a television that may ask for an API, and make its user."""
    tenant.api(API, scopes=["read:orders"])
    tenant.user("ada@example.com")
    return tenant.application("Television", app_type="native", grant_types=[GRANT, "refresh_token"], callbacks=[])


def begun(http: httpx.Client, device: dict[str, Any]) -> dict[str, Any]:
    """Return what the device authorization endpoint answers, found by discovery."""
    discovered = http.get("/.well-known/openid-configuration").json()
    sent = {"client_id": device["client_id"], "scope": "openid offline_access read:orders", "audience": API}
    answer = http.post(discovered["device_authorization_endpoint"], data=sent)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def poll(http: httpx.Client, device: dict[str, Any], codes: dict[str, Any]) -> httpx.Response:
    sent = {"grant_type": GRANT, "device_code": codes["device_code"], "client_id": device["client_id"]}
    return http.post("/oauth/token", data=sent)


def forms(page: httpx.Response) -> list[html.FormElement]:
    """Return the forms of a page."""
    return [form for form in html.document_fromstring(page.text).iter("form") if isinstance(form, html.FormElement)]


def submitted(browser: httpx.Client, page: httpx.Response, **typed: str) -> httpx.Response:
    """Return the page that comes after a form, with what it holds and what a person types and presses."""
    form = forms(page)[0]
    held = {name: value for name, value in form.form_values() if name != "action"}
    return browser.post(urljoin(str(page.url), form.action), data={**held, **typed})


def decided(tenant: Tenant, codes: dict[str, Any], answer: str) -> str:
    """Return the last page that a person sees who types the code, compares it, decides, and logs in."""
    with tenant.client(follow_redirects=True) as browser:
        page = browser.get(codes["verification_uri"])
        page = submitted(browser, page, user_code=codes["user_code"], action="default")
        assert codes["user_code"] in page.text
        page = submitted(browser, page, action=answer)
        while forms(page):
            assert page.status_code == 200, page.text
            page = submitted(browser, page, username="ada@example.com", password=PASSWORD, action="default")
        return page.text


def test_a_device_gets_tokens_once_a_person_has_approved_its_code(tenant: Tenant, device: dict[str, Any]) -> None:
    with tenant.client() as http:
        codes = begun(http, device)
        assert codes["verification_uri_complete"].endswith(f"user_code={codes['user_code']}")
        assert poll(http, device, codes).json()["error"] == "authorization_pending"
        assert poll(http, device, codes).json()["error"] == "slow_down"
        decided(tenant, codes, "accept")
        tenant.clock(2 * codes["interval"])
        tokens = poll(http, device, codes)
        assert tokens.status_code == 200, tokens.text
        assert {"access_token", "id_token", "refresh_token"} <= tokens.json().keys()
        sent = {
            "grant_type": "refresh_token",
            "refresh_token": tokens.json()["refresh_token"],
            "client_id": device["client_id"],
        }
        assert http.post("/oauth/token", data=sent).json()["scope"] == tokens.json()["scope"]


def test_a_device_is_told_that_the_person_declined(tenant: Tenant, device: dict[str, Any]) -> None:
    with tenant.client() as http:
        codes = begun(http, device)
        decided(tenant, codes, "deny")
        answer = poll(http, device, codes)
    assert (answer.status_code, answer.json()["error"]) == (403, "access_denied")


def test_a_code_that_nobody_approved_runs_out(tenant: Tenant, device: dict[str, Any]) -> None:
    with tenant.client() as http:
        codes = begun(http, device)
        tenant.clock(codes["expires_in"] + 1)
        assert poll(http, device, codes).json()["error"] == "expired_token"
