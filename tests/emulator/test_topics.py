"""A group with topics: what an administrator's bot may do there, and what it gets to hear."""

from __future__ import annotations

import pytest
from telegram import Bot, Update
from telegram.error import BadRequest

from bot.rehearsal.emulator import World
from bot.rehearsal.emulator.groups import Group
from bot.rehearsal.emulator.people import Person

STAFF = -1001234567890


@pytest.fixture
def anna(world: World) -> Person:
    return world.person(7)


@pytest.fixture
def group(world: World, anna: Person) -> Group:
    group = world.group(STAFF, is_forum=True)
    group.add(anna, "creator")
    group.add_bot(anna)
    return group


async def heard(bot: Bot) -> list[Update]:
    updates = await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    await bot.get_updates(offset=updates[-1].update_id + 1)
    return list(updates)


async def test_only_an_administrator_makes_topics(
    bot: Bot, world: World, anna: Person, group: Group
) -> None:
    with pytest.raises(BadRequest, match="Not enough rights to create a topic"):
        await bot.create_forum_topic(STAFF, "Vraag 1")
    group.promote_bot(anna, "can_manage_topics")
    me = await bot.get_chat_member(STAFF, bot.id)
    assert (me.status, me.to_dict()["can_manage_topics"]) == ("administrator", True)
    assert (await bot.get_chat(STAFF)).is_forum
    topic = await bot.create_forum_topic(STAFF, "Vraag 1")
    sent = await bot.send_message(STAFF, "Hallo", message_thread_id=topic.message_thread_id)
    assert (sent.is_topic_message, sent.message_thread_id) == (True, topic.message_thread_id)
    assert [m.get("text") for m in group.topic(topic.message_thread_id)] == [None, "Hallo"]
    plain = world.group(-1009)
    plain.add_bot(anna)
    plain.promote_bot(anna, "can_manage_topics")
    with pytest.raises(BadRequest, match="The chat is not a forum"):
        await bot.create_forum_topic(plain.id, "Vraag 1")
    assert world.complaints == []


async def test_an_administrator_hears_everything_in_its_topic(
    bot: Bot, anna: Person, group: Group
) -> None:
    group.promote_bot(anna, "can_manage_topics")
    first = (await bot.create_forum_topic(STAFF, "Vraag 1")).message_thread_id
    second = (await bot.create_forum_topic(STAFF, "Vraag 2")).message_thread_id
    await heard(bot)
    group.text(anna, "eerste", topic=first)
    said = group.text(anna, "tweede", topic=second)
    group.text(anna, "algemeen")
    group.anonymous("van ons", topic=first)
    group.edit(anna, said["message_id"], "tweede, beter")
    updates = await heard(bot)
    messages = [update.effective_message for update in updates]
    assert [(m.text, m.message_thread_id, m.is_topic_message) for m in messages if m] == [
        ("eerste", first, True),
        ("tweede", second, True),
        ("algemeen", None, None),
        ("van ons", first, True),
        ("tweede, beter", second, True),
    ]
    # As Telegram has it: what replies to nothing replies to the topic's creation.
    assert messages[0] is not None
    assert messages[0].reply_to_message is not None
    assert messages[0].reply_to_message.forum_topic_created is not None
    assert messages[3] is not None
    assert messages[3].sender_chat is not None
    assert messages[3].sender_chat.id == STAFF


async def test_topics_close_reopen_and_vanish(bot: Bot, anna: Person, group: Group) -> None:
    group.promote_bot(anna, "can_manage_topics")
    topic = (await bot.create_forum_topic(STAFF, "Vraag 1")).message_thread_id
    await heard(bot)
    assert await bot.close_forum_topic(STAFF, topic)
    with pytest.raises(BadRequest, match="Topic_not_modified"):
        await bot.close_forum_topic(STAFF, topic)
    await bot.send_message(STAFF, "Nog iets", message_thread_id=topic)
    assert await bot.reopen_forum_topic(STAFF, topic)
    group.turn_topic(anna.user, group.topics[topic], closed=True)
    (update,) = await heard(bot)
    assert update.message is not None
    assert update.message.forum_topic_closed is not None
    group.delete_topic(topic)
    assert await bot.get_updates() == ()
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(STAFF, "Hallo?", message_thread_id=topic)
    with pytest.raises(BadRequest, match="Topic_id_invalid"):
        await bot.close_forum_topic(STAFF, topic)


async def test_a_venue(bot: Bot, world: World, anna: Person) -> None:
    anna.start()
    sent = await bot.send_venue(7, 52.09, 5.12, "De Brug", "Kade 1, Utrecht")
    assert sent.venue is not None
    assert (sent.venue.title, sent.venue.location.latitude) == ("De Brug", 52.09)
    assert world.log[-1].text == "De Brug"
    with pytest.raises(BadRequest, match="Wrong latitude"):
        await bot.send_venue(7, 95, 5.12, "De Brug", "Kade 1, Utrecht")
