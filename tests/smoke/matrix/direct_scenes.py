"""Scenes without pages: passwords, devices, exchanges and machines; and scenes about the tokens alone."""

from __future__ import annotations

from typing import Any

from tenantry.model.call import Call
from tests.smoke.matrix.scene import CUSTOMER, DEVICE_CODE, JUDGE, PASSWORD_REALM, PUBLIC, SUBJECT_TOKEN_TYPE, Scene, code, of
from tests.smoke.world import CUSTOMERS, MACHINE, ORDERS, SPA, WEB

TELLER: dict[str, Any] = {
    **WEB,
    "name": "Teller",
    "callbacks": ["https://teller.example/unused"],
    "grant_types": ["password", PASSWORD_REALM, "refresh_token"],
}
DIRECT = Scene(
    {
        "applications": {
            "teller": TELLER,
            "screen": {
                **SPA,
                "name": "Screen",
                "app_type": "native",
                "callbacks": [],
                "allowed_logout_urls": [],
                "grant_types": [DEVICE_CODE, "refresh_token"],
            },
        },
        "apis": {"orders": ORDERS},
        "connections": {**of("teller", "screen"), "partners": {**CUSTOMERS, "name": "partners", "enabled_clients": ["screen"]}},
        "tenant_settings": {"": {"default_directory": "customers"}},
    },
    {
        "word": {**code("teller", "orders"), "flow": "password"},
        "realm": {**code("teller", "orders"), "flow": "password_realm"},
        "tv": {**code("screen", "orders"), "flow": "device_code"},
    },
    CUSTOMER,
)

LOST = Scene(
    {
        "applications": {"teller": TELLER},
        "apis": {"orders": ORDERS},
        "connections": of("teller"),
    },
    {"realm": {**code("teller", "orders"), "flow": "password_realm"}},
    CUSTOMER,
)

FACTOR = Scene(
    DIRECT.sections,
    {"word": DIRECT.flows["word"]},
    CUSTOMER,
    calls=(Call("PUT", ("guardian", "policies"), ["all-applications"]),),
    is_whole=False,
)

SWAP = Scene(
    {
        "applications": {
            "bridge": {
                **WEB,
                "name": "Bridge",
                "callbacks": [],
                "grant_types": ["refresh_token"],
                "token_exchange": {"allow_any_profile_of_type": ["custom_authentication"]},
            }
        },
        "apis": {"orders": {**ORDERS, "skip_consent_for_verifiable_first_party_clients": True}},
        "connections": of("bridge"),
        "actions": {"judge": JUDGE},
        "token_exchange_profiles": {
            "partner": {
                "name": "partner",
                "subject_token_type": SUBJECT_TOKEN_TYPE,
                "action_id": "judge",
                "type": "custom_authentication",
            }
        },
    },
    {
        "swap": {
            "flow": "token_exchange",
            "application": "bridge",
            "api": "orders",
            "subject_token": "partner-token",
            "subject_token_type": SUBJECT_TOKEN_TYPE,
        }
    },
)

USUAL = Scene(
    {
        "applications": {
            "storefront": {**SPA, "refresh_token": {"rotation_type": "non-rotating", "expiration_type": "expiring"}},
            "robot": {**MACHINE, "name": "Robot"},
        },
        "apis": {"orders": ORDERS},
        "client_grants": {"robot": {"client_id": "robot", "audience": "orders", "scope": ["read:orders"]}},
        "connections": of("storefront"),
        "tenant_settings": {
            "": {
                "default_audience": ORDERS["identifier"],
                "flags": {"revoke_refresh_token_grant": True},
                "oidc_logout": {"rp_logout_end_session_endpoint_discovery": True},
            }
        },
    },
    {
        "usual": {**code("storefront"), "flow": "authorization_code_pkce"},
        "robot": {"flow": "client_credentials", "application": "robot", "api": "orders"},
    },
    CUSTOMER,
)

MANY = Scene(
    {
        "applications": {
            "storefront": {
                **SPA,
                "refresh_token": {
                    **SPA["refresh_token"],
                    "policies": [{"audience": "https://api.example/bills", "scope": ["read:bills"]}],
                },
            },
            "office": {**WEB, "callbacks": ["https://office.example/callback"]},
        },
        "apis": {
            "orders": ORDERS,
            "bills": {
                **ORDERS,
                "name": "Bills",
                "identifier": "https://api.example/bills",
                "skip_consent_for_verifiable_first_party_clients": True,
                "scopes": [{"value": "read:bills"}, {"value": "write:bills"}],
            },
        },
        "connections": of("storefront", "office"),
    },
    {
        "many": {**code("storefront", "orders"), "flow": "authorization_code_pkce"},
        "one": code("office", "orders"),
    },
    CUSTOMER,
)

SEALED = Scene(
    {
        "applications": {"storefront": SPA},
        "apis": {
            "orders": {
                **ORDERS,
                "token_encryption": {
                    "format": "compact-nested-jwe",
                    "encryption_key": {"name": "k", "alg": "RSA-OAEP-256", "kid": "k", "pem": PUBLIC},
                },
            },
            "plain": {**ORDERS, "name": "Plain", "identifier": "https://api.example/plain"},
        },
        "connections": of("storefront"),
    },
    {
        "sealed": {**code("storefront", "orders"), "flow": "authorization_code_pkce"},
        "plain": {**code("storefront", "plain"), "flow": "authorization_code_pkce"},
    },
    CUSTOMER,
)

MACHINES = Scene(
    {
        "applications": {
            "robot": {
                **MACHINE,
                "name": "Robot",
                "callbacks": ["https://robot.example/unused"],
                "token_quota": {"client_credentials": {"enforce": True, "per_hour": 100}},
            },
            "keeper": {**MACHINE, "name": "Keeper", "token_endpoint_auth_method": "client_secret_post"},
        },
        "apis": {
            "orders": ORDERS,
            "closed": {
                **ORDERS,
                "name": "Closed",
                "identifier": "https://api.example/closed",
                "subject_type_authorization": {"user": {"policy": "allow_all"}, "client": {"policy": "deny_all"}},
            },
            "theirs": {**ORDERS, "name": "Theirs", "identifier": "https://api.example/theirs"},
        },
        "client_grants": {
            "robot": {"client_id": "robot", "audience": "orders", "scope": ["read:orders", "write:orders"]},
            "narrow": {"client_id": "keeper", "audience": "orders", "scope": ["read:orders"]},
            "inside": {"client_id": "keeper", "audience": "management-api", "scope": ["read:clients"]},
            "theirs": {"client_id": "robot", "audience": "theirs", "scope": ["read:orders"], "subject_type": "user"},
        },
    },
    {
        "robot": {"flow": "client_credentials", "application": "robot", "api": "orders"},
        "narrow": {"flow": "client_credentials", "application": "keeper", "api": "orders"},
        "inside": {"flow": "client_credentials", "application": "keeper", "api": "management-api"},
    },
)

DIALECTS = Scene(
    {
        "applications": {"storefront": SPA},
        "apis": {
            "orders": {
                **ORDERS,
                "token_dialect": "rfc9068_profile_authz",
                "enforce_policies": True,
                "skip_consent_for_verifiable_first_party_clients": True,
            }
        },
        "connections": of("storefront"),
        "roles": {"clerk": {"name": "Clerk", "permissions": {"orders": ["read:orders"]}}},
    },
    {"standard": {**code("storefront", "orders"), "flow": "authorization_code_pkce"}},
    {"customer": {"connection": "customers", "ephemeral": True, "roles": ["clerk"]}},
)
