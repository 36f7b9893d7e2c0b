"""The page at `/`, for people."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from lxml import html

from tenantry.emulator import Emulator
from tenantry.emulator.page import login_path

if TYPE_CHECKING:
    from collections.abc import Iterator

WEB = {
    "client_id": "web",
    "name": "Shop",
    "app_type": "regular_web",
    "grant_types": ["authorization_code"],
    "callbacks": ["https://*.shop.example/cb", "http://localhost:3000/cb"],
    "client_secret": "never-to-be-shown",
}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator("dev") as made:
        made.tenant.store.put("clients", "web", WEB)
        yield made


def page(emulator: Emulator) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app=emulator.app)
        async with httpx.AsyncClient(transport=transport, base_url=emulator.base_url) as client:
            return await client.get("/")

    return asyncio.run(go())


def tree_of(answer: httpx.Response) -> html.HtmlElement:
    tree = html.fromstring(answer.text)
    assert isinstance(tree, html.HtmlElement)
    return tree


def test_it_shows_applications_apis_users_and_logs(emulator: Emulator) -> None:
    store = emulator.tenant.store
    store.put("resource_servers", "o", {"name": "Orders API", "identifier": "https://orders.example", "scopes": [{}]})
    store.put("users", "u", {"user_id": "auth0|1", "email": "ada@shop.example", "blocked": True, "identities": []})
    store.put("logs", "1", {"date": "2026-11-22T06:30:00.000Z", "type": "f", "description": "older"})
    store.put("logs", "2", {"date": "2026-11-22T06:31:00.000Z", "type": "s", "description": "newer"})
    text = page(emulator).text
    for shown in ("Shop", "http://localhost:3000/cb", "Orders API", "https://orders.example", "ada@shop.example"):
        assert shown in text
    assert "blocked" in text
    assert text.index("newer") < text.index("older")
    assert "2026-11-22 06:31:00" in text


def test_a_fresh_tenant_has_a_page_too() -> None:
    with Emulator("dev") as emulator:
        answer = page(emulator)
    assert answer.status_code == 200
    assert "No user yet." in answer.text


def test_a_login_can_be_tried_where_there_is_a_callback(emulator: Emulator) -> None:
    links = [link for _, _, link, _ in tree_of(page(emulator)).iterlinks() if "authorize" in link]
    assert len(links) == 1
    parts = urlsplit(links[0])
    query = parse_qs(parts.query)
    assert parts.path == "/authorize"
    assert (query["client_id"], query["redirect_uri"]) == (["web"], ["http://localhost:3000/cb"])
    assert query["response_type"] == ["code"]


@pytest.mark.parametrize(
    "client",
    [
        {},
        {"callbacks": []},
        {"callbacks": ["https://*.shop.example/cb", "https://{organization_name}.shop.example"]},
        {"callbacks": ["http://localhost/cb"], "grant_types": ["client_credentials"]},
    ],
)
def test_without_a_usable_callback_no_login_is_offered(client: dict[str, Any]) -> None:
    assert login_path(client) is None


def test_an_application_of_the_implicit_flow_is_asked_for_an_id_token() -> None:
    path = login_path({"client_id": "i", "callbacks": ["http://localhost/cb"], "grant_types": ["implicit"]})
    assert "response_type=id_token&" in str(path)


def test_no_secret_is_shown(emulator: Emulator) -> None:
    text = page(emulator).text
    assert "never-to-be-shown" not in text
    assert emulator.management_client_secret not in text


def test_names_are_escaped(emulator: Emulator) -> None:
    emulator.tenant.store.put("clients", "x", {"client_id": "x", "name": '<script>alert("x")</script>'})
    emulator.tenant.store.put("users", "x", {"user_id": "x", "email": '"><img src=x onerror=alert(1)>'})
    tree = tree_of(page(emulator))
    assert tree.xpath("//script | //img | //@onerror") == []
    assert '<script>alert("x")</script>' in tree.text_content()


def test_the_policy_allows_the_pages_own_style_and_nothing_else(emulator: Emulator) -> None:
    first, second = page(emulator), page(emulator)
    policy = first.headers["content-security-policy"]
    nonce = next(tree_of(first).iter("style")).get("nonce", "")
    assert nonce
    assert "default-src 'none'" in policy
    assert f"style-src 'nonce-{nonce}'" in policy
    assert "frame-ancestors 'none'" in policy
    assert nonce not in second.text


def test_a_large_tenant_has_a_short_page(emulator: Emulator) -> None:
    for number in range(120):
        emulator.tenant.store.put("clients", f"c{number}", {"client_id": f"c{number}", "name": f"App {number}"})
    text = page(emulator).text
    assert "50 shown" in text
    assert "App 119" not in text
