"""A live tenant as declared resources: what ``export`` writes. Pure; the same tenant gives the same bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tenantry.cli.declarable import refused
from tenantry.cli.export.handles import UsedNames, named
from tenantry.cli.export.own_domain import with_mark
from tenantry.model.address import Address
from tenantry.model.kind import Identity, Kind
from tenantry.model.marks import Program, RefKeys, Sensitive, Twin
from tenantry.model.place import Path, dotted
from tenantry.model.secret import Secret
from tenantry.model.spec import FREE, Form, Shape
from tenantry.model.state import LiveResource, LiveState
from tenantry.model.values import ABSENT, RawId
from tenantry.plan import Names, view
from tenantry.render.yaml import escaped

Tree = dict[str, Any]


@dataclass
class Exported:
    """The sections with their resources, the programs that stand in files of their own, and what could not be written.

    ``secrets`` are the values that another tenant would need and that are never written, by resource.
    """

    sections: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    secrets: dict[Address, list[Path]] = field(default_factory=dict)


def exported(live: LiveState, kinds: Mapping[str, Kind], domain: str = "") -> Exported:
    """Return everything of the tenant that can be declared, with handles made of the natural keys.

    ``domain`` is what ``${tenant.domain}`` stands for in the files.
    """
    handles, names = named(live, kinds)
    result = Exported()
    for section, kind in kinds.items():
        shared = Counter(_key(kind, each) for each in live.of(section))
        for handle in sorted(handle for of, handle in handles if of == section):
            before = set(names.used)
            written = _Writer(kind, Address(section, handle), handles[section, handle], live, names, shared, result).write()
            if written is None or _is_unmanaged(written):
                names.used = before
            written = with_mark(written, domain)
            if written is not None and kind.identity is Identity.SINGLETON:
                result.sections[section] = written
            elif written is not None:
                result.sections.setdefault(section, {})[handle] = written
    _drop_unused(result, names)
    return result


def _key(kind: Kind, resource: LiveResource) -> str:
    """Return the natural key of a live resource, as a text that can be counted."""
    return repr([resource.data.get(name) for name in kind.key])


def _drop_unused(result: Exported, names: UsedNames) -> None:
    """Leave out what is not managed and what nobody refers to."""
    for section, resources in list(result.sections.items()):
        unused = [
            handle for handle, resource in resources.items() if _is_unmanaged(resource) and (section, handle) not in names.used
        ]
        for handle in unused:
            del resources[handle]
        if not resources:
            del result.sections[section]


def _is_unmanaged(written: Any) -> bool:
    """Return whether a written resource is only there to be referred to."""
    return isinstance(written, dict) and (written.get("lifecycle") or {}).get("managed") is False


@dataclass(frozen=True)
class _Writer:
    """Writes one resource."""

    kind: Kind
    address: Address
    live: LiveResource
    state: LiveState
    names: Names
    shared: Counter[str]
    result: Exported

    def write(self) -> Any:
        """Return the resource as it stands below its handle, None when there is nothing to say."""
        tree = view(self.kind, self.live, self.names)
        is_finished = self.kind.finish is None or tree.pop(self.kind.finish.flag)
        if self._is_ours() or self.kind.system(self.live.data):
            return self._unmanaged(tree)
        if self._belongs_to_us() or any(isinstance(tree.get(name), RawId) for name in self.kind.key):
            return None
        if self.kind.finish and not is_finished:
            self._tell(f"left out: its last version is not {self.kind.finish.flag}, and a plan would do that")
            return None
        written = self._object(tree, self.kind.shape, ())
        for path in refused(written, self.kind):
            self._tell(f"{dotted(path)} is left out: it is not what a file may say")
        if self.kind.identity is Identity.BY_HANDLE and len(self.kind.shape.members) == 1:
            return next(iter(written.values()), None) or None
        return written | self._identity()

    def _is_ours(self) -> bool:
        """Return whether this is the application that the tool itself uses."""
        return bool(self.state.caller.client_id) and self.live.id == self.state.caller.client_id

    def _belongs_to_us(self) -> bool:
        """Return whether the resource hangs on the tool's own application; it is nobody's business to declare it."""
        me = self.state.caller.client_id
        return any(self.live.data.get(name) == me for name in self.kind.key_refs)

    def _unmanaged(self, tree: Tree) -> Tree:
        """Return a resource that others may refer to and nobody changes: its key alone."""
        keys = {name: escaped(tree[name]) for name in self.kind.key if tree.get(name) is not None}
        return keys | {"lifecycle": {"managed": False} | self._identity().get("lifecycle", {})}

    def _identity(self) -> Tree:
        """Return the id of a resource whose natural key others share."""
        if self.kind.identity is not Identity.LISTED:
            return {}
        return {"lifecycle": {"id": self.live.id}} if self.shared[_key(self.kind, self.live)] > 1 else {}

    def _object(self, tree: Mapping[str, Any], shape: Shape, path: Path) -> Tree:
        """Return the named members that can be declared; what says nothing is left out."""
        written: Tree = {}
        for name, member in shape.members.items():
            twin = member.mark(Twin)
            if twin and tree.get(twin.of) is not None:
                continue
            value = self._value(tree.get(name), member, (*path, name))
            if value is not ABSENT:
                written[name] = value
        if shape.is_open:
            written |= {name: self._unnamed(tree[name], (*path, name)) for name in sorted(set(tree) - set(shape.members))}
        return {name: value for name, value in written.items() if value is not ABSENT}

    def _unnamed(self, value: Any, path: Path) -> Any:
        """Return a member that no Spec names, unless its name sounds like a secret, which made it one."""
        if isinstance(value, Secret):
            self._tell(f"{dotted(path)} is left out: it may be a secret")
            return ABSENT
        if isinstance(value, Mapping):
            items = {name: self._unnamed(item, (*path, name)) for name, item in value.items()}
            return {name: item for name, item in items.items() if item is not ABSENT}
        return ABSENT if value is None else escaped(value)

    def _tell(self, sentence: str) -> None:
        """Remember what could not be written."""
        self.result.notes.append(f"{self.address}: {sentence}")

    def _leave_out(self, path: Path) -> None:
        """Remember a secret; one that is a field of its own is made by the tenant, and a new tenant makes a new one.

        Source: Auth0 Management API, `client_secret` of clients and `signing_secret` of resource servers.
        """
        if len(path) > 1:
            self.result.secrets.setdefault(self.address, []).append(path)

    def _value(self, value: Any, shape: Shape, path: Path) -> Any:
        """Return a value as it is declared, ABSENT when it cannot or need not be."""
        if isinstance(value, Secret):
            self._leave_out(path)
            return ABSENT
        if value is None or value in ("", {}) or isinstance(value, RawId):
            return ABSENT
        if isinstance(value, Mapping):
            written = self._object(value, shape, path) if shape.form is Form.OBJECT else self._map(value, shape, path)
            return written or ABSENT
        if isinstance(value, list):
            return self._list(value, shape, path)
        if isinstance(value, str) and shape.mark(Program):
            return self._program(value, path)
        return escaped(value)

    def _map(self, value: Mapping[str, Any], shape: Shape, path: Path) -> Any:
        """Return a free-form map; with keys that nothing stands for it is said to include the others.

        Of a map of secrets the tenant may tell the names alone.
        """
        if shape.mark(Sensitive):
            for key in value:
                self._leave_out((*path, str(key)))
            return {}
        written = {
            str(key): item
            for key, inner in value.items()
            if not isinstance(key, RawId) and (item := self._value(inner, shape.item or FREE, (*path, str(key)))) is not ABSENT
        }
        is_partial = len(written) < len(value) and (shape.mark(RefKeys) is not None)
        return {"include": written} if is_partial and written else {} if is_partial else written

    def _list(self, value: list[Any], shape: Shape, path: Path) -> Any:
        """Return a list; with items that nothing stands for it is said to include the others."""
        items = [item for item in value if not isinstance(item, RawId | Secret)]
        written = [self._value(item, shape.item or FREE, (*path, number)) for number, item in enumerate(items)]
        written = [item for item in written if item is not ABSENT]
        if shape.form is Form.SET:
            written = sorted(written, key=str)
        if len(items) == len(value):
            return written
        return {"include": written} if written and shape.form is not Form.ORDERED else ABSENT

    def _program(self, text: str, path: Path) -> str:
        """Return a mark for the file that holds the text."""
        suffix = "html" if text.lstrip().startswith("<") else "js"
        file = "/".join(("code", f"{self.address.section}-{self.address.handle}-{path[-1]}.{suffix}"))
        self.result.files[file] = text
        return f"${{file:{file}}}"
