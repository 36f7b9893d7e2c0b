"""Plants small mistakes in a package, one at a time, and says which of them no test notices.

``python scripts/mutate.py src/tenantry/plan --tests tests/plan --sample 200 --seed 1``. A mistake that the first tests do not
notice is tried on ``--then`` as well. Every mistake runs in a process of its own that was forked with everything imported.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}
PATIENCE_S = 90


@dataclass(frozen=True)
class Mutant:
    """One mistake: the file, the number of the node in it, which of its mistakes, and what it is."""

    path: Path
    node: int
    variant: int
    line: int
    what: str


def variants(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield what a node may be mistaken for, with a name for it."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPPED:
            yield "other comparison", _with(node, ops=[SWAPPED[type(op)]()])
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in SWAPPED:
            yield "other operator", _with(node, op=SWAPPED[type(op)]())
        case ast.UnaryOp(op=ast.Not()):
            yield "no not", node.operand
        case ast.Constant(value=bool()):
            yield "other truth", _with(node, value=not node.value)
        case ast.Constant(value=int(number)):
            yield "one more", _with(node, value=number + 1)
        case ast.If() | ast.IfExp() | ast.comprehension():
            yield from _conditions(node)
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield "returns None", _with(node, value=ast.Constant(None))
        case ast.Expr(value=ast.Call() | ast.YieldFrom() | ast.Yield()) | ast.AugAssign() | ast.Continue():
            yield "left out", ast.Pass()


def _conditions(node: ast.If | ast.IfExp | ast.comprehension) -> Iterator[tuple[str, ast.AST]]:
    """Yield a condition that always, and one that never holds."""
    for truth in (True, False):
        if isinstance(node, ast.comprehension):
            if node.ifs:
                yield f"if {truth}", _with(node, ifs=[ast.Constant(truth)])
        else:
            yield f"if {truth}", _with(node, test=ast.Constant(truth))


def _with(node: ast.AST, **members: object) -> ast.AST:
    """Return a copy of a node with other members."""
    other = copy.copy(node)
    for name, value in members.items():
        setattr(other, name, value)
    return other


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield every mistake of a file, but none in annotations and docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    dull = {id(inner) for outer in _annotations(tree) for inner in ast.walk(outer)}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) not in dull:
            for variant, (what, _) in enumerate(variants(node)):
                yield Mutant(path, number, variant, getattr(node, "lineno", 0), what)


def _annotations(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what is for the type checker, and decorators: that a value is frozen is no behaviour of its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from node.decorator_list
        if isinstance(node, ast.FunctionDef) and node.returns:
            yield node.returns
        elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
            yield node.annotation


class Planted(MetaPathFinder, Loader):
    """Imports one module with its mistake in it."""

    def __init__(self, mutant: Mutant, name: str) -> None:
        self.mutant = mutant
        self.name = name

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> ModuleSpec | None:
        """Return how to import the module, if it is the one."""
        return spec_from_loader(fullname, self, origin=str(self.mutant.path)) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the module with its mistake."""
        tree = ast.parse(self.mutant.path.read_text(encoding="utf-8"))
        nodes = list(ast.walk(tree))
        wrong = list(variants(nodes[self.mutant.node]))[self.mutant.variant][1]
        _replace(tree, nodes[self.mutant.node], wrong)
        exec(compile(ast.fix_missing_locations(tree), str(self.mutant.path), "exec"), module.__dict__)  # noqa: S102  the point of it


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Put one node in another's place."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list):
                setattr(parent, name, [new if item is old else item for item in value])


def survives(mutant: Mutant | None, source: Path, tests: list[str]) -> bool:
    """Return whether all tests pass although the mistake is there; no answer in time counts as noticed."""
    child = os.fork()
    if child == 0:
        os._exit(_run(mutant, source, tests))
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _run(mutant: Mutant | None, source: Path, tests: list[str]) -> int:
    """Return 0 when the tests pass with the mistake planted."""
    import pytest  # noqa: PLC0415  imported by the parent already

    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    if mutant:
        name = ".".join(mutant.path.relative_to(source).with_suffix("").parts)
        sys.meta_path.insert(0, Planted(mutant, name))
    try:
        return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests]))
    except BaseException:  # noqa: BLE001  whatever it is, it was noticed
        return 1


def main() -> None:
    """Print each mistake that nobody notices, and the score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path)
    parser.add_argument("--tests", nargs="+", required=True)
    parser.add_argument("--then", nargs="*", default=[])
    parser.add_argument("--preload", nargs="*", default=["tenantry.kinds"], help="modules without mistakes, imported once")
    parser.add_argument("--sample", type=int, default=0, help="how many mistakes, chosen by seed; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1e9, help="begin no further mistake after this time")
    given = parser.parse_args()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in ("pytest", *given.preload):
        importlib.import_module(name)

    source = Path("src")
    found = [mutant for path in sorted(given.package.rglob("*.py")) for mutant in mutants(path)]
    random.Random(given.seed).shuffle(found)  # noqa: S311  a sample, no secret
    chosen = found[: given.sample or None]
    if not all(survives(None, source, tests) for tests in (given.tests, given.then) if tests):
        sys.exit("the tests fail without any mistake")
    end = time.monotonic() + given.seconds

    def tried(mutant: Mutant) -> bool | None:
        if time.monotonic() > end:
            return None
        is_alive = survives(mutant, source, given.tests) and (not given.then or survives(mutant, source, given.then))
        if is_alive:
            print(f"{mutant.path}:{mutant.line}: {mutant.what}", flush=True)
        return is_alive

    with ThreadPoolExecutor(2) as pool:
        results = [each for each in pool.map(tried, chosen) if each is not None]
    killed = len(results) - sum(results)
    print(f"{killed} of {len(results)} mistakes noticed ({killed / len(results):.0%}); {len(found)} could be made")


if __name__ == "__main__":
    main()
