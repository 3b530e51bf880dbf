"""pyTelegramBotAPI as peer, its asynchronous bot. Takes a job, prints figures."""

import asyncio

from loop import TEXT, job, run
from telebot import asyncio_helper
from telebot.async_telebot import AsyncTeleBot
from telebot.types import InlineKeyboardButton, InlineKeyboardMarkup

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("One", callback_data="1")]])


async def main() -> None:
    asyncio_helper.API_URL = job["url"] + "/bot{0}/{1}"
    asyncio_helper.REQUEST_LIMIT = job["in_flight"]
    bot = AsyncTeleBot("1:a", parse_mode="HTML")

    async def send(chat: int) -> None:
        await bot.send_message(chat, TEXT, reply_markup=KEYBOARD)

    await run(send)
    await bot.close_session()


asyncio.run(main())
