"""How a tenant file becomes a way to a tenant, and what commands say when there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenantry.cli.credentials import credentials
from tenantry.cli.entry import run
from tenantry.cli.loading import Loading
from tenantry.cli.outputs import as_env, as_github, as_json
from tenantry.cli.seed import seeding
from tenantry.cli.tenants import embedded, made_state_folder, slug, state_folder
from tenantry.cli.workspace import write
from tenantry.desired import TenantFile
from tenantry.emulator import Emulator
from tenantry.management import ClientSecret, PrivateKeyJwt, ReadyToken
from tenantry.model.errors import ConfigError, ConfigErrors, TenantryError, UsageError
from tenantry.model.secret import Secret

ROOT = Path(__file__).parents[2]


def load(folder: Path, tenant: str) -> TenantFile:
    """Return a file that declares a tenant and nothing else."""
    path = folder / "tenants" / "t.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(f"version: 1\ntenant: {tenant}\n", encoding="utf-8")
    [file] = Loading().files([path])
    return file


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AUTH0_DOMAIN", "AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET", "AUTH0_API_TOKEN", "AUTH0_ACCESS_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        ('{domain: t.eu.auth0.com, client_id: a, client_secret: "${secret.S}"}', ClientSecret),
        ('{domain: t.eu.auth0.com, client_id: a, private_key: "${secret.S}"}', PrivateKeyJwt),
        ('{domain: t.eu.auth0.com, api_token: "${secret.S}"}', ReadyToken),
    ],
)
def test_a_tenant_block_says_who_the_tool_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: str, kind: type) -> None:
    file = load(tmp_path, block)
    with pytest.raises(ConfigError, match="secret S is not set"):
        credentials(file)
    monkeypatch.setenv("S", "value")
    assert isinstance(credentials(file), kind)


def test_without_credentials_the_error_says_where_they_may_come_from(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="AUTH0_DOMAIN"):
        credentials(load(tmp_path, "{domain: t.eu.auth0.com}"))


def test_a_domain_alone_takes_its_credentials_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH0_DOMAIN", "t.eu.auth0.com")
    monkeypatch.setenv("AUTH0_CLIENT_ID", "a")
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", "s")
    file = Loading().of_domain("t.eu.auth0.com")
    assert isinstance(credentials(file), ClientSecret)
    assert file.inputs == {}


@pytest.mark.parametrize("name", ["shop", "127.0.0.1:4400", "https://t.eu.auth0.com"])
def test_what_is_no_domain_needs_a_file(name: str) -> None:
    with pytest.raises(UsageError, match="name the tenant's file"):
        Loading().of_domain(name)


def test_credentials_for_another_domain_are_refused_without_naming_a_file_that_nobody_wrote(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUTH0_DOMAIN", "other.eu.auth0.com")
    monkeypatch.setenv("AUTH0_CLIENT_ID", "a")
    with pytest.raises(ConfigErrors, match=r"^the credentials in the environment are for other\.eu\.auth0\.com"):
        Loading().of_domain("t.eu.auth0.com")


def test_the_state_of_embedded_tenants_stands_beside_the_tenants_folder(tmp_path: Path) -> None:
    assert state_folder(load(tmp_path, "{emulator: x}")) == tmp_path / ".tenantry"


def test_an_embedded_tenant_in_use_is_an_error_that_names_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenantry.emulator.embedded.IN_USE_TIMEOUT_S", 0.1)
    file = load(tmp_path, "{emulator: x}")
    with embedded(file), pytest.raises(TenantryError, match=r"x\.sqlite is in use"):
        embedded(file)


def test_a_state_file_that_is_none_is_an_error_that_names_it(tmp_path: Path) -> None:
    file = load(tmp_path, "{emulator: x}")
    (made_state_folder(file) / "x.sqlite").write_text("garbage")
    with pytest.raises(TenantryError, match=r"x\.sqlite is not the state file"):
        embedded(file)


def test_the_state_folder_of_any_tenant_is_private_and_ignored_by_git(tmp_path: Path) -> None:
    file = load(tmp_path, "{domain: t.eu.auth0.com}")
    folder = made_state_folder(file)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / ".gitignore").read_text() == "*\n"
    (folder / ".gitignore").write_text("mine")
    assert made_state_folder(file) == folder
    assert (folder / ".gitignore").read_text() == "mine"


def test_pins_fix_the_credentials_of_applications(tmp_path: Path) -> None:
    path = tmp_path / "tenants" / "t.yaml"
    path.parent.mkdir()
    path.write_text(
        "version: 1\n"
        "tenant: {emulator: {name: x, pin: {web: {client_id: fixed-id, client_secret: fixed-secret}}}}\n"
        "applications: {web: {name: Web, app_type: regular_web, oidc_conformant: true, grant_types: [client_credentials],"
        " token_endpoint_auth_method: client_secret_post, jwt_configuration: {alg: RS256}}}\n",
        encoding="utf-8",
    )
    pins, prepare = seeding(path, Loading())
    with Emulator("x", pins=pins) as emulator:
        prepare(emulator)
        client = emulator.tenant.store.get("clients", "fixed-id")
    assert client is not None
    assert (client["name"], client["client_secret"]) == ("Web", "fixed-secret")


def test_the_example_fills_an_emulator_with_its_user() -> None:
    pins, prepare = seeding(ROOT / "tenants" / "local.yaml", Loading())
    with Emulator("x", pins=pins) as emulator:
        prepare(emulator)
        assert [user["email"] for user in emulator.tenant.store.all("users")] == ["shopper@acme.example"]


def test_no_output_holds_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda size: "r" * size)
    values: dict[str, str | Secret] = {"A": "x\nLD_PRELOAD=/evil", "B": "", "C": "x\rPATH=/evil"}
    end = "end-" + "r" * 16
    assert as_github(values, with_secrets=False) == (
        f"A<<{end}\nx\nLD_PRELOAD=/evil\n{end}\nB=\nC<<{end}\nx\rPATH=/evil\n{end}\n"
    )
    assert as_env({"A": "x\nLD_PRELOAD=/evil"}, with_secrets=False) == "A='x\nLD_PRELOAD=/evil'\n"


def test_outputs_have_forms_for_machines() -> None:
    values: dict[str, str | Secret] = {"ID": "a b", "KEY": Secret.of("KEY", "s3cret")}
    assert as_github(values, with_secrets=False) == "ID=a b\n", "GitHub's file takes no comments"
    assert as_github(values, with_secrets=True) == "ID=a b\nKEY=s3cret\n"
    assert as_json(values, with_secrets=False) == '{\n  "ID": "a b",\n  "KEY": null\n}\n'


def test_names_of_tenants_become_names_of_files() -> None:
    assert slug("localhost:4400") == "localhost-4400"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["apply"], "--plan"),
        (["export", "--out", "x"], "--domain"),
        (["emulator", "--rate-limit", "fast"], "RPS"),
        (["emulator", "--host", "0.0.0.0"], "--allow-remote"),  # noqa: S104  it is refused
        (["emulator", "--port", "70000"], "70000"),
        (["plan", ".", "--max-deletes", "few"], "'few' is not a valid whole number"),
        (["plan", ".", "--allow-host", "https://auth.example"], "'https://auth.example' is no host; write it without scheme"),
        (["plan", ".", "--allow-host", "auth.example/x"], "'auth.example/x' is no host"),
        (["plan", ".", "--allow-host", "[x"], "'[x' is no host"),
        (["plan", ".", "--allow-host", ""], "'' is no host"),
    ],
)
def test_what_cannot_work_is_said_before_anything_happens(
    args: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(args) == 64
    assert words in capsys.readouterr().err


def test_flows_that_would_be_skipped_are_listed_with_the_line_to_add(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(
        "version: 1\ntenant: {domain: t.eu.auth0.com}\n"
        "applications: {web: {name: Web, app_type: spa, oidc_conformant: true, grant_types: [authorization_code],"
        " token_endpoint_auth_method: none, callbacks: [http://localhost/cb], jwt_configuration: {alg: RS256}}}\n",
        encoding="utf-8",
    )
    assert run(["smoke", "--list", str(path)]) == 0
    assert "skipped web" in capsys.readouterr().out


def test_what_a_run_would_use_is_counted_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(tmp_path)]) == 0
    assert run(["smoke", "--list", "--level", "smoke", str(tmp_path / "tenants" / "local.yaml")]) == 0
    assert " assertions on 1 flow, about 1 login, 3 tokens\n" in capsys.readouterr().out


def test_schemas_are_printed_by_name_and_written_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "plan"]) == 0
    printed = capsys.readouterr().out
    assert run(["schema", "--out", str(tmp_path / "schemas")]) == 0
    assert (tmp_path / "schemas" / "plan.schema.json").read_text() == printed


def test_a_new_workspace_takes_nothing_hidden_along_and_keeps_what_is_there(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "new"
    for file in ("a.yaml", "shared/b.yaml", ".tenantry/state.sqlite", "shared/.a.yaml.swp"):
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        (source / file).write_text(file, encoding="utf-8")
    target.mkdir()
    (target / ".gitignore").write_text("mine\n", encoding="utf-8")
    assert write(source, target) == [target / "tenants" / "a.yaml", target / "tenants" / "shared" / "b.yaml"]
    found = {str(each.relative_to(target)) for each in target.rglob("*") if each.is_file()}
    assert found == {".gitignore", "schemas/tenant.schema.json", "tenants/a.yaml", "tenants/shared/b.yaml"}
    assert (target / ".gitignore").read_text(encoding="utf-8") == "mine\n"
