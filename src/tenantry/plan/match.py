"""Which live resource is which declared one.

By ``lifecycle.id`` first, then by natural key, then by ``renamed_from``; what an id picks and a file calls otherwise is not
found by the name that it gives up, nor is what is renamed by a name that goes to another one renamed. Kinds whose key holds
references (client grants) come after those they refer to. Nothing else in the code base turns ids into handles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from tenantry.model.address import MANAGEMENT_API, Address
from tenantry.model.errors import ConfigError, ConfigErrors
from tenantry.model.kind import Identity, Key, Kind
from tenantry.model.state import DesiredState, LiveResource, LiveState, Resource
from tenantry.plan.names import Names
from tenantry.plan.view import view


@dataclass
class Matched:
    """The pairs, how each was found, the names that follow from them, and what nobody declared."""

    names: Names = field(default_factory=Names)
    pairs: dict[Address, LiveResource] = field(default_factory=dict)
    matched_by: dict[Address, str] = field(default_factory=dict)
    undeclared: list[LiveResource] = field(default_factory=list)


def match(desired: DesiredState, live: LiveState, kinds: Mapping[str, Kind]) -> Matched:
    """Return which live resource belongs to which address.

    Raises: ConfigErrors for a declared resource that fits several live ones, two that fit the same, or an unmanaged one
    that is not there.
    """
    matched = Matched()
    errors: list[ConfigError] = []
    name_builtins(matched.names, live)
    for kind in in_key_order(kinds):
        _match_kind(kind, desired, live, matched, errors)
    if errors:
        raise ConfigErrors(errors)
    return matched


def display_name(kind: Kind, data: Mapping[str, Any]) -> str:
    """Return what people call a live resource."""
    return kind.called(data) or str(data.get(kind.id_field, kind.noun))


def name_builtins(names: Names, live: LiveState) -> None:
    """Let ``management-api`` and ``userinfo`` stand for what they are in this tenant."""
    names.build_in(live.caller.api_identifier, live.caller.issuer)
    for resource in live.of("apis"):
        if resource.data.get("identifier") == live.caller.api_identifier:
            names.add(Address("apis", MANAGEMENT_API), resource.id, resource.data)


def in_key_order(kinds: Mapping[str, Kind]) -> list[Kind]:
    """Return the kinds with those first whose keys hold no references."""
    return sorted(kinds.values(), key=lambda kind: bool(kind.key_refs))


def _match_kind(kind: Kind, desired: DesiredState, live: LiveState, matched: Matched, errors: list[ConfigError]) -> None:
    """Pair the resources of one kind."""
    candidates = _candidates(kind, desired, live, matched)
    finder = _Finder(kind, candidates, matched.names)
    taken: dict[str, Address] = {}
    resources = [resource for resource in desired.resources.values() if resource.address.section == kind.section]
    finder.free_names(resources)
    for resource in resources:
        found, how = finder.find(resource)
        if len(found) > 1:
            errors.append(_ambiguous(kind, resource, found))
        elif found and found[0].id in taken:
            errors.append(_claimed_twice(kind, resource, taken[found[0].id]))
        elif found:
            taken[found[0].id] = resource.address
            matched.pairs[resource.address] = found[0]
            matched.matched_by[resource.address] = how
            matched.names.add(resource.address, found[0].id, found[0].data)
        elif (kind.section, "id", resource.lifecycle.id) in matched.names.ignored:
            errors.append(_left_alone(kind, resource))
        elif not resource.lifecycle.managed or kind.identity is not Identity.LISTED:
            errors.append(_not_there(kind, resource))
        elif resource.lifecycle.id and not resource.lifecycle.absent:
            errors.append(_no_such_id(kind, resource))
        matched.names.declare(resource.address, _to_be(resource, is_there=bool(found)))
    matched.undeclared += [live for live in candidates if live.id not in taken]


def _to_be(resource: Resource, *, is_there: bool) -> Mapping[str, Any]:
    """Return the declared fields that the resource will have, whatever it has now."""
    if not is_there:
        return resource.fields
    left_alone = resource.lifecycle.ignore_changes
    return {name: value for name, value in resource.fields.items() if resource.lifecycle.managed and name not in left_alone}


def _candidates(kind: Kind, desired: DesiredState, live: LiveState, matched: Matched) -> list[LiveResource]:
    """Return the live resources that may be matched: neither hidden nor ignored, nor hanging on an ignored one."""
    patterns, ignored = desired.manage.ignore.get(kind.section, ()), matched.names.ignored
    candidates: list[LiveResource] = []
    for resource in live.of(kind.section):
        if kind.hidden(resource.data):
            continue
        hangs = any((ref.section, ref.by, resource.data.get(name)) in ignored for name, ref in kind.key_refs.items())
        named = display_name(kind, resource.data)
        if hangs or _fits(named, patterns):
            matched.names.ignore(kind.section, resource.id, resource.data)
        else:
            candidates.append(resource)
    return candidates


def _fits(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


class _Finder:
    """Finds the live resources that fit a declared one, with one index per kind."""

    def __init__(self, kind: Kind, candidates: list[LiveResource], names: Names) -> None:
        self.kind = kind
        self.by_id = {live.id: live for live in candidates}
        self.by_key: dict[Key, list[LiveResource]] = {}
        self.by_name: dict[Any, list[LiveResource]] = {}
        self.keys = {live.id: key_view(kind, live, names) for live in candidates}
        for live in candidates:
            tree = self.keys[live.id]
            self.by_key.setdefault(kind.natural_key(tree), []).append(live)
            self.by_name.setdefault(tree.get(kind.key[0]) if kind.key else None, []).append(live)

    def free_names(self, resources: Sequence[Resource]) -> None:
        """Let nothing be found by a name that a resource gives up which is picked by its id, or that is handed on."""
        for resource in resources:
            for live in self.with_id(resource.lifecycle.id or ""):
                held = self.kind.natural_key(self.keys[live.id])
                wanted = self.kind.natural_key({**self.keys[live.id], **_to_be(resource, is_there=True)})
                if resource.lifecycle.absent or held != wanted:
                    self._free(held, live)
        self._hand_on([each for each in resources if each.lifecycle.renamed_from and not each.lifecycle.id])

    def _hand_on(self, renamed: list[Resource]) -> None:
        """Let nothing be found by a name that one resource gives to another: each is found by the one that it had."""
        heirs = {self.kind.natural_key(each.fields): each for each in renamed}
        for each in renamed:  # it grows: whoever gets a name may hand on another
            had = self.by_name.get(each.lifecycle.renamed_from, [])
            if self.by_key.get(self.kind.natural_key(each.fields)) or len(had) != 1:
                continue
            name = self.kind.natural_key(self.keys[had[0].id])
            heir = heirs.get(name)
            if heir and had[0] in self.by_key[name] and self.by_name.get(heir.lifecycle.renamed_from):
                self._free(name, had[0])
                renamed.append(heir)

    def _free(self, name: Key, live: LiveResource) -> None:
        """Let a live resource not be found by its name."""
        self.by_key[name] = [each for each in self.by_key[name] if each is not live]

    def find(self, resource: Resource) -> tuple[list[LiveResource], str]:
        """Return what fits, and by what it was found."""
        if self.kind.identity is Identity.SINGLETON:
            return list(self.by_id.values()), "singleton"
        if self.kind.identity is Identity.BY_HANDLE:
            return self.with_id(resource.address.handle), "handle"
        if resource.lifecycle.id:
            return self.with_id(resource.lifecycle.id), "lifecycle.id"
        if found := self.by_key.get(self.kind.natural_key(resource.fields), []):
            return found, " + ".join(self.kind.key)
        if resource.lifecycle.renamed_from:
            return self.by_name.get(resource.lifecycle.renamed_from, []), "lifecycle.renamed_from"
        return [], ""

    def with_id(self, id_: str) -> list[LiveResource]:
        """Return the resource with this id, if there is one."""
        return [self.by_id[id_]] if id_ in self.by_id else []


def key_view(kind: Kind, live: LiveResource, names: Names) -> dict[str, Any]:
    """Return the key members of a live resource in declared form."""
    keys = {name: live.data[name] for name in kind.key if name in live.data}
    return view(kind, LiveResource(live.section, live.id, {**keys}), names) if kind.key_refs else keys


def _ambiguous(kind: Kind, resource: Resource, found: list[LiveResource]) -> ConfigError:
    ids = ", ".join(live.id for live in found)
    message = (
        f"{len(found)} live {kind.noun}s fit {resource.address}: {ids}; "
        f"say which one with `lifecycle: {{id: {found[0].id}}}`, or give them different names in the tenant"
    )
    return ConfigError(message, resource.place(), str(resource.address), code="ambiguous")


def _left_alone(kind: Kind, resource: Resource) -> ConfigError:
    """Return the refusal to pick by its id what the file says to leave alone: it cannot be both."""
    message = (
        f"{resource.address} is declared by its id, {resource.lifecycle.id}, and the {kind.noun} that has it is left alone by "
        f"`manage.ignore`; narrow the pattern, or take one of both out of the file"
    )
    return ConfigError(message, resource.place(("lifecycle", "id")), str(resource.address), code="ignored")


def _no_such_id(kind: Kind, resource: Resource) -> ConfigError:
    """Return the refusal to create what an id was to pick: it would get another id, and be created again by the next run."""
    message = (
        f"the tenant has no {kind.noun} with the id {resource.lifecycle.id} that {resource.address} names; "
        "give the id of one that it has, or take `lifecycle.id` away"
    )
    return ConfigError(message, resource.place(), str(resource.address), code="not_found")


def _claimed_twice(kind: Kind, resource: Resource, other: Address) -> ConfigError:
    message = f"{resource.address} and {other} are the same live {kind.noun}; remove one of them"
    return ConfigError(message, resource.place(), str(resource.address), code="claimed_twice")


def _not_there(kind: Kind, resource: Resource) -> ConfigError:
    way_out = "create it there, or let tenantry manage it" if kind.identity is Identity.LISTED else "it cannot be created"
    message = f"the tenant has no {kind.noun} that fits {resource.address}, and this run must not create it; {way_out}"
    return ConfigError(message, resource.place(), str(resource.address), code="not_found")
