"""The first conversation: a person writes, the bot answers."""

from __future__ import annotations

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.rehearsal.emulator import Complaint, World


async def test_the_bot_knows_itself(bot: Bot, world: World) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (123456, "rugwijzer_bot", True)
    assert world.complaints == []


async def test_start_reaches_the_bot_with_its_payload(bot: Bot, world: World) -> None:
    world.person(2**40 + 7, name="Bo", language_code="en").start("poster-12")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "/start poster-12"
    assert update.message.entities[0].type == "bot_command"
    assert update.effective_user is not None
    assert (update.effective_user.id, update.effective_user.language_code) == (2**40 + 7, "en")


async def test_a_message_arrives_formatted_and_with_its_buttons(bot: Bot, world: World) -> None:
    anna = world.person(7)
    anna.start()
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Ja", callback_data="yes")]])
    sent = await bot.send_message(
        7,
        "🦴 <b>Rug</b> &amp; meer",
        parse_mode="HTML",
        reply_markup=keyboard,
        protect_content=True,
    )
    assert sent.text == "🦴 Rug & meer"
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 3, 3)]
    assert sent.has_protected_content
    shown = anna.chat[-1]
    assert shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "yes"
    assert (world.log[0].chat_id, world.log[0].text) == (7, "🦴 Rug & meer")
    assert world.complaints == []


async def test_an_edit_replaces_the_text_and_drops_the_keyboard(bot: Bot, world: World) -> None:
    anna = world.person(7)
    anna.start()
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Ja", callback_data="yes")]])
    sent = await bot.send_message(7, "Eén", reply_markup=keyboard)
    await bot.edit_message_text("Twee", 7, sent.message_id)
    assert anna.chat[-1]["text"] == "Twee"
    assert "reply_markup" not in anna.chat[-1]
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text("Twee", 7, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("Twee", 7, 999)
    assert world.complaints == []


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        ("unknown", BadRequest, "Chat not found"),
        ("silent", Forbidden, "Forbidden: bot can't initiate conversation with a user"),
        ("blocked", Forbidden, "Forbidden: bot was blocked by the user"),
        ("deactivated", Forbidden, "Forbidden: user is deactivated"),
    ],
)
async def test_who_can_not_be_written_to(
    bot: Bot, world: World, state: str, error: type[TelegramError], words: str
) -> None:
    if state != "unknown":
        anna = world.person(7)
    if state in {"blocked", "deactivated"}:
        anna.start()
        anna.block() if state == "blocked" else anna.deactivate()
    with pytest.raises(error) as raised:
        await bot.send_message(7, "Hallo")
    assert raised.value.message == words
    assert world.log == []
    assert world.complaints == []


async def test_a_wrong_token_is_refused(world: World, bot: Bot) -> None:
    world.token = "1:another"
    with pytest.raises(InvalidToken):
        await bot.get_me()


@pytest.mark.parametrize(
    ("text", "words", "kind"),
    [
        ("", "Message text is empty", "malformed"),
        (" \n ", "Message text is empty", "malformed"),
        ("x" * 4097, "Message is too long", "over a limit"),
        ("<b>x", "Can't parse entities: can't find end tag", "malformed"),
    ],
)
async def test_texts_that_are_refused(
    bot: Bot, world: World, text: str, words: str, kind: str
) -> None:
    world.person(7).start()
    with pytest.raises(BadRequest) as raised:
        await bot.send_message(7, text, parse_mode="HTML")
    assert raised.value.message.lower().startswith(words.lower())
    assert [complaint.kind for complaint in world.complaints] == [kind]


async def test_markup_does_not_count_towards_the_length(bot: Bot, world: World) -> None:
    world.person(7).start()
    sent = await bot.send_message(7, "<b>" + "&lt;" * 4096 + "</b>", parse_mode="HTML")
    assert sent.text == "<" * 4096


async def test_an_unknown_parameter_is_let_through_but_noticed(bot: Bot, world: World) -> None:
    world.person(7).start()
    await bot.send_message(7, "Hallo", api_kwargs={"colour": "red"})
    assert world.complaints == [Complaint("sendMessage", "unknown parameter", "colour")]
