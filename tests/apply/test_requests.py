"""How many requests a run costs, as the tenant itself counts them."""

from __future__ import annotations

import time

from tenantry.apply import Outcome
from tenantry.emulator import Emulator, RateLimit
from tenantry.management import ManagementClient
from tenantry.model.state import DesiredState
from tests.apply.emulated import Acme, declare, up
from tests.apply.shop import founded

PAGE = 100


def grown_to(applications: int) -> DesiredState:
    """Return the company with so many applications more, and as many grants."""
    company = founded()
    for number in range(applications):
        company["applications"][f"app-{number}"] = {"name": f"App {number}", "app_type": "non_interactive"}
        company["client_grants"][f"grant-{number}"] = {"client_id": f"app-{number}", "audience": "orders", "scope": ["read"]}
    return declare(**company)


def held(acme: Acme) -> dict[str, int]:
    """Return how many applications and grants the tenant lists, whoever made them."""
    listed = {}
    for path, envelope in (("clients", "clients"), ("client-grants", "client_grants")):
        count, start = 0, ""
        while True:
            page = acme.ask("GET", f"{path}?take=100{start}")
            count += len(page[envelope])
            if not page.get("next"):
                break
            start = f"&from={page['next']}"
        listed[path] = count
    return listed


def test_a_no_op_apply_reads_each_page_and_each_part_once_and_writes_nothing() -> None:
    acme, desired = Acme(), grown_to(130)
    assert acme.up(desired).is_complete
    listed = held(acme)
    assert min(listed.values()) > PAGE

    acme.control("DELETE", "stats")
    assert acme.up(desired) == Outcome()

    stats = acme.control("GET", "stats")
    assert (stats["writes"], stats["rate_limited"]) == (0, 0)
    pages = {f"GET /api/v2/{path}": -(-count // PAGE) for path, count in listed.items()}
    assert stats["requests"] == pages | {
        "GET /api/v2/resource-servers": 1,
        "GET /api/v2/roles": 1,
        "GET /api/v2/roles/{id}/permissions": 1,
        "GET /api/v2/connections": 1,
        "GET /api/v2/connections/{id}/clients": 1,
        "GET /api/v2/organizations": 1,
        "GET /api/v2/organizations/{id}/enabled_connections": 1,
        "GET /api/v2/actions/actions": 1,
        "GET /api/v2/actions/triggers/{triggerId}/bindings": 1,
        "GET /api/v2/tenants/settings": 1,
    }


def test_an_apply_under_a_limit_uses_its_share_and_is_hardly_ever_refused() -> None:
    per_second, burst, share = 60, 20, 0.8
    acme = Acme(Emulator("acme", rate_limit=RateLimit(per_second, burst)))
    desired = declare(applications={f"app-{number}": {"name": f"App {number}", "app_type": "spa"} for number in range(150)})

    async def at_once(client: ManagementClient) -> Outcome:
        return await up(client, desired)

    start = time.monotonic()
    outcome = acme.in_real_time(at_once, rate=share)
    took_s = time.monotonic() - start

    stats = acme.control("GET", "stats")
    requests = stats["reads"] + stats["writes"]
    assert outcome.is_complete
    assert stats["rate_limited"] <= requests / 100
    # Never faster than the share allows; how much slower is the machine's business, and test_pacing.py's on a clock of its own.
    assert took_s >= 0.9 * (requests - burst) / (share * per_second)
