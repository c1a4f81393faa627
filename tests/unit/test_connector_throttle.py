"""Who says "not so fast", and until when: in every spelling that vendors have."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors import _throttle

NOW = "Wed, 21 Oct 2026 07:28:00 GMT"
EPOCH = 1792567680


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "1.2"}, 2),
        ({"Retry-After": "Wed, 21 Oct 2026 07:29:00 GMT"}, 60),
        ({"Retry-After-Ms": "1500"}, 2),
        ({"X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}, 10),
        ({"X-RateLimit-Reset": f"{EPOCH + 30}"}, 30),
        ({"X-RateLimit-Reset": f"{EPOCH * 1000 + 30_000}"}, 30),
        ({"X-Rate-Limit-Reset": f"{EPOCH - 30}"}, 0),
        ({"RateLimit-Reset": "12"}, 12),
        ({"Retry-After": "5", "X-RateLimit-Reset": f"{EPOCH + 30}"}, 5),
        ({"Retry-After": "9" * 400}, 3600),
        ({"X-RateLimit-Reset": "9" * 400}, 3600),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "٣"}, None),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 -2359"}, 3600),
        ({"Retry-After": f"Fri, 31 Dec {'9' * 20} 23:59:59 GMT"}, None),
        ({"Retry-After": f"Fri, 31 Dec 2026 23:59:59 +{'9' * 20}"}, None),
        ({}, None),
    ],
)
def test_a_wait_is_read_in_every_spelling(headers: dict[str, str], seconds: int | None) -> None:
    asked = httpx.Headers([(k.encode(), v.encode()) for k, v in {**headers, "Date": NOW}.items()])

    expected = None if seconds is None else timedelta(seconds=seconds)
    assert _throttle.wait(asked) == expected


def test_an_outage_does_not_wait_for_a_budget() -> None:
    assert _throttle.wait(httpx.Headers({"X-RateLimit-Reset": "12"}), throttle=False) is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, None),
        (477, {}),
        (200, {"ok": False, "error": "ratelimited"}),
        (200, {"errors": [{"message": "x", "extensions": {"code": "THROTTLED"}}]}),
        (403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED"}]),
        (400, {"error": {"code": "rate_limit", "type": "invalid_request_error"}}),
        (403, {"error": {"status": "RESOURCE_EXHAUSTED"}}),
        (400, {"type": "error.list", "errors": [{"code": "rate_limit_exceeded"}]}),
    ],
)
def test_a_throttle_is_recognised_by_status_or_body(status: int, body: Any) -> None:
    assert _throttle.throttled(status, body)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"data": [{"code": "throttled"}]}),
        (200, [{"type": "throttled"}]),
        (200, {"name": "throttled", "note": {"error": "throttled"}}),
        (500, "throttled"),
        (200, None),
    ],
)
def test_what_a_person_wrote_is_no_throttle(status: int, body: Any) -> None:
    assert not _throttle.throttled(status, body)
