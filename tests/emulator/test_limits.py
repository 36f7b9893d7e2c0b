"""Counting and holding back the Management API's traffic."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import JSONResponse

from tenantry.emulator.clock import Clock
from tenantry.emulator.exchange import Answer, Call
from tenantry.emulator.limits import Bucket, RateLimit, Traffic, operation_of


def call(method: str, path: str) -> Call:
    return Call({"type": "http", "method": method, "path": path, "raw_path": path.encode(), "headers": []})


async def _ok(_call: Call) -> Answer:
    return Answer.of(JSONResponse({}))


def passed(traffic: Traffic, method: str, path: str) -> Answer:
    return asyncio.run(traffic.pass_through(call(method, path), _ok))


@pytest.mark.parametrize(
    ("text", "per_second", "burst"), [("10", 10.0, 10), ("2:50", 2.0, 50), ("0.5", 0.5, 1), ("2.5", 2.5, 3)]
)
def test_a_rate_limit_is_a_rate_and_a_burst(text: str, per_second: float, burst: int) -> None:
    assert RateLimit.parse(text) == RateLimit(per_second, burst)


@pytest.mark.parametrize("text", ["", "fast", "0", "-1", "1:0", "1:x", "nan", "inf", "1:2:3"])
def test_what_is_no_rate_limit_is_said_so(text: str) -> None:
    with pytest.raises(ValueError, match="is not a rate limit"):
        RateLimit.parse(text)


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    now = [100.0]
    bucket = Bucket(RateLimit(2, 3), now=lambda: now[0])
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    now[0] += 0.49
    assert not bucket.take()
    now[0] += 0.02
    assert bucket.take()
    now[0] += 60
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def test_the_reset_header_names_the_second_in_which_the_next_request_passes() -> None:
    now = [100.0]
    bucket = Bucket(RateLimit(0.25, 1), now=lambda: now[0])
    assert bucket.take()
    assert not bucket.take()
    headers = bucket.headers()
    assert headers == {"x-ratelimit-limit": "1", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "104"}
    now[0] = float(headers["x-ratelimit-reset"])
    assert bucket.take()


def test_a_clock_that_goes_back_does_not_empty_the_bucket() -> None:
    now = [100.0]
    bucket = Bucket(RateLimit(1, 2), now=lambda: now[0])
    now[0] = 50.0
    assert [bucket.take() for _ in range(3)] == [True, True, False]


def test_an_empty_bucket_answers_429_with_the_real_body() -> None:
    traffic = Traffic(Clock(), RateLimit(0.001, 1))
    assert passed(traffic, "GET", "/api/v2/clients").status == 200
    refused = passed(traffic, "GET", "/api/v2/clients")
    assert refused.status == 429
    assert b'"errorCode":"too_many_requests"' in refused.body
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert traffic.stats.rate_limited == 1


def test_without_a_limit_the_headers_are_there_and_tell_nobody_to_slow_down() -> None:
    headers = passed(Traffic(Clock()), "GET", "/api/v2/clients").headers
    assert int(headers["x-ratelimit-remaining"]) > 100
    assert {"x-ratelimit-limit", "x-ratelimit-reset"} <= set(headers)


@pytest.mark.parametrize("limit", [None, RateLimit(1, 1)])
def test_the_next_request_passes_by_the_tenants_clock(limit: RateLimit | None) -> None:
    clock = Clock(offset_s=-86400.0)
    headers = passed(Traffic(clock, limit), "GET", "/api/v2/clients").headers
    assert 0 <= int(headers["x-ratelimit-reset"]) - clock.now() <= 2


def test_only_the_management_api_is_limited_and_counted() -> None:
    traffic = Traffic(Clock(), RateLimit(0.001, 1))
    for path in ("/oauth/token", "/_emulator/stats", "/api/v2x"):
        answers = [passed(traffic, "POST", path) for _ in range(3)]
        assert [answer.status for answer in answers] == [200] * 3
        assert "x-ratelimit-limit" not in answers[0].headers
    assert traffic.stats.document() == {"requests": {}, "reads": 0, "writes": 0, "rate_limited": 0}


def test_requests_are_counted_by_path_template() -> None:
    traffic = Traffic(Clock())
    for method, path in [
        ("PATCH", "/api/v2/clients/one"),
        ("PATCH", "/api/v2/clients/two"),
        ("GET", "/api/v2/clients"),
        ("GET", "/api/v2/resource-servers/https:%2F%2Fapi.example.com"),
        ("OPTIONS", "/api/v2/clients"),
    ]:
        passed(traffic, method, path)
    assert traffic.stats.document() == {
        "requests": {
            "GET /api/v2/clients": 1,
            "GET /api/v2/resource-servers/{id}": 1,
            "PATCH /api/v2/clients/{id}": 2,
        },
        "reads": 2,
        "writes": 2,
        "rate_limited": 0,
    }


def test_a_path_that_is_no_endpoint_is_counted_as_unknown() -> None:
    assert operation_of(call("GET", "/api/v2/no/such/thing")) == "GET /api/v2/(unknown)"


def test_a_reset_zeroes_the_counts_and_fills_the_bucket() -> None:
    traffic = Traffic(Clock(), RateLimit(0.001, 1))
    passed(traffic, "GET", "/api/v2/clients")
    passed(traffic, "GET", "/api/v2/clients")
    traffic.reset()
    assert traffic.stats.document()["requests"] == {}
    assert passed(traffic, "GET", "/api/v2/clients").status == 200
