"""The control routes: people's acts over HTTP for the chat page, and faults for other processes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from .errors import ApiError, Json, Refusal
from .faults import Fault
from .limits import Limits
from .people import Person
from .profile import localised
from .world import World

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
Endpoint = Callable[[Request], Awaitable[Response]]


def control_routes(world: World) -> list[BaseRoute]:
    """The routes under /emulator, open to this machine's own pages only."""
    control = Control(world)
    chat = "/emulator/chat/{user_id:int}"
    return [
        Route("/emulator/log", local_only(control.log)),
        Route("/emulator/faults", local_only(control.faults)),
        Route("/emulator/faults", local_only(control.order), methods=["POST"]),
        Route("/emulator/file/{file_id}", local_only(control.file)),
        Route(chat, local_only(control.chat)),
        Route(chat + "/events", local_only(control.events)),
        Route(chat + "/{action}", local_only(control.act), methods=["POST"]),
    ]


def local_only(endpoint: Endpoint) -> Endpoint:
    """Refuse what another site's page sends through the user's browser."""

    async def guarded(request: Request) -> Response:
        origin = request.headers.get("origin")
        own = f"{request.url.scheme}://{request.headers.get('host', '')}"
        if request.url.hostname not in _LOOPBACK or origin not in {None, own}:
            return _error(403, "only pages of this machine may do this")
        return await endpoint(request)

    return guarded


class Control:
    """What the chat page and tests in other processes may see and do."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def chat(self, request: Request) -> Response:
        """A person's view of the chat with the bot."""
        return JSONResponse(chat_view(self._world, self._person(request)))

    async def events(self, request: Request) -> Response:
        """What happens in the chat, as it happens."""
        return EventSourceResponse(self._stream(self._person(request)), ping=15)

    async def _stream(self, person: Person) -> AsyncIterator[dict[str, str]]:
        async for name, data in self._world.events.follow(person.id):
            shown = data
            if name == "message":
                shown = _shown(self._world, person, data)
            elif name == "commands":
                profile = self._world.profile
                shown = {"commands": profile.commands_for(person.id, person.language_code)}
            yield {"event": name, "data": json.dumps(shown, ensure_ascii=False)}

    async def act(self, request: Request) -> Response:
        """Let a person do something."""
        action = ACTIONS.get(request.path_params["action"])
        if action is None:
            return _error(404, "no such action")
        try:
            done = action(self._person(request), await _body(request))
        except Refusal as error:
            return _error(409, str(error))
        except (KeyError, TypeError, ValueError) as error:
            return _error(400, f"wrong or missing field: {error}")
        if request.path_params["action"] == "language":
            self._world.events.publish(request.path_params["user_id"], "commands", {})
        return JSONResponse({"ok": True, **done})

    async def file(self, request: Request) -> Response:
        """A file to save."""
        try:
            stored = self._world.files.get(request.path_params["file_id"])
        except ApiError as error:
            return _error(404, error.description)
        # Always a download: a file is a stranger's content on the page's own origin.
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(stored.name)}",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(stored.content, media_type=stored.mime, headers=headers)

    async def log(self, request: Request) -> Response:
        """What was sent, and what the bot did wrong."""
        world = self._world
        return JSONResponse(
            {
                "sends": [{**asdict(sent), "at": sent.at.isoformat()} for sent in world.log],
                "calls": world.calls,
                "complaints": [asdict(complaint) for complaint in world.complaints],
                "max_in_flight": world.max_in_flight,
                "pending_updates": len(world.updates),
            }
        )

    async def faults(self, request: Request) -> Response:
        """The faults on order and the limits in force."""
        world = self._world
        return JSONResponse(
            {
                "orders": [asdict(fault) for fault in world.faults.orders],
                "struck": world.faults.struck,
                "limits": asdict(world.limits) if world.limits else None,
            }
        )

    async def order(self, request: Request) -> Response:
        """Order a fault (the fields of `Fault`), `{"clear": true}`, or `{"limits": {...}|null}`."""
        try:
            wish = await _body(request)
            if "limits" in wish:
                limits = wish["limits"]
                self._world.limits = None if limits is None else Limits(**limits)
            elif wish.get("clear"):
                self._world.faults.clear()
            else:
                if isinstance(wish.get("seconds"), list):
                    wish["seconds"] = tuple(wish["seconds"])
                self._world.faults.order(Fault(**wish))
        except (TypeError, ValueError) as error:
            return _error(400, str(error))
        return JSONResponse({"ok": True})

    def _person(self, request: Request) -> Person:
        return self._world.person(request.path_params["user_id"])


def chat_view(world: World, person: Person) -> Json:
    """A person's view of the chat with the bot, as their app has it."""
    language = person.language_code
    chat = world.chats.get(person.id)
    return {
        "bot": {
            "name": localised(world.profile.name, language),
            "username": world.bot["username"],
            "description": localised(world.profile.description, language),
            "short_description": localised(world.profile.short_description, language),
        },
        "user": person.user,
        "now": world.now().isoformat(),
        "blocked": person.blocked,
        "commands": world.profile.commands_for(person.id, language),
        "reply_keyboard": chat.reply_keyboard if chat else None,
        "messages": [_shown(world, person, message) for message in person.chat],
    }


def _shown(world: World, person: Person, message: Json) -> Json:
    if "poll" not in message:
        return message
    poll = world.polls.get(message["poll"]["id"])
    return {**message, "my_vote": list(poll.votes.get(person.id, ())) if poll else []}


async def _body(request: Request) -> dict[str, Any]:
    body = await request.body()
    decoded = json.loads(body) if body else {}
    if not isinstance(decoded, dict):
        raise ValueError("expected an object")
    return decoded


def _error(status: int, words: str) -> Response:
    return JSONResponse({"error": words}, status_code=status)


def _nothing(act: Callable[..., Any], *args: Any) -> Json:
    act(*args)
    return {}


def _set_language(person: Person, code: str) -> None:
    person.language_code = code


ACTIONS: dict[str, Callable[[Person, dict[str, Any]], Json]] = {
    "start": lambda person, body: {"message": person.start(str(body.get("payload") or ""))},
    "text": lambda person, body: {"message": person.text(str(body["text"]))},
    "edit": lambda person, body: {
        "message": person.edit(int(body["message_id"]), str(body["text"]))
    },
    "sticker": lambda person, _: {"message": person.sticker()},
    "voice": lambda person, _: {"message": person.voice()},
    "photo": lambda person, body: {"message": person.photo(str(body.get("caption") or ""))},
    "location": lambda person, _: {"message": person.location()},
    "contact": lambda person, _: {"message": person.contact()},
    "tap": lambda person, body: {
        "callback_query_id": person.tap(int(body["message_id"]), str(body["data"]))
    },
    "vote": lambda person, body: _nothing(
        person.vote, int(body["message_id"]), [int(index) for index in body["options"]]
    ),
    "retract": lambda person, body: _nothing(person.retract, int(body["message_id"])),
    "block": lambda person, _: _nothing(person.block),
    "unblock": lambda person, _: _nothing(person.unblock),
    "language": lambda person, body: _nothing(_set_language, person, str(body["language_code"])),
}
