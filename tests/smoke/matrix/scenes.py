"""Tenants that keep the contract, each with something that the others do not declare; the matrix makes them break it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import RSAKey

from tenantry.model.call import Call
from tenantry.model.secret import Secret
from tests.smoke.world import COMPANY, CUSTOMERS, LEDGER, MACHINE, ORDERS, SPA, WEB, Sections

PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
SUBJECT_TOKEN_TYPE = "https://partner.example/token"


@dataclass(frozen=True)
class Scene:
    """A tenant as it is, the flows that prove it, and calls that no section stands for."""

    sections: Sections
    flows: dict[str, dict[str, Any]]
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    applications: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    is_whole: bool = True
    """Whether every flow is proved while nothing is wrong."""

    @property
    def config(self) -> dict[str, Any]:
        """Return the ``smoke:`` block."""
        return {"users": self.users, "flows": self.flows, "applications": self.applications}


def of(*applications: str) -> dict[str, dict[str, Any]]:
    """Return the connections of a scene: the customers', for these applications."""
    return {"customers": {**CUSTOMERS, "enabled_clients": list(applications)}}


def code(application: str, api: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a flow in which somebody logs in."""
    return {"flow": "authorization_code", "application": application, "user": "customer", **({"api": api} if api else {}), **more}


def new_keys() -> tuple[str, str]:
    """Return a private and a public key."""
    key = RSAKey.generate_key(2048, private=True)
    return key.as_pem(private=True).decode(), key.as_pem(private=False).decode()


CUSTOMER = {"customer": {"connection": "customers", "ephemeral": True}}
KEY, PUBLIC = new_keys()
OTHER_KEY, OTHER_PUBLIC = new_keys()
ROTATING = {**SPA["refresh_token"], "idle_token_lifetime": 60, "infinite_idle_token_lifetime": False}
HANDLER = "exports.onExecutePostLogin = async (event, api) => {\n"
CLAIMS = {
    "name": "Claims",
    "code": f"{HANDLER}  api.idToken.setCustomClaim('https://a.example/x', 'y');\n"
    "  api.accessToken.setCustomClaim('https://a.example/x', 7);\n};",
    "supported_triggers": [{"id": "post-login", "version": "v3"}],
}
JUDGE = {
    "name": "Judge",
    "code": "exports.onExecuteCustomTokenExchange = async (event, api) => {\n"
    "  if (event.transaction.subject_token !== 'partner-token') {\n"
    "    return api.access.rejectInvalidSubjectToken('unknown');\n  }\n"
    "  api.authentication.setUserByConnection('customers', {user_id: 'partner', email: 'partner@example.com'},\n"
    "    {creationBehavior: 'create_if_not_exists', updateBehavior: 'none'});\n};",
    "supported_triggers": [{"id": "custom-token-exchange", "version": "v1"}],
}

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
        "connections": of("partner"),
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

SCENES: dict[str, Scene] = {
    "shop": SHOP,
    "short": SHORT,
    "keys": KEYS,
    "pushed": PUSHED,
    "strangers": STRANGERS,
    "veteran": VETERAN,
    "members": MEMBERS,
    "direct": DIRECT,
    "lost": LOST,
    "factor": FACTOR,
    "swap": SWAP,
    "usual": USUAL,
    "many": MANY,
    "sealed": SEALED,
    "machines": MACHINES,
    "dialects": DIALECTS,
}
