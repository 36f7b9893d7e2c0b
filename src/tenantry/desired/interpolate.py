"""``${…}`` marks on parsed values: variables, environment, secrets, the tenant's names, files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from tenantry.desired.files import OUTSIDE, followed
from tenantry.desired.mistakes import Mistakes, listed, nearest
from tenantry.desired.secrets import CREDENTIAL, NAME, Secrets
from tenantry.desired.tree import HOLE, Hole, Node, Scalar, Sequence
from tenantry.desired.tree import Mapping as Map
from tenantry.files import read_bytes
from tenantry.model.marks import Program
from tenantry.model.secret import Secret, TextSecret
from tenantry.model.spec import FREE, Shape

_MARK = re.compile(r"\$\$\{|\$\{([^{}]*)\}")
_WHOLE = re.compile(r"\$\{([^{}]*)\}")
_SYMBOLIC = re.compile(r"\$\{(?!var\.|env\.|secret\.|tenant\.|file:)[a-z_]+\.[^{}]*\}")
_SOURCES = ("var", "env", "secret", "tenant", "file")
MOST_BYTES = 1_000_000


class Interpolation:
    """Replaces marks; what cannot be replaced is remembered as a mistake and left out."""

    def __init__(
        self,
        *,
        variables: Map,
        environ: Mapping[str, str],
        secrets: Secrets,
        mistakes: Mistakes,
        files: Mapping[str, Path],
        workspace: Path,
    ) -> None:
        self.variables = variables
        self.environ = environ
        self.secrets = secrets
        self.mistakes = mistakes
        self.files = files
        self.workspace = workspace
        self.tenant: dict[str, str] = {}
        self.inputs: dict[str, str] = {}
        self._busy: list[str] = []

    def node(self, node: Node, shape: Shape = FREE) -> Node:
        """Return the node with every mark inside it replaced; the shape tells which texts are programs."""
        if node.is_settled:
            return node
        match node:
            case Map():
                return self.map(node, shape)
            case Sequence():
                items = (each for item in node.items for each in self._items(item, shape.item or FREE))
                return Sequence(node.place, tuple(items))
            case Scalar():
                return self.scalar(node, is_program=shape.mark(Program) is not None)

    def map(self, node: Map, shape: Shape = FREE) -> Map:
        """Return the map with every mark inside it replaced."""
        if node.is_settled:
            return node
        entries = {name: self.node(item, _inside(shape, name)) for name, item in node.entries.items()}
        return Map(node.place, entries, node.keys)

    def scalar(self, node: Scalar, *, is_program: bool = False) -> Node:
        """Return the value with its marks replaced; a value that is one mark takes what it stands for."""
        text = node.value
        if node.is_settled or not isinstance(text, str):
            return node
        if whole := _WHOLE.fullmatch(text):
            return self._mark(whole[1], node) or Scalar(node.place, HOLE)
        return node if is_program else self._text(node, text)

    def symbolic(self, node: Scalar) -> Scalar:
        """Return an output: marks that name resources stay, others are replaced."""
        text, kept = str(node.value), list[str]()

        def keep(match: re.Match[str]) -> str:
            kept.append(match[0])
            return f"\0{len(kept) - 1}\0"

        masked = Scalar(node.place, _SYMBOLIC.sub(keep, text), node.text, node.is_plain)
        filled = self.scalar(masked)
        if not isinstance(filled, Scalar) or not isinstance(filled.value, str):
            return filled if isinstance(filled, Scalar) else Scalar(node.place, None)
        value = filled.value
        for index, mark in enumerate(kept):
            value = value.replace(f"\0{index}\0", mark)
        return Scalar(node.place, value, node.text, node.is_plain)

    def _items(self, item: Node, shape: Shape) -> tuple[Node, ...]:
        """Return a list's item; one that is exactly a variable holding a list is spliced."""
        filled = self.node(item, shape)
        is_mark = isinstance(item, Scalar) and isinstance(item.value, str) and _WHOLE.fullmatch(item.value)
        return filled.items if is_mark and isinstance(filled, Sequence) else (filled,)

    def _text(self, node: Scalar, text: str) -> Scalar:
        """Return a text with marks inside it; with a secret inside, the whole text is one."""
        parts: list[str | Secret | Hole] = []
        position = 0
        for match in _MARK.finditer(text):
            parts.append(text[position : match.start()])
            parts.append("${" if match[1] is None else self._part(match[1], node))
            position = match.end()
        parts.append(text[position:])
        if "${" in _MARK.sub(" ", text):
            self.mistakes.add("`${` is not closed here; write `$${` for the two characters themselves", node.place)
            return Scalar(node.place, HOLE)
        sound = tuple(part for part in parts if not isinstance(part, Hole))
        if len(sound) < len(parts):
            return Scalar(node.place, HOLE)
        if any(isinstance(part, Secret) for part in sound):
            return Scalar(node.place, TextSecret.made_of(sound), node.text, is_plain=False)
        return Scalar(node.place, "".join(str(part) for part in sound), node.text, is_plain=False)

    def _part(self, mark: str, node: Scalar) -> str | Secret | Hole:
        """Return what a mark inside a text stands for."""
        if mark.startswith("file:"):
            self.mistakes.add("`${file:…}` must be the whole value", node.place)
            return HOLE
        filled = self._mark(mark, node)
        if filled is None:
            return HOLE
        if not isinstance(filled, Scalar) or filled.value is None:
            self.mistakes.add(f"`${{{mark}}}` is no single value, so it cannot stand inside a text", node.place)
            return HOLE
        if isinstance(filled.value, Secret | Hole):
            return filled.value
        return str(filled.value).lower() if isinstance(filled.value, bool) else str(filled.value)

    def _mark(self, mark: str, node: Scalar) -> Node | None:
        """Return what a mark stands for, or None with a mistake remembered."""
        source, separator, name = ("file", ":", mark.removeprefix("file:")) if mark.startswith("file:") else mark.partition(".")
        if mark == "unset":
            self.mistakes.add("`${unset}` takes back a key of a map; here there is nothing to take back", node.place)
            return None
        if source not in _SOURCES or not separator or not name:
            known = "`var.x`, `env.X`, `secret.X`, `tenant.domain`, `file:path`"
            hint = nearest(source, _SOURCES) or f"; known are {known}"
            self.mistakes.add(f"`${{{mark}}}` stands for nothing{hint}; write `$${{` for the characters", node.place)
            return None
        readers: dict[str, Callable[[str, Scalar], Node | None]] = {
            "var": self._variable,
            "env": self._environment,
            "secret": self._secret,
            "tenant": self._tenant,
            "file": self._file,
        }
        return readers[source](name, node)

    def _variable(self, name: str, node: Scalar) -> Node | None:
        """Return a variable, its own marks replaced."""
        found: Node | None = self.variables
        for step in name.split("."):
            found = found.entries.get(step) if isinstance(found, Map) else None
        if found is None:
            self.mistakes.add(f"there is no variable `{name}` under `vars:`{nearest(name, self.variables.entries)}", node.place)
            return None
        if name in self._busy:
            circle = " → ".join([*self._busy[self._busy.index(name) :], name])
            self.mistakes.add(f"variables refer to each other in a circle: {circle}", node.place)
            return None
        self._busy.append(name)
        try:
            return self.node(found)
        finally:
            self._busy.pop()

    def _environment(self, name: str, node: Scalar) -> Node | None:
        """Return an environment variable, unless its name is that of a credential."""
        if CREDENTIAL.search(name):
            self.mistakes.add(f"`{name}` looks like a credential; write `${{secret.{name}}}`", node.place)
            return None
        if name not in self.environ:
            near = nearest(name, (each for each in self.environ if not CREDENTIAL.search(each)))
            self.mistakes.add(f"the environment variable `{name}` is not set{near}", node.place)
            return None
        return Scalar(node.place, self.environ[name], node.text, is_plain=False)

    def _secret(self, name: str, node: Scalar) -> Node | None:
        """Return a secret that is looked up when it is needed."""
        if not NAME.fullmatch(name):
            self.mistakes.add(f"`{name}` cannot name a secret: use letters, digits and `_`", node.place)
            return None
        return Scalar(node.place, self.secrets.secret(name), node.text, is_plain=False)

    def _tenant(self, name: str, node: Scalar) -> Node | None:
        """Return one of the tenant's names."""
        if name not in self.tenant:
            where = f"known are {listed(self.tenant)}" if self.tenant else "the `tenant:` block itself cannot use it"
            hint = nearest(name, self.tenant)
            self.mistakes.add(f"`${{tenant.{name}}}` stands for nothing here{hint}; {where}", node.place)
            return None
        return Scalar(node.place, self.tenant[name], node.text, is_plain=False)

    def _file(self, name: str, node: Scalar) -> Node | None:
        """Return the text of a file inside the workspace; marks in it are left alone."""
        try:
            path = followed(self.files[node.place.file].parent / name.strip())
            if not path.is_relative_to(self.workspace):
                self.mistakes.add(f"the file `{name}` is {OUTSIDE}, which files may not leave", node.place)
                return None
            data = read_bytes(path, MOST_BYTES)
            text = data.decode("utf-8")
        except FileNotFoundError:
            self.mistakes.add(f"there is no file `{name}` beside {node.place.file}", node.place)
            return None
        except OSError as wrong:
            self.mistakes.add(f"the file `{name}` cannot be read: {wrong.strerror or wrong}", node.place)
            return None
        except UnicodeDecodeError:
            self.mistakes.add(f"the file `{name}` is not UTF-8 text", node.place)
            return None
        self.inputs[path.relative_to(self.workspace).as_posix()] = hashlib.sha256(data).hexdigest()
        return Scalar(node.place, text, node.text, is_plain=False)


def _inside(shape: Shape, name: str) -> Shape:
    """Return the shape of a member, seen through the include form of a collection."""
    if name == "include" and name not in shape.members:
        return shape
    return shape.members.get(name) or shape.item or FREE
