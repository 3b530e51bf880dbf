"""The bot's profile, its commands, and files both ways."""

from __future__ import annotations

import aiohttp
import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import BadRequest

from bot.rehearsal.emulator import World


async def test_commands_by_scope_and_language(bot: Bot, world: World) -> None:
    anna = world.person(7)
    anna.start()
    await bot.set_my_commands([BotCommand("stop", "Stop")])
    await bot.set_my_commands([BotCommand("stop", "Stoppen")], language_code="nl")
    await bot.set_my_commands([BotCommand("stats", "Cijfers")], scope=BotCommandScopeChat(7))
    assert [c.description for c in await bot.get_my_commands(language_code="nl")] == ["Stoppen"]
    assert world.profile.commands_for(7, "nl")[0]["command"] == "stats"
    assert world.profile.commands_for(8, "nl")[0]["description"] == "Stoppen"
    assert world.profile.commands_for(8, "fr")[0]["description"] == "Stop"
    await bot.delete_my_commands(scope=BotCommandScopeDefault())
    assert await bot.get_my_commands() == ()
    with pytest.raises(BadRequest, match="Bot_commands_too_much"):
        await bot.set_my_commands([BotCommand(f"c{n}", "x") for n in range(101)])
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Stop!", "x")])


async def test_the_bot_describes_itself(bot: Bot) -> None:
    await bot.set_my_name("Signpost", language_code="en")
    await bot.set_my_description("Tips voor je rug")
    await bot.set_my_short_description("Tips")
    assert (await bot.get_my_name(language_code="en")).name == "Signpost"
    assert (await bot.get_my_name()).name == "Rugwijzer"
    assert (await bot.get_my_description(language_code="nl")).description == "Tips voor je rug"
    assert (await bot.get_my_short_description()).short_description == "Tips"
    with pytest.raises(BadRequest):
        await bot.set_my_short_description("x" * 121)


async def test_other_calls_a_bot_makes(bot: Bot, world: World) -> None:
    world.person(7).start()
    sent = await bot.send_message(7, "Hallo")
    assert await bot.send_chat_action(7, "typing")
    assert await bot.set_chat_menu_button(7)
    assert (await bot.get_chat_menu_button(7)).type == "default"
    assert await bot.set_message_reaction(7, sent.message_id, "👍")
    assert world.reactions[7, sent.message_id][0]["emoji"] == "👍"
    assert (await bot.get_chat(7)).first_name == "Anna"
    assert (await bot.get_chat_member(7, 7)).status == "member"
    await bot.edit_message_reply_markup(7, sent.message_id, reply_markup=None, api_kwargs={
        "reply_markup": {"inline_keyboard": [[{"text": "x", "url": "https://x.nl"}]]}})  # fmt: skip
    await bot.delete_message(7, sent.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(7, sent.message_id)
    assert world.complaints == []
    await bot.log_out()
    with pytest.raises(BadRequest, match="Logged out"):
        await bot.get_me()


async def test_a_document_goes_out_and_comes_back(bot: Bot, world: World, url: str) -> None:
    world.person(7).start()
    content = bytes(range(256)) * 4 + b"\r\n--\r\n"
    sent = await bot.send_document(7, content, caption="<i>Je data</i>", filename="jouw data.csv",
                                   parse_mode="HTML")  # fmt: skip
    assert sent.document is not None
    assert (sent.document.file_name, sent.caption) == ("jouw data.csv", "Je data")
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == content
    again = await bot.send_document(7, sent.document.file_id)
    assert again.document is not None
    assert again.document.file_id == sent.document.file_id
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{url}/emulator/file/{sent.document.file_id}") as answer,
    ):
        assert await answer.read() == content
        assert "jouw%20data.csv" in answer.headers["Content-Disposition"]
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(7, content, caption="x" * 1025)


async def test_a_photo_knows_its_size(bot: Bot, world: World) -> None:
    world.person(7).start()
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")
    sent = await bot.send_photo(7, png)
    assert (sent.photo[0].width, sent.photo[0].height) == (640, 480)
    assert world.complaints == []
