"""A merged file → its tenant, state, smoke block and outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from tenantry.desired import identity, provider
from tenantry.desired.blocks import TenantBlock, TenantSpec, is_loopback, tenant_block
from tenantry.desired.checked import Checked
from tenantry.desired.checks import Memberships, flow_warnings
from tenantry.desired.interpolate import Interpolation
from tenantry.desired.manage import ManageBlock
from tenantry.desired.merge import Levels, settled
from tenantry.desired.mistakes import listed, nearest
from tenantry.desired.outputs import Outputs, outputs
from tenantry.desired.plain_secrets import plain_secrets
from tenantry.desired.references import References, duplicates, teller
from tenantry.desired.resources import Draft, Sections
from tenantry.desired.secrets import Secrets
from tenantry.desired.tree import Mapping as Map
from tenantry.desired.tree import Scalar, nearest_place, place_at, places
from tenantry.desired.unmanaged import what_it_is
from tenantry.kinds import ALIASES, KINDS
from tenantry.model.address import Address
from tenantry.model.kind import Identity
from tenantry.model.place import Path, Place, dotted
from tenantry.model.smoke import SmokeConfig
from tenantry.model.spec import Spec, shape_of
from tenantry.model.state import DesiredState, Resource

BLOCKS = ("version", "extends", "tenant", "vars", "manage", "smoke", "outputs")

Warning_ = tuple[str, Place | None, str | None, str]


class Assembly:
    """Makes one tenant of a merged file; all mistakes are remembered, none is thrown."""

    def __init__(
        self,
        levels: Levels,
        whole: Map,
        *,
        environ: Mapping[str, str],
        secrets: Secrets,
        workspace: FilePath,
        allow_host: tuple[str, ...],
    ) -> None:
        self.mistakes = levels.mistakes
        root = settled(whole)
        self.root = root if isinstance(root, Map) else whole
        self.environ = environ
        self.allow_host = allow_host
        self.warnings: list[Warning_] = []
        variables = self._block("vars")
        self.interpolation = Interpolation(
            variables=variables,
            environ=environ,
            secrets=secrets,
            mistakes=self.mistakes,
            files=levels.paths,
            workspace=workspace,
        )
        self._names_known()
        self._versions(levels)

    def tenant(self) -> tuple[TenantBlock, Place]:
        """Return which tenant it is, and where the file says so."""
        said = self._block("tenant")
        node = Map(said.place, dict(said.entries), said.keys)
        place = self.root.keys.get("tenant", node.place)
        if "emulator" in node.entries and isinstance(name := node.entries["emulator"], Scalar):
            node.entries["emulator"] = Map(name.place, {"name": name}, {"name": name.place})
        self._settings_elsewhere(node)
        filled = self.interpolation.node(node, shape_of(TenantSpec))
        fields = Checked(TenantSpec, filled, "the tenant block", self.mistakes).fields() if isinstance(filled, Map) else {}
        block = tenant_block(fields)
        self.said = fields, dict(places(filled))
        silent = "tenant" in self.root.entries and not set(identity.WAYS) & node.entries.keys()
        for path, message in (
            *identity.contradictions(block, is_silent=silent),
            *identity.reach(block, self.environ, self.allow_host),
        ):
            self.mistakes.add(message, place_at(filled, path, place))
        self.interpolation.tenant = block.names if block.name else {}
        self.is_another_provider = bool(block.issuer)
        self.is_emulated = bool(block.emulator or (block.base_url and is_loopback(block.base_url)))
        self._in_plain(fields, TenantSpec, self.said[1], "tenant")
        if block.issuer and "manage" in self.root.entries:
            self.mistakes.add("`manage` has no meaning at another provider: nothing is managed there", self.root.keys["manage"])
        return identity.with_environment(block, self.environ), place_at(filled, ("domain",), place)

    def state(self, block: TenantBlock, own: Map) -> DesiredState:
        """Return everything that is declared about resources."""
        sections = Sections(self.interpolation, self.mistakes)
        drafts = [
            draft
            for section, kind in KINDS.items()
            if section in self.root.entries
            for draft in sections.drafts(kind, self.root.entries[section], self.root.keys[section])
        ]
        self.references = References(drafts, block.names if block.name else {})
        drafts = [self._referring(draft) for draft in drafts]
        self._refer(self.said[0], TenantSpec, self.said[1], "tenant")
        for draft, place, message in duplicates(drafts):
            self.mistakes.add(message, place, address=str(draft.address))
        resources = {draft.address: draft.resource(draft.fields) for draft in drafts}
        for draft in drafts:
            self._rules(draft)
            for path, sentence in plain_secrets(draft.fields, draft.kind.shape):
                self.warnings.append((sentence, draft.place(path), str(draft.address), "plain_secret"))
        self._memberships(resources)
        for address, path, message in provider.unmanageable(resources) if block.issuer else ():
            self.mistakes.add(message, resources[address].place(path), address=str(address))
        return DesiredState(
            block.name, resources, ManageBlock(self.interpolation.node(self._block("manage")), self.mistakes).manage(own)
        )

    def smoke(self, state: DesiredState) -> SmokeConfig:
        """Return the ``smoke:`` block."""
        node = self.root.child("smoke")
        if node is None:
            return SmokeConfig()
        filled = self.interpolation.node(node)
        if not isinstance(filled, Map):
            self.mistakes.add("`smoke` is a map", node.place)
            return SmokeConfig()
        fields = Checked(SmokeConfig, filled, "the smoke block", self.mistakes).fields()
        found = dict(places(filled))
        fields = self._refer(fields, SmokeConfig, found, "smoke")
        self._in_plain(fields, SmokeConfig, found, "smoke")
        config = _parsed(fields)
        for flow, sentence in flow_warnings(config, state.resources):
            self.warnings.append((f"flow {flow}: {sentence}", nearest_place(found, ("flows", flow)), None, "flow"))
        for path, message in provider.unprovable(config) if self.is_another_provider else ():
            self.mistakes.add(f"smoke: {message}", nearest_place(found, path))
        self._users(fields, found)
        return config

    def outputs(self, state: DesiredState) -> Outputs:
        """Return the outputs with their symbolic marks checked."""
        return outputs(self._block("outputs"), state, self.interpolation, self.mistakes)

    def _block(self, name: str) -> Map:
        """Return a block that must be a map; one that is none is a mistake and counts as empty."""
        node = self.root.child(name)
        if isinstance(node, Map):
            return node
        if node is not None and not (isinstance(node, Scalar) and node.value is None):
            self.mistakes.add(f"`{name}` is a map", node.place)
        return Map(node.place if node else self.root.place)

    def _names_known(self) -> None:
        """Remember every top-level name that means nothing."""
        known = (*BLOCKS, *KINDS, *ALIASES)
        for name in self.root.entries:
            if name not in known:
                said = what_it_is(name)
                hint = (f": {said}" if said else nearest(name, known)) or f"; known are {listed((*BLOCKS, *KINDS), 20)}"
                self.mistakes.add(f"`{name}` is no section{hint}", self.root.keys[name])

    def _versions(self, levels: Levels) -> None:
        """Remember every file that is written for another version of the format."""
        for path in levels.used.values():
            node = levels.own(path).child("version")
            if node is not None and not (isinstance(node, Scalar) and node.value == 1):
                self.mistakes.add("this version reads files of `version: 1`", node.place)

    def _settings_elsewhere(self, node: Map) -> None:
        """Remember tenant settings that stand in the connection block, and take them out."""
        for kind in KINDS.values():
            if kind.identity is not Identity.SINGLETON:
                continue
            for name in [name for name in node.entries if name in kind.shape.members and name not in TenantSpec.model_fields]:
                del node.entries[name]
                self.mistakes.add(
                    f"`{name}` is a setting; put it under `{kind.section}:`. `tenant:` only says which tenant it is",
                    node.keys[name],
                )

    def _referring(self, draft: Draft) -> Draft:
        """Return the resource with all references as handles."""
        fields = self.references.normalised(draft.fields, draft.kind.shape, teller(draft, self.mistakes))
        return replace(draft, fields=fields)

    def _refer(self, fields: Any, spec: type[Spec], found: Mapping[Path, Place], block: str) -> Any:
        """Return a block's fields with all references as handles."""
        return self.references.normalised(
            fields,
            shape_of(spec),
            lambda path, message: self.mistakes.add(
                f"{block}: {message}", nearest_place(found, path), code="unknown_reference"
            ),
        )

    def _rules(self, draft: Draft) -> None:
        """Remember each rule of the kind that the resource breaks."""
        if draft.lifecycle.absent:
            return
        for rule in draft.kind.rules:
            for breach in rule(draft.fields):
                if breach.is_warning:
                    self.warnings.append((breach.message, draft.place(breach.path), str(draft.address), "rule"))
                else:
                    self.mistakes.add(breach.sentence, draft.place(breach.path), address=str(draft.address))

    def _in_plain(self, fields: dict[str, Any], spec: type[Spec], found: Mapping[Path, Place], block: str) -> None:
        """Warn of each secret of a block whose value stands in the file; those of an emulated tenant protect nothing."""
        for path, sentence in () if self.is_emulated else plain_secrets(fields, shape_of(spec)):
            self.warnings.append((f"{block}: {sentence}", nearest_place(found, path), None, "plain_secret"))

    def _memberships(self, resources: dict[Address, Resource]) -> None:
        """Remember each scope that its API does not know, and each action of a trigger that it is not made for."""
        memberships = Memberships(resources, {section: kind.shape for section, kind in KINDS.items()})
        for address, resource in resources.items():
            broken = memberships.broken(resource.fields, KINDS[address.section].shape)
            for path, message in (*broken, *memberships.unserved(resource)):
                self.mistakes.add(
                    f"`{dotted(path[:-1])}`: {message}", resource.place(path), address=str(address), code="unknown_member"
                )

    def _users(self, fields: dict[str, Any], found: dict[Path, Place]) -> None:
        """Remember each flow whose user is not listed."""
        flows = fields.get("flows")
        known = [str(path[1]) for path in found if len(path) == 2 and path[0] == "users"]  # noqa: PLR2004 - users.NAME
        for name, flow in flows.items() if isinstance(flows, dict) else ():
            user = flow.get("user") if isinstance(flow, dict) else None
            if isinstance(user, str) and user not in known:
                self.mistakes.add(
                    f"smoke: `flows.{name}.user`: there is no `{user}` under `smoke.users`{nearest(user, known)}",
                    nearest_place(found, ("flows", name, "user")),
                    code="unknown_reference",
                )


def _parsed(fields: dict[str, Any]) -> SmokeConfig:
    """Return the smoke block; what does not fit it has been told already."""
    try:
        return SmokeConfig.model_validate(fields)
    except ValidationError:
        return SmokeConfig()
