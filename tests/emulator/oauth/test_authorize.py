"""What an authorization request must satisfy, in which order, and where the error is shown."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.emulator.oauth.world import API, BASE, CALLBACK, CHALLENGE, VERIFIER, Browser, World, told


def test_a_good_request_leads_to_the_login_page(browser: Browser) -> None:
    answer = browser.authorize()
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/u/login?state=hKFo2S")


def test_an_identifier_first_tenant_asks_for_the_identifier_first(world: World, browser: Browser) -> None:
    world.change("settings", "prompts", identifier_first=True)
    assert browser.authorize().headers["location"].startswith("/u/login/identifier?state=")


def test_a_missing_response_type_is_told_before_the_client_is_looked_at(browser: Browser) -> None:
    answer = browser.get("/authorize")
    assert answer.status_code == 400
    assert "Missing required parameter: response_type" in answer.text


@pytest.mark.parametrize(
    ("asked", "status", "text"),
    [
        ({"response_type": "tenantry"}, 400, "Unsupported response type: tenantry"),
        ({"client_id": "nobody"}, 400, "Unknown client: nobody"),
        ({"redirect_uri": "https://evil.test/callback"}, 403, "Callback URL mismatch"),
        ({"redirect_uri": f"{CALLBACK}/"}, 403, "Callback URL mismatch"),
        ({"redirect_uri": CALLBACK.replace("https", "http")}, 403, "Callback URL mismatch"),
        ({"redirect_uri": f"{CALLBACK}?a=1"}, 403, "Callback URL mismatch"),
        ({"redirect_uri": "https://app.test:8443/callback"}, 403, "Callback URL mismatch"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:made-up"}, 400, "request_uri is invalid"),
    ],
)
def test_what_the_application_must_not_be_told_is_a_page(
    browser: Browser, asked: dict[str, str], status: int, text: str
) -> None:
    answer = browser.authorize(**asked)
    assert answer.status_code == status
    assert "location" not in answer.headers
    assert text in answer.text


def test_a_tenants_own_error_page_gets_the_error(world: World, browser: Browser) -> None:
    world.change("settings", "tenant", error_page={"url": "https://help.test/oops"})
    answer = browser.authorize(redirect_uri="https://evil.test")
    location = urlsplit(answer.headers["location"])
    assert (answer.status_code, location.netloc) == (302, "help.test")
    assert told(answer)["error"] == "invalid_request"
    assert told(answer)["client_id"] == "web"


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"audience": "https://nobody.test"}, "access_denied"),
        ({"response_type": "token", "nonce": "n"}, "unauthorized_client"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "S512"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"organization": "org_1"}, "invalid_request"),
        ({"scope": "online_access offline_access"}, "invalid_request"),
        ({"response_mode": "carrier_pigeon"}, "invalid_request"),
        ({"connection": "google-oauth2"}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
    ],
)
def test_what_the_application_may_be_told_goes_to_the_callback_with_the_state(
    browser: Browser, asked: dict[str, str], error: str
) -> None:
    answer = browser.authorize(**asked)
    assert answer.headers["location"].startswith(CALLBACK)
    assert (told(answer)["error"], told(answer)["state"]) == (error, "app-state")


def test_an_unknown_audience_is_named(browser: Browser) -> None:
    assert (
        told(browser.authorize(audience="https://nobody.test"))["error_description"] == "Service not found: https://nobody.test"
    )


def test_a_client_without_the_code_grant_gets_no_code(world: World, browser: Browser) -> None:
    world.change("clients", "web", grant_types=["client_credentials"])
    assert told(browser.authorize())["error"] == "unauthorized_client"


@pytest.mark.parametrize("policy", ["deny_all", "require_client_grant"])
def test_an_api_that_keeps_users_out_is_refused(world: World, browser: Browser, policy: str) -> None:
    world.add_api(subject_type_authorization={"user": {"policy": policy}})
    answer = told(browser.authorize(audience=API))
    assert answer["error"] == "invalid_request"
    assert answer["error_description"] == f'Client "web" is not authorized to access resource server "{API}".'


def test_a_user_grant_opens_the_api_for_its_scopes_only(world: World, browser: Browser) -> None:
    world.add_api(subject_type_authorization={"user": {"policy": "require_client_grant"}})
    world.add_grant(subject_type="user")
    assert browser.tokens(audience=API, scope="read:orders write:orders")["scope"] == "read:orders"


def test_a_refusal_under_open_redirect_protection_stays_on_the_page(world: World, browser: Browser) -> None:
    world.change("clients", "web", redirection_policy="open_redirect_protection")
    answer = browser.authorize(audience="https://nobody.test")
    assert (answer.status_code, "location" in answer.headers) == (400, False)


def test_the_state_comes_back_to_the_letter(browser: Browser) -> None:
    state = "~!*'()+ %26é&=#" * 12
    got = browser.login(state=state)
    assert got["state"] == state
    assert sorted(got) == ["code", "state"]


def test_response_mode_fragment_puts_the_code_into_the_fragment(browser: Browser) -> None:
    location = urlsplit(browser.walk(browser.authorize(response_mode="fragment")).headers["location"])
    assert (location.query, location.fragment.startswith("code=")) == ("", True)


def test_response_mode_form_post_posts_to_the_callback(browser: Browser) -> None:
    answer = browser.walk(browser.authorize(response_mode="form_post"))
    assert answer.status_code == 200
    assert f'<form method="post" action="{CALLBACK}">' in answer.text
    assert 'name="code"' in answer.text
    assert 'name="state" value="app-state"' in answer.text


def test_response_mode_web_message_needs_a_registered_origin(world: World, browser: Browser) -> None:
    assert browser.authorize(response_mode="web_message", prompt="none").status_code == 400
    world.change("clients", "web", web_origins=["https://app.test"])
    answer = browser.authorize(response_mode="web_message", prompt="none")
    assert answer.status_code == 200
    assert '"error": "login_required"' in answer.text
    assert "frame-ancestors https://app.test" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers


def test_a_request_may_be_posted(browser: Browser) -> None:
    asked = {"response_type": "code", "client_id": "web", "redirect_uri": CALLBACK}
    assert browser.post("/authorize", data=asked).headers["location"].startswith("/u/login")


def test_a_repeated_parameter_is_refused(browser: Browser) -> None:
    answer = browser.get(f"/authorize?response_type=code&client_id=web&client_id=web&redirect_uri={CALLBACK}")
    assert (answer.status_code, "Duplicate parameter: client_id" in answer.text) == (400, True)


def test_a_wildcard_stands_for_one_label_of_the_host(world: World, browser: Browser) -> None:
    world.change("clients", "web", callbacks=["https://*.app.test/callback"])
    assert browser.authorize(redirect_uri="https://one.app.test/callback").status_code == 302
    assert browser.authorize(redirect_uri="https://one.two.app.test/callback").status_code == 403
    assert browser.authorize(redirect_uri="https://app.test/callback").status_code == 403


def test_a_strict_third_party_must_use_pkce(world: World, browser: Browser) -> None:
    world.change("clients", "web", is_first_party=False, third_party_security_mode="strict")
    assert told(browser.authorize())["error"] == "invalid_request"
    assert told(browser.authorize(code_challenge=CHALLENGE, screen_hint="signup"))["error"] == "invalid_request"
    assert browser.authorize(code_challenge=CHALLENGE).headers["location"].startswith("/u/login")


@pytest.fixture
def stranger(world: World, browser: Browser) -> Browser:
    """A browser that logs in to a strict third party."""
    world.change("clients", "web", is_first_party=False, third_party_security_mode="strict", organization_usage="allow")
    world.change("connections", "con_users", is_domain_connection=True)
    return browser


def test_a_strict_third_party_reaches_an_api_by_a_client_grant_only(world: World, stranger: Browser) -> None:
    asked = {"audience": API, "scope": "read:orders write:orders", "code_challenge": CHALLENGE}
    assert told(stranger.authorize(**asked))["error"] == "unauthorized_client"
    shared = {"id": "cgr_0", "default_for": "third_party_clients", "audience": API, "subject_type": "user"}
    world.tenant.store.put("client_grants", "cgr_0", {**shared, "scope": ["read:orders", "write:orders"]})
    assert stranger.authorize(**asked).headers["location"].startswith("/u/login")
    world.add_grant(subject_type="user")  # its own one, with less, counts for more
    got = stranger.login(**asked, code_challenge_method="S256")
    assert stranger.exchange(got["code"], code_verifier=VERIFIER).json()["scope"] == "read:orders"


def test_a_grant_for_third_parties_is_none_for_ones_own_applications(world: World, browser: Browser) -> None:
    world.add_api(subject_type_authorization={"user": {"policy": "require_client_grant"}})
    shared = {"id": "cgr_0", "default_for": "third_party_clients", "audience": API, "subject_type": "user", "scope": []}
    world.tenant.store.put("client_grants", "cgr_0", shared)
    assert told(browser.authorize(audience=API))["error"] == "invalid_request"


def test_no_grant_opens_an_api_that_is_closed(world: World, stranger: Browser) -> None:
    world.add_api(subject_type_authorization={"user": {"policy": "deny_all"}})
    world.add_grant(subject_type="user")
    assert told(stranger.authorize(audience=API, code_challenge=CHALLENGE))["error"] == "unauthorized_client"


def test_a_strict_third_party_has_the_code_flow_only(world: World, stranger: Browser) -> None:
    world.change("clients", "web", grant_types=["implicit"])
    assert told(stranger.authorize(response_type="token"))["error"] == "unsupported_response_type"


def test_a_strict_third_party_cannot_push_its_request(stranger: Browser) -> None:
    sent = {"client_id": "web", "client_secret": "secret-of-web-long-enough-for-hmac", "response_type": "code"}
    answer = stranger.post("/oauth/par", data={**sent, "redirect_uri": CALLBACK, "code_challenge": CHALLENGE})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert "request_uri" in answer.json()["error_description"]


def test_users_of_a_strict_third_party_come_from_connections_of_the_domain(world: World, stranger: Browser) -> None:
    assert "code" in stranger.login(code_challenge=CHALLENGE)
    world.change("connections", "con_users", is_domain_connection=False)
    page = stranger.walk(stranger.authorize(code_challenge=CHALLENGE, prompt="login"))
    assert "No database connection is enabled" in page.text


def test_an_organization_lets_strict_third_parties_in_when_it_says_so(world: World, stranger: Browser) -> None:
    organization = {"id": "org_1", "name": "acme", "third_party_client_access": "block"}
    world.tenant.store.put("organizations", "org_1", organization)
    asked = {"organization": "org_1", "code_challenge": CHALLENGE}
    assert told(stranger.authorize(**asked))["error_description"] == "parameter organization is invalid: org_1"
    world.change("organizations", "org_1", third_party_client_access="allow")
    assert stranger.authorize(**asked).headers["location"].startswith("/u/login")
    world.change("clients", "web", third_party_security_mode="permissive")
    assert told(stranger.authorize(**asked))["error_description"] == "parameter organization is invalid: org_1"


def test_a_default_audience_stands_in(world: World, browser: Browser) -> None:
    world.change("settings", "tenant", default_audience=API)
    assert browser.claims(browser.tokens(scope="read:orders")["access_token"])["aud"] == API


def test_the_issuer_is_the_name_the_tenant_was_called_by(world: World) -> None:
    world.base = "http://localhost:4400"
    browser = world.browser()
    claims = browser.claims(browser.tokens(audience=API, scope="openid")["access_token"])
    assert claims["iss"] == "http://localhost:4400/"
    assert BASE not in str(claims)


def test_a_request_without_a_client_or_a_callback_is_a_page(world: World, browser: Browser) -> None:
    assert "Missing required parameter: client_id" in browser.get("/authorize?response_type=code").text
    world.change("clients", "web", callbacks=[CALLBACK, "https://app.test/other"])
    assert "Missing required parameter: redirect_uri" in browser.authorize(redirect_uri="").text
    world.change("clients", "web", callbacks=[CALLBACK])
    assert "/u/login" in browser.authorize(redirect_uri="").headers["location"], "there is but one"


def test_a_challenge_method_needs_a_challenge(browser: Browser) -> None:
    assert (
        told(browser.authorize(code_challenge_method="S256"))["error_description"] == "Parameter 'code_challenge' is required"
    )


def test_a_placeholder_stands_for_the_name_of_the_organization(world: World, browser: Browser) -> None:
    world.tenant.store.put("organizations", "org_1", {"id": "org_1", "name": "acme"})
    world.change("clients", "web", organization_usage="allow", callbacks=["https://{organization_name}.app.test/cb"])
    assert browser.authorize(redirect_uri="https://acme.app.test/cb", organization="org_1").status_code == 302
    assert browser.authorize(redirect_uri="https://other.app.test/cb", organization="org_1").status_code == 403
    assert browser.authorize(redirect_uri="https://acme.app.test/cb").status_code == 403
