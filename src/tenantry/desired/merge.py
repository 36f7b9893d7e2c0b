"""Levels of files become one: a later level overrides, two on one level must not contradict each other."""

from __future__ import annotations

from collections.abc import Iterable
from glob import has_magic
from itertools import takewhile
from os.path import normpath
from pathlib import Path as FilePath

from tenantry.desired.files import OUTSIDE, followed, workspace_of
from tenantry.desired.mistakes import Mistakes
from tenantry.desired.reader import read
from tenantry.desired.tree import Mapping, Node, Scalar, Sequence, is_partial
from tenantry.model.place import Path, Place, dotted

UNSET = "${unset}"
_UNITING = (("manage", "protect"), ("manage", "ignore"))
_BLOCKS = (("tenant",), ("manage",), ("smoke",), ("outputs",))
"""What no tenant holds, so none of it is declared in part: `include` is a name there like any other."""


class Levels:
    """Gathers a tenant file and all it extends."""

    def __init__(self, mistakes: Mistakes, aliases: dict[str, str], base: FilePath) -> None:
        self.mistakes = mistakes
        self.aliases = aliases
        self.base = base
        self.files: dict[FilePath, Mapping] = {}
        self.paths: dict[str, FilePath] = {}
        self.used: dict[str, FilePath] = {}
        """The files that the last ``whole`` was made from, by name."""

    def name(self, path: FilePath) -> str:
        """Return a file's name as messages show it: relative to where the command runs, if it is below."""
        try:
            return path.relative_to(self.base).as_posix()
        except ValueError:
            return str(path)

    def own(self, path: FilePath) -> Mapping:
        """Return what one file says by itself, its sections under their own names."""
        path = path.resolve()
        if path not in self.files:
            self.paths[self.name(path)] = path
            self.files[path] = self._canonical(read(path, self.name(path), self.mistakes))
        return self.files[path]

    def whole(self, path: FilePath, via: tuple[FilePath, ...] = ()) -> Mapping:
        """Return what a file says together with all it extends."""
        path = path.resolve()
        own = self.own(path)
        if not via:
            self.used = {}
        self.used[self.name(path)] = path
        merged: Node = Mapping(own.place)
        for fragment in self._extended(path, own, (*via, path)):
            merged = beside(merged, self.whole(fragment, (*via, path)), self.mistakes)
        result = over(merged, own.without("extends", "version"))
        return result if isinstance(result, Mapping) else own

    def _extended(self, path: FilePath, own: Mapping, via: tuple[FilePath, ...]) -> Iterable[FilePath]:
        """Yield the fragments that a file brings in, each once, in order."""
        seen: set[FilePath] = set()
        for node in _items(own.child("extends")):
            if not (isinstance(node, Scalar) and isinstance(node.value, str) and node.value):
                self.mistakes.add("`extends` lists files or patterns, such as `shared/*.yaml`", node.place)
                continue
            for fragment in self._found(path, node, workspace_of(via[0])):
                if fragment in via:
                    chain = " → ".join(self.name(step) for step in (*via[via.index(fragment) :], fragment))
                    self.mistakes.add(f"these files extend each other in a circle: {chain}", node.place)
                elif fragment not in seen:
                    seen.add(fragment)
                    self._is_fragment(fragment, node.place)
                    yield fragment

    def _found(self, path: FilePath, node: Scalar, workspace: FilePath) -> Iterable[FilePath]:
        """Yield the files that one entry means: wherever it says, but no link may lead out of the workspace."""
        try:
            found = self._fitting(path.parent, node)
        except (OSError, ValueError, NotImplementedError) as wrong:
            why = (isinstance(wrong, OSError) and wrong.strerror) or "it is no path"
            self.mistakes.add(f"`{node.value}` cannot be read: {why}", node.place)
            return
        for said, fragment in found:
            if said == fragment or fragment.is_relative_to(workspace):
                yield fragment
            else:
                told = f"`{node.value}` is a link to {fragment}, {OUTSIDE} {workspace}, which links may not leave"
                self.mistakes.add(told, node.place)

    def _fitting(self, beside: FilePath, node: Scalar) -> list[tuple[FilePath, FilePath]]:
        """Return the file itself, or those that fit the pattern, by path: as said, and once links are followed.

        Raises: OSError, ValueError or NotImplementedError for what can be no path or pattern.
        """
        begin, pattern = _split(str(node.value))
        base = FilePath(normpath(beside / begin))
        said = sorted(base.glob(pattern)) if pattern else [base]
        found = [(each, followed(each)) for each in said]
        if not (files := [pair for pair in found if pair[1].is_file()]):
            missing = "no file fits the pattern" if pattern else "there is no file"
            self.mistakes.add(f"{missing} `{node.value}`" + ("" if pattern else f" beside {node.place.file}"), node.place)
        return files

    def _is_fragment(self, fragment: FilePath, place: Place) -> None:
        """Remember a mistake if a whole tenant is extended."""
        if "tenant" in self.own(fragment).entries:
            self.mistakes.add(f"{self.name(fragment)} is a tenant of its own; only fragments can be extended", place)

    def _canonical(self, root: Mapping) -> Mapping:
        """Return the file with its sections under their own names."""
        result = Mapping(root.place)
        for name, node in root.entries.items():
            canonical = self.aliases.get(name, name)
            value = _databases(node) if name == "databases" else node
            if canonical in result.entries:
                value = beside(result.entries[canonical], value, self.mistakes, (canonical,))
            result.entries[canonical] = value
            result.keys.setdefault(canonical, root.keys[name])
        return result


