"""The front door: tenant files → what they declare."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tenantry.desired.blocks import TenantBlock, TenantSpec
from tenantry.desired.merge import Levels
from tenantry.desired.mistakes import Mistakes
from tenantry.desired.outputs import outputs
from tenantry.desired.reader import MOST_BYTES
from tenantry.desired.references import References, of_block
from tenantry.desired.secrets import Secrets
from tenantry.desired.smoke import smoke
from tenantry.desired.state import declared_resources, state
from tenantry.desired.tenant import tenant
from tenantry.desired.whole import Whole
from tenantry.files import read_bytes
from tenantry.kinds import ALIASES
from tenantry.model.errors import UsageError
from tenantry.model.note import Note
from tenantry.model.place import Place
from tenantry.model.smoke import SmokeConfig
from tenantry.model.spec import shape_of
from tenantry.model.state import DesiredState


@dataclass(frozen=True)
class TenantFile:
    """Everything one tenant file says, fragments included."""

    path: Path
    tenant: TenantBlock
    state: DesiredState
    smoke: SmokeConfig = field(default_factory=SmokeConfig)
    outputs: Mapping[str, str] = field(default_factory=dict)
    """Texts by name, with their ``${section.handle.member}`` marks."""
    output_places: Mapping[str, Place] = field(default_factory=dict)
    warnings: tuple[Note, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Digests of all files read, by name."""
    secrets: tuple[str, ...] = ()
    """The names of all secrets that the files use."""
    workspace: Path = Path()
    place: Place | None = None
    """Where the file says which tenant it is."""


def load(
    paths: Iterable[Path | str],
    *,
    environ: Mapping[str, str] | None = None,
    secrets_file: Path | str | None = None,
    allow_host: Sequence[str] = (),
) -> list[TenantFile]:
    """Return every tenant file among the paths, read whole and checked; a folder stands for the tenant files in it.

    Raises: ConfigErrors with all mistakes of all files; UsageError when a path leads to no tenant file.
    """
    environment = os.environ if environ is None else environ
    mistakes = Mistakes()
    levels = Levels(mistakes, ALIASES, Path.cwd())
    found: list[TenantFile] = []
    for path in _tenant_files(paths, levels):
        secrets = Secrets(environment, Path(secrets_file) if secrets_file else None)
        found.append(_one(path, levels, environment, secrets, tuple(allow_host)))
    _tell_apart(found, mistakes)
    mistakes.tell()
    return found


def _one(path: Path, levels: Levels, environ: Mapping[str, str], secrets: Secrets, allow_host: tuple[str, ...]) -> TenantFile:
    """Return one tenant file."""
    whole = Whole(levels, path, environ, secrets)
    said = tenant(whole, environ, allow_host)
    written = declared_resources(whole)
    references = References(written, said.block.names)
    # The block keeps its own words: it is looked through only to tell which of its handles name nothing.
    references.normalised(said.fields, shape_of(TenantSpec), of_block("tenant", said.places, whole.mistakes))
    declared = state(whole, said.block, written, references, levels.own(path))
    proved = smoke(whole, said.block, references, declared)
    told = outputs(whole.block("outputs"), declared, whole.interpolation, whole.mistakes)
    digests = {name: _digest(file) for name, file in sorted(whole.files.items())}
    return TenantFile(
        path=path,
        place=said.place,
        tenant=said.block,
        state=declared,
        smoke=proved,
        outputs={name: text for name, (text, _) in told.items()},
        output_places={name: place for name, (_, place) in told.items()},
        warnings=tuple(whole.warnings),
        inputs=digests | whole.interpolation.inputs,
        secrets=tuple(sorted(secrets.names)),
        workspace=whole.workspace,
    )


def _digest(file: Path) -> str:
    """Return the digest of a file; one that cannot be read has been told already."""
    try:
        return hashlib.sha256(read_bytes(file, MOST_BYTES)).hexdigest()
    except OSError:
        return ""


def _tenant_files(paths: Iterable[Path | str], levels: Levels) -> list[Path]:
    """Return the tenant files that the paths mean, each once.

    Raises: UsageError when a path leads nowhere, or to nothing with a ``tenant:`` block.
    """
    found: dict[Path, None] = {}
    for each in map(Path, paths):
        if each.is_dir():
            files = sorted(file for suffix in ("*.yaml", "*.yml") for file in each.glob(suffix) if file.is_file())
            tenants = [file.resolve() for file in files if "tenant" in levels.own(file).entries]
            if not tenants and not levels.mistakes.errors:
                raise UsageError(f"{each} holds no tenant file: none has a `tenant:` block")
            found.update(dict.fromkeys(tenants))
        elif each.is_file():
            if _is_tenant(each, levels):
                found[each.resolve()] = None
        else:
            raise UsageError(f"there is no file or folder {each}")
    return list(found)


def _is_tenant(path: Path, levels: Levels) -> bool:
    """Return whether a file says which tenant it is about; that it does not is a mistake, unless it could not be read."""
    count = len(levels.mistakes.errors)
    own = levels.own(path)
    is_tenant = "tenant" in own.entries
    if not is_tenant and len(levels.mistakes.errors) == count:
        levels.mistakes.add(
            "this file has no `tenant:` block, so it is a fragment; name a file that extends it, or say which tenant it is",
            Place(own.place.file, 1, 1),
        )
    return is_tenant


def _tell_apart(found: list[TenantFile], mistakes: Mistakes) -> None:
    """Remember a mistake for every file whose tenant another file of the same run already declares."""
    seen: dict[str, TenantFile] = {}
    for file in found:
        if not file.tenant.name:
            continue
        other = seen.setdefault(file.tenant.url, file)
        if other is not file:
            mistakes.add(
                f"{other.path.name} declares the tenant {file.tenant.name} as well; give them to separate runs", file.place
            )
