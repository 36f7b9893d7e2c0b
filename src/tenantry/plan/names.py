"""Which handle stands for which live resource: the only place where ids become handles and handles become ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tenantry.model.address import MANAGEMENT_API, USERINFO, Address, IdOf
from tenantry.model.values import RawId


class Names:
    """A two-way table of handles and what the tenant calls them, by id and by other members (identifier, name)."""

    def __init__(self) -> None:
        self._handles: dict[tuple[str, str, str], str] = {}
        self._values: dict[tuple[str, str, str], str] = {}
        self.doomed: dict[tuple[str, str, str], Address] = {}
        """What goes, although live references have no handle for it: pruned or replaced, by what they call it."""
        self.ignored: set[tuple[str, str, str]] = set()
        """What a file says to ignore, by what live references call it."""

    def add(self, address: Address, id_: str, data: Mapping[str, Any]) -> None:
        """Let the address stand for the live resource with this id and these members."""
        self._put(address, "id", id_)
        for by in ("identifier", "name"):
            if isinstance(value := data.get(by), str):
                self._put(address, by, value)

    def doom(self, address: Address, id_: str, data: Mapping[str, Any]) -> None:
        """Remember that the live resource with this id goes; it gets no handle, but whoever lets go of it must do so first."""
        self.doomed |= dict.fromkeys(_called(address.section, id_, data), address)

    def ignore(self, section: str, id_: str, data: Mapping[str, Any]) -> None:
        """Remember that the live resource with this id is ignored: it gets no handle, and lists keep it."""
        self.ignored |= set(_called(section, id_, data))

    def build_in(self, api_identifier: str, issuer: str) -> None:
        """Let ``management-api`` and ``userinfo`` stand for what they are in this tenant, whether or not its APIs were read."""
        for handle, identifier in ((MANAGEMENT_API, api_identifier), (USERINFO, f"{issuer}userinfo")):
            self._put(Address("apis", handle), "identifier", identifier)

    def declare(self, address: Address, fields: Mapping[str, Any]) -> None:
        """Let references by identifier or name to the address be written as the configuration declares them."""
        for by in ("identifier", "name"):
            if isinstance(value := fields.get(by), str):
                self._values[address.section, by, address.handle] = value

    def forget(self, addresses: Iterable[Address]) -> None:
        """Forget what stands for these resources: they will be replaced, and whoever refers to the old ones must change.

        A name survives its resource, for nothing hangs on it; what refers to an API by its identifier goes with the API.
        """
        gone = {(address.section, address.handle) for address in addresses}
        lost = {key: handle for key, handle in self._handles.items() if key[1] != "name" and (key[0], handle) in gone}
        self.doomed |= {key: Address(key[0], handle) for key, handle in lost.items()}
        self._handles = {key: handle for key, handle in self._handles.items() if key not in lost}

    def handle(self, section: str, by: str, value: Any) -> Any:
        """Return the handle for a live reference, or the reference itself, marked as raw, when nothing declared it."""
        if not isinstance(value, str):
            return value
        return self._handles.get((section, by, value)) or RawId(value)

    def wire(self, section: str, by: str, handle: Any) -> Any:
        """Return what stands for a handle on the wire: a placeholder for its id, or the named member of the target."""
        if isinstance(handle, RawId) or not isinstance(handle, str):
            return str(handle) if isinstance(handle, RawId) else handle
        if by == "id":
            return IdOf(Address(section, handle))
        return self._values.get((section, by, handle), handle)

    def id_of(self, address: Address) -> str | None:
        """Return the live id of a handle, if it has one."""
        return self._values.get((address.section, "id", address.handle))

    def ids(self) -> dict[Address, str]:
        """Return every address that has a live id, with that id."""
        return {Address(section, handle): id_ for (section, by, handle), id_ in self._values.items() if by == "id"}

    def _put(self, address: Address, by: str, value: str) -> None:
        self._handles[address.section, by, value] = address.handle
        self._values.setdefault((address.section, by, address.handle), value)


def _called(section: str, id_: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what references may call a live resource, each with the section and the kind of reference."""
    for by, value in (("id", id_), ("identifier", data.get("identifier")), ("name", data.get("name"))):
        if isinstance(value, str):
            yield section, by, value
