"""PTB as peer: `plain` (its defaults), or with AIORateLimiter over httpx (`limiter`) or over this
program's transport (`limiter-quick`). Takes a job, prints figures."""

import asyncio
import logging

from loop import TEXT, job, run
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter, Application, CommandHandler

from bot.delivery.transport import HttpRequest

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("One", callback_data="1")]])


async def main() -> None:
    builder = Application.builder().token("1:a").base_url(f"{job['url']}/bot")
    builder = builder.concurrent_updates(True)
    if job["way"] == "limiter-quick":
        builder = builder.request(HttpRequest()).get_updates_request(HttpRequest())
    if job["way"].startswith("limiter"):
        builder = builder.rate_limiter(AIORateLimiter(job["rate"], 1, max_retries=5))
    application = builder.build()

    async def send(chat: int) -> None:
        try:
            await application.bot.send_message(chat, TEXT, "HTML", reply_markup=KEYBOARD)
        except RetryAfter as error:
            await asyncio.sleep(float(error._retry_after.total_seconds()))

    async def reply(update, context) -> None:
        await update.effective_message.reply_text(TEXT, "HTML", reply_markup=KEYBOARD)

    application.add_handler(CommandHandler("help", reply))
    async with application:
        await application.start()
        if job["replies"]:
            await application.updater.start_polling()
        await run(send)
        if job["replies"]:
            await application.updater.stop()
        await application.stop()


logging.disable()  # The limiter tells of every refusal.
asyncio.run(main())
