"""The data subject's window: a page that hands an answer over for its link and its code.

No script, no cookie, nothing stored in the browser, nothing personal shown before or after.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.arrivals import arrivals
from desk.delivery import Offer, hand_over, offer_of
from desk.desk import Desk
from desk.protection import Protection
from dsar.errors import DsarError, InputError

_PAGES = Path(__file__).parent / "pages"
_MOST = 1024  # bytes of a form: a code is short
_TEMPLATES = Environment(loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined)
_WORDS = yaml.safe_load((_PAGES / "words.yaml").read_text(encoding="utf-8"))
_STATUS = {"link_unknown": 404, "expired": 410}
_HEADERS = {
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    b"frame-ancestors 'none'; base-uri 'none'",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"x-robots-tag": b"noindex",
}


def window(desk: Desk, *, secret: bytes | None = None) -> ASGIApp:
    """Return the page as an ASGI application. With a secret, requests may arrive at it as signed events."""

    async def ask(request: Request) -> Response:
        offer = await run_in_threadpool(offer_of, desk, request.path_params["token"])
        return _opening(offer, _spoken(request))

    async def give(request: Request) -> Response:
        token = request.path_params["token"]
        offer = await run_in_threadpool(offer_of, desk, token)
        locale = offer.locale if offer else _spoken(request)
        code = await _typed(request)
        try:
            answer = await run_in_threadpool(hand_over, desk, token, code)
        except InputError as refusal:
            return _refusal(locale, refusal.reason)
        headers = {"Content-Disposition": f'attachment; filename="{answer.name}"'}
        chunks: AsyncIterator[bytes] = iterate_in_threadpool(answer.chunks)
        return StreamingResponse(chunks, media_type=answer.media, headers=headers)

    async def not_ready(request: Request, _error: Exception) -> Response:
        return _page(_spoken(request), "not_ready", status=503)

    async def live(_request: Request) -> Response:
        return PlainTextResponse("live\n")

    routes = [
        Route("/answer/{token:str}", ask, methods=["GET"]),
        Route("/answer/{token:str}", give, methods=["POST"]),
        Route("/live", live),
    ]
    routes += [arrivals(desk, secret)] if secret else []
    return _Guarded(Starlette(routes=routes, exception_handlers={DsarError: not_ready}))


def _spoken(request: Request) -> str:
    """Return the browser's language, where no case says how the person is spoken to."""
    return request.headers.get("accept-language", "")[:2].lower()


def _opening(offer: Offer | None, spoken: str) -> Response:
    """Return what a link shows first: the form, or why there is nothing to type a code for."""
    if offer is None:
        return _refusal(spoken, "link_unknown")
    if offer.over:
        return _refusal(offer.locale, offer.over)
    return _page(offer.locale, "ask", protection=offer.protection)


def _refusal(locale: str, reason: str) -> Response:
    return _page(locale, reason, status=_STATUS.get(reason, 403))


def _page(
    locale: str, message: str, *, status: int = 200, protection: Protection = Protection.NONE
) -> HTMLResponse:
    spoken = locale if locale in _WORDS else "en"
    words = _WORDS[spoken]
    page = _TEMPLATES.get_template("answer.html.j2").render(
        locale=spoken,
        words=words,
        message=words[message],
        form=message in {"ask", "wrong"},
        alarm=message != "ask",
        protection=words["protection"][protection],
    )
    return HTMLResponse(page, status_code=status)


async def _typed(request: Request) -> str:
    """Read the code from the form, and no more than a code's length of it."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST:
            return ""
    return parse_qs(body.decode("ascii", "replace")).get("code", [""])[0]


class _Guarded:
    """Puts the protective headers on every reply, also on that to a bug: it stands around everything."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS.items()]
            await send(message)

        await self._app(scope, receive, guarded)
