from __future__ import annotations

import json

import pytest

from tenantry.render.clean import clean, markdown
from tenantry.render.documents import to_json
from tenantry.render.errors import Problem, add_problems
from tenantry.render.lines import Lines

OBEYED = ["##[error]pwned", "##vso[task.setvariable variable=PATH]/evil", "##VSO[x]y", "###[x]", "a ##[group]"]


@pytest.mark.parametrize("name", OBEYED)
def test_no_name_is_a_command_to_a_pipeline(name: str) -> None:
    assert "##[" not in clean(name)
    assert "##vso[" not in clean(name).lower()
    assert "##" not in markdown(name)


@pytest.mark.parametrize("name", ["C##", "## heading", "a #1", "\N{SNOWMAN}"])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert clean(name) == name


@pytest.mark.parametrize("name", [*OBEYED, "\x9b31m", "\u202egnp.exe", "\ud800", "é", '"##[x]\\', "\\##["])
def test_a_document_is_plain_letters_that_no_terminal_and_no_pipeline_obeys(name: str) -> None:
    text = to_json([{"name": name}])
    assert json.loads(text) == {"name": name}
    assert "##" not in text
    assert all(" " <= letter <= "~" or letter == "\n" for letter in text)


def test_no_line_of_a_message_begins_a_command_to_a_pipeline() -> None:
    lines = Lines()
    add_problems(lines, [Problem("x", "first\n::error::pwned\n\n  ::set-output name=a::b")])
    assert not any(line.lstrip().startswith("::") for line in lines.plain.splitlines())
