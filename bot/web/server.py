"""The web side of `run`: health, readiness and Telegram's webhook, all on PORT."""

from __future__ import annotations

import contextlib
import hmac
import json
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

log = structlog.get_logger()

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_UPDATE = 1_000_000
"""Bytes; Telegram's own updates stay far below."""

Take = Callable[[list[Any]], Awaitable[None]]


def health_routes(
    ready: Callable[[], Awaitable[dict[str, bool]]], warning: Callable[[], str | None]
) -> list[Route]:
    """`/healthz`: the program runs. `/readyz`: each part of `ready` works too, else 503.

    A `warning` is told beside them and changes nothing: less to do is no help for who is behind.
    """

    async def healthz(_: Request) -> Response:
        return JSONResponse({"ok": True})

    async def readyz(_: Request) -> Response:
        parts = await ready()
        told = {"warning": line} if (line := warning()) is not None else {}
        ok = all(parts.values())
        return JSONResponse({"ok": ok, **parts, **told}, status_code=200 if ok else 503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


def webhook_route(path: str, secret: str, take: Take) -> Route:
    """Telegram's updates: kept durably before they are acknowledged.

    A wrong secret gets 403 and a body that is no JSON 400; when the update can't be kept the answer
    is 503, so that Telegram brings it again.
    """

    async def webhook(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_UPDATE:
                return Response(status_code=413)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        try:
            await take([update])
        except Exception as error:
            log.error("update can't be kept for now", reason=type(error).__name__)
            return Response(status_code=503)
        return Response(status_code=200)

    return Route(path, webhook, methods=["POST"])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises OSError where the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it, an answer in
    # two writes takes 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(1024)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


class Server(uvicorn.Server):
    """uvicorn inside our own loop: signals are the program's business, not the server's."""

    def __init__(self, app: Starlette) -> None:
        config = uvicorn.Config(app, ws="none", log_config=None, access_log=False, lifespan="off")
        super().__init__(config)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield
