"""Passing the campaign on: the link brings someone in, and says nothing about who shared it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from chat.conftest import Stage

from bot.domain.source import SHARED, source_code


async def test_the_shared_link_is_the_same_from_everybody_and_counts(stage: Stage) -> None:
    links = set()
    for number, wish in (
        (7_600_000_001, "/share"),
        (7_600_000_002, "/delen"),
        (7_600_000_003, "/help"),
    ):
        person = stage.world.person(number, language_code="nl")
        person.text(wish)
        message = await stage.reply(person, 0)
        rows = message["reply_markup"]["inline_keyboard"]  # type: ignore[index]
        (url,) = (button["url"] for row in rows for button in row if "url" in button)
        links.add(url)
    (link,) = links
    parts = urlsplit(link)
    assert (parts.netloc, parts.path) == ("t.me", "/share/url")
    shared = parse_qs(parts.query)
    assert shared["text"] == [stage.app.texts.plain("bot.short-description", "nl")]
    target = urlsplit(shared["url"][0])
    username = (await stage.app.bot.get_me()).username
    assert (target.netloc, target.path) == ("t.me", f"/{username}")
    assert parse_qs(target.query) == {"start": [SHARED]}
    assert source_code(SHARED) == SHARED