def _split(entry: str) -> tuple[str, str]:
    """Return an entry's plain beginning, and the pattern that follows it, if one does."""
    parts = FilePath(entry).parts
    plain = [*takewhile(lambda part: not has_magic(part), parts)]
    return str(FilePath(*plain)), "/".join(parts[len(plain) :])


def _databases(section: Node) -> Node:
    """Return connections that were declared as databases with their strategy said."""
    if not isinstance(section, Mapping):
        return section
    entries = {
        handle: over(Mapping(node.place, {"strategy": Scalar(node.place, "auth0", "auth0")}), node)
        if isinstance(node, Mapping)
        else node
        for handle, node in section.entries.items()
    }
    return Mapping(section.place, entries, section.keys)


def _items(node: Node | None) -> tuple[Node, ...]:
    """Return the entries of ``extends``; a single one may stand without a list."""
    if node is None:
        return ()
    return node.items if isinstance(node, Sequence) else (node,)


def _is_map(node: Node, path: Path) -> bool:
    """Return whether the node merges key by key; a section may hold a resource whose handle is `include`."""
    return isinstance(node, Mapping) and (len(path) <= 1 or path[:1] in _BLOCKS or not is_partial(node))


def over(base: Node, later: Node, path: Path = ()) -> Node:
    """Return ``base`` with what a later level says: maps merge key by key, everything else replaces."""
    if isinstance(base, Mapping) and isinstance(later, Mapping) and _is_map(base, path) and _is_map(later, path):
        entries, keys = dict(base.entries), {**base.keys, **later.keys}
        for name, node in later.entries.items():
            entries[name] = over(entries[name], node, (*path, name)) if name in entries else node
        return Mapping(later.place, entries, keys)
    return _united(base, later) if path[:2] in _UNITING else later


def beside(left: Node, right: Node, mistakes: Mistakes, path: Path = ()) -> Node:
    """Return both together; where they set the same leaf, neither may win, and that is a mistake."""
    if isinstance(left, Mapping) and isinstance(right, Mapping) and _is_map(left, path) and _is_map(right, path):
        entries, keys = dict(left.entries), {**right.keys, **left.keys}
        for name, node in right.entries.items():
            entries[name] = beside(entries[name], node, mistakes, (*path, name)) if name in entries else node
        return Mapping(left.place, entries, keys)
    if path[:2] in _UNITING:
        return _united(left, right)
    if left.place != right.place:
        mistakes.add(
            f"`{dotted(path)}` is set here and at {left.place}, by files of one level; set it in one of them, or in the "
            "file that extends both",
            right.place,
        )
    return left


def _united(left: Node, right: Node) -> Node:
    """Return two lists as one."""
    if not (isinstance(left, Sequence) and isinstance(right, Sequence)):
        return right
    known = {item.value for item in left.items if isinstance(item, Scalar)}
    added = tuple(item for item in right.items if not (isinstance(item, Scalar) and item.value in known))
    return Sequence(right.place, (*left.items, *added))


def settled(root: Mapping) -> Mapping:
    """Return the map without the keys, at any depth, that ``${unset}`` takes back."""
    if root.is_settled:
        return root
    kept = {name: _settled(item) for name, item in root.entries.items() if not _is_unset(item)}
    return Mapping(root.place, kept, root.keys)


def _settled(node: Node) -> Node:
    """Return a value without the keys that ``${unset}`` takes back."""
    match node:
        case Mapping():
            return settled(node)
        case Sequence() if not node.is_settled:
            return Sequence(node.place, tuple(_settled(item) for item in node.items))
        case _:
            return node


def _is_unset(node: Node) -> bool:
    """Return whether the value takes back what a fragment said."""
    return isinstance(node, Scalar) and node.value == UNSET
