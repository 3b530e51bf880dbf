"""The rehearsal over HTTP, for the page's buttons; for pages of this machine alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError
from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.rehearsal.emulator import Refusal
from bot.rehearsal.emulator.control import local_only
from bot.rehearsal.emulator.errors import ApiError
from bot.rehearsal.emulator.signals import Events
from bot.rehearsal.playing import NoScript, Rehearsal
from bot.rehearsal.script import Script

PAGES = 0
"""The events' one channel: all pages show the same rehearsal."""

CHANGED = "changed"
Does = Callable[[Request, dict[str, Any]], Awaitable[dict[str, Any]]]


def rehearsal_routes(rehearsal: Rehearsal, events: Events) -> list[Route]:
    """`/rehearsal/state`, what changes it, and `/rehearsal/events`, which says when to look again.

    Whatever changes the state answers with it.
    """

    async def state(_: Request) -> Response:
        return JSONResponse(await rehearsal.state())

    async def follow(request: Request) -> Response:
        async def stream() -> AsyncIterator[dict[str, str]]:
            async for name, _ in events.follow(PAGES):
                yield {"event": name, "data": str(rehearsal.version)}

        return EventSourceResponse(stream(), ping=15)

    async def file(request: Request) -> Response:
        language, file_id = request.path_params["language"], request.path_params["file_id"]
        try:
            stored = await rehearsal.file(language, file_id)
        except (KeyError, ApiError):
            return _error(404, "no such file")
        # Always a download: a file is a stranger's content on the page's own origin.
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(stored.name)}",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(stored.content, media_type=stored.mime, headers=headers)

    async def turn(request: Request, _: dict[str, Any]) -> dict[str, Any]:
        await rehearsal.turn(request.path_params["how"])
        return {}

    async def go(_: Request, body: dict[str, Any]) -> dict[str, Any]:
        return {"found": await rehearsal.go(str(body["step"]))}

    async def act(request: Request, body: dict[str, Any]) -> dict[str, Any]:
        return await rehearsal.act(request.path_params["act"], body)

    async def play(_: Request, body: dict[str, Any]) -> dict[str, Any]:
        both = body.pop("both", rehearsal.both) is True
        await rehearsal.play(Script.model_validate(body), both=both)
        return {}

    def does(work: Does) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                body = json.loads(await request.body() or b"{}")
                done = await work(request, body)
            except Refusal as error:
                return _error(409, str(error))
            except NoScript as error:
                return _error(400, str(error))
            except ValidationError as error:
                return _error(400, f"no script: {error.errors()[0]['msg']}")
            except (KeyError, TypeError, ValueError) as error:
                return _error(400, f"wrong or missing: {error}")
            events.publish(PAGES, CHANGED, {})
            return JSONResponse({**done, "state": await rehearsal.state()})

        return local_only(endpoint)

    return [
        Route("/rehearsal/state", local_only(state)),
        Route("/rehearsal/events", local_only(follow)),
        Route("/rehearsal/file/{language}/{file_id}", local_only(file)),
        Route("/rehearsal/turn/{how}", does(turn), methods=["POST"]),
        Route("/rehearsal/go", does(go), methods=["POST"]),
        Route("/rehearsal/act/{act}", does(act), methods=["POST"]),
        Route("/rehearsal/play", does(play), methods=["POST"]),
    ]


def _error(status: int, words: str) -> Response:
    return JSONResponse({"error": words}, status_code=status)
