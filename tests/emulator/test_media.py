"""Pictures and animations through PTB's client: uploaded once, sent again by id, and edited."""

from __future__ import annotations

import pytest
from telegram import Bot, InputMediaAnimation, InputMediaPhoto, InputMediaVideo
from telegram.error import BadRequest

from bot.rehearsal.emulator import World

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")
GIF = b"GIF89a" + (320).to_bytes(2, "little") + (200).to_bytes(2, "little")


@pytest.fixture(autouse=True)
def met(world: World) -> None:
    world.person(7).start()


async def test_an_animation_knows_its_size_and_is_sent_again_by_its_id(
    bot: Bot, world: World
) -> None:
    sent = await bot.send_animation(7, GIF, filename="up.gif", caption="<b>Up</b>")
    assert sent.animation is not None
    assert (sent.animation.width, sent.animation.height) == (320, 200)
    assert (sent.animation.file_name, sent.animation.mime_type) == ("up.gif", "image/gif")
    again = await bot.send_animation(7, sent.animation.file_id)
    assert again.animation is not None
    assert again.animation.file_id == sent.animation.file_id
    content = await (await bot.get_file(again.animation)).download_as_bytearray()
    assert bytes(content) == GIF
    assert [each.method for each in world.log] == ["sendAnimation", "sendAnimation"]


async def test_an_id_is_good_for_its_own_kind_only(bot: Bot) -> None:
    photo = (await bot.send_photo(7, PNG)).photo[-1].file_id
    with pytest.raises(BadRequest, match="use file of type photo as animation"):
        await bot.send_animation(7, photo)
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_photo(7, "of-another-bot")


async def test_a_picture_takes_the_place_of_another(bot: Bot, world: World) -> None:
    sent = await bot.send_photo(7, PNG, caption="One")
    moving = InputMediaAnimation(GIF, "<i>Two</i>", "HTML", filename="up.gif")
    edited = await bot.edit_message_media(moving, 7, sent.message_id)
    assert not isinstance(edited, bool)
    assert edited.animation is not None
    assert (edited.photo, edited.caption, edited.edit_date is not None) == ((), "Two", True)
    back = InputMediaPhoto(sent.photo[-1].file_id, "Three")
    edited = await bot.edit_message_media(back, 7, sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.photo[-1].file_id, edited.animation) == (sent.photo[-1].file_id, None)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_media(back, 7, sent.message_id)
    assert len(world.people[7].chat) == 2
    assert world.complaints == []


async def test_a_text_gives_way_to_a_picture_and_a_poll_does_not(bot: Bot) -> None:
    text = await bot.send_message(7, "One")
    edited = await bot.edit_message_media(InputMediaPhoto(PNG), 7, text.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, len(edited.photo)) == (None, 1)
    poll = await bot.send_poll(7, "Which?", ["One", "Two"])
    with pytest.raises(BadRequest, match="no media in the message"):
        await bot.edit_message_media(InputMediaPhoto(PNG), 7, poll.message_id)


async def test_what_is_not_served_is_refused(bot: Bot, world: World) -> None:
    sent = await bot.send_photo(7, PNG)
    with pytest.raises(BadRequest, match="not served"):
        await bot.edit_message_media(InputMediaVideo(GIF), 7, sent.message_id)
    assert [each.kind for each in world.complaints] == ["malformed"]
