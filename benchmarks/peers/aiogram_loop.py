"""aiogram as peer: `plain`, or `example`, paced as its documentation's example of a broadcast."""

import asyncio

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from loop import TEXT, job, run

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="One", callback_data="1")]]
)


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(job["url"]))
    bot = Bot("1:a", session=session)

    async def send(chat: int) -> None:
        try:
            await bot.send_message(chat, TEXT, parse_mode="HTML", reply_markup=KEYBOARD)
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
        if job["way"] == "example":
            await asyncio.sleep(0.05)

    await run(send)
    await bot.session.close()


asyncio.run(main())
