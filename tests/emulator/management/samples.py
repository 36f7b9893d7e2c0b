"""Makes values that fit a compact schema, and ones that do not quite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tenantry.emulator.facts.catalogue import catalogue
from tenantry.emulator.facts.validator import Mistake

if TYPE_CHECKING:
    import random

    from tenantry.emulator.facts.validator import Schema

FITTING = {
    "email": "someone@example.com",
    "email-or-empty": "",
    "date-time": "2030-01-01T00:00:00.000Z",
    "html-color": "#00ff00",
    "organization-name": "acme-two",
    "ipv4": "10.0.0.1",
    "ipv6": "::1",
    "cidr": "10.0.0.0/8",
    "ipv6_cidr": "::/64",
    "hostname": "example.com",
}
ID_NAMES = ("id", "custom_domain_id", "themeId", "kid", "token_id", "template", "key")


STRANGERS = (
    "nobody",
    "1.2.3.4",
    *(f"{prefix}_{'9' * 16}" for prefix in ("con", "rol", "org", "est", "acl", "cgr")),
    *(f"{prefix}_{'9' * 22}" for prefix in ("af", "ap", "cop", "uap", "evt", "grp")),
    "nobody".ljust(26, "x"),
    "00000000-0000-4000-8000-000000000000",
    "#00ff00",
)


def stranger(schema: Schema) -> str:
    """Return an id that fits the schema and that nothing has, or one of those that everybody has."""
    resolved = catalogue().validator.resolved(schema)
    return str(resolved["e"][0]) if "e" in resolved else next(each for each in STRANGERS if fits(each, resolved))


def fits(value: Any, schema: Schema) -> bool:
    """Tell whether the value is one that the schema describes."""
    try:
        catalogue().validator.check(value, schema)
    except Mistake:
        return False
    return True


class Sampler:
    """Chooses values by a seeded generator; strings are often ids that exist."""

    def __init__(self, chance: random.Random, ids: dict[str, str]) -> None:
        self._chance = chance
        self._by_kind = ids
        self._ids = list(ids.values())

    def learn(self, template: str, answer: Any) -> None:
        """Remember the id of what a POST has made, for later paths."""
        if isinstance(answer, dict):
            found = next((answer[name] for name in ID_NAMES if isinstance(answer.get(name), str)), None)
            if found:
                self._by_kind[template.rsplit("/", 1)[-1]] = found

    def path(self, template: str) -> str:
        segments: list[str] = []
        for part in template.strip("/").split("/"):
            fitting = self._by_kind.get(segments[-1] if segments else "")
            stranger = self._chance.random() < 0.1 or fitting is None
            known = self._chance.choice(self._ids) if stranger or fitting is None else fitting
            segments.append(known if part.startswith("{") else part)
        return "/" + "/".join(segments).replace("|", "%7C")

    def query(self, members: dict[str, Schema], required: tuple[str, ...]) -> bytes:
        """Return a query string of some of the parameters, some of them not as they should be."""
        odd = ["", "-1", "x", "1e9", "\u0000", "é☃", "a" * 3000, "null", "()", "[", "%", "&", "name:*", "*", "a:1"]
        chosen = [name for name in members if name in required or self._chance.random() < 0.3]
        pairs: list[tuple[str, str]] = []
        for name in chosen:
            value = self._chance.choice(odd) if self._chance.random() < 0.3 else self.value(members[name])
            pairs.append((name, str(value).lower() if isinstance(value, bool) else str(value)))
        return urlencode(pairs).encode()

    def value(self, schema: Schema, depth: int = 0) -> Any:
        """Return something that fits."""
        schema = catalogue().validator.resolved(schema)
        if "e" in schema:
            return self._chance.choice(schema["e"])
        for choice in ("one", "any"):
            if choice in schema:
                return self.value(self._chance.choice(schema[choice]), depth)
        wanted = schema.get("t", "string")
        kind = self._chance.choice(wanted) if isinstance(wanted, list) else wanted
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                size = max(schema.get("ni", 0), self._chance.randint(0, 2))
                return [self.value(schema.get("i", {}), depth + 1) for _ in range(size)]
            case "integer" | "number":
                return schema.get("n", 0) + self._chance.randint(1, 3)
            case "boolean":
                return self._chance.random() < 0.5
            case "null":
                return None
            case _:
                return self._text(schema)

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        required = schema.get("r", ())
        likely = 0.5 if depth < 3 else 0.1
        members = schema.get("p", {})
        made = {
            name: self.value(member, depth + 1)
            for name, member in members.items()
            if name in required or self._chance.random() < likely
        }
        return made if members else {"key": self.value(schema.get("a") or {}, depth + 1)}

    def _text(self, schema: Schema) -> str:
        named = schema.get("f", "")
        if named in FITTING:
            return FITTING[named]
        if "ur" in named:
            return "https://example.com/path"
        text = self._chance.choice([*self._ids, "x", "https://api", "read:x", "google-oauth2"])
        text = text.ljust(schema.get("nl", 0), "x")[: schema.get("xl", 200)]
        return text if fits(text, schema) else next((each for each in STRANGERS if fits(each, schema)), text)

    def broken(self, value: Any) -> Any:
        """Return the value with some members replaced by what nobody expects."""
        odd: list[Any] = [None, -1, 1e300, "", [], {}, True, "\u0000", [None], {"a": {"b": [1]}}]
        if isinstance(value, dict):
            return {name: self.broken(each) if self._chance.random() < 0.7 else each for name, each in value.items()}
        if isinstance(value, list):
            return [self.broken(each) for each in value]
        return self._chance.choice(odd)
