"""Which call must wait for which, derived from what they refer to; there is no list of kinds and no number.

A target exists before it is referred to, and every reference to it is gone before it goes. Members of lists (an API's scopes)
are targets as well: exchanging one widens the list, changes the referrers, then narrows the list. A name that only one
resource can have is given up before another takes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from tenantry.model.address import Address
from tenantry.model.kind import Attaches
from tenantry.model.values import value_at
from tenantry.plan.draft import Draft
from tenantry.plan.names import Names
from tenantry.plan.nodes import Node, narrowed
from tenantry.plan.references import Member
from tenantry.plan.types import Op

Graph = dict[Node, set[Node]]
"""By call: those that must be done before it."""
Torn = Collection[tuple[Address, Address]]
"""Pairs of deletes of which the second need not wait for the first to let go of it."""


def graph_of(nodes: Sequence[Node], drafts: Mapping[Address, Draft], torn: Torn) -> Graph:
    """Return for each call those that must be done before it."""
    graph = {node: set(node.follows) for node in nodes}
    _wait_for_targets(nodes, graph)
    _wait_for_members(nodes, graph)
    _wait_for_referrers(nodes, graph, torn)
    _wait_for_droppers(nodes, graph)
    _wait_for_names(nodes, graph)
    _wait_for_switches(nodes, graph, drafts)
    return graph


def split_exchanges(nodes: list[Node], drafts: Mapping[Address, Draft], names: Names) -> list[Node]:
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


def _wait_for_targets(nodes: Sequence[Node], graph: Graph) -> None:
    """Let whoever refers to a resource wait until it is there, and finished where it has staged work."""
    ready = {node.address: node for node in nodes if node.is_last}
    created = {node.address for node in nodes if node.op is Op.CREATE}
    for node in nodes:
        for address in (node.needs.resources - {node.address}) & ready.keys():
            if address in created or ready[address].op is Op.FINISH:
                graph[node].add(ready[address])
        if node.op is Op.CREATE and node.address in node.needs.resources:
            graph[node].add(node)  # a circle of one, to be opened


def _wait_for_members(nodes: Sequence[Node], graph: Graph) -> None:
    """Let whoever uses a member of a list wait until it is in there."""
    adders = {member: node for node in nodes for member in node.adds}
    for node in nodes:
        graph[node].update(adders[member] for member in node.needs.members & adders.keys())


def _wait_for_referrers(nodes: Sequence[Node], graph: Graph, torn: Torn) -> None:
    """Let what goes wait until nobody refers to it."""
    deletes = {node.address: node for node in nodes if node.op is Op.DELETE}
    for node in nodes:
        for address in node.drops.resources & deletes.keys():
            if deletes[address] is not node and (node.address, address) not in torn:
                graph[deletes[address]].add(node)


def _wait_for_droppers(nodes: Sequence[Node], graph: Graph) -> None:
    """Let whoever takes a member away wait for all who still use it."""
    users: dict[Member, list[Node]] = {}
    for node in nodes:
        for member in node.drops.members:
            users.setdefault(member, []).append(node)
    for node in nodes:
        for member in node.removes & users.keys():
            graph[node].update(user for user in users[member] if user is not node)


def _wait_for_names(nodes: Sequence[Node], graph: Graph) -> None:
    """Let whoever takes a name wait for the one who gives it up."""
    givers = {node.frees: node for node in nodes if node.frees}
    for node in nodes:
        giver = givers.get(node.takes) if node.takes else None
        if giver and giver is not node:
            graph[node].add(giver)


def _wait_for_switches(nodes: Sequence[Node], graph: Graph, drafts: Mapping[Address, Draft]) -> None:
    """Let what the server would join to others be made while it does not, or else before those others are."""
    made_by: dict[Attaches, list[Node]] = {}
    for node in nodes:
        for effect in drafts[node.address].kind.attaches if node.op is Op.CREATE else ():
            made_by.setdefault(effect, []).append(node)
    for effect, new in made_by.items():
        turned = [(node, will) for node in nodes if (will := _turned(node, effect, drafts)) is not None]
        for switch, will in turned:
            _wait_for_all(graph, [switch], new) if will else _wait_for_all(graph, new, [switch])
        if not turned:
            _wait_for_all(graph, [node for node in nodes if _holds_exactly(node, effect, drafts)], new)


def _wait_for_all(graph: Graph, waiting: Iterable[Node], first: Iterable[Node]) -> None:
    for node in waiting:
        graph[node].update(first)


def _turned(node: Node, effect: Attaches, drafts: Mapping[Address, Draft]) -> bool | None:
    """Return what the node turns the effect's switch to, None when it leaves it alone."""
    section, *path = effect.switch
    if node.op is not Op.UPDATE or node.address.section != section:
        return None
    made = drafts[node.address]
    was, will = (value_at(each, path) is not False for each in (made.live, made.target))
    return will if was is not will else None


def _holds_exactly(node: Node, effect: Attaches, drafts: Mapping[Address, Draft]) -> bool:
    """Return whether the call creates what others are joined to, and a file declares whom exactly."""
    resource = drafts[node.address].resource
    is_new = node.op is Op.CREATE and node.address.section == effect.section
    return is_new and resource is not None and isinstance(resource.fields.get(effect.part), list)
