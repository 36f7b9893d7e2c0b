"""The kinds as a version knows them that has not heard of some fields: files say those under ``unchecked:``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, cast

from pydantic import create_model

from tenantry.kinds import KINDS
from tenantry.model.kind import Kind
from tenantry.model.spec import Spec


def without(**unheard_of: tuple[str, ...]) -> Mapping[str, Kind]:
    """Return the kinds without some fields, by section."""
    return {**KINDS, **{section: _older(KINDS[section], names) for section, names in unheard_of.items()}}


def _older(kind: Kind, names: tuple[str, ...]) -> Kind:
    fields = {each: (info.annotation, info) for each, info in kind.spec.model_fields.items() if each not in names}
    older: type[Spec] = create_model("Older", __base__=Spec, **cast("Any", fields))
    return dataclasses.replace(kind, spec=older)
