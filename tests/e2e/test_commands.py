"""Each command from end to end, against a served emulator."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import jsonschema
import pytest

from tenantry.render.schemas import OUTPUTS
from tests.e2e.shop import READING, Ran, Run, Shop, as_job


def valid(ran: Ran, name: str) -> Ran:
    """Return the run, whose one document fits its schema."""
    jsonschema.Draft202012Validator(OUTPUTS[name]).validate(ran.json)
    assert ran.json["exit_code"] == ran.code
    return ran


def test_up_makes_the_tenant_and_proves_it_and_the_second_finds_nothing_to_change(shop: Shop, tmp_path: Path) -> None:
    junit = tmp_path / "smoke.xml"
    ran = shop("up", "--junit", str(junit))
    assert ran.code == 0, ran
    assert "Applied 5 changes" in ran.out
    assert ran.out.endswith("2 of 2 declared flows proved\n")
    assert ET.parse(junit).getroot().findall("testsuite/testcase")  # noqa: S314  it is our own
    httpx.delete(f"{shop.url}/_emulator/stats").raise_for_status()
    again = valid(shop("up", "--format", "json", "--level", "smoke"), "up")
    assert again.code == 0
    assert again.json["plan"]["changes"] == []
    borrowing = {"POST /api/v2/users", "DELETE /api/v2/users/{id}", "PATCH /api/v2/connections/{id}/clients"}
    assert set(shop.writes()) <= borrowing


def test_the_smoke_run_leaves_no_user_behind(shop: Shop) -> None:
    shop.up()
    assert shop("smoke", "--level", "smoke").code == 0
    assert shop.api("GET", "/users") == []


def test_a_broken_contract_is_3_and_the_finding_says_what_was_expected(shop: Shop) -> None:
    shop.up()
    httpx.put(f"{shop.url}/_emulator/misbehaviours", json=["accept_wrong_verifier"]).raise_for_status()
    ran = valid(shop("smoke", "--format", "json"), "smoke")
    assert ran.code == 3, ran
    failed = [finding for finding in ran.json["findings"] if finding["outcome"] == "failed"]
    assert {finding["flow"] for finding in failed} == {"sign-in"}
    assert any("verifier" in finding["sentence"] for finding in failed)
    assert all(finding["expected"] and finding["observed"] for finding in failed)


def test_a_flow_that_cannot_be_proved_is_6_unless_that_is_allowed(shop: Shop) -> None:
    shop.up()
    rule = {"id": "r", "method": "POST", "path": "/oauth/token", "action": {"status": 500, "headers": {}, "body": {}}}
    httpx.put(f"{shop.url}/_emulator/faults", json={"seed": 1, "rules": [{**rule, "skip": 1}]}).raise_for_status()
    ran = shop("smoke", "--level", "smoke")
    assert ran.code == 6, ran
    assert "0 of 2 declared flows proved" in ran.out
    httpx.put(f"{shop.url}/_emulator/faults", json={"seed": 1, "rules": [{**rule, "skip": 1}]}).raise_for_status()
    assert shop("smoke", "--level", "smoke", "--allow-blocked").code == 0


def test_what_would_be_proved_is_listed_offline(shop: Shop) -> None:
    shop.edit("base_url: ", "base_url: http://127.0.0.1:9 # ")
    ran = valid(shop("smoke", "--list", "--format", "json"), "smoke")
    assert [flow["flow"] for flow in ran.json["flows"]] == ["sign-in", "work"]


def test_validate_needs_no_secret_and_no_network(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMULATOR_SECRET")
    shop.edit("base_url: ", "base_url: http://127.0.0.1:9 # ")
    ran = valid(shop("validate", "--format", "json"), "validate")
    assert ran.code == 0
    assert ran.json["secrets"] == ["EMULATOR_SECRET"]


def test_a_missing_secret_is_65_and_named(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMULATOR_SECRET")
    ran = shop("plan")
    assert ran.code == 65
    assert "EMULATOR_SECRET" in ran.err


def test_a_secret_may_come_from_a_dotenv_file(shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("EMULATOR_SECRET")
    (tmp_path / ".env").write_text("EMULATOR_SECRET=tenantry-emulator-secret\n")
    assert shop("plan", "--secrets", str(tmp_path / ".env")).code == 0


def test_a_wrong_secret_is_77(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMULATOR_SECRET", "wrong-secret-canary")
    ran = valid(shop("plan", "--format", "json"), "plan")
    assert ran.code == 77
    assert "wrong-secret-canary" not in ran.out + ran.err


def test_a_tenant_that_does_not_answer_is_1(shop: Shop) -> None:
    shop.edit("base_url: ", "base_url: http://127.0.0.1:9 # ")
    ran = valid(shop("doctor", "--format", "json"), "doctor")
    assert ran.code == 1
    assert ran.json["checks"][0]["outcome"] == "failed"


def test_missing_scopes_are_named_before_the_first_write(shop: Shop) -> None:
    shop.up()
    client = as_job(shop, [*READING, "read:connections_options"])
    shop.edit("token_lifetime: 2592000", "token_lifetime: 1814400")
    before = shop.writes()
    ran = shop("apply", "--secrets", str(shop.path.parent / "secrets.env"), "--format", "json")
    assert ran.code == 77, ran
    assert "update:clients" in ran.out
    assert client["client_secret"] not in ran.out + ran.err
    assert ran.json["errors"][0]["message"].startswith("the token lacks update:clients, which this plan needs; grant them to")
    assert shop.writes() == before
    doctor = shop("doctor", "--secrets", str(shop.path.parent / "secrets.env"))
    assert doctor.code == 77
    assert "update:clients" in doctor.out
    assert "delete:clients" not in doctor.out


def test_doctor_does_not_claim_what_its_token_may_not_see(shop: Shop) -> None:
    shop.up()
    as_job(shop, READING[1:])
    doctor = shop("doctor", "--secrets", str(shop.path.parent / "secrets.env"))
    assert doctor.code == 77
    assert "not looked at: reading the tenant takes the scopes for plan" in doctor.out
    assert "2 of 2 flows can be tried if the tenant holds what they need" in doctor.out


@pytest.mark.parametrize("words", [["plan"], ["apply"], ["export", "--out", "exported"]])
def test_what_the_tenant_hides_from_the_token_is_not_taken_for_empty(shop: Shop, words: list[str]) -> None:
    shop.up()
    as_job(shop, READING)
    ran = shop(*words, "--secrets", str(shop.path.parent / "secrets.env"), "--format", "json")
    assert ran.code == 77, ran
    assert "the token lacks read:connections_options, without which the tenant hides" in ran.json["errors"][0]["message"]
    shop.edit("    options: {passwordPolicy: good}\n", "")
    if words[0] != "export":
        assert shop(*words, "--secrets", str(shop.path.parent / "secrets.env")).code == 0


def test_doctor_reads_only(shop: Shop) -> None:
    shop.up()
    ran = valid(shop("doctor", "--format", "json"), "doctor")
    assert ran.code == 0
    assert {check["outcome"] for check in ran.json["checks"]} == {"ok"}
    assert shop.writes() == {}


def test_doctor_says_which_flows_cannot_be_tried_in_the_tenant_as_it_is(shop: Shop) -> None:
    told = {check["sentence"]: check["outcome"] for check in shop("doctor", "--format", "json").json["checks"]}
    assert told["5 changes not applied yet; `tenantry plan` shows what"] == "warning"
    assert told["sign-in: the tenant has no applications.web, apis.orders, connections.users yet; apply first"] == "warning"
    assert told["0 of 2 flows can be tried"] == "warning"
    shop.up()
    shop.api("DELETE", f"/clients/{shop.one('/clients', name='Web')['client_id']}")
    before = shop.writes()
    ran = shop("doctor")
    assert ran.code == 0
    assert "sign-in: the tenant has no applications.web yet; apply first" in ran.out
    assert "1 of 2 flows can be tried" in ran.out
    assert shop.writes() == before


def test_outputs_tell_ids_and_keep_secrets(shop: Shop, tmp_path: Path) -> None:
    shop.up()
    web, job = shop.one("/clients", name="Web"), shop.one("/clients", name="Job")
    ran = shop("outputs")
    assert ran.out == (
        f"WEB_CLIENT_ID={web['client_id']}\n# JOB_CLIENT_SECRET is a secret: --with-secrets --out FILE writes it\n"
    )
    document = valid(shop("outputs", "--format", "json"), "outputs").json
    assert document["outputs"] == {"WEB_CLIENT_ID": web["client_id"], "JOB_CLIENT_SECRET": {"secret": True, "set": True}}
    assert shop("outputs", "--with-secrets").code == 64
    ran = shop("outputs", "--format", "github")
    assert ran.out == f"WEB_CLIENT_ID={web['client_id']}\n"
    assert ran.err == "JOB_CLIENT_SECRET is a secret: --with-secrets --out FILE writes it\n"
    env = tmp_path / "web.env"
    ran = shop("outputs", "--with-secrets", "--out", str(env))
    assert ran.code == 0
    assert job["client_secret"] not in ran.out + ran.err
    assert f"JOB_CLIENT_SECRET={job['client_secret']}\n" in env.read_text()
    assert env.stat().st_mode & 0o777 == 0o600


def test_outputs_of_a_tenant_that_has_nothing_yet_say_what_to_do(shop: Shop) -> None:
    ran = shop("outputs")
    assert ran.code == 1
    assert "tenantry apply" in ran.err


def test_an_export_plans_empty_and_repeats_byte_for_byte(shop: Shop, tmp_path: Path) -> None:
    shop.up()
    shop.api("POST", "/clients", {"name": "Twin", "app_type": "spa", "description": "with ${a mark}"})
    shop.api("POST", "/clients", {"name": "Twin"})
    shop.api("POST", "/roles", {"name": "buyer"})
    ran = valid(shop("export", "--out", str(tmp_path / "one"), "--format", "json"), "export")
    assert ran.code == 0, ran
    shop("export", "--out", str(tmp_path / "two"))
    one, two = (_texts(tmp_path / name) for name in ("one", "two"))
    assert one == two
    assert "tenantry-emulator-secret" not in "".join(one.values())
    assert shop.one("/clients", name="Job")["client_secret"] not in "".join(one.values())
    [main] = (tmp_path / "one").glob("*.yaml")
    plan = shop.command("plan", str(main), "--format", "json", "--detailed-exitcode")
    assert plan.code == 0, plan
    assert plan.json["summary"]["unchanged"] >= 8


def test_an_export_takes_away_the_sections_of_a_former_one_that_the_tenant_has_no_more(shop: Shop, tmp_path: Path) -> None:
    role = shop.api("POST", "/roles", {"name": "buyer"})
    out = tmp_path / "out"
    assert shop("export", "--out", str(out)).code == 0
    shop.api("DELETE", f"/roles/{role['id']}")
    refused = shop("export", "--out", str(out))
    assert refused.code == 4
    assert "roles.yaml: already there, and would be lost" in refused.err
    assert list(out.rglob("roles.yaml"))
    ran = shop("export", "--out", str(out), "--force")
    assert "removed" in ran.out
    assert not list(out.rglob("roles.yaml"))
    [main] = out.glob("*.yaml")
    assert shop.command("plan", str(main), "--detailed-exitcode").code == 0


def test_an_embedded_tenant_exported_to_another_workspace_is_said_to_be_another(command: Run, tmp_path: Path) -> None:
    file = tmp_path / "one" / "tenants" / "t.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("tenant: {emulator: e}\n", encoding="utf-8")
    assert "the same name is another" in command("export", str(file), "--out", str(tmp_path / "two")).out
    assert "the same name is another" not in command("export", str(file), "--out", str(file.parent)).out


def _texts(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_destroy_deletes_what_is_declared_and_nothing_else(shop: Shop) -> None:
    shop.up()
    shop.api("POST", "/clients", {"name": "Stranger"})
    ran = shop("destroy")
    assert ran.code == 0
    assert "(destroy)" in ran.out
    assert "declared absent" not in ran.out
    names = {client["name"] for client in shop.api("GET", "/clients?is_global=false")}
    assert names == {"Stranger", "tenantry emulator (management)"}
    assert [connection["name"] for connection in shop.api("GET", "/connections")] == ["Username-Password-Authentication"]


def test_destroy_with_another_tenants_name_is_64(shop: Shop) -> None:
    shop.up()
    assert shop("destroy", "--yes-destroy", "other.eu.auth0.com").code == 64
    assert shop.one("/clients", name="Web")


def test_a_real_tenant_is_never_destroyed_unless_it_is_disposable(shop: Shop) -> None:
    shop.edit(f"base_url: {shop.url}", "domain: acme.eu.auth0.com")
    ran = shop("destroy", "--yes-destroy", "acme.eu.auth0.com")
    assert ran.code == 4
    assert "disposable" in ran.err


def test_several_tenants_make_one_document_and_the_worst_code_counts(shop: Shop) -> None:
    other = shop.path.with_name("other.yaml")
    other.write_text(shop.path.read_text().replace(f"base_url: {shop.url}", "base_url: http://127.0.0.1:9"), encoding="utf-8")
    ran = shop.command("plan", str(shop.path.parent), "--format", "json", "--detailed-exitcode")
    assert ran.code == 1
    assert {document["exit_code"] for document in ran.json["tenants"]} == {1, 2}
    jsonschema.Draft202012Validator(OUTPUTS["plan"]).validate(ran.json)


def test_the_same_tenant_twice_is_refused(shop: Shop) -> None:
    shop.path.with_name("other.yaml").write_text(shop.path.read_text(), encoding="utf-8")
    assert shop.command("plan", str(shop.path.parent)).code == 65
    assert shop.stats()["reads"] == 0


def test_markdown_is_printed_once_and_alone(shop: Shop) -> None:
    ran = shop("plan", "--format", "markdown")
    assert ran.code == 0
    assert ran.out.startswith("<!-- tenantry:plan:")


def test_the_journal_says_what_was_done_and_holds_no_secret(shop: Shop, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    assert shop("apply", "--journal-dir", str(journal)).code == 0
    [path] = list(journal.iterdir())
    assert path.stat().st_mode & 0o777 == 0o600
    events = [json.loads(line)["event"] for line in path.read_text().splitlines()]
    assert events[:2] == ["opened", "started"]
    assert events[-1] == "finished"


def test_an_emulator_on_loopback_is_signed_in_to_without_being_told_how(shop: Shop) -> None:
    shop.edit("  client_id: tenantry-emulator\n", "")
    shop.edit("  client_secret: ${secret.EMULATOR_SECRET}\n", "")
    assert shop("plan", "--detailed-exitcode").code == 2


def test_a_refused_apply_says_that_nothing_was_tried(shop: Shop) -> None:
    shop.up()
    shop.edit("applications:\n", "manage: {prune: [connections]}\napplications:\n")
    ran = valid(shop("apply", "--format", "json"), "apply")
    assert ran.code == 4
    assert (ran.json["done"], ran.json["failed"]) == ([], [])
    assert [each["address"].split(".")[0] for each in ran.json["skipped"]] == ["connections"]
