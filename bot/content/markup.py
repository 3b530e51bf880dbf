"""Telegram's HTML: what of a text people see, and what Telegram would refuse."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from bot.content.findings import Mend

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


def without_code(source: str, instead: str = "") -> str:
    """A template's source with `instead` of what it shows, without its code, on the same lines."""
    return _JINJA.sub(
        lambda code: (instead if code[0].startswith("{{") else "") + "\n" * code[0].count("\n"),
        source,
    )


def faults(source: str) -> Iterator[tuple[int, str, Mend | None]]:
    """What Telegram would refuse in a template's source, by line, with a repair where one is safe.

    The source is read, not one rendering of it, so that every branch is seen and lines are exact.
    """
    text = without_code(source)
    open_tags: list[tuple[str, int]] = []
    for match in re.finditer(r"<[^<>]*>?|&[#\w]*;?", text):
        line = text.count("\n", 0, match.start()) + 1
        token = match[0]
        if token.startswith("&"):
            if not _ENTITY.fullmatch(token):
                what = f"`{token}` is no character that Telegram knows; write `&amp;` for &"
                yield line, what, _mended(token, text[match.end() : match.end() + 1])
            continue
        tag = _TAG_NAME.fullmatch(token)
        if tag is None:
            # Not more of it: code may stand in between, which isn't in `text`.
            first = token.partition("\n")[0][:2]
            yield line, "a `<` that begins no tag; write `&lt;`", Mend(first, "&lt;" + first[1:])
        elif tag[2].lower() not in TAGS:
            yield line, f"Telegram knows no tag `{tag[2]}`; use one of {', '.join(TAGS)}", None
        elif not tag[1]:
            open_tags.append((tag[2].lower(), line))
            if tag[2].lower() == "span" and 'class="tg-spoiler"' not in token:
                yield line, '`<span>` hides a spoiler only; write `<span class="tg-spoiler">`', None
        elif open_tags and open_tags[-1][0] == tag[2].lower():
            open_tags.pop()
        else:
            yield line, f"`</{tag[2]}>` closes no tag that is open here; mend the nesting", None
    for name, line in open_tags:
        yield line, f"`<{name}>` is never closed; close it", None


def _mended(token: str, after: str) -> Mend:
    """`&eacute;` becomes its character; any other & is meant as one."""
    if token.endswith(";") and (character := html.unescape(token)) != token:
        return Mend(token, character)
    following = after if after != "\n" else ""
    return Mend(token + following, f"&amp;{token[1:]}{following}")
