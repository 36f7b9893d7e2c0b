"""The users of a run: existing ones as declared, and ephemeral ones, made when first needed and always removed."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import socket
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tenantry.model.errors import TenantryError
from tenantry.model.secret import Secret
from tenantry.model.smoke import SmokeUser
from tenantry.smoke.declared import Connection
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.lending.borrow import MARK, Borrow, Leftover, NewUser
from tenantry.smoke.redact import Vault
from tenantry.smoke.stops import blocked, skipped
from tenantry.smoke.timing import Timing

ALPHABETS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "!@#$%^&*")
ABANDONED_AFTER_S = 3600
"""After this time a user of a run on another machine is taken for a leftover."""


@dataclass(frozen=True)
class Person:
    """Somebody who can log in."""

    identifier: str
    password: str = field(repr=False)
    email: str | None = None
    user_id: str | None = None
    is_ephemeral: bool = False
    totp: str | None = field(default=None, repr=False)


class People:
    """Makes and remembers the people of one run; ``leave`` removes the ephemeral ones."""

    def __init__(self, borrow: Borrow, vault: Vault, timing: Timing, run_id: str) -> None:
        self._borrow = borrow
        self._vault = vault
        self._timing = timing
        self._run_id = run_id
        self._people: dict[str, asyncio.Future[Person]] = {}
        self._made: list[str] = []
        self._is_unsure = False

    async def who_logs_in(self, flow: Flow) -> Person:
        """Return the person of a flow; flows that name the same user share it.

        Raises: Stopped when there is none and none can be made.
        """
        if flow.user is None:
            raise skipped("no user is declared")
        if not flow.user.ephemeral:
            return self._existing(flow.user)
        home = flow.connection.handle if flow.connection else flow.user.connection
        key = f"{flow.user_handle} in {home} of {flow.organization or 'no organization'}"
        if key not in self._people:
            self._people[key] = asyncio.ensure_future(self._make(flow.user, flow))
        return await asyncio.shield(self._people[key])

    async def block(self, person: Person) -> None:
        """Block an ephemeral user of this run; nobody else is ever blocked.

        Raises: Stopped
        """
        if not person.is_ephemeral or person.user_id is None or person.user_id not in self._made:
            raise skipped("only users of the run are blocked")
        try:
            await self._borrow.block_user(person.user_id)
        except TenantryError as error:
            raise blocked(f"the user could not be blocked: {error}") from error

    async def sweep(self) -> list[str]:
        """Remove what killed runs left behind; return a sentence per user that could not be removed."""
        try:
            leftovers = await self._borrow.find_leftover_users()
        except TenantryError as error:
            return [f"users that killed runs left behind could not be looked for: {error}"]
        now = self._timing.now()
        return await self._remove([one.user_id for one in leftovers if is_abandoned(one, now)])

    async def leave(self) -> list[str]:
        """Remove every user of this run; return a sentence per user that could not be removed."""
        await asyncio.gather(*self._people.values(), return_exceptions=True)
        made, self._made = self._made, []
        notes = await self._remove(made)
        return notes + await self._remove_lost() if self._is_unsure else notes

    async def _remove_lost(self) -> list[str]:
        """Remove users of this run whose creation was never confirmed."""
        try:
            leftovers = await self._borrow.find_leftover_users()
        except TenantryError as error:
            return [f"a user of this run may be left behind: {error}"]
        return await self._remove([one.user_id for one in leftovers if one.mark.get("run") == self._run_id])

    async def _remove(self, user_ids: list[str]) -> list[str]:
        """Remove users; return a sentence per user that stays."""
        notes = []
        for user_id in user_ids:
            try:
                await self._borrow.delete_user(user_id)
            except TenantryError as error:
                notes.append(f"user {user_id} of a smoke run could not be removed: {error}")
        return notes

    def _existing(self, user: SmokeUser) -> Person:
        """Return a declared existing user."""
        password, totp = plain(user.password), plain(user.totp)
        if password is None:
            raise blocked(f"the password of {user.email or user.username} is not set here")
        self._vault.hide(password, totp)
        return Person(user.email or user.username or "", password, email=user.email, totp=totp)

    async def _make(self, user: SmokeUser, flow: Flow) -> Person:
        """Return a new user that fits the connection's policy, with the declared roles and memberships."""
        if flow.connection is None:
            raise skipped(f"connection {user.connection} is not declared, so no user is made in it")
        if flow.connection.has_scripts:
            raise skipped(f"connection {flow.connection.handle} has custom scripts: no user is made in it")
        new = new_user(user, flow.connection, self._mark())
        self._vault.hide(new.password.reveal())
        try:
            user_id = await self._borrow.create_user(new)
            self._made.append(user_id)
            if user.roles:
                await self._borrow.assign_roles(user_id, user.roles)
            for organization in organizations_of(user, flow):
                await self._borrow.add_member(organization, user_id)
        except TenantryError as error:
            self._is_unsure = True
            raise blocked(f"the user could not be made: {error}") from error
        identifier = new.email if logs_in_by_email(flow.connection) else new.username or new.email
        return Person(identifier, new.password.reveal(), email=new.email, user_id=user_id, is_ephemeral=True)

    def _mark(self) -> dict[str, Any]:
        """Return what this run writes about itself on its users."""
        at = datetime.fromtimestamp(self._timing.now(), UTC).isoformat()
        return {"run": self._run_id, "machine": this_machine(), "pid": os.getpid(), "at": at}


