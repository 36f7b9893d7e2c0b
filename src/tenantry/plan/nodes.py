"""The calls that make one change come true, each with what it needs, gives, drops and takes away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tenantry.model.address import Address, IdOf
from tenantry.model.call import Call, Wait, placeholders
from tenantry.model.kind import Kind, PartCall
from tenantry.model.marks import CREATE_ONLY, IMMUTABLE, UPDATE_ONLY, Ref
from tenantry.model.spec import Form
from tenantry.plan.compare import by_key
from tenantry.plan.draft import Draft, Tree
from tenantry.plan.handover import Name, given_up, taken
from tenantry.plan.names import Names
from tenantry.plan.references import Member, References, references
from tenantry.plan.types import Action, Op
from tenantry.plan.wire import changed, created, whole


@dataclass(eq=False)
class Node:
    """One call in the graph of a plan.

    ``needs`` must exist before, ``drops`` are references that this call ends, ``adds`` and ``removes`` are members of the
    resource's own lists that come and go. ``frees`` is the name that the resource gives up, ``takes`` the one it gets, where
    only one can have it. ``is_last`` marks the call after which the resource is ready to be referred to.
    """

    address: Address
    op: Op
    call: Call
    needs: References = field(default_factory=References)
    drops: References = field(default_factory=References)
    adds: set[Member] = field(default_factory=set)
    removes: set[Member] = field(default_factory=set)
    frees: Name | None = None
    takes: Name | None = None
    follows: list[Node] = field(default_factory=list)
    before: Wait | None = None
    until: Wait | None = None
    is_last: bool = False


def nodes_of(made: Draft, names: Names, later: frozenset[str] = frozenset()) -> list[Node]:
    """Return the calls of one change, in the order the change itself dictates.

    Of a create the fields in ``later`` follow in a second call; of an update they first let go of what they lose.
    """
    writer = _Writer(made, names, later)
    match made.action:
        case Action.CREATE:
            return writer.create([])
        case Action.UPDATE:
            return writer.update()
        case Action.DELETE:
            return [writer.delete()]
        case Action.REPLACE:
            gone = writer.delete()
            return [gone, *_Writer(_as_new(made), names, later).create([gone])]
        case _:
            return []


def _as_new(made: Draft) -> Draft:
    """Return the draft with all that is declared of its resource, to create it anew."""
    target = made.target
    if made.resource:
        # Create-only fields do not count on an existing resource; the new one needs them.
        extra = {name: value for name, value in made.resource.fields.items() if made.shape(name).has(CREATE_ONLY)}
        target = {**extra, **target}
    return replace(made, target=target)


class _Writer:
    """Writes the calls of one draft."""

    def __init__(self, made: Draft, names: Names, later: frozenset[str]) -> None:
        self.made = made
        self.kind: Kind = made.kind
        self.names = names
        self.twice = later
        self.later = later | {name for name in made.target if made.shape(name).has(UPDATE_ONLY)}
        self.id = IdOf(made.address)

    def create(self, follows: list[Node]) -> list[Node]:
        """Return the create, what must be said in a second call, the parts, and the finish."""
        now = {name: value for name, value in self.base(self.made.target).items() if name not in self.later}
        body = self.kind.to_wire(created(now, self.kind.shape, self.names))
        node = Node(self.made.address, Op.CREATE, Call("POST", self.collection, body), follows=follows)
        node.needs = references(now, self.kind.shape)
        node.adds = self.own_members(now)
        node.takes = taken(self.made)
        node.is_last = True
        nodes = [node]
        second = {name: value for name, value in self.base(self.made.target).items() if name in self.later}
        if second:
            nodes.append(self.patch(second, {}, Op.SET_REFERENCE, [node]))
        nodes += self.parts({}, self.made.target, [node])
        return self.finished(nodes, after=node)

    def update(self) -> list[Node]:
        """Return the update of the fields that changed, of the parts that changed, and the finish."""
        fields = {name: self.made.target[name] for name in self.base(self.made.target) if name in self.made.changed}
        freed = {name: kept(self.made.live.get(name), value) for name, value in fields.items() if name in self.twice}
        nodes = [self.patch(freed, self.made.live, Op.NARROW, [])] if freed else []
        if fields:
            nodes.append(self.patch(fields, {**self.made.live, **freed}, Op.UPDATE, nodes[:]))
        if freed:
            nodes[-1].drops = References()
        changed_parts = {name: self.made.target[name] for name in self.kind.part_fields & self.made.changed}
        part_nodes = self.parts(self.made.live, changed_parts, [])
        return self.finished([*nodes, *part_nodes], after=nodes[-1] if nodes else None)

    def delete(self) -> Node:
        """Return the delete, which ends every reference that the resource holds."""
        call = Call("DELETE", self.kind.one(self.id))
        return Node(
            self.made.address,
            Op.DELETE,
            call,
            drops=references(self.made.known, self.kind.shape, raw=self.names.doomed),
            frees=given_up(self.made),
            until=Wait(self.kind.one(self.id)) if self.kind.deletes_later else None,
        )

    def patch(self, fields: Tree, live: Tree, op: Op, follows: list[Node]) -> Node:
        """Return one update call that carries these fields."""
        body: Tree = {}
        for name, value in fields.items():
            is_resent = name in self.made.resent
            shape = self.made.shape(name)
            body[name] = changed(live.get(name), value, shape, self.names, resend=is_resent)
        call = Call("PATCH", self.kind.one(self.id), self.kind.to_wire(body))
        only = frozenset(fields)
        node = Node(self.made.address, op, call, follows=follows)
        # The whole resource is walked, because a list of members may hang on a reference that does not change.
        node.needs = references({**self.made.known, **fields}, self.kind.shape, only)
        node.drops = references(self.made.known, self.kind.shape, only, self.names.doomed) - node.needs
        before = self.own_members({name: live[name] for name in only if name in live})
        now = self.own_members(fields)
        node.adds, node.removes = now - before, before - now
        if only & set(self.kind.key):
            node.frees, node.takes = given_up(self.made), taken(self.made)
        return node

    def parts(self, live: Tree, target: Tree, follows: list[Node]) -> list[Node]:
        """Return the calls on the parts that differ, each with the references it makes and ends."""
        return [
            self.part_node(part_call, part.field, live, target, follows)
            for part in self.kind.parts
            if part.field in target
            for part_call in part.calls(self.id, self.wired(part.field, live), self.wired(part.field, target))
        ]

    def part_node(self, part_call: PartCall, name: str, live: Tree, target: Tree, follows: list[Node]) -> Node:
        """Return the node of one call on a part."""
        op = {"attach": Op.ATTACH, "detach": Op.DETACH, "update": Op.UPDATE}[part_call.effect]
        node = Node(self.made.address, op, part_call.call, follows=follows)
        after = references({name: target.get(name)}, self.kind.shape)
        if op is not Op.DETACH:
            node.needs = References(set(after.resources), after.members)
        # A detach may name what is only now created and joined by the server.
        node.needs.resources |= {each.address for each in placeholders(part_call.call.body) if each != self.id}
        if op is not Op.ATTACH:
            held = references({name: live.get(name)}, self.kind.shape)
            node.drops = held - after
            # What is replaced keeps its handle, for the new one: the old one is let go of, unless the call needs the new one.
            nameless = references({name: live.get(name)}, self.kind.shape, raw=self.names.doomed) - held
            node.drops.resources |= nameless.resources - node.needs.resources
        return node

    def finished(self, nodes: list[Node], after: Node | None) -> list[Node]:
        """Return the nodes followed by the staged work that the kind demands, if any."""
        finish = self.kind.finish
        is_due = after is not None or (finish is not None and not self.made.live.get(finish.flag))
        if not finish or not is_due:
            return nodes
        path = self.kind.one(self.id)
        node = Node(
            self.made.address,
            Op.FINISH,
            Call(finish.verb, (*path, *finish.suffix)),
            follows=[after] if after else [],
            before=Wait(path, *finish.ready),
            until=Wait(path, *finish.done),
            is_last=True,
        )
        for each in nodes:
            each.is_last = False
        return [*nodes, node]

    @property
    def collection(self) -> tuple[str, ...]:
        """Return the path that creates one."""
        return self.kind.path

    def base(self, tree: Tree) -> Tree:
        """Return the fields that the resource's own endpoint takes."""
        flag = self.kind.finish.flag if self.kind.finish else None
        return {name: value for name, value in tree.items() if name not in self.kind.part_fields and name != flag}

    def wired(self, name: str, tree: Tree) -> Any:
        """Return a part's value with ids in place of handles."""
        return whole(tree.get(name), self.made.shape(name), self.names)

    def own_members(self, fields: Tree) -> set[Member]:
        """Return the members of the resource's own keyed lists, to which others may refer."""
        return {
            Member(self.made.address, name, str(key))
            for name, value in fields.items()
            if (shape := self.made.shape(name)).form is Form.KEYED
            for key in by_key(value, shape)
        }


