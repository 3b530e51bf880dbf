"""Telegram's HTML: what of a text people see, and what Telegram would refuse."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

TAGS = (
    "a", "b", "blockquote", "code", "del", "em", "i", "ins", "pre", "s", "span", "strike", "strong",
    "tg-emoji", "tg-spoiler", "u",
)  # fmt: skip
"""The tags that Telegram knows; any other makes it refuse the whole message."""

_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]+|#x[0-9a-fA-F]+);")
_TAG = re.compile(r"<[^<>]*>")
_TAG_NAME = re.compile(r"<(/?)([a-zA-Z-]+)(?:\s[^<>]*)?>")
_JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)


def visible(text: str) -> str:
    """What people see of a text in Telegram's HTML."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), _TAG.sub("", text)).strip()


def visible_length(text: str) -> int:
    """The length that Telegram's limits count: UTF-16 code units, after the tags are parsed."""
    return utf16_length(visible(text))


def utf16_length(text: str) -> int:
    """The length of a plain text as Telegram counts it: an emoji counts for two or more."""
    return len(text.encode("utf-16-le")) // 2


def faults(source: str) -> Iterator[tuple[int, str]]:
    """What Telegram would refuse in a template's source, by line.

    The source is read, not one rendering of it, so that every branch is seen and lines are exact.
    """
    text = _JINJA.sub(lambda code: "\n" * code[0].count("\n"), source)
    open_tags: list[tuple[str, int]] = []
    for match in re.finditer(r"<[^<>]*>?|&[#\w]*;?", text):
        line = text.count("\n", 0, match.start()) + 1
        token = match[0]
        if token.startswith("&"):
            if not _ENTITY.fullmatch(token):
                yield line, f"`{token}` is no character that Telegram knows; write `&amp;` for &"
            continue
        tag = _TAG_NAME.fullmatch(token)
        if tag is None:
            yield line, "a `<` that begins no tag; write `&lt;`"
        elif tag[2].lower() not in TAGS:
            yield line, f"Telegram knows no tag `{tag[2]}`; use one of {', '.join(TAGS)}"
        elif not tag[1]:
            open_tags.append((tag[2].lower(), line))
        elif open_tags and open_tags[-1][0] == tag[2].lower():
            open_tags.pop()
        else:
            yield line, f"`</{tag[2]}>` closes no tag that is open here; mend the nesting"
    for name, line in open_tags:
        yield line, f"`<{name}>` is never closed; close it"
