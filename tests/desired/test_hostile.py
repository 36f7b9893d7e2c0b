"""Files that are made to do harm: each is an error with its place, at once, and nothing of it is shown."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tenantry.desired import load
from tenantry.desired.reader import MOST_BYTES
from tenantry.model.errors import ConfigError, ConfigErrors

HEAD = "version: 1\ntenant: {emulator: test}\n"
CANARY = "canary-outside-of-the-workspace"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of tenants of a workspace, beside which there are things that are none of its business."""
    folder = tmp_path / "workspace" / "tenants"
    folder.mkdir(parents=True)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.yaml").write_text(f"roles: {{a: {{name: {CANARY}}}}}\n")
    (folder / "link.yaml").symlink_to(outside / "secret.yaml")
    (folder / "linked").symlink_to(outside)
    (folder / "circle.yaml").symlink_to(folder / "circle.yaml")
    (folder / "pipe.yaml").parent.mkdir(exist_ok=True)
    os.mkfifo(folder / "pipe.yaml")
    (folder / "folder.yaml").mkdir()
    (folder / "huge.yaml").write_bytes(b"#" * (MOST_BYTES + 1))
    (folder / "inner.yaml").symlink_to(folder / "fragment.yaml")
    (folder / "fragment.yaml").write_text("roles: {buyer: {name: Buyer}}\n")
    monkeypatch.chdir(folder.parent)
    return folder


def told(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    """Return the mistakes of a tenant file, each with its place."""
    path = folder / "tenant.yaml"
    path.write_text(text)
    errors: tuple[ConfigError, ...] = ()
    try:
        load([path], environ=environ or {})
    except ConfigErrors as wrong:
        errors = wrong.errors
    assert all(error.place for error in errors)
    assert CANARY not in str(errors)
    return [str(error) for error in errors]


OUT = "is a link to {outside}/secret.yaml, outside of the workspace {workspace}, which links may not leave"
EXTENDS = {
    "link.yaml": OUT,
    "li*.yaml": OUT,
    "linked/secret.yaml": OUT,
    "linked/*.yaml": OUT,
    "/dev/zero": "there is no file `/dev/zero` beside tenants/tenant.yaml",
    "circle.yaml": "`circle.yaml`",
    "pipe.yaml": "there is no file `pipe.yaml` beside tenants/tenant.yaml",
    "folder.yaml": "there is no file `folder.yaml` beside tenants/tenant.yaml",
    "nul\\0.yaml": "cannot be read: no file can have this name",
    "a" * 300: "cannot be read: File name too long",
    "huge.yaml": "tenants/huge.yaml:1:1: the file cannot be read: it is larger than 2,000,000 bytes",
}


@pytest.mark.parametrize("entry", EXTENDS)
def test_what_a_file_may_not_extend_is_told(workspace: Path, entry: str) -> None:
    names = {"outside": workspace.parents[1] / "outside", "workspace": workspace.parent}
    [wrong] = told(workspace, f'{HEAD}extends: ["{entry}"]\n')
    assert EXTENDS[entry].format(**names) in wrong
    assert wrong.startswith(("tenants/tenant.yaml:3:11: ", "tenants/huge.yaml:1:1: "))


def test_a_fragment_may_not_lead_out_either_and_a_link_inside_is_followed(workspace: Path) -> None:
    (workspace / "fragment.yaml").write_text("extends: [link.yaml]\n")
    [wrong] = told(workspace, f"{HEAD}extends: [inner.yaml]\n")
    assert wrong.startswith("tenants/fragment.yaml:1:11: `link.yaml` is a link to ")
    (workspace / "fragment.yaml").write_text("roles: {buyer: {name: Buyer}}\n")
    assert told(workspace, f"{HEAD}extends: [inner.yaml]\n") == []


@pytest.mark.parametrize("entry", ["../../shared/*.yaml", "../../shared/buyer.yaml", "{shared}/buyer.yaml"])
def test_a_file_may_extend_whatever_it_names_without_a_link(workspace: Path, entry: str) -> None:
    shared = workspace.parents[1] / "shared"
    shared.mkdir()
    (shared / "buyer.yaml").write_text("roles: {buyer: {name: Buyer}}\n")
    assert told(workspace, f'{HEAD}extends: ["{entry.format(shared=shared)}"]\n') == []


FILES = {
    "../../outside/secret.yaml": "is outside of the workspace, which files may not leave",
    "{outside}/secret.yaml": "is outside of the workspace, which files may not leave",
    "/etc/hostname": "is outside of the workspace, which files may not leave",
    "link.yaml": "is outside of the workspace, which files may not leave",
    "linked/secret.yaml": "is outside of the workspace, which files may not leave",
    "/dev/zero": "is outside of the workspace, which files may not leave",
    "pipe.yaml": "cannot be read: it is no regular file",
    "folder.yaml": "cannot be read: Is a directory",
    "circle.yaml": "cannot be read: Too many levels of symbolic links",
    "nul\\0": "cannot be read: no file can have this name",
    "a" * 300: "cannot be read: File name too long",
    "huge.yaml": "cannot be read: it is larger than 1,000,000 bytes",
    "nowhere": "there is no file `nowhere` beside tenants/tenant.yaml",
}


@pytest.mark.parametrize("name", FILES)
def test_what_a_mark_may_not_read_is_told(workspace: Path, name: str) -> None:
    mark = name.format(outside=workspace.parents[1] / "outside")
    [wrong] = told(workspace, f'{HEAD}roles: {{a: {{name: A, description: "${{file:{mark}}}"}}}}\n')
    assert wrong.startswith(("tenants/tenant.yaml:3:35: the file `", "tenants/tenant.yaml:3:35: there is no file `"))
    assert FILES[name] in wrong


@pytest.mark.parametrize("name", ["pipe.yaml", "folder.yaml", "huge.yaml"])
def test_a_fragment_that_is_swapped_for_something_else_is_told(
    workspace: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_file", lambda _: True)
    [wrong] = told(workspace, f"{HEAD}extends: [{name}]\n")
    assert "cannot be read: " in wrong


@pytest.mark.parametrize("number", ["9" * 101, "9" * 5000, "0x" + "f" * 5000, "1e999", "-1e999", "1." + "0" * 5000])
def test_a_number_out_of_all_proportion_is_told(workspace: Path, number: str) -> None:
    assert told(workspace, f"{HEAD}vars:\n  n: {number}\n") == [
        "tenants/tenant.yaml:4:6: this number is too large; put it in quotes if it is text"
    ]


@pytest.mark.parametrize(
    "text", ["a: " + "[" * 100_000, "a: " + "{b: " * 50_000, "\n".join(" " * n + "a:" for n in range(1000))]
)
def test_depth_without_end_is_told(workspace: Path, text: str) -> None:
    [wrong] = told(workspace, text)
    assert "nested deeper than 100 levels" in wrong


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://[::1", "`base_url` is an address, such as `http://127.0.0.1:4400`"),
        ("http://127.0.0.1:99999", "`base_url` is an address, such as `http://127.0.0.1:4400`"),
        ("http://", "`base_url` is an address, such as `http://127.0.0.1:4400`"),
        ("file:///etc/passwd", "`base_url` is an address, such as `http://127.0.0.1:4400`"),
        ("http://me:canary@127.0.0.1", "`base_url` names no user: it is shown wherever the tenant is named"),
        ("http://127.0.0.1:1/?token=canary", "`base_url` has neither query nor fragment"),
        ("http://127.0.0.1:1/#canary", "`base_url` has neither query nor fragment"),
    ],
)
def test_an_address_that_is_none_is_told(workspace: Path, url: str, message: str) -> None:
    assert told(workspace, f'version: 1\ntenant: {{base_url: "{url}"}}\n') == [f"tenants/tenant.yaml:2:20: {message}"]


