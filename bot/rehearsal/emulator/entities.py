"""Telegram's HTML.

The rules and the words of the refusals follow TDLib's `parse_html`: positions in refusals count
bytes, those of entities count UTF-16 code units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .bare import utf16_length
from .errors import Json, bad_request

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = {*_SIMPLE, "a", "code", "pre", "blockquote", "tg-emoji", "tg-time"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]+)|(\d+))|([a-zA-Z]+));?")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_ATTRIBUTE_END = re.compile(r"[\s=>/\"']|\Z")
_NAME_END = re.compile(r"[\s>]|\Z")
_SPACES = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int


def parse_html(html: str) -> tuple[str, list[Json]]:
    """Split Telegram's HTML into the text and its entities; `ApiError` says what it can't read."""
    parser = _Parser(html)
    parser.run()
    return _trim("".join(parser.out), parser.entities)


class _Parser:
    def __init__(self, html: str) -> None:
        self.html = html
        self.position = 0
        self.out: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def run(self) -> None:
        while self.position < len(self.html):
            if self.html.startswith("</", self.position):
                self._end_tag()
            elif self.html[self.position] == "<":
                self._start_tag()
            else:
                self._put(self._character())
        if self.open:
            raise self._error(
                f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"'
            )
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))

    def _put(self, text: str) -> None:
        self.out.append(text)
        self.length += utf16_length(text)

    def _character(self) -> str:
        """The character at the position, decoded where it is a reference, and step past it."""
        if self.html[self.position] == "&" and (
            match := _REFERENCE.match(self.html, self.position)
        ):
            hexadecimal, decimal, name = match.groups()
            decoded = _NAMED.get(name, "") if name else _from_code(hexadecimal, decimal)
            if decoded:
                self.position = match.end()
                return decoded
        self.position += 1
        return self.html[self.position - 1]

    def _start_tag(self) -> None:
        begin = self.position
        end = _find(_NAME_END, self.html, begin + 1)
        if end == len(self.html):
            raise self._error("Unclosed start tag", begin)
        tag = self.html[begin + 1 : end].lower()
        if tag not in _TAGS:
            raise self._error(f'Unsupported start tag "{tag}"', begin)
        self.position = end
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(_Open(tag, attributes, self.length))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._skip_spaces()
            if self._at() == ">":
                self.position += 1
                return attributes
            start = self.position
            self.position = _find(_ATTRIBUTE_END, self.html, start)
            name = self.html[start : self.position]
            if not name:
                words = (
                    "Unclosed start tag" if not self._at() else "Empty attribute name in the tag"
                )
                raise self._error(f'{words} "{tag}"', begin)
            self._skip_spaces()
            if self._at() != "=":
                attributes[name] = ""
                continue
            self.position += 1
            self._skip_spaces()
            if not self._at():
                raise self._error(f'Unclosed start tag "{tag}"', begin)
            attributes[name] = self._value(begin)

    def _value(self, begin: int) -> str:
        quote = self._at()
        start = self.position
        if quote not in "\"'":
            token = _TOKEN.match(self.html, start)
            self.position = token.end() if token else start
            if self._at() not in {" ", "\t", "\r", "\n", ">"}:
                raise self._error("Unexpected end of name token", start)
            return self.html[start : self.position].lower()
        self.position += 1
        value: list[str] = []
        while self._at() and self._at() != quote:
            value.append(self._character())
        self.position += 1
        if not self._at():
            raise self._error("Unclosed start tag", begin)
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self.position
        if not self.open:
            raise self._error("Unexpected end tag", begin)
        end = _find(_NAME_END, self.html, begin + 2)
        name = self.html[begin + 2 : end]
        self.position = end
        self._skip_spaces()
        if self._at() != ">":
            raise self._error("Unclosed end tag", begin)
        self.position += 1
        opened = self.open.pop()
        if name and name != opened.tag:
            words = f'expected "</{opened.tag}>", found "</{name}>"'
            raise self._error("Unmatched end tag", begin, words)
        if self.length > opened.offset and (entity := self._entity(opened)):
            self.entities.append(entity)

    def _entity(self, opened: _Open) -> Json | None:
        attributes = opened.attributes
        entity: Json = {"offset": opened.offset, "length": self.length - opened.offset}
        match opened.tag:
            case "a":
                url = attributes.get("href") or "".join(self.out)[-entity["length"] :]
                if not re.match(r"(https?|tg|mailto|tel):|[\w-]+\.\w", url):
                    return None
                entity |= {"type": "text_link", "url": url}
            case "pre":
                self._absorb_language(entity)
            case "code":
                entity["type"] = "code"
                language = attributes.get("class", "")
                if language.startswith("language-"):
                    entity["language"] = language.removeprefix("language-")
            case "blockquote":
                expandable = "expandable" in attributes
                entity["type"] = "expandable_blockquote" if expandable else "blockquote"
            case "tg-emoji":
                if not attributes.get("emoji-id", "").isdecimal():
                    raise self._error("Invalid custom emoji identifier specified")
                entity |= {"type": "custom_emoji", "custom_emoji_id": attributes["emoji-id"]}
            case "tg-time":
                if not attributes.get("unix", "").isdecimal():
                    raise self._error("Invalid date specified")
                entity |= {"type": "date_time", "unix_time": int(attributes["unix"])}
                if attributes.get("format"):
                    entity["date_time_format"] = attributes["format"]
            case tag:
                entity["type"] = _SIMPLE[tag]
        return entity

    def _absorb_language(self, entity: Json) -> None:
        """`<pre><code class="language-x">` is one block, not code inside one."""
        entity["type"] = "pre"
        last = self.entities[-1] if self.entities else {}
        if last.get("type") == "code" and all(
            last[key] == entity[key] for key in ("offset", "length")
        ):
            self.entities.pop()
            if "language" in last:
                entity["language"] = last["language"]

    def _at(self) -> str:
        return self.html[self.position : self.position + 1]

    def _skip_spaces(self) -> None:
        self.position = _find(_SPACES, self.html, self.position, end=True)

    def _error(self, words: str, at: int | None = None, more: str = "") -> Exception:
        where = "" if at is None else f" at byte offset {len(self.html[:at].encode())}"
        tail = f", {more}" if more else ""
        return bad_request(f"can't parse entities: {words}{where}{tail}", "malformed")


def _find(pattern: re.Pattern[str], text: str, start: int, *, end: bool = False) -> int:
    match = pattern.match(text, start) if end else pattern.search(text, start)
    if match is None:
        return len(text)
    return match.end() if end else match.start()


def _from_code(hexadecimal: str | None, decimal: str | None) -> str:
    code = int(hexadecimal, 16) if hexadecimal else int(decimal or "0")
    if 0xD800 <= code < 0xE000:
        raise bad_request(
            "can't parse entities: Text contains invalid Unicode characters after decoding HTML "
            "entities, check for unmatched surrogate code units",
            "malformed",
        )
    return chr(code) if 0 < code <= 0x10FFFF else ""


def _trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Drop the white space around a text, which Telegram does too, and shift the entities."""
    stripped = text.strip()
    lead = utf16_length(text[: len(text) - len(text.lstrip())])
    limit = utf16_length(stripped)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        stop = min(entity["offset"] + entity["length"] - lead, limit)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return stripped, kept
