"""Canary secrets go through every command, format, error and crash, and must come out nowhere."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import httpx
import pytest

from tenantry.cli.group import COMMANDS, cli
from tests.e2e.shop import SECRET, Ran, Shop

SENT = "CanaryOnTheWire-7f3a9c51"
PLAIN = "CanaryInTheFile-7f3a9c52"
PASSWORD = "Canary-Of-A-User-7f3a9c53"
TOKEN = re.compile(r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}")
"""A token of the tenant, or of the Management API."""
DECLARED = """
actions:
  greet:
    name: Greet
    supported_triggers: [{id: post-login, version: v3}]
    runtime: node22
    code: "exports.onExecutePostLogin = async () => {};"
    secrets: {GREETING: "${secret.CANARY}"}
"""


@pytest.fixture
def guarded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Return the shop with a secret of each sort: sent, in plain in the file, a user's, the tool's own, the tenant's."""
    monkeypatch.setenv("CANARY", SENT)
    monkeypatch.setenv("PASSWORD_OF_A_USER", PASSWORD)
    monkeypatch.setenv("TENANTRY_TRACEBACK", "1")
    shop.edit("outputs:\n", f"{DECLARED}outputs:\n")
    shop.edit("{connection: users, ephemeral: true}", "{connection: users, email: a@b.example, password: PASSWORD}")
    shop.edit("password: PASSWORD", 'password: "${secret.PASSWORD_OF_A_USER}"')
    plain = f"  legacy: {{name: Legacy, identifier: 'https://legacy', signing_alg: HS256, signing_secret: {PLAIN}}}\n"
    shop.edit("client_grants:\n", f"{plain}client_grants:\n")
    return shop


def with_user(shop: Shop) -> None:
    assert shop("apply").code == 0
    shop.person(email="a@b.example", password=PASSWORD, connection="users", email_verified=True)


def formats(shop: Shop, folder: Path) -> dict[str, list[list[str]]]:
    """Return every command in every form it can print, as it is typed."""
    path, out = str(shop.path), str(folder)
    forms = {"plan": "text json markdown", "apply": "text json markdown", "up": "text json", "smoke": "text json markdown"}
    forms |= {"validate": "text json", "export": "text json", "outputs": "env json github", "doctor": "text json"}
    forms |= {"destroy": "text json", "revert": "text json markdown"}
    told = {name: [[name, path, "--format", form] for form in said.split()] for name, said in forms.items()}
    told["export"] = [[*args, "--out", f"{out}/exported", "--force"] for args in told["export"]]
    told["revert"] = [["revert", "--format", args[3], "--max-deletes", "99", "--allow-user-loss"] for args in told["revert"]]
    told["plan"].append(["plan", path, "--out", f"{out}/saved.plan"])
    told["apply"].append(["apply", path, "--send-secrets"])
    told["apply"].append(["apply", "--plan", f"{out}/saved.plan", path])
    told["up"].append(["up", path, "--level", "read", "--junit", f"{out}/up.xml", "--report", f"{out}/up.html"])
    told["smoke"] += [["smoke", path, "--list"], ["smoke", path, "--level", "smoke", "--report", f"{out}/smoke.html"]]
    told["token"] = [["token", "web", path], ["token", "job", path]]
    told["schema"], told["init"] = [["schema"]], [["init", f"{out}/new"]]
    return told


UNTOUCHED = {"demo", "emulator"}
"""They know no secret but the emulator's documented one, which is told on purpose."""


def test_every_command_is_among_them(shop: Shop, tmp_path: Path) -> None:
    assert formats(shop, tmp_path).keys() | UNTOUCHED == COMMANDS.keys()


def secrets_of(shop: Shop) -> set[str]:
    """Return every secret that a run of the shop may come across."""
    live = {client["client_secret"] for client in shop.api("GET", "/clients") if client.get("client_secret")}
    apis = {api["signing_secret"] for api in shop.api("GET", "/resource-servers") if api.get("signing_secret")}
    return {SENT, PLAIN, PASSWORD, SECRET} | live | apis


