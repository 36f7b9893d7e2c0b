from __future__ import annotations

import pytest

from tenantry.cli.exits import code_of, worst
from tenantry.model.errors import (
    ApiError,
    ConfigError,
    ConfigErrors,
    NotAllowed,
    PlanError,
    Stale,
    TenantryError,
    Unsafe,
    UsageError,
)


def _api(kind: type[ApiError]) -> ApiError:
    return kind("x", method="GET", path="/clients", status=500)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("x"), 65),
        (ConfigErrors([]), 65),
        (UsageError("x"), 64),
        (_api(NotAllowed), 77),
        (_api(ApiError), 1),
        (Unsafe("x"), 4),
        (Stale([]), 4),
        (PlanError("x"), 65),
        (TenantryError("x"), 1),
        (ValueError("x"), 1),
        (KeyboardInterrupt(), 130),
        (ExceptionGroup("x", [Unsafe("x"), ConfigError("x")]), 65),
    ],
)
def test_every_error_has_one_code(error: BaseException, code: int) -> None:
    assert code_of(error) == code


def test_of_several_tenants_the_worst_code_counts() -> None:
    order = [64, 130, 1, 5, 65, 77, 4, 3, 6, 2, 0]
    for index, code in enumerate(order):
        assert worst(reversed(order[index:])) == code
    assert worst([]) == 0
