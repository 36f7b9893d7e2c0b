"""The JSON Schema of tenant files, generated from the Specs that check them."""

from __future__ import annotations

from collections.abc import Iterable
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tenantry.desired.blocks import ManageSpec, TenantSpec
from tenantry.desired.resources import OWN, LifecycleSpec, shorthand
from tenantry.kinds import KINDS
from tenantry.kinds.formats import Matches
from tenantry.model.address import HANDLE
from tenantry.model.kind import Identity, Kind
from tenantry.model.marks import Clear, InOrder, Keyed, Undivided, Unordered
from tenantry.model.secret import Secret
from tenantry.model.smoke import SmokeConfig
from tenantry.model.spec import Spec, inherited, marked
from tenantry.model.values import Exclude, Include

Json = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MARK: Json = {"$ref": "#/$defs/mark"}
_SCALARS: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", Secret: "string"}
_HANDLES = rf"^{HANDLE.pattern}$"


def tenant_schema() -> Json:
    """Return the JSON Schema (draft 2020-12) of a tenant file or a fragment."""
    definitions = Definitions()
    return {
        "$schema": DIALECT,
        "title": "tenantry tenant file",
        "description": "What an Auth0 tenant must hold. A file without `tenant` is a fragment.",
        "type": "object",
        "properties": _blocks(definitions),
        "additionalProperties": False,
        "$defs": {
            "mark": {
                "description": "A value taken from elsewhere, such as ${var.name}, ${env.NAME}, ${secret.NAME}, ${file:path}.",
                "type": "string",
                "pattern": r"\$\{[^{}]+\}",
            },
            **definitions.all,
        },
    }


def _blocks(definitions: Definitions) -> Json:
    """Return the schema of everything that may stand at the top of a file."""
    sections = _sections(definitions)
    return {
        "version": {"description": "Version of the format.", "const": 1},
        "extends": {
            "description": "Fragments that this file builds on: files or patterns, relative to it.",
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string", "minLength": 1}}],
        },
        "tenant": _tenant(definitions),
        "vars": {"description": "Values that ${var.name} stands for.", "type": "object"},
        "manage": _manage(definitions),
        **sections,
        "smoke": definitions.of(SmokeConfig),
        "outputs": {
            "description": "What applications need to know, such as ${applications.storefront.client_id}.",
            "type": "object",
            "additionalProperties": {"type": "string"},
        },
    }


def _sections(definitions: Definitions) -> Json:
    """Return the schema of each section, under each of its names."""
    for section, kind in KINDS.items():
        definitions.add(f"section.{section}", _section(kind, definitions))
    return {
        name: {"$ref": f"#/$defs/section.{section}"} for section, kind in KINDS.items() for name in (section, *kind.aliases)
    }


def _tenant(definitions: Definitions) -> Json:
    """Return the connection block; an embedded tenant may be given by its name alone."""
    definitions.of(TenantSpec)
    emulator = definitions.all["TenantSpec"]["properties"]["emulator"]
    emulator["anyOf"].insert(0, {"type": "string", "minLength": 1})
    return {"$ref": "#/$defs/TenantSpec"}


def _manage(definitions: Definitions) -> Json:
    """Return the block that says what a run may do; its sections are known by name."""
    definitions.of(ManageSpec)
    properties = definitions.all["ManageSpec"]["properties"]
    named = {section: kind for kind in KINDS.values() for section in (kind.section, *kind.aliases)}
    listed = [section for section, kind in named.items() if kind.identity is Identity.LISTED]
    properties["prune"] = {
        "description": properties["prune"]["description"],
        "anyOf": [{"type": "array", "items": {"enum": listed}}, MARK],
    }
    for name in ("protect", "ignore"):
        properties[name]["propertyNames"] = {"enum": [*named]}
    return {"$ref": "#/$defs/ManageSpec"}


def _section(kind: Kind, definitions: Definitions) -> Json:
    """Return the schema of a section: a map from handles to resources, or one object."""
    resource = _resource(kind, definitions)
    if kind.identity is Identity.SINGLETON:
        return resource
    names: Json = {"enum": sorted(kind.handles)} if kind.handles else {"pattern": _HANDLES}
    if field := shorthand(kind):
        listed = resource["properties"][field]["anyOf"][0]
        resource = {"anyOf": [listed, resource]}
    return {
        "description": f"Every {kind.noun} by its handle.",
        "type": "object",
        "propertyNames": names,
        "additionalProperties": {"anyOf": [resource, MARK]},
    }


def _resource(kind: Kind, definitions: Definitions) -> Json:
    """Return the schema of one resource with the blocks that every resource may have."""
    schema = definitions.body(kind.spec)
    schema["properties"] |= {
        "lifecycle": definitions.of(LifecycleSpec),
        "unchecked": {
            "description": "Fields that this version does not know, sent as they are.",
            "type": "object",
            "propertyNames": {"not": {"enum": [*kind.shape.members, *OWN]}},
        },
    }
    return schema


class Definitions:
    """Collects the schemas of objects, each once."""

    def __init__(self) -> None:
        self.all: dict[str, Json] = {}

    def add(self, name: str, schema: Json) -> None:
        """Define a name."""
        self.all[name] = schema

    def of(self, spec: type[BaseModel]) -> Json:
        """Return a pointer to the schema of an object."""
        room = spec.__module__.rpartition(".")[2]
        name = f"{room}.{spec.__name__}" if ".kinds." in spec.__module__ else spec.__name__
        if name not in self.all:
            self.all[name] = {}
            self.all[name] = self.body(spec)
        return {"$ref": f"#/$defs/{name}"}

    def body(self, spec: type[BaseModel]) -> Json:
        """Return the schema of an object."""
        schema: Json = {
            "description": (spec.__doc__ or "").partition("\n")[0],
            "type": "object",
            "properties": {name: self.member(info, marked(spec, info)) for name, info in spec.model_fields.items()},
            "additionalProperties": spec.model_config.get("extra") == "allow",
        }
        if required := [name for name, info in spec.model_fields.items() if info.is_required()]:
            schema["required"] = required
        extra = spec.model_config.get("json_schema_extra")
        return schema | (extra if isinstance(extra, dict) else {})

    def member(self, info: FieldInfo, metadata: tuple[Any, ...]) -> Json:
        """Return the schema of a field: its own form, a mark, and whatever else its marks allow."""
        options = self.options(info.annotation, metadata)
        if any(isinstance(mark, Clear) for mark in metadata):
            options.append({"type": "null"})
        schema: Json = {"anyOf": [*options, MARK]}
        return {"description": info.description, **schema} if info.description else schema

    def options(self, annotation: Any, metadata: tuple[Any, ...]) -> list[Json]:
        """Return the forms that a value may have."""
        if get_origin(annotation) is Annotated:
            inner, *extra = get_args(annotation)
            return self.options(inner, (*metadata, *_flat(extra)))
        if get_origin(annotation) in (Union, UnionType):
            chosen = [option for option in get_args(annotation) if option is not NoneType]
            return [schema for option in chosen for schema in self.options(option, metadata)]
        if get_origin(annotation) is list:
            return [self._list(annotation, metadata)]
        if get_origin(annotation) is dict:
            return [self._map(annotation, metadata)]
        if isinstance(annotation, type) and issubclass(annotation, Include | Exclude):
            return []
        return [self._single(annotation, metadata)]

    def _list(self, annotation: Any, metadata: tuple[Any, ...]) -> Json:
        """Return the schema of a list, with its include and exclude forms where its order means nothing."""
        items = {"anyOf": [*self.options(get_args(annotation)[0], inherited(metadata)), MARK]}
        exact = {"type": "array", "items": items, **_lengths(metadata, "Items")}
        is_whole = not any(isinstance(mark, Unordered | Keyed) for mark in metadata)
        return exact if is_whole or any(isinstance(mark, InOrder | Undivided) for mark in metadata) else _collection(exact)

    def _map(self, annotation: Any, metadata: tuple[Any, ...]) -> Json:
        """Return the schema of a map with free keys."""
        key, value = get_args(annotation)
        if value is Any:
            return {"type": "object"}
        values = {"anyOf": [*self.options(value, inherited(metadata)), MARK, {"type": "null"}]}
        exact: Json = {"type": "object", "additionalProperties": values, **_lengths(metadata, "Properties")}
        if names := _lengths(_flat(list(get_args(key)[1:])), "Length"):
            exact["propertyNames"] = names
        return exact if Undivided() in metadata else _collection(exact)

    def _single(self, annotation: Any, metadata: tuple[Any, ...]) -> Json:
        """Return the schema of a single value or a named object."""
        if get_origin(annotation) is Literal:
            return {"enum": list(get_args(annotation))}
        if isinstance(annotation, type) and issubclass(annotation, Spec):
            return self.of(annotation)
        if annotation is Any:
            return {}
        bounds: Json = {"type": _SCALARS[annotation]}
        for item in metadata:
            bounds |= _bound(item)
        return bounds | (_lengths(metadata, "Length") if annotation is str else {})


def _collection(exact: Json) -> Json:
    """Return a collection that may be declared whole or in part."""
    named: Json = {"type": "array", "items": {"type": "string"}}
    return {
        "anyOf": [
            {"not": {"required": ["include"]}, **exact} if exact["type"] == "object" else exact,
            _partly("include", {"description": Include.__doc__, **exact}),
            _partly("exclude", {"description": Exclude.__doc__, **named}),
        ]
    }


def _partly(word: str, members: Json) -> Json:
    """Return the form of a collection that speaks of some members."""
    return {"type": "object", "properties": {word: members}, "required": [word], "additionalProperties": False}


def _flat(extra: list[Any]) -> list[Any]:
    """Return the metadata of an annotation, that inside fields included."""
    return [part for item in extra for part in (item.metadata if isinstance(item, FieldInfo) else (item,))]


def _lengths(metadata: Iterable[Any], what: str) -> Json:
    """Return the bounds of a length."""
    found: Json = {}
    for item in metadata:
        if isinstance(item, MinLen):
            found[f"min{what}"] = item.min_length
        elif isinstance(item, MaxLen):
            found[f"max{what}"] = item.max_length
    return found


def _bound(item: Any) -> Json:
    """Return what one piece of metadata says about a single value."""
    if isinstance(item, Ge):
        return {"minimum": item.ge}
    if isinstance(item, Le):
        return {"maximum": item.le}
    pattern = item.pattern if isinstance(item, Matches) else getattr(item, "pattern", None)
    return {"pattern": pattern} if pattern else {}
