"""Which flows follow from what is declared, and what is said where one does not."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.model.errors import ConfigError
from tenantry.model.smoke import SmokeConfig
from tenantry.model.values import Include
from tenantry.smoke.configuration import Configuration
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.planning import Flows, plan_flows
from tests.declared import declare
from tests.smoke.inside import Sections
from tests.smoke.world import COMPANY, CUSTOMERS, LEDGER, MACHINE, ORDERS, SPA, WEB


def flows_of(sections: Sections, config: dict[str, Any] | None = None, *, emulated: bool = True) -> Flows:
    configuration = Configuration(declare(**sections), emulated=emulated)
    return plan_flows(configuration, SmokeConfig.model_validate(config or {}))


def one(sections: Sections, config: dict[str, Any] | None = None, **options: bool) -> Flow:
    (flow,) = flows_of(sections, config, **options).to_prove
    return flow


def shop(application: dict[str, Any] | None = None, api: dict[str, Any] | None = None, **more: Any) -> Sections:
    connections = {"customers": {**CUSTOMERS, **more.pop("connection", {})}}
    return {
        "applications": {"storefront": {**SPA, **(application or {})}},
        "apis": {"orders": {**ORDERS, **(api or {})}},
        "connections": connections,
        **more,
    }


def skipped_line(sections: Sections, config: dict[str, Any] | None = None, *, emulated: bool = True) -> str:
    (skipped,) = flows_of(sections, config, emulated=emulated).skipped
    return skipped.line


def test_a_company_has_a_flow_per_application_and_api_it_reaches() -> None:
    flows = flows_of(COMPANY).to_prove
    assert [(flow.handle, flow.kind) for flow in flows] == [
        ("storefront-orders", "authorization_code_pkce"),
        ("storefront-ledger", "authorization_code_pkce"),
        ("office-orders", "authorization_code"),
        ("office-ledger", "authorization_code"),
        ("reporting-orders", "client_credentials"),
    ]
    assert not flows_of(COMPANY).skipped


def test_everything_that_may_be_had_is_asked_for() -> None:
    assert one(shop()).scope == ("openid", "profile", "email", "offline_access", "read:orders", "write:orders")


def test_a_refresh_token_is_due_only_where_all_agree() -> None:
    assert one(shop()).expects_refresh_token
    assert not one(shop(api={"allow_offline_access": False})).expects_refresh_token
    assert not one(shop({"grant_types": ["authorization_code"]})).expects_refresh_token


def test_without_an_api_the_token_is_opaque_where_that_is_known() -> None:
    sections = {name: members for name, members in shop().items() if name != "apis"}
    assert one(sections).is_opaque
    asked = {"flows": {"f": {"flow": "authorization_code_pkce", "application": "storefront", "user": "u"}}}
    users = {"users": {"u": {"connection": "customers", "ephemeral": True}}}
    assert not one(sections, {**asked, **users}, emulated=False).is_opaque
    known = {**sections, "tenant_settings": {"": {"default_audience": ""}}}
    assert one(known, {**asked, **users}, emulated=False).is_opaque


def test_the_https_callback_is_preferred() -> None:
    flow = one(shop({"callbacks": ["http://127.0.0.1/cb", "https://*.shop.example/cb", "https://shop.example/cb"]}))
    assert flow.redirect_uri == "https://shop.example/cb"


def test_roles_bound_what_is_asked_for() -> None:
    sections = {**shop(), "apis": {"orders": LEDGER}, "roles": {"clerk": {"permissions": {"orders": ["read:ledger"]}}}}
    users = {"u": {"connection": "customers", "ephemeral": True, "roles": ["clerk"]}}
    assert one(sections, {"users": users}).scope == ("openid", "profile", "email", "read:ledger")
    assert one(sections).scope == ("openid", "profile", "email")


@pytest.mark.parametrize(
    ("application", "line"),
    [
        ({"callbacks": []}, "applications.storefront: callbacks: [https://app.example.com/callback]"),
        (
            {"token_endpoint_auth_method": None},
            "applications.storefront: token_endpoint_auth_method: none   # or client_secret_post",
        ),
        ({"grant_types": None}, "applications.storefront: grant_types: [authorization_code]"),
    ],
)
def test_what_is_missing_is_said_as_the_line_to_add(application: dict[str, Any], line: str) -> None:
    fields = {key: value for key, value in {**SPA, **application}.items() if value is not None}
    assert skipped_line({**shop(), "applications": {"storefront": fields}}) == line


def test_without_a_connection_nobody_can_log_in() -> None:
    assert skipped_line(shop(connection={"enabled_clients": []})).startswith("connections: {customers: ")
    partly = Include[list[str]](include=["storefront"])
    assert one(shop(connection={"enabled_clients": partly})).handle == "storefront-orders"


def test_nobody_is_made_on_a_real_tenant_unless_declared() -> None:
    line = skipped_line(shop(), emulated=False)
    assert line == "smoke: {users: {tester: {connection: customers, ephemeral: true}}}"
    users = {"tester": {"connection": "customers", "ephemeral": True}}
    assert one(shop(), {"users": users}, emulated=False).user_handle == "tester"


def test_nobody_is_made_behind_somebody_elses_database() -> None:
    scripts = {"options": {"enabledDatabaseCustomization": True}}
    assert "password" in skipped_line(shop(connection=scripts))


def test_an_api_that_is_closed_to_users_has_no_flow_of_its_own() -> None:
    closed = {"subject_type_authorization": {"user": {"policy": "deny_all"}}}
    assert one(shop(api=closed)).api is None


def test_an_api_that_asks_for_a_grant_has_a_flow_where_there_is_one() -> None:
    guarded = shop(api={"subject_type_authorization": {"user": {"policy": "require_client_grant"}}})
    assert one(guarded).api is None
    grant = {"client_id": "storefront", "audience": "orders", "scope": ["read:orders"], "subject_type": "user"}
    assert one({**guarded, "client_grants": {"g": grant}}).scope[-1] == "read:orders"


def test_an_organization_is_found_where_one_is_required() -> None:
    required = shop({"organization_usage": "require"})
    assert "organizations" in skipped_line(required)
    acme = {"acme": {"name": "acme", "connections": {"customers": {}}}}
    assert one({**required, "organizations": acme}).organization == "acme"


def test_a_machine_needs_a_grant_and_a_secret() -> None:
    sections: Sections = {"applications": {"reporting": MACHINE}, "apis": {"orders": ORDERS}}
    assert skipped_line(sections).startswith("client_grants: ")
    public = {**sections, "applications": {"reporting": {**MACHINE, "token_endpoint_auth_method": "none"}}}
    assert skipped_line(public) == "applications.reporting: token_endpoint_auth_method: client_secret_post"


def test_listed_flows_take_the_place_of_derived_ones() -> None:
    listed = {"flow": "authorization_code", "application": "office", "api": "userinfo", "scope": ["openid"]}
    flow = one({**COMPANY, "applications": {"office": WEB}}, {"flows": {"work": listed}})
    assert (flow.handle, flow.scope, flow.is_opaque, flow.user_handle) == ("work", ("openid",), True, "ephemeral")


def test_a_listed_flow_that_cannot_be_tried_says_why() -> None:
    listed = {"flow": "authorization_code", "application": "office", "user": "nobody"}
    assert one(COMPANY, {"flows": {"work": listed}}).missing == "user nobody is not under smoke.users"


@pytest.mark.parametrize("wrong", [{"application": "gone"}, {"api": "gone"}])
def test_a_listed_flow_of_nothing_is_an_error(wrong: dict[str, str]) -> None:
    listed = {"flow": "authorization_code", "application": "office", **wrong}
    with pytest.raises(ConfigError, match=r"smoke\.flows\.work: .* gone is not declared"):
        flows_of(COMPANY, {"flows": {"work": listed}})


def test_a_legacy_request_needs_a_device_for_a_refresh_token() -> None:
    sections = shop({"oidc_conformant": False})
    listed = {"flow": "authorization_code_pkce", "application": "storefront", "scope": ["openid", "offline_access"]}
    assert not one(sections, {"flows": {"f": listed}}).expects_refresh_token
    assert one(sections, {"flows": {"f": {**listed, "authorize": {"device": "phone"}}}}).expects_refresh_token
