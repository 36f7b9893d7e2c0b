"""What the server fills into the options of a connection, by strategy.

Source: recorded traffic of terraform-provider-auth0 (67 creations) and auth0-deploy-cli.
"""

from __future__ import annotations

from typing import Any

DATABASE_OPTIONS: dict[str, Any] = {
    "mfa": {"active": True, "return_enroll_settings": True},
    "passwordPolicy": "good",
    "strategy_version": 2,
    "authentication_methods": {
        "password": {"enabled": True, "api_behavior": "required", "signup_behavior": "allow"},
        "passkey": {"enabled": False},
        "email_otp": {"enabled": False},
        "phone_otp": {"enabled": False},
    },
    "passkey_options": {
        "challenge_ui": "both",
        "progressive_enrollment_enabled": True,
        "local_enrollment_enabled": True,
    },
    "brute_force_protection": True,
}
FLEXIBLE_PASSWORD: dict[str, Any] = {
    "complexity": {
        "min_length": 15,
        "character_types": [],
        "character_type_rule": "all",
        "identical_characters": "allow",
        "sequential_characters": "allow",
        "max_length_exceeded": "error",
    },
    "dictionary": {"active": False, "custom": [], "default": "en_100k"},
    "history": {"active": False, "size": 3},
    "profile_data": {
        "active": False,
        "blocked_fields": [
            "name",
            "username",
            "nickname",
            "email",
            "phone_number",
            "user_metadata.name",
            "user_metadata.first",
            "user_metadata.last",
        ],
    },
}
ATTRIBUTES_EMAIL = {"unique": True, "verification_method": "link"}

_OIDC = {
    "schema_version": "oidc-V4",
    "type": "back_channel",
    "attribute_map": {"mapping_mode": "basic_profile"},
    "connection_settings": {"pkce": "auto"},
}
OPTIONS: dict[str, dict[str, Any]] = {
    "adfs": {"thumbprints": []},
    "google-apps": {
        "email": True,
        "profile": True,
        "scope": ["email", "profile"],
        "handle_login_from_social": True,
        "map_user_id_to_id": True,
    },
    "oidc": {**_OIDC, "type": "front_channel", "attribute_map": {"mapping_mode": "bind_all"}},
    "okta": _OIDC,
    "samlp": {"assertion_decryption_settings": {"algorithm_profile": "v2026-1", "algorithm_exceptions": []}},
    "waad": {"waad_common_endpoint": False},
}

ENTERPRISE = frozenset(
    {
        "ad",
        "adfs",
        "auth0-adldap",
        "google-apps",
        "ip",
        "office365",
        "oidc",
        "okta",
        "pingfederate",
        "samlp",
        "sharepoint",
        "waad",
    }
)
DISPLAYED = frozenset({"oidc", "okta", "waad"})  # named after themselves where no display name is sent
TICKETED = frozenset({"ad", "adfs", "google-apps", "pingfederate", "samlp", "waad"})
CROSS_APP_STRATEGIES = frozenset({"oidc", "okta"})


GITHUB_SCOPES = {
    "email": "user:email",
    "follow": "user:follow",
    **{name: name for name in ("public_repo", "repo", "repo_deployment", "delete_repo", "notifications", "gist")},
    "repo_status": "repo:status",
    **{
        f"{verb}_{thing}": f"{verb}:{thing}"
        for thing in ("user", "repo_hook", "org", "public_key")
        for verb in ("read", "write", "admin")
    },
}
SCOPE_NAMES: dict[str, dict[str, str]] = {  # strategy → option → scope
    "apple": {"name": "name", "email": "email"},
    "facebook": {},  # every true option is a scope
    "github": GITHUB_SCOPES,
    "google-oauth2": {
        "email": "email",
        "profile": "profile",
        "gmail": "https://mail.google.com/mail/feed/atom",
        "youtube": "https://gdata.youtube.com",
    },
    "linkedin": {"email": "r_emailaddress", "profile": "r_liteprofile", "basic_profile": "r_basicprofile"},
    "windowslive": {"graph_user": "https://graph.microsoft.com/User.Read"},
}
SCOPE_SEPARATORS = {"apple": " ", "facebook": ","}
