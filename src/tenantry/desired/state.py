"""All sections of a merged file → the state that is desired, and the rules that reach beyond one resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tenantry.desired import provider
from tenantry.desired.blocks import TenantBlock
from tenantry.desired.ignored import ignored
from tenantry.desired.manage import ManageBlock
from tenantry.desired.memberships import Memberships
from tenantry.desired.mistakes import Mistakes
from tenantry.desired.plain_secrets import plain_secrets
from tenantry.desired.references import References, duplicates, of_resource
from tenantry.desired.resources import Sections
from tenantry.desired.tree import Mapping as Map
from tenantry.desired.whole import Whole
from tenantry.kinds import KINDS
from tenantry.model.address import Address
from tenantry.model.note import Note
from tenantry.model.place import dotted
from tenantry.model.state import DesiredState, Resource


def declared_resources(whole: Whole) -> list[Resource]:
    """Return every resource that the file declares; its references are still as they were written."""
    sections = Sections(whole.interpolation, whole.mistakes)
    return [
        resource
        for section, kind in KINDS.items()
        if section in whole.root.entries
        for resource in sections.resources(kind, whole.root.entries[section], whole.root.keys[section])
    ]


def state(whole: Whole, block: TenantBlock, written: Iterable[Resource], references: References, own: Map) -> DesiredState:
    """Return everything that is declared about resources; ``own`` is what the tenant file says by itself."""
    found = [_referring(resource, references, whole.mistakes) for resource in written]
    for resource, place, message in duplicates(found):
        whole.mistakes.add(message, place, address=str(resource.address))
    for resource in found:
        _heed_rules(resource, whole)
        _warn_of_plain_secrets(resource, whole)
    resources = {resource.address: resource for resource in found}
    _hold_memberships(resources, whole.mistakes)
    if block.issuer:
        _refuse_to_manage(resources, whole)
    manage = ManageBlock(whole.interpolation.map(whole.block("manage")), whole.mistakes).manage(own)
    for resource, path, message in ignored(found, manage):
        whole.mistakes.add(message, resource.place(path), address=str(resource.address))
    return DesiredState(block.name, resources, manage)


def _referring(resource: Resource, references: References, mistakes: Mistakes) -> Resource:
    """Return the resource with all references as handles."""
    shape = KINDS[resource.address.section].shape
    return replace(resource, fields=references.normalised(resource.fields, shape, of_resource(resource, mistakes)))


def _heed_rules(resource: Resource, whole: Whole) -> None:
    """Remember each rule of its kind that the resource breaks."""
    if resource.lifecycle.absent:
        return
    for rule in KINDS[resource.address.section].rules:
        for breach in rule(resource.fields):
            place = resource.place(breach.path)
            if breach.is_warning:
                whole.warnings.append(Note(breach.message, resource.address, place, "rule"))
            else:
                whole.mistakes.add(breach.sentence, place, address=str(resource.address))


def _warn_of_plain_secrets(resource: Resource, whole: Whole) -> None:
    """Warn of each secret of the resource whose value stands in the file."""
    for path, sentence in plain_secrets(resource.fields, KINDS[resource.address.section].shape):
        whole.warnings.append(Note(sentence, resource.address, resource.place(path), "plain_secret"))


def _hold_memberships(resources: Mapping[Address, Resource], mistakes: Mistakes) -> None:
    """Remember each scope that its API does not know, and each action of a trigger that it is not made for."""
    memberships = Memberships(resources, {section: kind.shape for section, kind in KINDS.items()})
    for address, resource in resources.items():
        broken = memberships.broken(resource.fields, KINDS[address.section].shape)
        for path, message in (*broken, *memberships.unserved(resource)):
            mistakes.add(f"`{dotted(path[:-1])}`: {message}", resource.place(path), address=str(address), code="unknown_member")


def _refuse_to_manage(resources: Mapping[Address, Resource], whole: Whole) -> None:
    """Remember whatever would manage another provider."""
    if "manage" in whole.root.entries:
        whole.mistakes.add("`manage` has no meaning at another provider: nothing is managed there", whole.root.keys["manage"])
    for address, path, message in provider.unmanageable(resources):
        whole.mistakes.add(message, resources[address].place(path), address=str(address))
