"""Makes the emulator's facts from a description of the Management API: `emulator_facts.py PUBLISHED.json`.

The argument is Auth0's published OpenAPI document (repository auth0/docs-v2,
main/docs/oas/management/v2/management-api-oas.json), or its facts alone: `schemas` by name, and by path and method
`{scopes, parameters, body, responses}`, where a body and a response are schemas.
Writes src/tenantry/emulator/facts/published.json.gz: facts only (names, types, limits, scopes), no prose.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "src/tenantry/emulator/facts/published.json.gz"
METHODS = ("get", "post", "put", "patch", "delete")
COUNTERS = {"start", "limit", "total", "length", "next", "page", "per_page"}
KEYWORDS = {
    "type": "t",
    "required": "r",
    "enum": "e",
    "format": "f",
    "minimum": "n",
    "maximum": "x",
    "minLength": "nl",
    "maxLength": "xl",
    "minItems": "ni",
    "maxItems": "xi",
    "minProperties": "np",
    "maxProperties": "xp",
    "pattern": "re",
    "uniqueItems": "u",
    "nullable": "null",
}
LISTS = {"oneOf": "one", "anyOf": "any", "allOf": "all"}

Facts = dict[str, Any]


class Reduction:
    """Collects the operations and the schemas that their requests reach."""

    def __init__(self, schemas: Facts) -> None:
        self._published = schemas
        self.schemas: Facts = {}

    def operation(self, facts: Facts) -> Facts:
        """Return the facts that decide what one operation accepts and how it answers."""
        parameters = facts.get("parameters", [])
        body = facts.get("body")
        made: Facts = {"scopes": facts.get("scopes", [])}
        for place, name in (("query", "q"), ("path", "p")):
            chosen = {each["name"]: self.schema(each["schema"]) for each in parameters if each["in"] == place}
            if chosen:
                made[name] = chosen
        required = [each["name"] for each in parameters if each["in"] == "query" and each.get("required")]
        if required:
            made["required"] = required
        if body:
            made["body"] = self.schema(body)
        success = sorted(int(status) for status in facts.get("responses", {}) if status.startswith("2"))
        made["status"] = success[0] if success else 200
        if "404" not in facts.get("responses", {}):
            made["forgiving"] = True  # nothing is said about a missing object
        pages = self.pages(facts.get("responses", {}).get("200"))
        if pages:
            made["list"] = pages
        return made

    def pages(self, response: Facts | None) -> Facts:
        """Return the envelope's key and which shapes a list has: `bare`, `offset`, `checkpoint`, `counted`, `plain`."""
        shapes: set[str] = set()
        key = ""
        counters_seen: set[str] = set()
        response = self.resolved(response or {})
        for shape in map(self.resolved, response.get("oneOf", [response])):
            members = shape.get("properties", {})
            arrays = [name for name in members if self.resolved(members[name]).get("type") == "array"]
            if shape.get("type") == "array":
                shapes.add("bare")
            elif len(arrays) == 1 and set(members) - set(arrays) <= COUNTERS:
                key = arrays[0]
                counters = set(members) & COUNTERS
                counters_seen |= counters
                forms = {"next": "checkpoint", "start": "offset", "page": "counted"}
                shapes |= {form for counter, form in forms.items() if counter in counters} or {"plain"}
        extra = ["length"] if "length" in counters_seen else []
        return {"key": key, "shapes": sorted(shapes), "extra": extra} if shapes else {}

    def resolved(self, schema: Facts) -> Facts:
        """Return the schema that a reference names."""
        while "$ref" in schema:
            schema = self._published[schema["$ref"].rsplit("/", 1)[-1]]
        return schema

    def schema(self, schema: Facts) -> Facts:
        """Return the compact form of a schema."""
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            if name not in self.schemas:
                self.schemas[name] = {}  # stops a schema that contains itself
                self.schemas[name] = self.schema(self._published[name])
            return {"$": name}
        made = {short: schema[name] for name, short in KEYWORDS.items() if name in schema}
        if "properties" in schema:
            made["p"] = {name: self.schema(member) for name, member in schema["properties"].items()}
        for name, short in LISTS.items():
            if name in schema:
                made[short] = [self.schema(member) for member in schema[name]]
        if "items" in schema:
            made["i"] = self.schema(schema["items"])
        additional = schema.get("additionalProperties", True)
        if additional is not True:
            made["a"] = self.schema(additional) if additional else 0
        return made


def stripped(operation: Facts) -> Facts:
    """Return the facts of an operation as an OpenAPI document states it."""
    security = [scopes for each in operation.get("security", []) for scopes in each.values()]
    return {
        "scopes": sorted({scope for scopes in security for scope in scopes}),
        "parameters": operation.get("parameters", []),
        "body": json_schema(operation.get("requestBody", {})),
        "responses": {status: json_schema(answer) for status, answer in operation.get("responses", {}).items()},
    }


def json_schema(holder: Facts) -> Facts | None:
    """Return the schema of a request or response in JSON."""
    schema: Facts | None = holder.get("content", {}).get("application/json", {}).get("schema")
    return schema


def facts_of(published: Facts) -> Facts:
    """Return the compact facts of a whole description."""
    raw = "components" in published
    reduction = Reduction(published["components"]["schemas"] if raw else published["schemas"])
    operations = {
        f"{method.upper()} {path}": reduction.operation(stripped(facts[method]) if raw else facts[method])
        for path, facts in published["paths"].items()
        for method in METHODS
        if method in facts
    }
    return {
        "source": "Auth0's published description of the Management API (auth0/docs-v2), facts only",
        "operations": operations,
        "schemas": reduction.schemas,
    }


def main() -> None:
    """Write the facts."""
    document = facts_of(json.loads(Path(sys.argv[1]).read_text()))
    text = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
    TARGET.write_bytes(gzip.compress(text, mtime=0))
    print(f"{len(document['operations'])} operations, {len(document['schemas'])} schemas, {len(text)} bytes -> {TARGET}")


if __name__ == "__main__":
    main()
