"""Compares the Specs with a published description of the Management API, so that its growth is a re-run and not a rewrite.

Usage: python scripts/published_facts.py FACTS.json [--fields]

FACTS.json holds ``paths`` (per method the ``body`` schema) and ``schemas``, in the dialect of OpenAPI. Printed are members that
the published request bodies have and the Specs lack, and members whose type, values or bounds differ; with ``--fields`` also a
line to paste for each that is lacking. Exit code 1 when anything differs that ``KNOWN`` does not explain.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tenantry.desired.schema import Definitions
from tenantry.kinds import KINDS

Json = dict[str, Any]

BODIES: dict[str, tuple[tuple[str, str], ...]] = {
    "applications": (("/clients", "post"), ("/clients/{id}", "patch")),
    "apis": (("/resource-servers", "post"), ("/resource-servers/{id}", "patch")),
    "client_grants": (("/client-grants", "post"), ("/client-grants/{id}", "patch")),
    "connections": (("/connections", "post"), ("/connections/{id}", "patch")),
    "roles": (("/roles", "post"), ("/roles/{id}", "patch")),
    "organizations": (("/organizations", "post"), ("/organizations/{id}", "patch")),
    "actions": (("/actions/actions", "post"), ("/actions/actions/{id}", "patch")),
    "tenant_settings": (("/tenants/settings", "patch"),),
}

KNOWN: dict[str, str] = {
    "*.credentials[].id": "ids are no configuration",
    "connections.enabled_clients*": "written through an endpoint of its own",
    "organizations.enabled_connections*": "the field `connections`, through an endpoint of its own",
    "applications.client_authentication_methods": "exactly one method, checked by the Spec itself",
    "actions.supported_triggers[].binding_policy": "answered, never sent",
    "actions.supported_triggers[].compatible_triggers": "answered, never sent",
    "actions.supported_triggers[].default_runtime": "answered, never sent",
    "actions.supported_triggers[].runtimes": "answered, never sent",
    "actions.supported_triggers[].status": "answered, never sent",
    "actions.deploy": "every declared action is deployed",
    "actions.secrets*": "a map in the configuration, a list on the wire",
    "tenant_settings.flags.disable_impersonation": "the server refuses it",
    "tenant_settings.flags.allow_changing_enable_sso": "the server refuses it",
}
"""What differs on purpose, and why; a star stands for anything before or after."""

_FREE = {"type": "object"}


class Published:
    """The published description, with its pointers followed."""

    def __init__(self, facts: Json) -> None:
        self.facts = facts

    def body(self, path: str, method: str) -> Json:
        """Return the schema of a request's body."""
        return self.resolved(self.facts["paths"][path][method]["body"] or {})

    def resolved(self, schema: Json) -> Json:
        """Return a schema with its pointer followed and its parts joined."""
        while "$ref" in schema:
            schema = self.facts["schemas"][schema["$ref"].rpartition("/")[2]]
        joined = dict(schema)
        for part in (*schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ())):
            inner = self.resolved(part)
            joined.setdefault("type", inner.get("type"))
            joined["properties"] = {**inner.get("properties", {}), **joined.get("properties", {})}
        return joined


class Ours:
    """The Specs, as the schema of tenant files shows them."""

    def __init__(self) -> None:
        self.definitions = Definitions()

    def body(self, section: str) -> Json:
        """Return the schema of a kind."""
        return self.definitions.body(KINDS[section].spec)

    def form(self, schema: Json) -> Json:
        """Return a member's own form: without marks, nulls and partial forms."""
        for option in schema.get("anyOf", ()):
            if option.get("$ref") != "#/$defs/mark" and option.get("type") != "null":
                return self.form(option) if "anyOf" in option else self.pointed(option)
        return self.pointed(schema)

    def pointed(self, schema: Json) -> Json:
        """Return a schema with its pointer followed."""
        if "$ref" not in schema:
            return schema
        return self.definitions.all[schema["$ref"].rpartition("/")[2]]


