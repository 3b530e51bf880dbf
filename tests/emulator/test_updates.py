"""getUpdates: order, confirmation, retention, waiting, and taps."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import pytest
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict

from bot.rehearsal.emulator import World, serve

from .conftest import Clock


async def test_updates_come_again_until_they_are_confirmed(bot: Bot, world: World) -> None:
    anna = world.person(7)
    for text in ("een", "twee", "drie"):
        anna.text(text)
    first = await bot.get_updates(limit=2)
    assert [update.message.text for update in first if update.message] == ["een", "twee"]
    assert [update.update_id for update in first] == sorted(u.update_id for u in first)
    assert await bot.get_updates(limit=2) == first
    (last,) = await bot.get_updates(offset=first[-1].update_id + 1)
    assert last.message is not None
    assert last.message.text == "drie"
    anna.text("vier")
    (newest,) = await bot.get_updates(offset=-1)
    assert newest.message is not None
    assert newest.message.text == "vier"
    assert len(world.updates) == 1


async def test_a_long_poll_ends_with_the_first_update(bot: Bot, world: World) -> None:
    began = time.monotonic()
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    world.person(7).text("hallo")
    assert len(await poll) == 1
    assert time.monotonic() - began < 5


async def test_a_second_poll_ends_the_first(bot: Bot, world: World, url: str) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    async with Bot(world.token, base_url=f"{url}/bot") as second:
        assert await second.get_updates() == ()
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first


async def test_only_the_wanted_kinds_come_and_the_choice_is_kept(bot: Bot, world: World) -> None:
    await bot.get_updates(allowed_updates=["message"])
    anna = world.person(7)
    anna.start()
    anna.tap(1, "x")
    anna.block()
    assert len(await bot.get_updates()) == 1
    await bot.get_updates(allowed_updates=[])
    anna.unblock()
    assert len(await bot.get_updates()) == 2


async def test_updates_last_a_day_and_taps_last_150_seconds(
    bot: Bot, world: World, clock: Clock
) -> None:
    anna = world.person(7)
    message = anna.text("hallo")
    anna.tap(message["message_id"], "x")
    clock.turn(seconds=149)
    assert len(await bot.get_updates()) == 2
    clock.turn(seconds=1)
    assert len(await bot.get_updates()) == 1
    clock.turn(hours=24)
    assert await bot.get_updates() == ()


async def test_a_tap_is_answered_once_and_in_time(bot: Bot, world: World, clock: Clock) -> None:
    anna = world.person(7)
    anna.start()
    sent = await bot.send_message(7, "Kies")
    query_id = anna.tap(sent.message_id, "yes")
    update = (await bot.get_updates(offset=-1))[0]
    assert update.callback_query is not None
    assert (update.callback_query.data, update.callback_query.id) == ("yes", query_id)
    await bot.answer_callback_query(query_id, "Dank je", show_alert=True)
    assert world.callbacks[query_id].answer == {"text": "Dank je", "show_alert": True}
    late = anna.tap(sent.message_id, "yes")
    clock.turn(seconds=150)
    for stale in (query_id, late, "nonsense"):
        with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
            await bot.answer_callback_query(stale)
    assert world.complaints == []


async def test_a_tap_on_a_message_that_is_gone(bot: Bot, world: World) -> None:
    world.person(7).start()
    world.person(7).tap(999, "old")
    update = (await bot.get_updates(offset=-1))[0]
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert not update.callback_query.message.is_accessible


async def test_blocking_and_coming_back(bot: Bot, world: World) -> None:
    anna = world.person(7)
    anna.start()
    anna.block()
    anna.start("again")
    _, blocked, unblocked, start = await bot.get_updates()
    assert blocked.my_chat_member is not None
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert unblocked.my_chat_member is not None
    assert unblocked.my_chat_member.new_chat_member.status == "member"
    assert start.message is not None
    assert start.message.text == "/start again"


async def test_everything_a_person_sends_can_be_parsed(bot: Bot, world: World) -> None:
    anna = world.person(7)
    text = anna.text("typo")
    anna.edit(text["message_id"], "tekst")
    for act in (anna.sticker, anna.voice, anna.photo, anna.location, anna.contact):
        act()
    updates = await bot.get_updates()
    assert updates[1].edited_message is not None
    assert updates[1].edited_message.text == "tekst"
    messages = [update.message for update in updates[2:]]
    for message, kind in zip(
        messages, ("sticker", "voice", "photo", "location", "contact"), strict=True
    ):
        assert message is not None
        assert getattr(message, kind)


async def test_raw_updates_are_passed_on_as_they_are(bot: Bot, world: World) -> None:
    world.inject({"message": {"nonsense": True}})
    with pytest.raises(KeyError):
        await bot.get_updates()
    (update_id,) = [update.update_id for update in world.updates]
    anna = world.person(7)
    anna.text("hallo")
    (update,) = await bot.get_updates(offset=update_id + 1)
    again = world.inject(update.to_dict())
    assert again == update.update_id
    assert await bot.get_updates(offset=update.update_id + 1) == ()


async def test_a_group(bot: Bot, world: World) -> None:
    anna = world.person(7)
    group = world.group(-1001234567890, title="Staf")
    group.add(anna, "administrator")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(group.id, "Hallo")
    group.add_bot(anna)
    group.text(anna, "onder ons")
    group.text(anna, "/stats")
    sent = await bot.send_message(group.id, "Cijfers")
    group.text(anna, "dank", reply_to=sent.message_id)
    updates = await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    texts = [update.message.text for update in updates if update.message]
    assert texts == [None, "/stats", "dank"]
    assert (await bot.get_chat_member(group.id, 7)).status == "administrator"
    assert (await bot.get_chat(group.id)).title == "Staf"
    await bot.leave_chat(group.id)
    with pytest.raises(Exception, match="bot was kicked"):
        await bot.send_message(group.id, "Hallo")


async def test_the_server_goes_down_with_a_poll_and_a_page_open(world: World) -> None:
    began = time.monotonic()
    async with aiohttp.ClientSession() as http, serve(world) as url:
        page = await http.get(f"{url}/emulator/chat/7/events")
        target = f"{url}/bot{world.token}/getUpdates"
        poll = asyncio.create_task(http.post(target, json={"timeout": 50}))
        await asyncio.sleep(0.1)
    assert time.monotonic() - began < 5
    page.close()
    (await poll).close()
