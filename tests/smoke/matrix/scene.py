"""What a scene of the matrix is, and what scenes have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import RSAKey

from tenantry.model.call import Call
from tests.smoke.inside import Sections
from tests.smoke.world import CUSTOMERS, SPA

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
    return {
        "flow": "authorization_code",
        "application": application,
        "user": "customer",
        **({"api": api} if api else {}),
        **more,
    }


def new_keys() -> tuple[str, str]:
    """Return a private and a public key."""
    key = RSAKey.generate_key(2048, private=True)
    return key.as_pem(private=True).decode(), key.as_pem(private=False).decode()


CUSTOMER = {"customer": {"connection": "customers", "ephemeral": True}}
KEY, PUBLIC = new_keys()
OTHER_KEY, _ = new_keys()
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