def organizations_of(user: SmokeUser, flow: Flow) -> list[str]:
    """Return the organizations an ephemeral user must be in."""
    asked = [flow.organization] if flow.organization else []
    return list(dict.fromkeys([*(user.organizations or []), *asked]))


def plain(value: Secret | str | None) -> str | None:
    """Return the text of a secret, None when it is not at hand."""
    if isinstance(value, Secret):
        return value.reveal() if value.is_available else None
    return value


def new_user(user: SmokeUser, connection: Connection, mark: Mapping[str, Any]) -> NewUser:
    """Return a user that the connection's policy accepts; addresses are of a domain that nobody can own."""
    name = f"tenantry-smoke-{secrets.token_hex(6)}"
    return NewUser(
        connection=connection.name,
        email=user.email or f"{name}@example.com",
        password=Secret.of("smoke user", new_password(connection)),
        username=user.username or (new_username(connection) if needs_username(connection) else None),
        user_metadata=dict(user.user_metadata or {}),
        app_metadata={**(user.app_metadata or {}), MARK: dict(mark)},
    )


def new_password(connection: Connection) -> str:
    """Return a password that every policy accepts: all four kinds of characters, none twice in a row, and no sequence."""
    older = connection.number("options", "password_complexity_options", "min_length") or 0
    length = max(32, older, connection.number("options", "password_options", "complexity", "min_length") or 0)
    password = ""
    while len(password) < length:
        alphabet = ALPHABETS[len(password)] if len(password) < len(ALPHABETS) else "".join(ALPHABETS)
        password += secrets.choice([one for one in alphabet if not password or not _are_neighbours(password[-1], one)])
    return password


def _are_neighbours(one: str, other: str) -> bool:
    """Return whether two characters are the same or begin a sequence, whatever their case."""
    return abs(ord(one.lower()) - ord(other.lower())) <= 1


def needs_username(connection: Connection) -> bool:
    """Return whether users of the connection must have a user name."""
    attribute = connection.get("options", "attributes", "username") or {}
    is_asked = (attribute.get("signup") or {}).get("status") == "required" or attribute.get("profile_required") is True
    return connection.flag("options", "requires_username") is True or is_asked or not logs_in_by_email(connection)


def logs_in_by_email(connection: Connection) -> bool:
    """Return whether the e-mail address is enough to log in."""
    attributes = connection.get("options", "attributes")
    if not isinstance(attributes, Mapping):
        return True
    identifier = (attributes.get("email") or {}).get("identifier") or {}
    return identifier.get("active") is True


def new_username(connection: Connection) -> str:
    """Return a user name within the connection's limits; Auth0's own are 1 to 15 characters."""
    attribute = connection.get("options", "attributes", "username", "validation") or {}
    classic = connection.get("options", "validation", "username") or {}
    shortest = int(attribute.get("min_length") or classic.get("min") or 1)
    longest = int(attribute.get("max_length") or classic.get("max") or 15)
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(max(shortest, min(12, longest))))


def this_machine() -> str:
    """Return a name for this machine that does not tell its name."""
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:12]


def is_abandoned(leftover: Leftover, now: float) -> bool:
    """Return whether the run that made the user is over: its process is gone, or it is too long ago."""
    try:
        age_s = now - datetime.fromisoformat(str(leftover.mark.get("at"))).timestamp()
    except ValueError:
        return True
    if leftover.mark.get("machine") == this_machine() and isinstance(leftover.mark.get("pid"), int):
        return not _is_alive(int(leftover.mark["pid"]))
    return age_s > ABANDONED_AFTER_S


def _is_alive(pid: int) -> bool:
    """Return whether a process of this machine is still there; our own earlier runs are over."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
