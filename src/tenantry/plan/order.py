"""In which order the calls of a plan are made; circles are opened by writing a reference later, or letting go of it earlier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from tenantry.model.address import Address
from tenantry.model.errors import PlanError
from tenantry.plan.draft import Draft
from tenantry.plan.graph import Graph, graph_of, split_exchanges
from tenantry.plan.handover import exchanged
from tenantry.plan.names import Names
from tenantry.plan.nodes import Node, deferrable, exchanging, nodes_of
from tenantry.plan.references import references
from tenantry.plan.types import Op, Step


def steps(drafts: Mapping[Address, Draft], names: Names) -> tuple[Step, ...]:
    """Return all calls of all changes in an order that the tenant accepts, with what each must wait for.

    Raises: PlanError when resources refer to each other in a circle that no second call can open; it shows the path.
    ConfigErrors when they exchange their names.
    """
    acting = [made for made in drafts.values() if made.action]
    later: dict[Address, frozenset[str]] = {}
    torn: set[tuple[Address, Address]] = set()
    while True:
        nodes = [node for made in acting for node in nodes_of(made, names, later.get(made.address, frozenset()))]
        graph = graph_of(split_exchanges(nodes, drafts, names), drafts, torn)
        try:
            return _numbered(graph)
        except CycleError as circle:
            _open(circle.args[1], drafts, later, torn)


def _numbered(graph: Graph) -> tuple[Step, ...]:
    """Return the nodes as numbered steps; among those that may come next the order is that of their addresses.

    Raises: CycleError with the same circle for the same plan in every process.
    """
    place = {node: number for number, node in enumerate(graph)}
    sorter = TopologicalSorter({node: sorted(before, key=place.__getitem__) for node, before in graph.items()})
    sorter.prepare()
    numbers: dict[Node, int] = {}
    result: list[Step] = []
    while sorter.is_active():
        for node in sorted(sorter.get_ready(), key=_by_address):
            numbers[node] = len(result) + 1
            after = tuple(sorted(numbers[each] for each in graph[node]))
            result.append(Step(numbers[node], node.address, node.op, node.call, after, before=node.before, until=node.until))
            sorter.done(node)
    return tuple(result)


def _by_address(node: Node) -> tuple[str, str, str]:
    return (node.address.section, node.address.handle, str(node.call.path))


def _open(
    circle: list[Node],
    drafts: Mapping[Address, Draft],
    later: dict[Address, frozenset[str]],
    torn: set[tuple[Address, Address]],
) -> None:
    """Choose a reference in the circle that can be written in a second call, or a list that can let go in a first one.

    Where things that all go refer to each other, one has to go while another still refers to it.

    Raises: PlanError; ConfigErrors.
    """
    for address, name in _choices(circle, drafts):
        if name not in later.get(address, ()):
            later[address] = later.get(address, frozenset()) | {name}
            return
    if any(node.op is not Op.DELETE for node in circle):
        raise _closed(circle, drafts)
    torn.add((circle[0].address, circle[1].address))


def _choices(circle: list[Node], drafts: Mapping[Address, Draft]) -> Iterator[tuple[Address, str]]:
    """Yield the fields that refer into the circle and can be written in two calls."""
    for op, choices in ((Op.CREATE, deferrable), (Op.UPDATE, exchanging)):
        for node in circle:
            made = drafts[node.address]
            for name in choices(made) if node.op is op else ():
                if _refers_into(made, name, circle):
                    yield node.address, name


def _closed(circle: list[Node], drafts: Mapping[Address, Draft]) -> Exception:
    """Return the error of a circle that nothing opens."""
    handed = [(drafts[giver.address], drafts[taker.address]) for giver, taker in pairwise(circle) if _hands(giver, taker)]
    if handed:
        return exchanged(handed)
    path = " → ".join(dict.fromkeys(str(node.address) for node in circle))
    return PlanError(f"these resources refer to each other in a circle that cannot be opened: {path}")


def _hands(giver: Node, taker: Node) -> bool:
    """Return whether one takes the name that the other gives up."""
    return giver.frees is not None and giver.frees == taker.takes


def _refers_into(made: Draft, name: str, circle: list[Node]) -> bool:
    """Return whether a field refers to a resource of the circle."""
    named = references({name: made.target[name]}, made.kind.shape).resources
    return bool(named & {node.address for node in circle})
