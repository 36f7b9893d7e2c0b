"""Searching and sorting: the query syntax, and the lists that take one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tenantry.emulator.management.answers import Refusal
from tenantry.emulator.management.held import hold
from tenantry.emulator.management.lucene import Searched, matching

if TYPE_CHECKING:
    from tests.emulator.management.api import Api

ADA = {
    "email": "ada@example.com",
    "name": "Ada Lovelace",
    "email_verified": True,
    "logins_count": 7,
    "created_at": "2026-03-31T23:59:00.000Z",
    "app_metadata": {"plan": "Gold", "roles": [{"name": "admin"}, {"name": "author"}], "empty": []},
}
BOB = {
    "email": "bob@example.org",
    "name": "Bob",
    "email_verified": False,
    "logins_count": 12,
    "created_at": "2026-04-01T00:00:00.000Z",
}
SEARCHED = Searched(bare=("email", "name"), folded=("email", "name"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ada@example.com", "A"),
        ('"Ada Lovelace"', "A"),
        ('name:"ada lovelace"', "A"),
        ("name:ada", ""),
        ("name:ada*", "A"),
        ("name:*lace", "A"),
        ("name:*d*v*", "A"),
        ("name:a*a*a*a", ""),
        ("email:*@example.*", "AB"),
        ("app_metadata.plan:Gold", "A"),
        ("app_metadata.plan:gold", ""),
        ("app_metadata.roles.name:author", "A"),
        ("email_verified:true", "A"),
        ("NOT email_verified:true", "B"),
        ("-email_verified:true", "B"),
        ("name:bob OR app_metadata.plan:Gold", "AB"),
        ("name:bob app_metadata.plan:Gold", "AB"),
        ("name:bob AND app_metadata.plan:Gold", ""),
        ("name:(bob OR ada*)", "AB"),
        ("(name:bob OR name:ada*) AND logins_count:[10 TO 20]", "B"),
        ("name:bob OR name:ada* AND logins_count:7", "AB"),
        ("logins_count:[7 TO 12]", "AB"),
        ("logins_count:{7 TO 12]", "B"),
        ("logins_count:[7 TO 12}", "A"),
        ("logins_count:{100 TO *]", ""),
        ("logins_count:>=12", "B"),
        ("created_at:[2026-03-01 TO 2026-03-31]", "A"),
        ("created_at:[* TO 2026-04-01}", "A"),
        ("created_at:2026-04-01", "B"),
        ("created_at:2026-03-31T23:59:00.000Z", "A"),
        ("_exists_:app_metadata.plan", "A"),
        ("_exists_:app_metadata", "A"),
        ("_exists_:app_metadata.empty", ""),
        ("NOT _exists_:app_metadata", "B"),
        ("email:ada\\@example.com", "A"),
        ("_password_hash:*", ""),
    ],
)
def test_a_query_finds_what_it_says(query: str, expected: str) -> None:
    fits = matching(query, SEARCHED)
    ada = {**ADA, "_password_hash": "x"}
    assert "".join(name for name, document in (("A", ada), ("B", BOB)) if fits(document)) == expected


@pytest.mark.parametrize(
    "query", ["", "(", ")", "name:", "name:)", "a AND", "OR", '"open', "[1 TO 2]", "x:[1 TO]", "(" * 3000, "NOT"]
)
def test_a_query_that_cannot_be_read_is_refused(query: str) -> None:
    with pytest.raises(Refusal) as refused:
        matching(query, SEARCHED)
    assert refused.value.code == "invalid_query_string"


def user(api: Api, email: str, **more: Any) -> str:
    body = {"connection": "Username-Password-Authentication", "email": email, "password": "Passw0rd!x", **more}
    return str(api.post("/users", body)["user_id"])


def test_users_are_found_by_domain_and_by_organization(api: Api) -> None:
    ada, bob = user(api, "ada@example.com"), user(api, "bob@example.org")
    organization = api.post("/organizations", {"name": "acme"})["id"]
    api.post(f"/organizations/{organization}/members", {"members": [bob]})
    assert [each["user_id"] for each in api.get("/users?q=email.domain:example.com")] == [ada]
    assert [each["user_id"] for each in api.get(f"/users?q=organization_id:{organization}")] == [bob]
    api.get("/users?q=%28", status=400)


def test_users_are_sorted_both_ways(api: Api) -> None:
    for email, number in (("a@x.co", 10), ("b@x.co", 9), ("c@x.co", None)):
        user(api, email, **({"app_metadata": {"n": number}} if number else {}))
    ascending = [each["email"][0] for each in api.get("/users?sort=app_metadata.n:1")]
    assert ascending == ["b", "a", "c"]
    assert [each["email"][0] for each in api.get("/users?sort=app_metadata.n:-1&per_page=2")] == ["a", "b"]
    assert api.get("/users?sort=email", status=400)["errorCode"] == "invalid_query_string"


def test_the_log_is_searched_and_sorted(api: Api) -> None:
    for number, event in enumerate(("s", "fp", "s")):
        row = {"log_id": f"l{number}", "type": event, "date": f"2026-01-0{number + 1}T00:00:00.000Z", "user_id": "u"}
        api.tenant.store.put("logs", row["log_id"], row)
    assert [each["log_id"] for each in api.get("/logs?q=type:s")] == ["l2", "l0"]
    assert [each["log_id"] for each in api.get("/logs?q=type:s&sort=date:1")] == ["l0", "l2"]
    query = quote("date:[2026-01-02 TO *] AND NOT type:fp")
    assert [each["log_id"] for each in api.get(f"/logs?search={query}")] == ["l2"]


def test_clients_are_found_by_the_organizations_of_their_grants(api: Api) -> None:
    client, other = (api.post("/clients", {"name": name})["client_id"] for name in ("web", "cli"))
    api.post("/resource-servers", {"identifier": "https://api"})
    grants = [
        api.post(
            "/client-grants", {"client_id": each, "audience": "https://api", "scope": [], "allow_any_organization": anyone}
        )
        for each, anyone in ((client, False), (other, True))
    ]
    hold(api.tenant.store, "organization_client_grants", "org_0000000000000001", [grants[0]["id"]])
    found = api.get("/clients?q=client_grant.organization_id:org_0000000000000001")
    assert [each["client_id"] for each in found] == [client]
    assert [each["client_id"] for each in api.get("/clients?q=client_grant.allow_any_organization:true")] == [other]


def test_custom_domains_are_searched_and_sorted(api: Api) -> None:
    for name in ("b.example.com", "a.example.com"):
        api.post("/custom-domains", {"domain": name, "type": "auth0_managed_certs"})
    assert [each["domain"] for each in api.get("/custom-domains?q=domain:a*")] == ["a.example.com"]
    assert [each["domain"] for each in api.get("/custom-domains?sort=domain:1")] == ["a.example.com", "b.example.com"]


def test_head_answers_as_get_without_a_body(api: Api) -> None:
    answer, head = api.send("GET", "/clients"), api.send("HEAD", "/clients")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == answer.headers["content-length"]
    assert api.send("HEAD", "/clients/nobody").status_code == 404
