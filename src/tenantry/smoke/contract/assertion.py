"""What an assertion is: a promise with its condition, its source, and the function that finds out whether it is kept."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from tenantry.model.smoke import Level
from tenantry.smoke.findings import Outcome
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.reply import Reply

LEVELS: tuple[Level, ...] = ("read", "smoke", "contract", "full")

STANDARDS = re.compile(r"RFC \d|OpenID Connect|Multiple Response Types|OAuth 2\.0 Multiple|Form Post|the configuration")
"""How the name of a standard begins; what a configuration expects by itself holds everywhere too."""

Real = Literal["documented", "reported", "unknown", "emulator"]
"""Who says so of real tenants: documents or recordings, users, nobody (it only informs), or nobody but emulators."""

Cost = Literal["code", "tokens", "family", "login", "failed-login"]


@dataclass(frozen=True)
class Verdict:
    """What an assertion found."""

    outcome: Outcome
    expected: str = ""
    observed: str = ""


R = TypeVar("R")

D = TypeVar("D")
Check = Callable[[R], Awaitable[Verdict]]
Condition = Callable[[D], bool]


@dataclass(frozen=True)
class Assertion(Generic[R, D]):
    """One promise. ``when`` reads only what is declared; ``check`` finds out and may raise ``Stopped``.

    ``about`` is the declared field it follows from, as a path from the flow: ``application.grant_types``. ``per_application``
    assertions are made with the first flow of an application only. ``waits_s`` says for how long one only lets time pass, where
    that is minutes.

    ``source`` names first whoever the promise comes from. A standard there makes it a promise of every provider; what
    documents say of Auth0 alone, or say more exactly than a standard, begins with them and is Auth0's own.
    """

    id: str
    sentence: str
    source: str
    level: Level
    check: Check[R]
    when: Condition[D]
    real: Real = "documented"
    costs: tuple[Cost, ...] = ()
    about: str = "application"
    per_application: bool = False
    waits_s: int = 0

    @property
    def is_standard(self) -> bool:
        """Return whether every OpenID provider promises it."""
        return STANDARDS.match(self.source) is not None

    def is_asked_at(self, level: Level, *, emulated: bool) -> bool:
        """Return whether the assertion is made at this level; what only emulators promise is asked of them alone."""
        if self.real == "emulator" and not emulated:
            return False
        return LEVELS.index(self.level) <= LEVELS.index(level)

    def declared_at(self, flow: Flow) -> str | None:
        """Return where the promise was written."""
        head, *path = self.about.split(".")
        parts = {"application": flow.application, "api": flow.token_api, "grant": flow.grant, "connection": flow.connection}
        part = parts[head]
        return part.place(*path) if part else flow.application.place()

    def judged(self, verdict: Verdict, *, emulated: bool, foreign: bool = False) -> Verdict:
        """Return the verdict, softened to information where nobody knows what real tenants do; of others standards tell."""
        if self.real == "unknown" and not (emulated or foreign) and verdict.outcome in {Outcome.PASSED, Outcome.FAILED}:
            return replace(verdict, outcome=Outcome.INFO, expected="")
        return verdict


def always(_: object) -> bool:
    """Return True."""
    return True


def promise(
    id_: str,
    sentence: str,
    *,
    source: str,
    level: Level = "contract",
    when: Condition[D] = always,
    real: Real = "documented",
    costs: tuple[Cost, ...] = (),
    about: str = "application",
    per_application: bool = False,
    waits_s: int = 0,
) -> Callable[[Check[R]], Assertion[R, D]]:
    """Return a decorator that makes an assertion of its check; the tables at the end of each module say which are made."""

    def make(check: Check[R]) -> Assertion[R, D]:
        return Assertion(id_, sentence, source, level, check, when, real, costs, about, per_application, waits_s)

    return make


def holds(kept: bool, expected: str, observed: str) -> Verdict:  # noqa: FBT001 - the verdict's own yes or no
    """Return whether a promise is kept."""
    return Verdict(Outcome.PASSED if kept else Outcome.FAILED, expected, observed)


def equals(observed: object, expected: object) -> Verdict:
    """Return whether what was seen is what was promised."""
    return holds(observed == expected, str(expected), str(observed))


def lasts(observed: object, expected: int | None) -> Verdict:
    """Return whether a lifetime is the promised one, as a whole number of seconds."""
    said = f"{observed} s" if type(observed) is int else "nothing" if observed is None else repr(observed)
    return holds(said == f"{expected} s", f"{expected} s", said)


def no_flaw(flaws: list[str], expected: str) -> Verdict:
    """Return a verdict that fails with all flaws at once."""
    return holds(not flaws, expected, "; ".join(flaws) or "as expected")


def skip(why: str) -> Verdict:
    """Return that the assertion has nothing to say here."""
    return Verdict(Outcome.SKIPPED, "", why)


def chosen(kept: bool, choice: str, observed: str) -> Verdict:  # noqa: FBT001 - the verdict's own yes or no
    """Return whether the emulator keeps to the choice that it documents; of real tenants nobody knows, so there it informs."""
    return holds(kept, f"{choice} (the emulator's choice)", observed)


def inform(observed: str) -> Verdict:
    """Return an observation that nobody judges."""
    return Verdict(Outcome.INFO, "", observed)


def refused(reply: Reply, statuses: AbstractSet[int], errors: AbstractSet[str]) -> Verdict:
    """Return whether a probe was refused: a status and an error of the sets, and no token in the answer."""
    expected = f"{either(map(str, sorted(statuses, reverse=True)))} {either(sorted(errors))} and no token".replace("  ", " ")
    is_error_fine = not errors or reply.error in errors
    return holds(reply.status in statuses and is_error_fine and not reply.token_members, expected, reply.gist)


def turned_away(reply: Reply) -> Verdict:
    """Return whether a probe got an error of any kind and no token."""
    kept = reply.is_refusal and not reply.token_members
    return holds(kept, "4xx and no token", reply.gist)


def worst(verdicts: list[Verdict]) -> Verdict:
    """Return one verdict for several probes: the failed ones if any."""
    told = [verdict for verdict in verdicts if verdict.outcome is Outcome.FAILED] or verdicts
    if not told:
        return skip("there is nothing to try")
    expected = "; ".join(dict.fromkeys(verdict.expected for verdict in told))
    return Verdict(told[0].outcome, expected, "; ".join(dict.fromkeys(verdict.observed for verdict in told)))


def either(words: Iterable[str]) -> str:
    """Return alternatives as people say them."""
    return " or ".join(words)


INVALID_GRANT = ({403, 400}, {"invalid_grant"})
"""Auth0 answers 403 where RFC 6749 section 5.2 says 400."""