def compare(published: Published, ours: Ours, theirs: Json, mine: Json, path: str) -> Iterator[tuple[str, str, Json]]:
    """Yield path, difference and published schema of every member that is lacking or different."""
    for name, schema in theirs.get("properties", {}).items():
        where = f"{path}.{name}"
        member = published.resolved(schema)
        if name not in mine.get("properties", {}):
            if not mine.get("additionalProperties") or mine.get("properties"):
                yield where, "is lacking", member
            continue
        form = ours.form(mine["properties"][name])
        yield from ((where, difference, member) for difference in differences(member, form))
        if "items" in member and "items" in form:
            inner, item = published.resolved(member["items"]), ours.form(form["items"])
            yield from ((f"{where}[]", difference, inner) for difference in differences(inner, item))
            yield from compare(published, ours, inner, item, f"{where}[]")
        elif "properties" in form:
            yield from compare(published, ours, member, form, where)


def differences(theirs: Json, mine: Json) -> Iterator[str]:
    """Yield each difference of type, values or bounds."""
    kind = _type(theirs)
    if kind and mine.get("type") and kind != mine["type"] and (kind, mine["type"]) != ("number", "integer"):
        yield f"is published as {kind}, here {mine['type']}"
    values = [value for value in theirs.get("enum", ()) if value is not None]
    if values and (missing := [value for value in values if value not in mine.get("enum", ())]):
        yield f"has further values: {', '.join(map(str, missing))}"
    for bound in ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "maxProperties"):
        if values and bound == "minLength":
            continue
        if theirs.get(bound) not in (None, mine.get(bound)) and not (bound == "minItems" and theirs[bound] == 0):
            yield f"has {bound} {theirs[bound]}, here {mine.get(bound, 'none')}"


def _type(schema: Json) -> str:
    """Return the type of a schema, null aside."""
    kind = schema.get("type")
    kinds = [each for each in kind if each != "null"] if isinstance(kind, list) else [kind]
    return str(kinds[0]) if kinds and kinds[0] else ""


def field_line(path: str, schema: Json) -> str:
    """Return a line to paste into a Spec; its description is to be written by hand."""
    name = path.rpartition(".")[2]
    scalars = {"string": "str", "integer": "int", "boolean": "bool", "number": "float", "object": "dict[str, Any]"}
    values = [value for value in schema.get("enum", ()) if value is not None]
    kind = f"Literal{json.dumps(values)}" if values else scalars.get(_type(schema), "Any")
    marks = ""
    if _type(schema) == "array":
        item = schema.get("items", {}).get("enum")
        kind = f"SetOf[{f'Literal{json.dumps(item)}' if item else 'str'}]"
        marks = ", Clear([])"
    bounds = {"minimum": "ge", "maximum": "le", "minLength": "min_length", "maxLength": "max_length"}
    limits = "".join(f", {bounds[bound]}={schema[bound]}" for bound in bounds if bound in schema)
    if isinstance(schema.get("type"), list) and "null" in schema["type"]:
        marks = ", Clear()"
    return f'    {name}: Annotated[{kind} | None, Field(description=""{limits}){marks}] = None'


def is_known(path: str) -> bool:
    """Return whether a difference is explained."""
    return any(
        path.startswith(known[:-1]) if known.endswith("*") else path.endswith(known.removeprefix("*")) for known in KNOWN
    )


def main() -> int:
    """Print the differences and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("facts", type=Path, help="the published facts, a JSON file")
    parser.add_argument("--fields", action="store_true", help="print a line to paste for each member that is lacking")
    options = parser.parse_args()
    published, ours = Published(json.loads(options.facts.read_text(encoding="utf-8"))), Ours()
    told: dict[tuple[str, str], Json] = {}
    for section, bodies in BODIES.items():
        for path, method in bodies:
            found = compare(published, ours, published.body(path, method), ours.body(section), section)
            told |= {(where, difference): schema for where, difference, schema in found if not is_known(where)}
    for (where, difference), schema in sorted(told.items()):
        print(f"{where} {difference}")
        if options.fields and difference == "is lacking":
            print(field_line(where, schema))
    print(f"{len(told)} differences that are not explained.")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
