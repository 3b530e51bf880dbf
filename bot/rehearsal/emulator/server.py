"""The emulator on a port: `/bot{token}/{method}`, downloads, and the control routes."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.web.server import listen

from .control import control_routes
from .decode import parameters
from .errors import ApiError, Complaint
from .faults import Fault
from .methods import METHODS
from .receiving import Poller
from .validate import Upload, arguments
from .world import World

_NAMES = {name.lower(): name for name in (*METHODS, "getUpdates")}
_BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
_TRANSPORTS: dict[tuple[str, int], asyncio.Transport] = {}


class BotApi:
    """Answers the calls of a bot, with the faults that are on order."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.poller = Poller(world)

    async def call(self, request: Request) -> Response:
        """`/bot{token}/{method}`"""
        world = self._world
        if request.path_params["token"] != world.token:
            return _refusal(ApiError(401, "Unauthorized"))
        asked = request.path_params["method"]
        method = _NAMES.get(asked.lower())
        if method is None:
            world.complain(Complaint(asked, "unknown method", "not served"))
            return _refusal(ApiError(404, "Not Found"))
        if method == "getUpdates":
            return await self._answer(method, request)
        world.in_flight += 1
        world.max_in_flight = max(world.max_in_flight, world.in_flight)
        try:
            return await self._answer(method, request)
        finally:
            world.in_flight -= 1

    async def _answer(self, method: str, request: Request) -> Response:
        faults = self._world.faults.strike(method)
        await self._delay(faults, "before")
        for fault in faults:
            if fault.kind != "latency" and fault.when == "before":
                return _spoil(fault, request)
        answer = await self._execute(method, request)
        await self._delay(faults, "after")
        for fault in faults:
            if fault.kind != "latency":
                return _spoil(fault, request)
        return answer

    async def _execute(self, method: str, request: Request) -> Response:
        world = self._world
        world.calls[method] = world.calls.get(method, 0) + 1
        try:
            if world.logged_out:
                raise ApiError(400, "Logged out")
            raw = await parameters(request)
            args = arguments(method, raw, world.complain)
            if method == "getUpdates":
                return _success(await self.poller.get_updates(args))
            if method == "setWebhook" and args["url"]:
                self.poller.terminate()
            args["uploads"] = {key: item for key, item in raw.items() if isinstance(item, Upload)}
            return _success(METHODS[method](world, args))
        except ApiError as error:
            world.refuse(method, error)
            return _refusal(error)

    async def _delay(self, faults: list[Fault], when: str) -> None:
        for fault in faults:
            if fault.kind == "latency" and fault.when == when:
                await asyncio.sleep(self._world.faults.delay(fault))

    async def download(self, request: Request) -> Response:
        """`/file/bot{token}/{path}`"""
        if request.path_params["token"] != self._world.token:
            return _refusal(ApiError(401, "Unauthorized"))
        stored = self._world.files.at(request.path_params["path"])
        if stored is None:
            return _refusal(ApiError(404, "Not Found"))
        return Response(stored.content, media_type="application/octet-stream")


def _success(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _refusal(error: ApiError) -> Response:
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
    return JSONResponse(error.body(), status_code=error.code, headers=headers)


def _spoil(fault: Fault, request: Request) -> Response:
    """The answer a fault leaves of a call."""
    match fault.kind:
        case "flood":
            words = f"Too Many Requests: retry after {fault.retry_after}"
            return _refusal(ApiError(429, words, retry_after=fault.retry_after))
        case "server_error":
            return _refusal(ApiError(500, "Internal Server Error: restart"))
        case "bad_gateway":
            return Response(_BAD_GATEWAY, status_code=502, media_type="text/html")
        case "unauthorized":
            return _refusal(ApiError(401, "Unauthorized"))
        case "forbidden":
            return _refusal(ApiError(403, f"Forbidden: {fault.description}"))
        case "garbage":
            return Response('{"ok":true,"result":{"mess', media_type="application/json")
    # A cut: what is written to an aborted connection goes nowhere.
    if request.client is not None and (
        transport := _TRANSPORTS.get((request.client.host, request.client.port))
    ):
        transport.abort()
        return Response()
    raise RuntimeError("a connection can be cut only under serve()")


def create_app(world: World, routes: Sequence[BaseRoute] = ()) -> Starlette:
    """The Bot API of this world as an application; `routes` come with it, a chat page for one."""
    api = BotApi(world)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await world.webhook.close()

    app = Starlette(
        routes=[
            Route("/bot{token}/{method}", api.call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", api.download),
            *control_routes(world),
            *routes,
        ],
        lifespan=lifespan,
    )
    app.state.poller = api.poller
    return app


class _Protocol(H11Protocol):
    """Keeps the transports at hand, because a cut connection is beyond what ASGI can say."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client is not None:
            _TRANSPORTS[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            _TRANSPORTS.pop(self.client, None)
        super().connection_lost(exc)


class _Server(uvicorn.Server):
    """A guest in someone else's loop: leaves the signals alone and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@asynccontextmanager
async def serve(
    world: World,
    host: str = "127.0.0.1",
    port: int = 0,
    routes: Sequence[BaseRoute] = (),
) -> AsyncIterator[str]:
    """Serve the world while the context lasts; gives the base URL, without a closing slash."""
    app = create_app(world, routes)
    listener = listen(host, port)
    config = uvicorn.Config(
        app, http=_Protocol, ws="none", log_config=None, access_log=False, lifespan="on"
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    ready = asyncio.create_task(server.listening.wait())
    try:
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        ready.cancel()
        app.state.poller.close()
        world.events.close()
        server.should_exit = True
        await task
        listener.close()
