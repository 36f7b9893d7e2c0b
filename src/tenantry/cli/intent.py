"""What the command line adds to the files: guards lifted, secrets sent again, how to go about writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tenantry.cli.tenants import Tenant
from tenantry.plan import Allowances, Guard, Options, Wishes


@dataclass(frozen=True)
class Wanted:
    """What the command line adds to the files: guards lifted, secrets sent again."""

    flags: frozenset[str] = frozenset()
    max_deletes: int | None = None
    send_secrets: bool = False

    @classmethod
    def of(cls, *, allow_replace: bool, allow_user_loss: bool, max_deletes: int | None, send_secrets: bool) -> Wanted:
        """Return what the options say."""
        given = {"--allow-replace": allow_replace, "--allow-user-loss": allow_user_loss}
        flags = frozenset(flag for flag, is_given in given.items() if is_given)
        return cls(flags, max_deletes, send_secrets)

    @property
    def typed(self) -> list[str]:
        """Return the options as they are typed."""
        deletes = [] if self.max_deletes is None else ["--max-deletes", str(self.max_deletes)]
        return [*sorted(self.flags), *deletes, *(["--send-secrets"] if self.send_secrets else [])]

    def lifting(self, guards: Sequence[Guard]) -> Wanted:
        """Return what would have to be wanted so that the refusals that have a flag are lifted."""
        flags = {guard.flag for guard in guards if guard.flag and not guard.deletes}
        deletes = [guard.deletes for guard in guards if guard.deletes]
        return replace(self, flags=self.flags | flags, max_deletes=max(deletes) if deletes else self.max_deletes)

    @property
    def allowances(self) -> Allowances:
        """Return which guards are lifted."""
        return Allowances(self.flags, self.max_deletes)

    def options(self, tenant: Tenant) -> Options:
        """Return the planner's options."""
        return Options(self.allowances, Wishes(self.send_secrets), tenant.file.inputs, str(tenant.file.path.resolve()))


@dataclass(frozen=True)
class Writing:
    """How an apply goes about it."""

    yes: bool = False
    journal_dir: Path | None = None
    lock_timeout: float = 0.0
