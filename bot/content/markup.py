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

NO_CHARACTER = "\ufffd"
"""What a number stands for that is none of Unicode's, such as half of a pair."""

_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]+|#x[0-9a-fA-F]+);")
_TAG = re.compile(r"<[^<>]*>")
_BEGINS_TAG = re.compile(r"<[a-zA-Z/!?]")
_TAG_NAME = re.compile(r"<(/?)([a-zA-Z-]+)(?=[\s>])")
_WHOLE_TAG = re.compile(
    r"""<[\w-]+((?:\s+[^\s=<>/"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9.\-]+))?)*)\s*>"""
)
_CLOSING_TAG = re.compile(r"</[\w-]+\s*>")
_JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_TOKEN = re.compile(rf"{_JINJA.pattern}|<[^<>]*>?|&[#\w]*;?", re.DOTALL)
_STATEMENT = re.compile(r"\{%[-+]?\s*(\w+)")
_BLOCKS = ("if", "for")

_NEEDS = {
    "span": (r"""(?<!\S)class\s*=\s*["']tg-spoiler["']""", 'class="tg-spoiler"'),
    "tg-emoji": (r"""(?<!\S)emoji-id\s*=\s*["']\d+["']""", 'emoji-id="..."'),
}
"""What Telegram wants to see in some tags: as a pattern, and as one writes it."""


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
    open_tags: list[tuple[str, int]] = []
    blocks: list[list[tuple[str, int]]] = []
    """What was open before each block of code that the text is in."""
    for match in _TOKEN.finditer(source):
        line = source.count("\n", 0, match.start()) + 1
        token = match[0]
        if token.startswith("{"):
            yield from _crossed(token, line, open_tags, blocks)
        elif token.startswith("&"):
            if not _ENTITY.fullmatch(token) or html.unescape(token) == NO_CHARACTER:
                what = f"`{token}` is no character that Telegram knows; write `&amp;` for &"
                yield line, what, _mended(token, source[match.end() : match.end() + 1])
        elif not _BEGINS_TAG.match(token):
            first = token.partition("\n")[0][:2]
            yield line, "a `<` that begins no tag; write `&lt;`", Mend(first, "&lt;" + first[1:])
        elif not token.endswith(">"):
            yield line, "a tag without its `>`; write that, or `&lt;` for a `<` to be seen", None
        else:
            yield from _tag(without_code(token), line, open_tags)
    for name, line in open_tags:
        yield line, f"`<{name}>` is never closed; close it", None


def _tag(
    token: str, line: int, open_tags: list[tuple[str, int]]
) -> Iterator[tuple[int, str, Mend | None]]:
    """What is wrong with one tag, after which `open_tags` are open."""
    named = _TAG_NAME.match(token)
    closes, name = (named[1], named[2].lower()) if named else ("", "")
    whole = _WHOLE_TAG.fullmatch(token)
    if name not in TAGS:
        yield line, f"Telegram knows no tag `{token}`; use one of {', '.join(TAGS)}", None
    elif not closes:
        open_tags.append((name, line))
        pattern, needed = _NEEDS.get(name, ("", ""))
        if whole is None:
            yield line, f'`{token}` isn\'t written well; write attributes as name="value"', None
        elif not re.search(pattern, whole[1]):
            yield line, f"Telegram takes `<{name}>` only as `<{name} {needed}>`", None
    elif not _CLOSING_TAG.fullmatch(token):
        yield line, f"`{token}` closes with more than its name; write `</{name}>`", None
    elif not open_tags or open_tags[-1][0] != name:
        yield line, f"`{token}` closes no tag that is open here; mend the nesting", None
    else:
        open_tags.pop()
        if token != token.lower():
            yield line, f"Telegram wants `{token}` in small letters", Mend(token, token.lower())


def _crossed(
    code: str, line: int, open_tags: list[tuple[str, int]], blocks: list[list[tuple[str, int]]]
) -> Iterator[tuple[int, str, Mend | None]]:
    """Tags that begin on one side of a piece of code and end on the other."""
    statement = _STATEMENT.match(code)
    word = statement[1] if statement else ""
    if word in _BLOCKS:
        blocks.append([*open_tags])
    elif blocks and (word in ("elif", "else") or word.removeprefix("end") in _BLOCKS):
        if open_tags != blocks[-1]:
            what = "a tag is opened in one branch and closed in another; keep it in one"
            yield line, what, None
            open_tags[:] = blocks[-1]
        if word.startswith("end"):
            blocks.pop()


def _mended(token: str, after: str) -> Mend:
    """`&eacute;` becomes its character; any other & is meant as one."""
    if token.endswith(";") and (character := html.unescape(token)) not in (token, NO_CHARACTER):
        return Mend(token, character)
    following = after if after != "\n" else ""
    return Mend(token + following, f"&amp;{token[1:]}{following}")
