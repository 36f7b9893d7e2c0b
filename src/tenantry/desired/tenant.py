"""The ``tenant:`` block: which tenant a file is about, and who the tool is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tenantry.desired import identity
from tenantry.desired.blocks import TenantBlock, TenantSpec, tenant_block
from tenantry.desired.checked import Checked
from tenantry.desired.mistakes import Mistakes
from tenantry.desired.tree import Mapping as Map
from tenantry.desired.tree import Node, Places, Scalar
from tenantry.desired.whole import Whole
from tenantry.kinds import KINDS
from tenantry.model.kind import Identity
from tenantry.model.place import Path, Place, place_at
from tenantry.model.spec import shape_of


@dataclass(frozen=True)
class TenantSaid:
    """The block and where it says which tenant it is; its ``fields`` may refer to resources, which are not read yet."""

    block: TenantBlock
    place: Place | None
    fields: dict[str, Any]
    places: Mapping[Path, Place]


def tenant(whole: Whole, environ: Mapping[str, str], allow_host: tuple[str, ...]) -> TenantSaid:
    """Return the ``tenant:`` block; from now on marks may name the tenant."""
    node = _with_emulator_as_map(whole.block("tenant"))
    filled = whole.interpolation.map(_without_settings(node, whole.mistakes), shape_of(TenantSpec))
    places = Places(filled, whole.root.keys.get("tenant", node.place))
    fields = Checked(TenantSpec, filled, "the tenant block", whole.mistakes).fields()
    block = tenant_block(fields)
    is_silent = "tenant" in whole.root.entries and not set(identity.WAYS) & node.entries.keys()
    for path, message in (
        *identity.contradictions(block, is_silent=is_silent),
        *identity.reach(block, environ, allow_host),
    ):
        whole.mistakes.add(message, place_at(places, path))
    whole.interpolation.tenant = block.names
    way = next((name for name in identity.WAYS if getattr(block, name)), "")
    said = TenantSaid(identity.with_environment(block, environ), place_at(places, (way,)), fields, places)
    if not block.is_emulated:
        whole.warn_of_plain_secrets("tenant", fields, TenantSpec, said.places)
    return said


def _with_emulator_as_map(node: Map) -> Map:
    """Return the block with an embedded tenant that is given by its name alone written out."""
    name = node.child("emulator")
    if not isinstance(name, Scalar):
        return node
    written_out: dict[str, Node] = {"emulator": Map(name.place, {"name": name}, {"name": name.place})}
    return Map(node.place, node.entries | written_out, node.keys)


def _without_settings(node: Map, mistakes: Mistakes) -> Map:
    """Return the block without settings of the tenant, each of which is a mistake here."""
    singletons = [kind for kind in KINDS.values() if kind.identity is Identity.SINGLETON]
    settings = {name: kind.section for kind in singletons for name in kind.shape.members}
    strangers = [name for name in node.entries if name in settings and name not in TenantSpec.model_fields]
    for name in strangers:
        mistakes.add(
            f"`{name}` is a setting; put it under `{settings[name]}:`. `tenant:` only says which tenant it is", node.keys[name]
        )
    return node.without(*strangers)
