from __future__ import annotations

from tenantry.model.errors import ApiError, ConfigError, ConfigErrors, NotAllowed, Outdated, Stale, TenantryError
from tenantry.model.place import Place
from tenantry.render.errors import Problem, add_problems, problems
from tenantry.render.lines import Lines


def test_each_mistake_of_a_configuration_is_a_problem_with_its_place() -> None:
    error = ConfigErrors([ConfigError("wrong", Place("b.yaml", 2, 1)), ConfigError("bad", Place("a.yaml", 9, 4), "apis.x")])
    assert problems(error) == [
        Problem("config_invalid", "bad", "a.yaml", 9, 4, "apis.x"),
        Problem("config_invalid", "wrong", "b.yaml", 2, 1),
    ]


def test_groups_are_opened() -> None:
    group = ExceptionGroup("two", [TenantryError("one"), ConfigError("other")])
    assert [problem.message for problem in problems(group)] == ["one", "other"]


def test_a_file_that_cannot_be_used_is_named() -> None:
    error = FileNotFoundError(2, "No such file or directory", "/proc/nope")
    assert [problem.message for problem in problems(error)] == ["/proc/nope: No such file or directory"]


def test_an_answer_of_the_tenant_keeps_its_status_and_codes() -> None:
    error = ApiError("taken", method="POST", path="/clients", status=409, error_code="conflict", request_id="r1")
    [problem] = problems(error, address="applications.x", place=Place("a.yaml", 1, 2))
    assert (problem.status, problem.error_code, problem.request_id) == (409, "conflict", "r1")
    assert (problem.address, problem.file) == ("applications.x", "a.yaml")


def test_missing_scopes_are_named() -> None:
    error = NotAllowed("no", method="GET", path="/clients", status=403, missing=["read:clients"])
    assert "missing: read:clients" in problems(error)[0].message


def test_stale_gives_a_problem_per_reason() -> None:
    place = Place("t.yaml", 3, 5)
    found = problems(Stale([Outdated("apis.a: changed", "apis.a", place), Outdated("b")]))
    assert found == [Problem("stale", "apis.a: changed", "t.yaml", 3, 5, "apis.a"), Problem("stale", "b")]


def test_the_text_of_a_stranger_is_not_shown() -> None:
    [problem] = problems(ValueError("hunter2"))
    assert "hunter2" not in problem.message
    assert "ValueError" in problem.message


def test_a_problem_is_a_line_that_starts_with_its_place() -> None:
    lines = Lines()
    add_problems(lines, [Problem("x", "wrong\nmore", "a.yaml", 9, 4, "apis.x", request_id="r1")])
    assert lines.plain == "error: a.yaml:9:4: apis.x: wrong [request r1]\n  | more\n"
