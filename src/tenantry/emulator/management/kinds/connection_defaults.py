"""What the server fills into the options of a connection, by strategy.

Source: recorded traffic of terraform-provider-auth0 (67 creations), auth0-deploy-cli and go-auth0 (TestConnectionManager_*:
creations and changes that send next to nothing).
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
DATABASE_OPTIONS_OF_NEW = ("mfa", "passwordPolicy", "strategy_version")
"""Of these, what a change leaves out is gone."""
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
    "ad": {"ips": None},
    "adfs": {"thumbprints": []},
    "google-apps": {
        "email": True,
        "profile": True,
        "scope": ["email", "profile"],
        "handle_login_from_social": True,
    },
    "oidc": {**_OIDC, "type": "front_channel", "attribute_map": {"mapping_mode": "bind_all"}},
    "okta": _OIDC,
    "samlp": {"assertion_decryption_settings": {"algorithm_profile": "v2026-1", "algorithm_exceptions": []}},
    "waad": {"waad_common_endpoint": False},
}

OPTIONS_OF_NEW: dict[str, dict[str, Any]] = {  # a change that leaves them out takes them away
    "ad": {"brute_force_protection": True},
    "email": {"brute_force_protection": True},
    "google-apps": {"map_user_id_to_id": False},
    "sms": {"brute_force_protection": True},
    "waad": {
        "identity_api": "microsoft-identity-platform-v2.0",
        "useCommonEndpoint": False,
        "should_trust_email_verified_connection": "never_set_emails_as_verified",
        "use_wsfed": False,
        "waad_protocol": "openid-connect",
        "userid_attribute": "oid",
    },
}

STAYING = ("map_user_id_to_id",)  # of these, what a change leaves out stays as it was

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
    "facebook": {},
    "github": GITHUB_SCOPES,
    "google-oauth2": {
        "email": "email",
        "profile": "profile",
        "gmail": "https://mail.google.com/mail/feed/atom",
        "youtube": "https://gdata.youtube.com",
        "calendar": "https://www.googleapis.com/auth/calendar",
    },
    "line": {"email": "email", "profile": "profile"},
    "linkedin": {"email": "r_emailaddress", "profile": "r_liteprofile", "basic_profile": "r_basicprofile"},
    "salesforce": {},
    "windowslive": {"graph_user": "https://graph.microsoft.com/User.Read"},
    "wordpress": {"profile": "profile"},
}
FIRST_VERSION_SCOPES = {"windowslive": {"signin": "wl.signin"}}  # those of `strategy_version` 1 alone
EVERY_SWITCH = frozenset({"facebook"})  # every option that is true is a scope
SWITCHED_ON: dict[str, tuple[str, ...]] = {  # the switches that are on where nothing is said of them
    "google-oauth2": ("email", "profile"),
    "line": ("profile",),
    "linkedin": ("profile",),
    "windowslive": ("signin",),
    "wordpress": ("profile",),
}
FIXED_SCOPES = {"line": ["openid"]}
DERIVED = frozenset({"line", "wordpress"})  # whatever `scope` is sent, it follows from the switches
ON_DEMAND = frozenset({"apple"})  # without a switch there is no scope
SCOPE_SEPARATORS = {"apple": " ", "facebook": ","}
