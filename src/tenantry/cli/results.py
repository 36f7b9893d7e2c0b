"""What a command found out about one tenant, and how that reaches stdout."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tenantry.cli.exits import code_of, worst
from tenantry.cli.tracebacks import tell_places
from tenantry.cli.version import version
from tenantry.model.note import Note
from tenantry.plan import Guard
from tenantry.render.clean import clean
from tenantry.render.documents import Document, envelope, to_json
from tenantry.render.errors import Problem, add_problems, problems
from tenantry.render.lines import Lines
from tenantry.render.plan_text import add_notes
from tenantry.render.terminal import say, write


@dataclass(frozen=True)
class Result:
    """The outcome of a command for one tenant; ``body`` is what its JSON document holds beside the envelope.

    ``closing`` is a sentence for people that is said after the errors.
    """

    tenant: str
    exit_code: int = 0
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Note, ...] = ()
    guards: tuple[Guard, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    markdown: str = ""
    closing: str = ""

    def document(self) -> Document:
        """Return the JSON document."""
        return envelope(
            tool_version=version(),
            tenant=self.tenant,
            exit_code=self.exit_code,
            errors=self.errors,
            warnings=self.warnings,
            guards=self.guards,
            body=self.body,
        )


def failure(tenant: str, error: Exception, body: Mapping[str, Any] | None = None) -> Result:
    """Return the result of a run that an exception ended."""
    tell_places(error)
    return Result(tenant, code_of(error), errors=tuple(problems(error)), body=body or {})


class Output:
    """Where results go: text as it comes, documents once at the end; messages go to stderr."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.is_of_several = False
        """Whether other tenants have their say too, so that each message must tell whose it is."""

    @property
    def is_text(self) -> bool:
        """Return whether people read it as it comes."""
        return self.form == "text"

    def show(self, lines: Lines) -> None:
        """Show lines, if it is people who read."""
        if self.is_text:
            write(lines, sys.stdout)
            sys.stdout.flush()

    def gap(self) -> None:
        """Show an empty line, if it is people who read."""
        if self.is_text:
            sys.stdout.write("\n")

    def say(self, sentence: str) -> None:
        """Say a sentence on stderr."""
        say(sys.stderr, sentence)

    def tell(self, result: Result) -> None:
        """Say on stderr what went wrong, whatever the form."""
        lines = Lines()
        if not self.is_text:
            add_notes(lines, result.warnings)
        add_problems(lines, result.errors)
        if result.closing:
            lines.add(result.closing)
        if lines.plain and self.is_of_several:
            heading = Lines()
            heading.add((f"{clean(result.tenant)}:", "strong"))
            heading.extend(lines)
            lines = heading
        write(lines, sys.stderr)

    def finish(self, results: Sequence[Result]) -> int:
        """Print what comes at the end and return the exit code."""
        if self.form == "json":
            print(to_json([result.document() for result in results]))  # noqa: T201  stdout is what the command is for
        elif self.form == "markdown":
            print("\n".join(result.markdown for result in results if result.markdown))  # noqa: T201  the same
        return worst(result.exit_code for result in results)
