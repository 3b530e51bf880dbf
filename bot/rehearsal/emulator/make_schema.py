"""Makes `schema.json` from the machine-readable Bot API, without its prose.

The source is api.min.json of github.com/PaulSonOfLars/telegram-bot-api-spec (MIT):

    python -m bot.rehearsal.emulator.make_schema api.min.json > bot/rehearsal/emulator/schema.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SERVED = [
    "answerCallbackQuery",
    "close",
    "closeForumTopic",
    "createForumTopic",
    "deleteMessage",
    "deleteMyCommands",
    "deleteWebhook",
    "editMessageMedia",
    "editMessageReplyMarkup",
    "editMessageText",
    "getChat",
    "getChatMember",
    "getChatMenuButton",
    "getFile",
    "getMe",
    "getMyCommands",
    "getMyDescription",
    "getMyName",
    "getMyShortDescription",
    "getUpdates",
    "getWebhookInfo",
    "leaveChat",
    "logOut",
    "reopenForumTopic",
    "sendAnimation",
    "sendChatAction",
    "sendDocument",
    "sendMessage",
    "sendPhoto",
    "sendPoll",
    "sendVenue",
    "setChatMenuButton",
    "setMessageReaction",
    "setMyCommands",
    "setMyDescription",
    "setMyName",
    "setMyShortDescription",
    "setWebhook",
    "stopPoll",
]


def reduce(api: dict[str, Any]) -> dict[str, Any]:
    """Cut a full API description down to the served methods and the types their parameters use."""
    methods = {name: _compact(api["methods"][name].get("fields", [])) for name in SERVED}
    types: dict[str, dict[str, str]] = {}
    variants: dict[str, list[str]] = {}
    todo = [name for fields in methods.values() for name in _names(fields.values())]
    while todo:
        name = todo.pop()
        if name in types or name in variants or name not in api["types"]:
            continue
        if subtypes := api["types"][name].get("subtypes"):
            variants[name] = subtypes
            todo += subtypes
        else:
            types[name] = _compact(api["types"][name].get("fields", []))
            todo += _names(types[name].values())
    return {
        "version": api["version"],
        "methods": methods,
        "types": dict(sorted(types.items())),
        "variants": dict(sorted(variants.items())),
    }


def _compact(fields: list[dict[str, Any]]) -> dict[str, str]:
    return {
        field["name"]: "|".join(field["types"]) + ("!" if field["required"] else "")
        for field in fields
    }


def _names(texts: Iterable[str]) -> list[str]:
    return [
        name.removeprefix("Array of ").removeprefix("Array of ")
        for text in texts
        for name in text.rstrip("!").split("|")
    ]


def main(path: str) -> None:
    """Print the reduced schema of the API description at `path`."""
    reduced = reduce(json.loads(Path(path).read_text("utf-8")))
    sys.stdout.write(json.dumps(reduced, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