def silent(ran: list[Ran], folder: Path, secrets: set[str], besides: tuple[Path, ...] = ()) -> None:
    """Find no secret and no token in what was printed, nor in any file but the tenant's own."""
    said = [each.out + each.err for each in ran]
    said += [path.read_bytes().decode("utf-8", "replace") for path in _files(folder) if path not in besides]
    for text in said:
        found = [secret for secret in secrets if secret in text]
        assert not found, text
        assert not TOKEN.search(text), text
        assert "Traceback" not in text


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def test_no_secret_is_in_any_file_or_line_of_output(guarded: Shop, tmp_path: Path) -> None:
    with_user(guarded)
    guarded.edit("token_lifetime: 2592000", "token_lifetime: 1814400")
    told = formats(guarded, tmp_path)
    ran = [
        guarded.command(*args) for name in sorted(told, key=lambda name: name in {"destroy", "revert"}) for args in told[name]
    ]
    assert {each.code for each in ran} <= {0, 3, 64}, [each for each in ran if each.code]
    assert sum(each.code == 0 for each in ran) >= len(ran) - 4, [each for each in ran if each.code]
    silent(ran, tmp_path, secrets_of(guarded), (guarded.path,))
    assert list(tmp_path.rglob("*.backup.json"))


def test_what_a_run_keeps_is_its_owners_alone_whatever_the_umask(guarded: Shop, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with_user(guarded)
        guarded("plan", "--out", str(tmp_path / "saved.plan"))
        guarded("up", "--level", "read")
        guarded("outputs", "--with-secrets", "--out", str(tmp_path / "app.env"))
        guarded("destroy")
        guarded.command("revert", "--max-deletes", "9", "--out", str(tmp_path / "back.plan"))
    finally:
        os.umask(before)
    kept = [path for path in _files(tmp_path) if ".tenantry" in path.parts or path.suffix in {".plan", ".env"}]
    names = {path.suffix for path in kept}
    assert {".plan", ".env", ".jsonl", ".json", ".html"} <= names
    assert {path.name: path.stat().st_mode & 0o077 for path in kept if path.name != ".gitignore"} == dict.fromkeys(
        (path.name for path in kept if path.name != ".gitignore"), 0
    )
    assert {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / ".tenantry").rglob("*") if path.is_dir()} == {
        "journal": 0,
        "smoke": 0,
    } | {path.name: 0 for path in (tmp_path / ".tenantry").glob("locks")}
    assert (tmp_path / ".tenantry").stat().st_mode & 0o777 == 0o700


def quote(shop: Shop, method: str, path: str, status: int, *values: str) -> None:
    """Let the tenant refuse and quote what it was told, as a thoughtless server may."""
    words = f"the values {', '.join(values)} are not liked"
    body = {"statusCode": status, "error": "Bad Request", "message": words, "errorCode": "invalid_body"}
    rule = {"id": "r", "method": method, "path": path, "action": {"status": status, "headers": {}, "body": body}}
    httpx.put(f"{shop.url}/_emulator/faults", json={"seed": 1, "rules": [rule]}).raise_for_status()


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize(("path", "value"), [("/api/v2/actions/actions/*", SENT), ("/api/v2/resource-servers/*", f"{PLAIN}-2")])
def test_a_secret_that_the_tenant_quotes_in_its_refusal_is_not_shown(
    guarded: Shop, tmp_path: Path, form: str, path: str, value: str
) -> None:
    assert guarded("apply").code == 0
    guarded.edit(f"signing_secret: {PLAIN}", f"signing_secret: {PLAIN}-2")
    quote(guarded, "PATCH", path, 400, value)
    ran = guarded("apply", "--send-secrets", "--format", form)
    assert ran.code in {1, 5}, ran
    assert "the values" in ran.out + ran.err
    silent([ran], tmp_path, {value}, (guarded.path,))


