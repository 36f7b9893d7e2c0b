"""What is about to go, written down whole before the first write: with all its parts, and without secrets.

Shape: ``{"format_version", "tenant", "resources": [{"address", "name", "id", "how", "image", "secrets", "places"}]}`` in a
file that only its owner can read, beside the journal. A place is ``[section, id, part]``: where else the resource stood.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenantry.apply.kept import kept, told
from tenantry.apply.run import Run
from tenantry.files import OWNER_ONLY, read_record
from tenantry.management.answers import NOT_FOUND
from tenantry.management.resources import read_parts
from tenantry.model.address import Address
from tenantry.model.errors import ApiError, IncompleteRead, TenantryError
from tenantry.model.kind import Kind
from tenantry.model.marks import Sensitive
from tenantry.model.secret import secrets_in
from tenantry.model.spec import FREE
from tenantry.model.state import LiveResource, LiveState
from tenantry.plan import image, lost_along, view

FORMAT = 2
ALONG_WITH = "deleted along with "

Spot = tuple[str, str, str]


@dataclass(frozen=True)
class Gone:
    """A resource that a run takes away; ``how`` says so in words, ``secrets`` names what the image lacks.

    ``places``: the parts of other resources that held it (section, id, part); None when they could not be read.
    """

    address: Address
    name: str
    id: str
    how: str
    image: Mapping[str, Any]
    secrets: tuple[str, ...] = ()
    places: tuple[Spot, ...] | None = ()


def backup_of(journal: Path) -> Path:
    """Return where the backup of a journal's run stands."""
    return journal.with_suffix(".backup.json")


async def taken(run: Run, live: LiveState) -> list[Gone]:
    """Return all that the plan takes away, also what the server deletes along, each read whole."""
    known = {(address.section, id_): address for address, id_ in run.plan.ids.items()}
    gone: dict[tuple[str, str], Gone] = {}
    for change in run.plan.changes:
        found = live.by_id.get((change.address.section, change.id or ""))
        if not change.action.destroys or found is None:
            continue
        kind = run.kind(change.address)
        gone[found.section, found.id] = await _whole(run, kind, found, change.address, change.action.past)
        for other in lost_along(kind, found, live):
            address = known.get((other.section, other.id)) or Address(other.section, other.id)
            how = f"{ALONG_WITH}{change.address}"
            if (other.section, other.id) not in gone:
                gone[other.section, other.id] = await _whole(run, run.kinds[other.section], other, address, how)
    return list(gone.values())


async def _whole(run: Run, kind: Kind, found: LiveResource, address: Address, how: str) -> Gone:
    """Return one resource with the parts that have not been read yet."""
    try:
        missing = await read_parts(run.client, kind, found.id, kind.part_fields - set(found.parts))
    except ApiError as error:
        if error.status != NOT_FOUND:
            raise
        missing = {}
    whole = LiveResource(found.section, found.id, found.data, {**found.parts, **missing})
    tree = view(kind, whole, run.names)
    name = kind.called(tree) or found.id
    places = await _places(run, kind, found.id)
    return Gone(address, name, found.id, how, image(tree, kind), tuple(_secrets(tree, kind)), places)


async def _places(run: Run, kind: Kind, id_: str) -> tuple[Spot, ...] | None:
    """Return which parts of other resources hold this one, None when the tenant does not tell."""
    found: list[Spot] = []
    for attached in kind.attaches:
        try:
            holders = await run.client.pages(attached.listing, id_)
        except (ApiError, IncompleteRead):
            return None
        id_field = run.kinds[attached.section].id_field
        found += [(attached.section, str(each[id_field]), attached.part) for each in holders]
    return tuple(found)


def _secrets(tree: Mapping[str, Any], kind: Kind) -> Iterator[str]:
    """Yield the names of the secrets that an image does not hold."""
    for name, value in tree.items():
        if isinstance(value, dict) and kind.shape.members.get(name, FREE).mark(Sensitive):
            yield from (f"{name}.{key}" for key in value)
        else:
            yield from (secret.name for secret in secrets_in(value))


def write(gone: list[Gone], tenant: str, path: Path) -> None:
    """Write a backup to a new file that only its owner can read.

    Raises: TenantryError when it cannot be written whole; nothing is left of it then.
    """
    resources = [
        {
            "address": str(each.address),
            "name": each.name,
            "id": each.id,
            "how": each.how,
            "image": kept(each.image),
            "secrets": each.secrets,
            "places": each.places,
        }
        for each in gone
    ]
    document = {"format_version": FORMAT, "tenant": tenant, "resources": resources}
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        if not isinstance(error, FileExistsError):
            path.unlink(missing_ok=True)
        why = error.strerror or type(error).__name__
        raise TenantryError(f"the backup {path} cannot be written ({why}), and without it nothing is deleted") from error


def load(path: Path) -> list[Gone]:
    """Return what a backup holds; nothing when there is none.

    Raises: ValueError, KeyError or TypeError when it is no backup.
    """
    if not path.exists():
        return []
    document = json.loads(read_record(path))
    return [
        Gone(
            Address.parse(each["address"]),
            each["name"],
            each["id"],
            each["how"],
            told(each["image"]),
            tuple(each["secrets"]),
            None if (places := each.get("places")) is None else tuple((section, id_, part) for section, id_, part in places),
        )
        for each in document["resources"]
    ]
