"""Pictures, animations and documents: sent, or put in the place of another."""

from __future__ import annotations

from typing import Any

from .chats import Chat
from .compose import caption_content
from .editing import edit, editable
from .errors import Json, bad_request
from .files import StoredFile
from .sending import send
from .validate import Args, Upload
from .world import World

FOLDERS = {"document": "documents", "photo": "photos", "animation": "animations"}
"""Where the files of a kind are kept, which is also what their ids may be used for."""

CONTENT = ("photo", "animation", "document")
_CAPTION = ("caption", "caption_entities")


def send_document(world: World, args: Args) -> Json:
    """sendDocument"""
    return _send(world, "sendDocument", args, "document")


def send_photo(world: World, args: Args) -> Json:
    """sendPhoto"""
    return _send(world, "sendPhoto", args, "photo")


def send_animation(world: World, args: Args) -> Json:
    """sendAnimation"""
    return _send(world, "sendAnimation", args, "animation")


def edit_message_media(world: World, args: Args) -> Json:
    """editMessageMedia"""
    chat, message = editable(world, args)
    media = args["media"]
    if media["type"] not in FOLDERS:
        raise bad_request("media of this type is not served", "malformed")
    if not any(kind in message for kind in (*CONTENT, "text")):
        raise bad_request("there is no media in the message to edit")
    content = _content(world, media, media["type"], media["media"], args["uploads"])
    text = ("text", "entities", "link_preview_options")
    kept = {k: v for k, v in message.items() if k not in (*CONTENT, *_CAPTION, *text)}
    return edit(world, chat, message, {**kept, **content}, args)


def _send(world: World, method: str, args: Args, kind: str) -> Json:
    chat: Chat = world.reachable(args["chat_id"])
    content = _content(world, args, kind, args[kind], args["uploads"])
    return send(world, method, chat, args, content)


def _content(world: World, args: Args, kind: str, value: Any, uploads: dict[str, Upload]) -> Json:
    caption = caption_content(args)
    stored = _stored(world, kind, value, uploads)
    return {**_SHAPES[kind](stored), **caption}


def _document(stored: StoredFile) -> Json:
    return {"document": _named(stored)}


def _photo(stored: StoredFile) -> Json:
    """In its one size."""
    width, height = stored.pixels()
    return {"photo": [{**stored.as_json(), "width": width, "height": height}]}


def _animation(stored: StoredFile) -> Json:
    """Told as a document as well, for bots that know no animations."""
    width, height = stored.pixels()
    size = {"width": width, "height": height, "duration": 1}
    return {"animation": {**_named(stored), **size}, "document": _named(stored)}


_SHAPES = {"document": _document, "photo": _photo, "animation": _animation}


def _named(stored: StoredFile) -> Json:
    return {**stored.as_json(), "file_name": stored.name, "mime_type": stored.mime}


def _stored(world: World, kind: str, value: object, uploads: dict[str, Upload]) -> StoredFile:
    """The file that a parameter brings along, or one that is there already, by its id."""
    given = _given(value, uploads)
    if isinstance(given, Upload):
        if not given.content:
            raise bad_request("file must be non-empty", "malformed")
        return world.files.add(FOLDERS[kind], given.name, given.mime, given.content)
    stored = world.files.get(given)
    was = next((name for name, folder in FOLDERS.items() if folder == stored.folder), "sticker")
    if was != kind:
        raise bad_request(f"can't use file of type {was.capitalize()} as {kind.capitalize()}")
    return stored


def _given(value: object, uploads: dict[str, Upload]) -> Upload | str:
    if isinstance(value, str) and value.startswith("attach://"):
        found = uploads.get(value.removeprefix("attach://"))
        if found is None:
            raise bad_request("can't find the attached file in the request", "malformed")
        return found
    if isinstance(value, Upload | str):
        return value
    raise bad_request("wrong type of the file", "wrong type")
