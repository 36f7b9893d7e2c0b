"""What people do to a tenant by hand, past the tool: change what is declared, make what is not, take away both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
from hypothesis import strategies as st

from tests.laws.worlds import CODES, URLS


@dataclass(frozen=True)
class Hand:
    """One thing done by hand: of what a list shows at ``index``, or to the tenant as a whole."""

    method: str
    path: str
    body: Any = None
    listed: str = ""
    index: int = 0

    async def act(self, http: httpx.AsyncClient) -> None:
        """Do it; a tenant that has nothing there, or refuses, stays as it is."""
        id_ = ""
        if self.listed:
            found = (await http.get(f"/api/v2/{self.listed}")).json()
            items = [each for each in (found if isinstance(found, list) else found["actions"]) if is_free(each)]
            if not items:
                return
            item = items[self.index % len(items)]
            id_ = item.get("client_id") if self.listed.startswith("clients") else item["id"]
        answer = await http.request(self.method, f"/api/v2/{self.path.format(id_)}", json=self.body)
        assert answer.is_success or answer.status_code in {400, 404, 409}, answer.text


def is_free(item: dict[str, Any]) -> bool:
    """Return whether anybody may change this: not the tenant's own, nor what the tool gets in by."""
    name = str(item.get("name", ""))
    is_of_the_tool = name.startswith("tenantry emulator") or str(item.get("audience", "")).endswith("/api/v2/")
    return not (item.get("global") or item.get("is_system") or is_of_the_tool)


def _changes(listed: str, path: str, *bodies: Any) -> st.SearchStrategy[Hand]:
    """Return changes of, and the end of, whatever a list shows."""
    made = st.builds(Hand, st.just("PATCH"), st.just(path), st.sampled_from(bodies), st.just(listed), st.integers(0, 5))
    gone = st.builds(Hand, st.just("DELETE"), st.just(path), st.none(), st.just(listed), st.integers(0, 5))
    return st.one_of(made, made, gone)


def _creates(path: str, *bodies: dict[str, Any]) -> st.SearchStrategy[Hand]:
    return st.builds(Hand, st.just("POST"), st.just(path), st.sampled_from(bodies))


hands = st.one_of(
    _changes(
        "clients?per_page=100",
        "clients/{}",
        {"description": "By hand"},
        {"callbacks": ["https://hand.example", *URLS[:1]]},
        {"callbacks": []},
        {"client_metadata": {"tier": "x", "hand": "1"}},
        {"jwt_configuration": {"lifetime_in_seconds": 77}},
        {"grant_types": ["password"]},
        {"logo_uri": "https://hand.example/logo.png"},
    ),
    _changes(
        "resource-servers?per_page=100",
        "resource-servers/{}",
        {"token_lifetime": 600, "token_lifetime_for_web": 600},
        {"scopes": [{"value": "read"}, {"value": "hand", "description": "By hand"}]},
        {"scopes": []},
        {"name": "By hand"},
    ),
    _changes("client-grants?per_page=100", "client-grants/{}", {"scope": []}, {"scope": ["read"]}),
    _changes(
        "connections?per_page=100",
        "connections/{}",
        {"metadata": {"hand": "1"}},
        {"options": {"passwordPolicy": "low", "mfa": {"active": True}}},
        {"display_name": "By hand"},
    ),
    _changes("roles?per_page=100", "roles/{}", {"description": "By hand"}),
    _changes("organizations?per_page=100", "organizations/{}", {"display_name": "By hand"}, {"metadata": {"hand": "1"}}),
    _changes(
        "actions/actions?per_page=100",
        "actions/actions/{}",
        {"code": CODES[0] + "// by hand"},
        {"secrets": [{"name": "HAND", "value": "of somebody else"}]},
    ),
    st.builds(
        Hand,
        st.just("PATCH"),
        st.just("tenants/settings"),
        st.sampled_from([{"friendly_name": "By hand"}, {"session_lifetime": 99}]),
    ),
    st.builds(
        Hand,
        st.just("PATCH"),
        st.sampled_from([f"actions/triggers/{point}/bindings" for point in ("post-login", "pre-user-registration")]),
        st.just({"bindings": []}),
    ),
    _creates(
        "clients",
        {"name": "Hand app", "app_type": "spa", "callbacks": ["https://else.example"]},
        {"name": "Job", "app_type": "native"},
    ),
    _creates("resource-servers", {"name": "Hand", "identifier": "https://hand.example", "scopes": [{"value": "x"}]}),
    _creates("connections", {"name": "hand", "strategy": "auth0"}, {"name": "guests", "strategy": "auth0"}),
    _creates("roles", {"name": "Hand role"}, {"name": "Clerk", "description": "By hand"}),
    _creates("organizations", {"name": "hand"}, {"name": "acme"}),
    _creates(
        "actions/actions",
        {"name": "Hand action", "code": CODES[0], "supported_triggers": [{"id": "post-login", "version": "v3"}]},
    ),
)
