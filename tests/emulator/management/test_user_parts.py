"""What hangs on a user: linked identities, authentication methods, tokens, devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.emulator.management.api import BASE

if TYPE_CHECKING:
    from tests.emulator.management.api import Api

CONNECTION = "Username-Password-Authentication"


def user(api: Api, email: str, **more: Any) -> str:
    made = api.post("/users", {"connection": CONNECTION, "email": email, "password": "Passw0rd!x", **more})
    return str(made["user_id"])


def path(user_id: str) -> str:
    return f"/users/{user_id.replace('|', '%7C')}"


@pytest.fixture
def someone(api: Api) -> str:
    return user(api, "a@example.com")


def test_a_linked_account_becomes_an_identity(api: Api, someone: str) -> None:
    other = user(api, "b@example.com", user_metadata={"a": 1})
    provider, bare = other.split("|")
    identities = api.post(f"{path(someone)}/identities", {"provider": provider, "user_id": bare}, status=201)
    assert [each["user_id"] for each in identities] == [someone.split("|")[1], bare]
    assert [each["profileData"]["email"] for each in identities] == ["a@example.com", "b@example.com"]
    api.get(path(other), status=404)
    assert api.get(path(someone))["identities"] == identities


def test_an_account_cannot_be_linked_twice_nor_to_itself(api: Api, someone: str) -> None:
    other = user(api, "b@example.com")
    body = {"provider": "auth0", "user_id": other}
    api.post(f"{path(someone)}/identities", body)
    api.post(f"{path(someone)}/identities", body, status=409)
    api.post(f"{path(someone)}/identities", {"provider": "auth0", "user_id": someone}, status=400)
    api.post(f"{path(someone)}/identities", {"provider": "auth0", "user_id": "nobody"}, status=404)
    api.post(f"{path(someone)}/identities", {"link_with": "nonsense"}, status=400)


def test_an_account_is_linked_by_an_id_token_that_has_not_expired(api: Api, someone: str) -> None:
    client = api.post("/clients", {"name": "web"})
    claims = {"iss": f"{BASE}/", "aud": client["client_id"], "sub": user(api, "b@example.com")}

    def linked(**more: Any) -> int:
        key = OctKey.import_key(client["client_secret"])
        token = jwt.encode({"alg": "HS256"}, {**claims, **more}, key, algorithms=["HS256"])
        return api.send("POST", f"{path(someone)}/identities", json={"link_with": token}).status_code

    now = int(api.tenant.clock.now())
    assert [linked(**more) for more in ({}, {"exp": "soon"}, {"exp": [now + 60]}, {"exp": now - 1})] == [400] * 4
    assert linked(exp=now + 60) == 201


def test_an_unlinked_account_is_a_user_again_without_metadata(api: Api, someone: str) -> None:
    other = user(api, "b@example.com", user_metadata={"a": 1})
    api.post(f"{path(someone)}/identities", {"provider": "auth0", "user_id": other})
    rest = api.delete(f"{path(someone)}/identities/auth0/{other.split('|')[1]}", status=200)
    assert [each["user_id"] for each in rest] == [someone.split("|")[1]]
    assert "user_metadata" not in api.get(path(other))
    api.delete(f"{path(someone)}/identities/auth0/{someone.split('|')[1]}", status=400)


def test_authentication_methods_are_kept_without_showing_the_secret(api: Api, someone: str) -> None:
    root = f"{path(someone)}/authentication-methods"
    made = api.post(root, {"type": "totp", "name": "phone app", "totp_secret": "JBSWY3DP"}, status=201)
    assert made["totp_secret"] == "JBSWY3DP"
    (shown,) = api.get(root)
    assert (shown["id"], "totp_secret" in shown) == (made["id"], False)
    one = f"{root}/{made['id'].replace('|', '%7C')}"
    assert api.patch(one, {"name": "new"})["name"] == "new"
    api.delete(one, status=204)
    api.get(one, status=404)


def test_replacing_authentication_methods_leaves_only_the_new(api: Api, someone: str) -> None:
    root = f"{path(someone)}/authentication-methods"
    api.post(root, {"type": "email", "name": "x", "email": "x@example.com"})
    (method,) = api.put(root, [{"type": "phone", "name": "p", "phone_number": "+15550100"}], status=200)
    assert method["preferred_authentication_method"] == "sms"
    assert [each["id"] for each in api.get(root)] == [method["id"]]
    (enrollment,) = api.get(f"{path(someone)}/enrollments")
    assert (enrollment["auth_method"], enrollment["phone_number"]) == ("sms", "+15550100")
    assert api.get(f"/guardian/enrollments/{enrollment['id']}")["status"] == "confirmed"
    api.delete(f"/guardian/enrollments/{enrollment['id']}", status=204)
    assert api.get(root) == []


def test_where_a_method_reaches_the_user_is_hidden_but_from_who_replaces_all(api: Api, someone: str) -> None:
    root = f"{path(someone)}/authentication-methods"
    made = api.post(root, {"type": "email", "name": "x", "email": "someone@example.com"})
    assert made["email"] == "some***@exam*******"
    one = f"{root}/{made['id'].replace('|', '%7C')}"
    assert api.patch(one, {"name": "y"})["email"] == made["email"] == api.get(f"{one}?include_totals=true")["email"]
    sent = [{"type": "email", "email": "foo@example.com"}, {"type": "phone", "phone_number": "+15550100"}]
    email, phone, totp = api.put(root, [*sent, {"type": "totp", "totp_secret": "JBSWY3DP"}])
    assert (email["email"], phone["phone_number"], "totp_secret" in totp) == ("foo@example.com", "+15550100", False)
    shown = {each["type"]: each for each in api.get(root)}
    assert (shown["email"]["email"], shown["phone"]["phone_number"]) == ("****@exam*******", "XXXXX0100")


def test_another_users_method_is_not_found(api: Api, someone: str) -> None:
    made = api.post(f"{path(someone)}/authentication-methods", {"type": "totp", "totp_secret": "x"})
    other = user(api, "b@example.com")
    api.get(f"{path(other)}/authentication-methods/{made['id'].replace('|', '%7C')}", status=404)


def test_a_recovery_code_needs_an_enrollment(api: Api, someone: str) -> None:
    api.post(f"{path(someone)}/recovery-code-regeneration", status=404)
    api.post(f"{path(someone)}/authentication-methods", {"type": "totp", "totp_secret": "x"})
    first = api.post(f"{path(someone)}/recovery-code-regeneration")["recovery_code"]
    assert len(first) == 24
    assert api.post(f"{path(someone)}/recovery-code-regeneration")["recovery_code"] != first


def test_an_enrollment_ticket_is_mailed_when_asked_to(api: Api, someone: str) -> None:
    answer = api.post("/guardian/enrollments/ticket", {"user_id": someone, "send_mail": True})
    (mail,) = api.tenant.store.all("outbox")
    assert mail["link"] == answer["ticket_url"]


def refresh_token(api: Api, number: int, user_id: str, client_id: str = "c", audience: str = "https://api") -> str:
    row: dict[str, Any] = {
        "id": f"rt{number}",
        "user_id": user_id,
        "client_id": client_id,
        "created_at": 1,
        "used_at": 2,
        "expires_at": None,
        "generation": 0,
        "revoked": False,
        "authorization": {"audience": audience, "sid": "s1", "scope": []},
    }
    api.tenant.store.put("refresh_tokens", row["id"], row)
    return str(row["id"])


def test_refresh_tokens_are_listed_and_revoked_by_what_they_are(api: Api, someone: str) -> None:
    first, second = refresh_token(api, 1, someone), refresh_token(api, 2, someone, "other")
    listed = api.get(f"/refresh-tokens?user_id={someone.replace('|', '%7C')}")["refresh_tokens"]
    assert [each["id"] for each in listed] == [first, second]
    assert [each["id"] for each in api.get("/device-credentials")] == [first, second]
    api.post("/refresh-tokens/revoke", {"user_id": someone, "client_id": "other"}, status=202)
    assert [each["id"] for each in api.get("/device-credentials?type=refresh_token")] == [first]
    api.post("/refresh-tokens/revoke", {"ids": [first]}, status=202)
    assert api.get("/device-credentials") == []
    api.post("/refresh-tokens/revoke", {}, status=400)


def test_revoked_access_ends_sessions_and_tokens(api: Api, someone: str) -> None:
    for number in (1, 2):
        api.tenant.store.put("sessions", f"s{number}", {"id": f"s{number}", "user_id": someone})
    kept = refresh_token(api, 1, someone)
    api.post(f"{path(someone)}/revoke-access", {"session_id": "s2"}, status=202)
    assert (api.tenant.store.keys("sessions"), api.tenant.store.keys("refresh_tokens")) == (["s1"], [kept])
    api.post(f"{path(someone)}/revoke-access", {"preserve_refresh_tokens": True}, status=202)
    assert (api.tenant.store.keys("sessions"), api.tenant.store.keys("refresh_tokens")) == ([], [kept])
    api.post(f"{path(someone)}/revoke-access", {}, status=202)
    assert api.tenant.store.keys("refresh_tokens") == []


def test_nobody_is_blocked(api: Api, someone: str) -> None:
    assert api.get(f"/user-blocks/{someone.replace('|', '%7C')}") == {"blocked_for": []}
    assert api.get("/user-blocks?identifier=a@example.com") == {"blocked_for": []}
    unblocked = api.get("/anomaly/blocks/ips/10.0.0.1", status=404)
    assert unblocked == {"statusCode": 404, "error": "Not Found", "message": "Not Found"}
    api.get("/user-blocks/nobody", status=404)
