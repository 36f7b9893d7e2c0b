"""In which order calls must be made, derived from what they refer to; there is no list of kinds and no number.

A target exists before it is referred to, and every reference to it is gone before it goes. Members of lists (an API's scopes)
are targets as well: exchanging one widens the list, changes the referrers, then narrows the list. A name that only one
resource can have is given up before another takes it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from tenantry.model.address import Address
from tenantry.model.errors import PlanError
from tenantry.model.kind import Attaches
from tenantry.plan.draft import Draft, value_at
from tenantry.plan.handover import exchanged
from tenantry.plan.names import Names
from tenantry.plan.nodes import Node, deferrable, exchanging, narrowed, nodes_of
from tenantry.plan.references import Member, references
from tenantry.plan.types import Op, Step


def steps(drafts: Mapping[Address, Draft], names: Names) -> tuple[Step, ...]:
    """Return all calls of all changes in an order that the tenant accepts, with what each must wait for.

    Raises: PlanError when resources refer to each other in a circle that no second call can open; it shows the path.
    ConfigErrors when they exchange their names.
    """
    later: dict[Address, frozenset[str]] = {}
    torn: set[tuple[Address, Address]] = set()
    while True:
        nodes = [node for address, made in drafts.items() for node in nodes_of(made, names, later.get(address, frozenset()))]
        nodes = _split_exchanges(nodes, drafts, names)
        graph = _graph(nodes, drafts, torn)
        try:
            return _numbered(graph)
        except CycleError as circle:
            _open(circle.args[1], drafts, later, torn)


def _split_exchanges(nodes: list[Node], drafts: Mapping[Address, Draft], names: Names) -> list[Node]:
    """Return the nodes with every update in two that must come both before and after its referrers."""
    needed = {member for node in nodes for member in node.needs.members}
    dropped = {member for node in nodes for member in node.drops.members}
    result: list[Node] = []
    widened: dict[Node, Node] = {}
    for node in nodes:
        if node.op is Op.UPDATE and node.adds & needed and node.removes & dropped:
            wide, narrow = narrowed(node, drafts[node.address], names)
            widened[node] = wide
            result += (wide, narrow)
        else:
            result.append(node)
    for node in result if widened else ():
        node.follows = [widened.get(each, each) for each in node.follows]
    return result


def _graph(
    nodes: list[Node], drafts: Mapping[Address, Draft], torn: Collection[tuple[Address, Address]]
) -> dict[Node, set[Node]]:
    """Return for each node those that must be done before it; of two deletes in ``torn`` the second need not wait."""
    ready = {node.address: node for node in nodes if node.is_last}
    created = {node.address: node for node in nodes if node.op is Op.CREATE}
    deletes = {node.address: node for node in nodes if node.op is Op.DELETE}
    adders: dict[Member, Node] = {member: node for node in nodes for member in node.adds}
    graph: dict[Node, set[Node]] = {node: set(node.follows) for node in nodes}
    for node in nodes:
        for address in node.needs.resources:
            # What refers to itself follows its own create anyway.
            if address != node.address and address in ready and (address in created or ready[address].op is Op.FINISH):
                graph[node].add(ready[address])
        if node.op is Op.CREATE and node.address in node.needs.resources:
            graph[node].add(node)
        for member in node.needs.members & adders.keys():
            graph[node].add(adders[member])
        for address in node.drops.resources & deletes.keys():
            if deletes[address] is not node and (node.address, address) not in torn:
                graph[deletes[address]].add(node)
    _wait_for_droppers(nodes, graph)
    _wait_for_names(nodes, graph)
    _wait_for_switches(nodes, drafts, graph)
    return graph


def _wait_for_droppers(nodes: list[Node], graph: dict[Node, set[Node]]) -> None:
    """Let whoever takes a member away wait for all who still use it."""
    users: dict[Member, list[Node]] = {}
    for node in nodes:
        for member in node.drops.members:
            users.setdefault(member, []).append(node)
    for node in nodes:
        for member in node.removes & users.keys():
            graph[node].update(user for user in users[member] if user is not node)


def _wait_for_names(nodes: list[Node], graph: dict[Node, set[Node]]) -> None:
    """Let whoever takes a name wait for the one who gives it up."""
    givers = {node.frees: node for node in nodes if node.frees}
    for node in nodes:
        giver = givers.get(node.takes) if node.takes else None
        if giver and giver is not node:
            graph[node].add(giver)


def _wait_for_switches(nodes: list[Node], drafts: Mapping[Address, Draft], graph: dict[Node, set[Node]]) -> None:
    """Let what the server would join to others be made while it does not, or else before those others are."""
    made_by: dict[Attaches, list[Node]] = {}
    for node in nodes:
        for effect in drafts[node.address].kind.attaches if node.op is Op.CREATE else ():
            made_by.setdefault(effect, []).append(node)
    for effect, new in made_by.items():
        turned = [(node, will) for node in nodes if (will := _turned(node, effect, drafts)) is not None]
        for switch, will in turned:
            if will:
                graph[switch].update(new)
            else:
                for node in new:
                    graph[node].add(switch)
        for node in nodes if not turned else ():
            if node.op is Op.CREATE and node.address.section == effect.section and _is_exact(node, effect, drafts):
                graph[node].update(new)


def _turned(node: Node, effect: Attaches, drafts: Mapping[Address, Draft]) -> bool | None:
    """Return what the node turns the effect's switch to, None when it leaves it alone."""
    section, *path = effect.switch
    if node.op is not Op.UPDATE or node.address.section != section:
        return None
    made = drafts[node.address]
    was, will = (value_at(each, path) is not False for each in (made.live, made.target))
    return will if was is not will else None


def _is_exact(node: Node, effect: Attaches, drafts: Mapping[Address, Draft]) -> bool:
    """Return whether the resource declares whom exactly it is joined to."""
    resource = drafts[node.address].resource
    return resource is not None and isinstance(resource.fields.get(effect.part), list)


def _numbered(graph: dict[Node, set[Node]]) -> tuple[Step, ...]:
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
    """
    for op, choices in ((Op.CREATE, deferrable), (Op.UPDATE, exchanging)):
        for node in circle:
            made, already = drafts[node.address], later.get(node.address, frozenset())
            for name in choices(made) if node.op is op else ():
                if name not in already and _refers_into(made, name, circle):
                    later[node.address] = already | {name}
                    return
    if all(node.op is Op.DELETE for node in circle):
        torn.add((circle[0].address, circle[1].address))
        return
    if handed := [(drafts[giver.address], drafts[taker.address]) for giver, taker in pairwise(circle) if _hands(giver, taker)]:
        raise exchanged(handed)
    path = " → ".join(dict.fromkeys(str(node.address) for node in circle))
    message = f"these resources refer to each other in a circle that cannot be opened: {path}"
    raise PlanError(message)


def _hands(giver: Node, taker: Node) -> bool:
    """Return whether one takes the name that the other gives up."""
    return giver.frees is not None and giver.frees == taker.takes


def _refers_into(made: Draft, name: str, circle: list[Node]) -> bool:
    """Return whether a field refers to a resource of the circle."""
    named = references({name: made.target[name]}, made.kind.shape).resources
    return bool(named & {node.address for node in circle})
