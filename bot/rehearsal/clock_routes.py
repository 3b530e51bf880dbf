"""The clock of the rehearsal over HTTP, for the chat page's buttons."""

from __future__ import annotations

import json
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.rehearsal.emulator.control import local_only
from bot.rehearsal.turning import Rehearsal

SPANS = {"day": timedelta(days=1), "week": timedelta(weeks=1)}


def clock_routes(rehearsal: Rehearsal) -> list[Route]:
    """`/rehearsal/clock`, its turns, and `/rehearsal/restart`; for pages of this machine alone."""

    async def show(_: Request) -> Response:
        return JSONResponse(await rehearsal.clock())

    async def turn(request: Request) -> Response:
        how = request.path_params["how"]
        try:
            if how == "next":
                await rehearsal.next()
            elif how in SPANS:
                await rehearsal.ahead(SPANS[how])
            elif how == "all":
                await rehearsal.all(answer=await _answers(request))
            else:
                return JSONResponse({"error": "turn by next, day, week or all"}, status_code=404)
        except TimeoutError:
            return JSONResponse({"error": "the bot took too long"}, status_code=504)
        return JSONResponse(await rehearsal.clock())

    async def restart(_: Request) -> Response:
        await rehearsal.restart()
        return JSONResponse({"user_id": rehearsal.person.id})

    return [
        Route("/rehearsal/clock", local_only(show), methods=["GET"]),
        Route("/rehearsal/clock/{how}", local_only(turn), methods=["POST"]),
        Route("/rehearsal/restart", local_only(restart), methods=["POST"]),
    ]


async def _answers(request: Request) -> bool:
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("answer") is True