@pytest.mark.parametrize("name", ["plan", "apply", "up", "smoke", "outputs", "doctor", "export", "destroy", "token"])
def test_a_wrong_secret_of_the_tool_is_told_without_it(
    guarded: Shop, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = formats(guarded, tmp_path)[name]
    monkeypatch.setenv("EMULATOR_SECRET", wrong := "CanaryThatIsWrong-7f3a9c54")
    quote(guarded, "POST", "/oauth/token", 401, wrong)
    ran = [guarded.command(*args) for args in told if "--list" not in args and "--plan" not in args]
    assert {each.code for each in ran} == {77}, ran
    silent(ran, tmp_path, {wrong, SENT, PASSWORD}, (guarded.path,))


MISPLACED = {
    "in a number": ("token_lifetime: 2592000", 'token_lifetime: "${secret.CANARY}"'),
    "in a list": ('scopes: [{value: "read:orders",', 'scopes: [{value: "${secret.CANARY}",'),
    "in a name": ("name: Web\n", 'name: "${secret.CANARY}"\n'),
    "in a reference": ("{client_id: job,", '{client_id: "${secret.CANARY}",'),
    "in an output": ("${applications.web.client_id}", '"${secret.CANARY}"'),
    "in a domain": ("client_id: tenantry-emulator", 'client_id: "${secret.CANARY}"'),
    "in plain where a map is wanted": (f"signing_secret: {PLAIN}", f"signing_secret: {{a: {PLAIN}}}"),
    "in plain where it is too short": (f"signing_secret: {PLAIN}", f"signing_secret: [{PLAIN}]"),
}


@pytest.mark.parametrize("case", MISPLACED)
def test_a_secret_in_the_wrong_place_is_told_without_it(guarded: Shop, tmp_path: Path, case: str) -> None:
    guarded.edit(*MISPLACED[case])
    ran = [guarded("validate", "--format", form) for form in ("text", "json")]
    ran += [guarded("plan", "--format", form) for form in ("text", "json", "markdown")]
    assert all(each.code for each in ran[2:]), ran
    silent(ran, tmp_path, {SENT, PLAIN, PASSWORD, SECRET}, (guarded.path,))


CRASHES = {
    "reading": ("tenantry.live.read", ["plan", "apply", "up", "smoke", "outputs", "export", "destroy", "token"]),
    "planning": ("tenantry.plan.plan", ["plan", "apply", "up", "smoke", "outputs", "destroy", "token"]),
    "applying": ("tenantry.apply.apply", ["apply", "up", "destroy"]),
    "sending": ("tenantry.apply.stepping.resolved", ["apply", "up"]),
    "verifying": ("tenantry.apply.verify._look", ["apply", "up"]),
    "proving": ("tenantry.smoke.prove", ["smoke", "up"]),
    "looking": ("tenantry.smoke.look", ["token"]),
    "loading": (
        "tenantry.desired.load",
        ["validate", "plan", "apply", "up", "smoke", "outputs", "export", "destroy", "doctor"],
    ),
    "examining": ("tenantry.cli.commands.doctor.examine", ["doctor"]),
    "exporting": ("tenantry.cli.commands.export.exported", ["export"]),
    "showing a plan": ("tenantry.cli.planning.plan_text", ["plan", "apply", "up", "destroy"]),
    "printing a document": ("tenantry.cli.results.to_json", ["plan", "validate"]),
}


@pytest.mark.parametrize("where", CRASHES)
def test_a_crash_shows_no_secret_and_no_traceback(
    guarded: Shop, tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, names = CRASHES[where]
    told = formats(guarded, tmp_path)
    if where == "proving":
        with_user(guarded)

    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"a stranger's words about {SENT}, {PLAIN}, {PASSWORD} and {SECRET}")

    monkeypatch.setattr(target, crash)
    ran = [guarded.command(*args) for name in names for args in told[name] if not {"--list", "--plan"} & set(args)]
    assert any("RuntimeError" in each.err + each.out for each in ran), ran
    assert all(each.code in {1, 5} for each in ran if "RuntimeError" in each.err + each.out), ran
    silent(ran, tmp_path, {SENT, PLAIN, PASSWORD, SECRET}, (guarded.path,))


def test_a_token_is_printed_only_when_it_is_asked_for(guarded: Shop) -> None:
    assert guarded("apply").code == 0
    assert not TOKEN.search(guarded.command("token", "job", str(guarded.path)).out)
    raw = guarded.command("token", "job", str(guarded.path), "--raw")
    assert TOKEN.search(raw.out)
    assert not TOKEN.search(raw.err)


def test_no_option_takes_a_secret_and_none_turns_off_the_verification_of_certificates() -> None:
    context = click.Context(cli)
    commands = [command for name in COMMANDS if (command := cli.get_command(context, name))]
    options = {option for command in commands for parameter in command.params for option in parameter.opts}
    telling = re.compile(r"insecure|verif|tls|ssl|cert|trust|password|token$|secret$")
    assert {option for option in options if telling.search(option)} == {"--tls-port", "--no-tls"}  # of the emulator's listener


def test_the_secret_reached_the_tenant(guarded: Shop) -> None:
    assert guarded("apply").code == 0
    assert guarded("plan", "--detailed-exitcode").code == 0
    [action] = guarded.api("GET", "/actions/actions")["actions"]
    assert [secret["name"] for secret in action["secrets"]] == ["GREETING"]


def test_a_secret_is_sent_again_when_asked_for(guarded: Shop) -> None:
    assert guarded("apply").code == 0
    httpx.delete(f"{guarded.url}/_emulator/stats").raise_for_status()
    again = guarded("apply", "--send-secrets")
    assert again.code == 0
    assert "secrets.GREETING: (secret, changed)" in again.out
    requests = httpx.get(f"{guarded.url}/_emulator/stats").json()["requests"]
    assert requests["PATCH /api/v2/actions/actions/{id}"] == 1
