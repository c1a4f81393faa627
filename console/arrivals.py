"""The door for other programs: `POST /requests`, signed as Standard Webhooks has it."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desk.arrivals import arrive
from desk.desk import Desk
from dsar.arrivals import MOST
from dsar.errors import DsarError, InputError
from dsar.webhooks import verified

_MEDIA = frozenset({"application/cloudevents+json", "application/json"})
_STATUS = {
    "event_too_large": 413,
    "media_unknown": 415,
    "signature_missing": 401,
    "signature_wrong": 401,
    "timestamp_skewed": 401,
    "event_reused": 409,
    "was_shredded": 410,
}
_CANNOT = 422
_LATER = {"Retry-After": "30"}


def arrivals(desk: Desk, secret: bytes) -> Route:
    """Return the route on which events arrive that whoever has the secret signed."""

    async def take(request: Request) -> Response:
        try:
            body = await _read(request)
            verified(secret, request.headers, body, desk.now())
            _check_media(request.headers.get("content-type", ""))
            opened = await arrive(desk, body)
        except InputError as error:
            return _refused(error)
        except DsarError as error:
            told = {"error": error.reason, "hint": "nothing is lost: send the same event again"}
            return JSONResponse(told, status_code=503, headers=_LATER)
        cases = [
            {"case": one.record.request.case_id, "right": one.record.request.right, "created": one.created}
            for one in opened
        ]
        return JSONResponse({"cases": cases}, status_code=201 if any(one.created for one in opened) else 200)

    return Route("/requests", take, methods=["POST"])


def _check_media(said: str) -> None:
    if said.partition(";")[0].strip().lower() not in _MEDIA:
        raise InputError("media_unknown", "send application/cloudevents+json", field="content-type")


def _refused(error: InputError) -> Response:
    told = {"error": error.reason, "field": error.field, "hint": error.hint}
    return JSONResponse(told, status_code=_STATUS.get(error.reason, _CANNOT))


async def _read(request: Request) -> bytes:
    """Read the body, and no more than an event may have: whoever sends more is not heard to the end."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST:
            raise InputError("event_too_large", f"send at most {MOST} bytes", field="body")
    return body
