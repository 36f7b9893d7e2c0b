"""Scenes in which somebody logs in on the tenant's pages."""

from __future__ import annotations

from tenantry.model.call import Call
from tenantry.model.secret import Secret
from tests.smoke.matrix.scene import CLAIMS, CUSTOMER, KEY, PUBLIC, ROTATING, Scene, code, of
from tests.smoke.world import COMPANY, LEDGER, MACHINE, ORDERS, SPA, WEB

SHOP = Scene(
    {
        "applications": {
            "storefront": {**SPA, "refresh_token": ROTATING},
            "office": {**WEB, "callbacks": ["https://office.example/callback"]},
            "classic": {
                **WEB,
                "name": "Classic",
                "callbacks": ["https://classic.example/callback"],
                "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 600},
                "grant_types": ["authorization_code", "implicit"],
                "organization_usage": "allow",
            },
            "reporting": MACHINE,
        },
        "apis": {
            "orders": {**ORDERS, "token_dialect": "access_token", "token_lifetime_for_web": 1800},
            "ledger": LEDGER,
            "vault": {
                **ORDERS,
                "name": "Vault",
                "identifier": "https://api.example/vault",
                "subject_type_authorization": {
                    "user": {"policy": "deny_all"},
                    "client": {"policy": "require_client_grant"},
                },
            },
        },
        "client_grants": COMPANY["client_grants"],
        "connections": {
            **of("storefront", "office", "classic"),
            "partners": {"name": "partners", "strategy": "auth0", "enabled_clients": ["office"]},
        },
        "roles": COMPANY["roles"],
        "organizations": {"acme": {"name": "acme", "connections": {"customers": {"assign_membership_on_login": False}}}},
    },
    {
        "shop": {**code("storefront", "orders"), "flow": "authorization_code_pkce"},
        "work": code("office", "orders"),
        "books": code("office", "ledger"),
        "anything": code("office", "userinfo"),
        "classic": code("classic", "orders", organization="acme"),
        "report": {"flow": "client_credentials", "application": "reporting", "api": "orders"},
    },
    {"customer": {"connection": "customers", "ephemeral": True, "roles": ["accountant"]}},
)

SHORT = Scene(
    {
        "applications": {
            "kiosk": {
                **SPA,
                "name": "Kiosk",
                "refresh_token": {**ROTATING, "leeway": 3, "token_lifetime": 60, "infinite_token_lifetime": False},
            }
        },
        "apis": {"orders": {**ORDERS, "skip_consent_for_verifiable_first_party_clients": True}},
        "connections": of("kiosk"),
        "actions": {"claims": CLAIMS},
        "triggers": {"post-login": {"actions": ["claims"]}},
    },
    {
        "kiosk": {
            **code("kiosk", "orders"),
            "flow": "authorization_code_pkce",
            "expect": {"access_token": {"absent": ["permissions"]}, "id_token": {"claims": {"https://a.example/x": "y"}}},
        }
    },
    CUSTOMER,
)

KEYS = Scene(
    {
        "applications": {
            "ledger": {
                **{key: value for key, value in WEB.items() if key != "token_endpoint_auth_method"},
                "name": "Ledger",
                "callbacks": ["https://ledger.example/callback"],
                "jwt_configuration": {"alg": "RS256"},
                "client_authentication_methods": {
                    "private_key_jwt": {"credentials": [{"credential_type": "public_key", "pem": PUBLIC, "name": "k"}]}
                },
            }
        },
        "apis": {"orders": ORDERS},
        "connections": of("ledger"),
    },
    {"keys": code("ledger", "orders")},
    CUSTOMER,
    {"ledger": {"private_key": Secret.of("LEDGER_KEY", KEY)}},
)

PUSHED = Scene(
    {
        "applications": {
            "office": {**WEB, "callbacks": ["https://office.example/callback"], "require_pushed_authorization_requests": True}
        },
        "apis": {"orders": ORDERS},
        "connections": of("office"),
    },
    {"pushed": code("office", "orders")},
    CUSTOMER,
    calls=(Call("PATCH", ("tenants", "settings"), {"pushed_authorization_requests_supported": True}),),
)

STRANGERS = Scene(
    {
        "applications": {
            "partner": {
                **WEB,
                "name": "Partner",
                "is_first_party": False,
                "callbacks": ["https://partner.example/callback"],
                "grant_types": ["authorization_code", "refresh_token", "password"],
                "jwt_configuration": {"alg": "RS256"},
                "third_party_security_mode": "strict",
            }
        },
        "apis": {
            "orders": {
                **ORDERS,
                "subject_type_authorization": {
                    "user": {"policy": "require_client_grant"},
                    "client": {"policy": "deny_all"},
                },
            }
        },
        "client_grants": {
            "partner": {"client_id": "partner", "audience": "orders", "scope": ["read:orders"], "subject_type": "user"}
        },
        "connections": {"customers": {**of("partner")["customers"], "is_domain_connection": True}},
        "tenant_settings": {"": {"default_directory": "customers"}},
    },
    {"stranger": {**code("partner", "orders"), "flow": "authorization_code_pkce"}},
    CUSTOMER,
)

VETERAN = Scene(
    {
        "applications": {
            "veteran": {
                **WEB,
                "name": "Veteran",
                "oidc_conformant": False,
                "callbacks": ["https://veteran.example/callback"],
            }
        },
        "apis": {"orders": ORDERS},
        "connections": of("veteran"),
    },
    {
        "old": code("veteran", scope=["openid", "email", "offline_access"], authorize={"device": "my-device"}),
        "new": code("veteran", "orders"),
    },
    CUSTOMER,
)

MEMBERS = Scene(
    {
        "applications": {
            "club": {**SPA, "name": "Club", "organization_usage": "require"},
            "shut": {**SPA, "name": "Shut", "organization_usage": "deny"},
            "robot": {**MACHINE, "name": "Robot"},
        },
        "apis": {"orders": ORDERS},
        "client_grants": {
            "robot": {
                "client_id": "robot",
                "audience": "orders",
                "scope": ["read:orders"],
                "organization_usage": "require",
                "allow_any_organization": True,
            }
        },
        "connections": of("club", "shut"),
        "organizations": {"acme": {"name": "acme", "connections": {"customers": {"assign_membership_on_login": False}}}},
    },
    {
        "club": {**code("club", "orders", organization="acme"), "flow": "authorization_code_pkce"},
        "shut": {**code("shut", "orders"), "flow": "authorization_code_pkce"},
        "robot": {"flow": "client_credentials", "application": "robot", "api": "orders", "organization": "acme"},
    },
    CUSTOMER,
)