def test_an_address_beyond_this_machine_is_told_without_its_password(workspace: Path) -> None:
    beyond, user = told(workspace, 'version: 1\ntenant: {base_url: "http://127.0.0.1:canary@evil.example"}\n')
    assert "leads to evil.example, beyond" in beyond
    assert "names no user" in user
    assert "canary" not in beyond + user


@pytest.mark.parametrize("where", ["dotenv", "folder", "huge", "key"])
def test_a_file_of_secrets_that_cannot_be_read_is_told_without_a_word_of_it(workspace: Path, where: str) -> None:
    folder = workspace.parents[1] / "secrets"
    folder.mkdir()
    file = folder / "TOOL_SECRET"
    file.write_bytes(b"x" * 1_000_001 if where == "huge" else CANARY.encode() + b"\xff")
    text = 'version: 1\ntenant: {domain: acme.eu.auth0.com, client_id: x, client_secret: "${secret.TOOL_SECRET}"}\n'
    environ = {"TENANTRY_SECRETS_DIR": str(folder)} if where in {"folder", "huge"} else {}
    if where == "key":
        text = "version: 1\ntenant: {domain: acme.eu.auth0.com}\n"
        environ = {
            "AUTH0_DOMAIN": "acme.eu.auth0.com",
            "AUTH0_CLIENT_ID": "x",
            "AUTH0_CLIENT_SIGNING_KEY_PATH": str(file),
        }
    path = workspace / "tenant.yaml"
    path.write_text(text)
    [found] = load([path], environ=environ, secrets_file=file if where == "dotenv" else None)
    secret = found.tenant.client_secret or found.tenant.private_key
    assert secret
    with pytest.raises(ConfigError, match=f"the file of secrets {file} cannot be read: ") as caught:
        assert secret.is_available
    assert CANARY not in str(caught.value)
    assert caught.value.__cause__ is None
