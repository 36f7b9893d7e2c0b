"""The ``smoke:`` block: which logins are to be proved, held against what is declared."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from tenantry.desired import provider
from tenantry.desired.blocks import TenantBlock
from tenantry.desired.checked import Checked
from tenantry.desired.flows import doubts, without_user
from tenantry.desired.references import References, of_block
from tenantry.desired.tree import Mapping as Map
from tenantry.desired.tree import Places
from tenantry.desired.whole import Whole
from tenantry.model.note import Note
from tenantry.model.place import place_at
from tenantry.model.smoke import SmokeConfig
from tenantry.model.spec import shape_of
from tenantry.model.state import DesiredState


def smoke(whole: Whole, block: TenantBlock, references: References, state: DesiredState) -> SmokeConfig:
    """Return the ``smoke:`` block; without one everything is derived from what is declared."""
    node = whole.root.child("smoke")
    if node is None:
        return SmokeConfig()
    filled = whole.interpolation.node(node)
    if not isinstance(filled, Map):
        whole.mistakes.add("`smoke` is a map", node.place)
        return SmokeConfig()
    found = Places(filled, filled.place)
    written = Checked(SmokeConfig, filled, "the smoke block", whole.mistakes).fields()
    fields = references.normalised(written, shape_of(SmokeConfig), of_block("smoke", found, whole.mistakes))
    if not block.is_emulated:
        whole.warn_of_plain_secrets("smoke", fields, SmokeConfig, found)
    config = _parsed(fields)
    for flow, sentence in doubts(config, state.resources):
        whole.warnings.append(Note(f"flow {flow}: {sentence}", place=place_at(found, ("flows", flow)), code="flow"))
    for path, message in provider.unprovable(config) if block.issuer else ():
        whole.mistakes.add(f"smoke: {message}", place_at(found, path))
    users = filled.child("users")
    for path, message in without_user(fields.get("flows"), users.entries if isinstance(users, Map) else ()):
        whole.mistakes.add(f"smoke: {message}", place_at(found, path), code="unknown_reference")
    return config


def _parsed(fields: dict[str, Any]) -> SmokeConfig:
    """Return the smoke block; what does not fit it has been told already."""
    try:
        return SmokeConfig.model_validate(fields)
    except ValidationError:
        return SmokeConfig()
