"""Attack protection, risk assessments and supplemental signals.

Source: recorded traffic of terraform-provider-auth0 and auth0-deploy-cli (states of tenants, what PATCH merges).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.management.kind import Settings

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler

_SECRETS = ("secret", "api_key")
_STAGES = {
    "pre-login": {"max_attempts": 100, "rate": 864000},
    "pre-user-registration": {"max_attempts": 50, "rate": 1200},
    "pre-custom-token-exchange": {"max_attempts": 10, "rate": 600000},
}
_CAPTCHA: dict[str, Any] = {
    "active_provider_id": "auth_challenge",
    "simple_captcha": {},
    "auth_challenge": {"fail_open": False},
    "recaptcha_v2": {"site_key": ""},
    "recaptcha_enterprise": {"site_key": "", "project_id": ""},
    "hcaptcha": {"site_key": ""},
    "friendly_captcha": {"site_key": ""},
    "arkose": {
        "site_key": "",
        "client_subdomain": "client-api",
        "verify_subdomain": "verify-api",
        "fail_open": False,
    },
}


def _without_secrets(_call: Call, captcha: Document) -> Document:
    return {
        name: {key: each for key, each in value.items() if key not in _SECRETS} if isinstance(value, dict) else value
        for name, value in captcha.items()
    }


def _settings(name: str, defaults: dict[str, Any], deep: tuple[str, ...] = ()) -> Settings:
    return Settings(path=f"/attack-protection/{name}", key=name, defaults=defaults, deep=deep)


ALL = (
    _settings(
        "bot-detection",
        {
            "challenge_password_policy": "never",
            "challenge_passwordless_policy": "never",
            "challenge_password_reset_policy": "never",
            "allowlist": [],
            "bot_detection_level": "medium",
            "monitoring_mode_enabled": False,
        },
    ),
    _settings(
        "breached-password-detection",
        {
            "enabled": False,
            "shields": [],
            "admin_notification_frequency": [],
            "method": "standard",
            "stage": {"pre-user-registration": {"shields": []}, "pre-change-password": {"shields": []}},
        },
        ("stage", "stage.*"),
    ),
    _settings(
        "brute-force-protection",
        {
            "enabled": True,
            "shields": ["block", "user_notification"],
            "mode": "count_per_identifier_and_ip",
            "allowlist": [],
            "max_attempts": 10,
        },
    ),
    _settings(
        "suspicious-ip-throttling",
        {"enabled": True, "shields": ["admin_notification", "block"], "allowlist": [], "stage": _STAGES},
        ("stage", "stage.*"),
    ),
    _settings("phone-provider-protection", {"type": "none"}),
    Settings(
        path="/attack-protection/captcha",
        key="captcha",
        defaults=_CAPTCHA,
        deep=tuple(_CAPTCHA),
        shown=_without_secrets,
    ),
    Settings(path="/risk-assessments/settings", key="risk-assessments", defaults={"enabled": False}),
    Settings(path="/risk-assessments/settings/new-device", key="new-device", defaults={"remember_for": 30}),
    Settings(path="/supplemental-signals", key="supplemental-signals", defaults={"akamai_enabled": False}),
)
HANDLERS: dict[str, Handler] = {name: handler for each in ALL for name, handler in each.handlers().items()}
