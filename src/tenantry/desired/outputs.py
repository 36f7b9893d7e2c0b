"""The ``outputs:`` block: texts with marks for what the tenant chose, such as the id of an application."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tenantry.desired.interpolate import Interpolation
from tenantry.desired.mistakes import Mistakes, listed, nearest
from tenantry.desired.secrets import NAME
from tenantry.desired.tree import Hole, Node, Scalar
from tenantry.desired.tree import Mapping as Map
from tenantry.kinds import ALIASES, KINDS
from tenantry.model.address import Address
from tenantry.model.kind import Kind
from tenantry.model.place import Place
from tenantry.model.secret import Secret
from tenantry.model.state import DesiredState

MARK = re.compile(r"\$\{([a-z_]+)\.([^{}.]+)\.([a-z_]+)\}")
"""Section, handle and member of what an output tells."""
MEMBERS = ("id", "client_id", "client_secret", "identifier", "name")

Outputs = Mapping[str, tuple[str, Place]]
"""Each output's text with its marks, and where it was written."""


def outputs(node: Map, state: DesiredState, interpolation: Interpolation, mistakes: Mistakes) -> Outputs:
    """Return the outputs; each mark that names nothing is remembered as a mistake."""
    texts = {name: _text(name, item, interpolation, mistakes) for name, item in node.entries.items()}
    found = {name: (text, node.entries[name].place) for name, text in texts.items() if text is not None}
    for text, place in found.values():
        for message, code in _wrongs(text, state):
            mistakes.add(message, place, code=code)
    return found


def _text(name: str, item: Node, interpolation: Interpolation, mistakes: Mistakes) -> str | None:
    """Return the text of an output with its marks under the sections' own names, None when it is none."""
    if not NAME.fullmatch(name):
        mistakes.add(f"the output `{name}` is named like a variable: letters, digits and `_`", item.place)
    if not (isinstance(item, Scalar) and isinstance(item.value, str)):
        mistakes.add(f"the output `{name}` is a text, such as ${{applications.storefront.client_id}}", item.place)
        return None
    value = interpolation.symbolic(item).value
    if isinstance(value, Secret):
        mistakes.add(f"the output `{name}` would tell a secret of yours; outputs tell what the tenant chose", item.place)
    return None if isinstance(value, Secret | Hole) else MARK.sub(_canonical, str(value))


def _canonical(mark: re.Match[str]) -> str:
    """Return an output's mark with its section under its own name."""
    return f"${{{ALIASES.get(mark[1], mark[1])}.{mark[2]}.{mark[3]}}}"


def _wrongs(text: str, state: DesiredState) -> Iterator[tuple[str, str]]:
    """Yield a sentence and a code for each mark that names nothing."""
    for section, handle, member in MARK.findall(text):
        if section not in KINDS:
            yield f"there is no section `{section}`{nearest(section, KINDS)}", "unknown_reference"
        elif Address(section, handle) not in state.resources:
            handles = [each.handle for each in state.resources if each.section == section]
            yield f"there is no `{handle}` under `{section}:`{nearest(handle, handles)}", "unknown_reference"
        elif member not in (known := _members(KINDS[section])):
            hint = nearest(member, known) or f"; it can tell {listed(known)}"
            yield f"an output cannot tell `{member}` of {section}{hint}", "config_invalid"


def _members(kind: Kind) -> list[str]:
    """Return what an output can tell of a kind."""
    return [name for name in MEMBERS if name in ("id", kind.id_field) or name in kind.shape.members]
