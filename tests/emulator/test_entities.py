"""Telegram's HTML: what it means, and the words in which it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from bot.rehearsal.emulator.bare import detect
from bot.rehearsal.emulator.entities import parse_html
from bot.rehearsal.emulator.errors import ApiError


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("plain", "plain", []),
        ("a &lt; b &amp; &quot;c&quot; &#x1F9B4;", 'a < b & "c" 🦴', []),
        ("&nbsp; &euro;", "&nbsp; &euro;", []),
        ("  <b>x</b>  ", "x", [entity("bold", 0, 1)]),
        ("🦴<i>x</i>", "🦴x", [entity("italic", 2, 1)]),
        ("<strong>a<em>b</em></strong>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [entity("underline", 0, 1), entity("underline", 1, 1)]),
        ("<s>a</s><del>b</del>", "ab", [entity("strikethrough", n, 1) for n in (0, 1)]),
        ('<a href="https://x.nl/?a=1&amp;b=2">x</a>', "x",
         [entity("text_link", 0, 1, url="https://x.nl/?a=1&b=2")]),
        ("<code>a</code>", "a", [entity("code", 0, 1)]),
        ('<pre><code class="language-py">a</code></pre>', "a",
         [entity("pre", 0, 1, language="py")]),
        ('<span class="tg-spoiler">a</span>', "a", [entity("spoiler", 0, 1)]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [entity("spoiler", 0, 1)]),
        ("<blockquote>a</blockquote>", "a", [entity("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [entity("expandable_blockquote", 0, 1)]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍",
         [entity("custom_emoji", 0, 2, custom_emoji_id="5")]),
        ('<tg-time unix="9" format="wDT">a</tg-time>', "a",
         [entity("date_time", 0, 1, unix_time=9, date_time_format="wDT")]),
        ("<b></b>x", "x", []),
    ],
)  # fmt: skip
def test_html_that_telegram_takes(html: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert parse_html(html) == (text, entities)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("🏟 🏟&lt;<abac>", 'Unsupported start tag "abac" at byte offset 13'),
        ("🏟 🏟&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        ('🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
        ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
        ("<b>x</i>",
         'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)  # fmt: skip
def test_html_that_telegram_refuses(html: str, words: str) -> None:
    with pytest.raises(ApiError) as raised:
        parse_html(html)
    assert raised.value.description == f"Bad Request: can't parse entities: {words}"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("/stop", ["bot_command"]),
        ("5/10 or and/or", []),
        ("see https://x.nl/a, ask @rugwijzer_bot", ["url", "mention"]),
        ("mail a@b.nl #rug", ["email", "hashtag"]),
    ],
)
def test_what_is_found_in_bare_text(text: str, kinds: list[str]) -> None:
    assert [found["type"] for found in detect(text)] == kinds
