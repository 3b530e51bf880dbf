"""What Telegram makes of bare text: commands, links, mentions and tags, counted in UTF-16."""

from __future__ import annotations

import re

from .errors import Json

_BARE = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<mention>(?<!\w)@[A-Za-z0-9_]{4,32})"
    r"|(?P<hashtag>(?<!\w)#\w*[^\W\d]\w*)"
    r"|(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)])"
)


def utf16_length(text: str) -> int:
    """How long Telegram takes a text to be."""
    return len(text) + sum(character > "\uffff" for character in text)


def detect(text: str, known: list[Json] | None = None) -> list[Json]:
    """Add the commands, links, mentions and tags that stand bare in a text to its entities."""
    entities = list(known or ())
    if not any(mark in text for mark in "/@#"):
        return entities
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in {"code", "pre", "text_link"}
    ]
    for match in _BARE.finditer(text):
        offset = utf16_length(text[: match.start()])
        stop = offset + utf16_length(match[0])
        if match.lastgroup and not any(offset < end and start < stop for start, end in taken):
            entities.append({"type": match.lastgroup, "offset": offset, "length": stop - offset})
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
