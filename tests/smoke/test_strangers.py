"""Where another provider may lead a run."""

from __future__ import annotations

import pytest

from tenantry.smoke.strangers import may_lead_to


@pytest.mark.parametrize(
    ("issuer", "url", "may"),
    [
        ("https://id.example", "https://id.example/token", True),
        ("https://id.example", "https://tokens.example/token", True),
        ("https://id.example", "http://id.example/token", False),
        ("https://id.example", "http://tokens.example/token", False),
        ("https://id.example", "https://127.0.0.1/token", False),
        ("https://id.example", "https://localhost/token", False),
        ("https://id.example", "http://169.254.169.254/latest", False),
        ("https://id.example", "https://10.0.0.1/token", False),
        ("https://id.example", "https://[fd00::1]/token", False),
        ("https://10.0.0.1", "https://10.0.0.1/token", True),
        ("https://id.example", "file:///etc/passwd", False),
        ("https://id.example", "", False),
        ("http://127.0.0.1:8080/realms/x", "http://127.0.0.1:8080/realms/x/token", True),
        ("http://127.0.0.1:8080", "http://localhost:9090/token", True),
        ("http://127.0.0.1:8080", "http://id.example/token", False),
        ("http://127.0.0.1:8080", "https://id.example/token", True),
        ("https://id.example", "https://id.example:99999999/token", False),
        ("https://id.example", "https://[::1", False),
    ],
)
def test_a_provider_leads_to_safe_addresses_alone(issuer: str, url: str, *, may: bool) -> None:
    assert may_lead_to(issuer, url) is may
