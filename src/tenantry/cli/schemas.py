"""The JSON Schemas as texts: of tenant files, generated from the kinds, and of the documents that commands print."""

from __future__ import annotations

import json
from typing import Any

from tenantry.desired.schema import tenant_schema
from tenantry.render.schemas import OUTPUTS


def documents() -> dict[str, str]:
    """Return every schema by its name."""
    return {"tenant": tenant_schema_text(), **{name: _text(schema) for name, schema in OUTPUTS.items()}}


def tenant_schema_text() -> str:
    """Return the schema of tenant files."""
    return _text(tenant_schema())


def _text(schema: dict[str, Any]) -> str:
    """Return a schema as a file's text."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
