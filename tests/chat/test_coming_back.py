"""Who comes back after a stop reads the very words that are kept as their consent."""

from __future__ import annotations

import html

from chat.conftest import Stage

from bot.service import joining
from bot.store import consents


async def test_the_consent_that_is_asked_again_is_the_campaign_s(stage: Stage) -> None:
    person = stage.world.person(1)
    person.start()
    await stage.quiet()
    welcome = person.chat[-1]
    person.tap(
        welcome["message_id"], welcome["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    )
    await stage.quiet()
    stopped = await joining.stop(stage.app.records, person.id, stage.app.clock.now())
    assert stopped is not None
    before = len(person.chat)
    person.start()
    asked = await stage.reply(person, before)
    async with stage.app.records.db.read() as tx:
        given, *_ = await consents.of_subscriber(tx, stopped.subscriber.id)
    assert html.unescape(given["text"]) in str(asked["text"])