def kept(live: Any, target: Any) -> list[Any]:
    """Return the items of a list that stay in it, in the order they have."""
    return [item for item in live or () if item in (target or ())]


def exchanging(made: Draft) -> Iterator[str]:
    """Yield the lists of an update that exchange references, and can do so in two calls."""
    for name, target in made.target.items():
        live = made.known.get(name)
        is_touched = name in made.changed and name not in made.kind.part_fields
        if is_touched and isinstance(live, list) and made.shape(name).mark(Ref) and kept(live, target) != live:
            yield name


def deferrable(made: Draft) -> Iterator[str]:
    """Yield the fields of a create that can be written in a second call and refer to something."""
    for name, value in made.target.items():
        shape = made.shape(name)
        fixed = shape.has(IMMUTABLE) or shape.has(CREATE_ONLY) or name in made.kind.required or name in made.kind.key
        if not fixed and name not in made.kind.part_fields and references({name: value}, made.kind.shape).resources:
            yield name


def narrowed(node: Node, made: Draft, names: Names) -> tuple[Node, Node]:
    """Return the node as two: one that adds members and keeps the old ones, one that takes the old ones away."""
    wide_body, narrow_body = dict(node.call.body), {}
    for name in sorted({member.list for member in node.adds | node.removes}):
        shape = made.shape(name)
        union = by_key(made.live.get(name), shape) | by_key(made.target[name], shape)
        narrow_body[name] = wide_body[name]
        wide_body[name] = whole(list(union.values()), shape, names)
    wide = replace(node, op=Op.WIDEN, call=replace(node.call, body=wide_body), removes=set())
    narrow = Node(node.address, Op.NARROW, replace(node.call, body=narrow_body), removes=node.removes, follows=[wide])
    return wide, narrow
