"""Files that say something else than the tenant holds, or contradict themselves, and the assertions that must notice it."""

from __future__ import annotations

from tenantry.model.secret import Secret
from tests.smoke.matrix.mutant import GONE, app, drift
from tests.smoke.matrix.scene import CLAIMS, DEVICE_CODE, OTHER_KEY, PUBLIC
from tests.smoke.world import SPA

DRIFTS = (
    drift(
        "a callback that was taken away",
        "shop/shop",
        "AUZ-02",
        applications=app("storefront", callbacks=[*SPA["callbacks"], "https://shop.example/third"]),
    ),
    drift(
        "every callback was changed",
        "shop/shop",
        "AUZ-01",
        applications=app("storefront", callbacks=["https://shop.example/third"]),
    ),
    drift(
        "consent is no longer skipped",
        "shop/shop",
        "AUZ-29",
        apis={"orders": {"skip_consent_for_verifiable_first_party_clients": True}},
    ),
    drift(
        "an organization is no longer required",
        "shop/classic",
        "AUZ-22",
        applications=app("classic", organization_usage="require"),
    ),
    drift(
        "organizations are no longer refused", "shop/classic", "AUZ-23", applications=app("classic", organization_usage="deny")
    ),
    drift(
        "requests need no longer be pushed",
        "shop/work",
        "AUZ-25",
        applications=app("office", require_pushed_authorization_requests=True),
    ),
    drift(
        "the logout endpoint is published again",
        "usual/usual",
        "DSC-06",
        tenant_settings={"": {"oidc_logout": {"rp_logout_end_session_endpoint_discovery": False}}},
    ),
    drift(
        "another algorithm signs ID tokens",
        "shop/shop",
        "IDT-01",
        applications=app("storefront", jwt_configuration={"alg": "PS256"}),
    ),
    drift(
        "a permission was taken from the API",
        "shop/shop",
        "ACT-21",
        apis={"orders": {"scopes": [{"value": "read:orders"}, {"value": "drop:orders"}]}},
    ),
    drift(
        "a permission was taken from the role",
        "dialects/standard",
        "ACT-18",
        roles={"clerk": {"permissions": {"orders": ["read:orders", "write:orders"]}}},
    ),
    drift("another dialect", "shop/shop", "ACT-05", "ACT-10", apis={"orders": {"token_dialect": "rfc9068_profile"}}),
    drift(
        "permissions are listed all the same",
        "dialects/standard",
        "ACT-19",
        apis={"orders": {"token_dialect": "rfc9068_profile"}},
    ),
    drift("Auth0's dialect is gone", "dialects/standard", "ACT-09", apis={"orders": {"token_dialect": "access_token_authz"}}),
    drift("the lifetime for the web was changed", "shop/classic", "ACT-14", apis={"orders": {"token_lifetime_for_web": 60}}),
    drift(
        "tokens are no longer encrypted",
        "sealed/plain",
        "ACT-24",
        apis={"plain": {"token_encryption": {"format": "compact-nested-jwe", "encryption_key": {"pem": PUBLIC}}}},
    ),
    drift("offline access was allowed", "shop/work", "RSP-12", apis={"orders": {"allow_offline_access": False}}),
    drift(
        "the action is unbound",
        "shop/shop",
        "IDT-23",
        "ACT-27",
        "ACT-27b",
        actions={"claims": CLAIMS},
        triggers={"post-login": {"actions": ["claims"]}},
    ),
    drift(
        "the policy of the refresh token was taken away",
        "many/one",
        "RFT-14",
        applications=app(
            "office", refresh_token={"policies": [{"audience": "https://api.example/bills", "scope": ["read:bills"]}]}
        ),
    ),
    drift(
        "revoking ends no siblings",
        "shop/shop",
        "RVK-06",
        tenant_settings={"": {"flags": {"revoke_refresh_token_grant": True}}},
    ),
    drift(
        "revoking ends siblings",
        "usual/usual",
        "RVK-06",
        tenant_settings={"": {"flags": {"revoke_refresh_token_grant": False}}},
    ),
    drift(
        "the refresh token rotates",
        "shop/shop",
        "ROT-02",
        applications=app("storefront", refresh_token={"rotation_type": "non-rotating"}),
    ),
    drift("the leeway was taken away", "shop/shop", "ROT-03", applications=app("storefront", refresh_token={"leeway": 5})),
    drift(
        "a logout address was taken away",
        "shop/shop",
        "OUT-01",
        "OUT-04",
        applications=app("storefront", allowed_logout_urls=["https://shop.example/elsewhere"]),
    ),
    drift(
        "the public key was exchanged",
        "keys/keys",
        "CLI-07",
        smoke={"applications": {"ledger": {"private_key": Secret.of("LEDGER_KEY", OTHER_KEY)}}},
    ),
    drift("a default API was set", "usual/robot", "M2M-06", tenant_settings={"": {"default_audience": GONE}}),
    drift(
        "the grant was narrowed",
        "machines/narrow",
        "M2M-01",
        client_grants={"narrow": {"scope": ["read:orders", "write:orders"]}},
    ),
    drift("the grant inside was changed", "machines/inside", "M2M-10", client_grants={"inside": {"scope": ["read:users"]}}),
    drift(
        "the application was made conformant",
        "shop/anything",
        "LEG-02",
        "LEG-04",
        smoke={"flows": {"anything": {"api": GONE}}},
        applications=app("office", oidc_conformant=False),
    ),
    drift(
        "rotation without an end",
        "shop/shop",
        "ROT-09",
        applications=app("storefront", refresh_token={"expiration_type": "non-expiring"}),
    ),
    drift(
        "a legacy application with devices",
        "veteran/new",
        "LEG-09",
        applications=app("veteran", grant_types=["authorization_code", "refresh_token", DEVICE_CODE]),
    ),
    drift(
        "an expectation of the access token",
        "short/kiosk",
        "EXP-01",
        "EXP-03",
        smoke={"flows": {"kiosk": {"expect": {"access_token": {"absent": ["sub"]}}}}},
    ),
    drift(
        "an expectation of the ID token",
        "short/kiosk",
        "EXP-02",
        "EXP-03",
        smoke={"flows": {"kiosk": {"expect": {"id_token": {"claims": {"https://a.example/x": "z"}}}}}},
    ),
)
