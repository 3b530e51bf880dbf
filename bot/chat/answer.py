"""Every message in answer to an update leaves here, at most once.

A reply that gets lost is not sent again: Telegram can't tell us whether it came, and people can ask
once more. Nothing that anyone wrote is logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from telegram import ForceReply, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.chat import handling
from bot.chat.charts import PictureMessage
from bot.chat.handling import PAUSES
from bot.chat.turn import Turn
from bot.delivery.allowance import Ticket
from bot.delivery.encoding import keyboard
from bot.delivery.pacer import Lane, Pacer
from bot.delivery.transport import NotConnected, flood_wait
from bot.domain.message import ChartMessage, FileMessage, PlaceMessage, Rows, TextMessage

log = structlog.get_logger()

UNCHANGED = "message is not modified"
TOO_OLD = "query is too old"
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class PictureRefused(Exception):
    """Telegram doesn't take a picture, or knows it no more by its id: nothing was sent."""


async def say(turn: Turn, html: str, rows: Rows = ()) -> None:
    """Answer with a text."""
    await send(turn, TextMessage(html, rows))


async def send(
    turn: Turn,
    message: TextMessage | FileMessage | PlaceMessage | ChartMessage,
    *,
    prompt: bool = False,
    reply_to: int | None = None,
) -> None:
    """Answer with a new message; a `prompt` opens the person's keyboard for a reply to it.

    `reply_to` is the message of theirs that it stands under.
    """
    shown = ForceReply() if prompt else markup(message.buttons)
    if not isinstance(message, ChartMessage):
        return await leave(
            turn, partial(_send_once, turn.bot, turn.chat_id, message, shown, reply_to=reply_to)
        )
    with handling.current.get().waiting():
        drawn = await turn.desk.charts.drawn(message)
    await leave(turn, partial(_send_once, turn.bot, turn.chat_id, drawn, shown))


async def leave(turn: Turn, request: Callable[[Ticket], Awaitable[object]]) -> None:
    """Make the request of a reply when its moment has come, and again where it surely didn't leave.

    The reply is counted after its moment has come, right before it leaves: who waits for the pace
    when the program is killed is answered by the next one.
    """
    handled, pacer = handling.current.get(), turn.desk.pacer
    with handled.waiting():
        await turn.desk.card_first(turn.chat_id)
        ticket = await pacer.moment(Lane.INTERACTIVE, turn.chat_id)
    if not await handled.may_leave():
        return pacer.give_back(ticket)
    for pause in PAUSES:
        if await _gone(pacer, request(ticket)):
            return
        await asyncio.sleep(pause)
        ticket = await pacer.moment(Lane.INTERACTIVE, turn.chat_id)
    pacer.give_back(ticket)
    log.warning("reply lost", error="Telegram is out of reach")


async def left(
    bot: ExtBot[Any],
    pacer: Pacer,
    chat_id: int,
    message: TextMessage | PictureMessage,
    ticket: Ticket,
) -> bool:
    """Send a message with its ticket; False where it surely did not leave.

    One that Telegram refuses, or that may have arrived, is not to be sent again. But of a refused
    picture the words are still to be said.
    """
    request = _send_once(bot, chat_id, message, markup(message.buttons), ticket)
    return await _gone(pacer, request)


async def _gone(pacer: Pacer, request: Awaitable[object]) -> bool:
    try:
        await request
    except (NotConnected, PictureRefused):
        return False
    except TelegramError as error:
        seconds = flood_wait(error)
        if seconds is not None:
            pacer.rest(seconds)
            return False
        log.warning("reply lost", error=type(error).__name__)
    return True


async def _send_once(
    bot: ExtBot[Any],
    chat_id: int,
    message: TextMessage | FileMessage | PlaceMessage | PictureMessage,
    shown: InlineKeyboardMarkup | ForceReply | None,
    ticket: Ticket,
    reply_to: int | None = None,
) -> None:
    if isinstance(message, PictureMessage) and message.picture.good:
        picture = message.picture
        try:
            sent = await bot.send_photo(
                chat_id,
                picture.file_id or picture.content,
                caption=message.html,
                parse_mode=ParseMode.HTML,
                reply_markup=shown,
                rate_limit_args=ticket,
            )
        except BadRequest as error:
            picture.refused()
            raise PictureRefused from error
        picture.file_id = sent.photo[-1].file_id
    elif isinstance(message, PlaceMessage):
        await bot.send_venue(
            chat_id,
            message.latitude,
            message.longitude,
            message.name,
            message.address,
            reply_markup=shown,
            rate_limit_args=ticket,
        )
    elif isinstance(message, FileMessage):
        await bot.send_document(
            chat_id,
            message.content,
            filename=message.name,
            caption=message.html,
            parse_mode=ParseMode.HTML,
            reply_markup=shown,
            rate_limit_args=ticket,
        )
    else:
        await bot.send_message(
            chat_id,
            message.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            reply_markup=shown,
            # A message that is gone by now is no reason to be silent.
            reply_to_message_id=reply_to,
            allow_sending_without_reply=reply_to is not None or None,
            rate_limit_args=ticket,
        )


async def replace(turn: Turn, html: str, rows: Rows = ()) -> None:
    """Put a text in the place of the message whose button was tapped.

    Where there is no such message (any more), it is answered with a new one.
    """
    if turn.tapped_message is None:
        return await say(turn, html, rows)
    try:
        with handling.current.get().waiting():
            await turn.desk.card_first(turn.chat_id)
            await turn.bot.edit_message_text(
                html,
                chat_id=turn.chat_id,
                message_id=turn.tapped_message,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=markup(rows),
            )
    except BadRequest as error:
        if UNCHANGED in error.message.lower():
            await acknowledge(turn, turn.plain("cancel.done"))
        else:
            await say(turn, html, rows)
    except TelegramError as error:
        log.warning("edit lost", error=type(error).__name__)


async def acknowledge(turn: Turn, note: str | None = None) -> None:
    """Stop the waiting sign on the tapped button; a `note` shows for a moment."""
    if turn.query is None:
        return
    try:
        await turn.bot.answer_callback_query(turn.query.id, note)
    except TelegramError as error:
        # After a restart the taps of minutes ago are handled all the same.
        if TOO_OLD not in error.message.lower():
            log.warning("tap not acknowledged", error=type(error).__name__)


def markup(rows: Rows) -> InlineKeyboardMarkup | None:
    """Buttons as PTB takes them."""
    return InlineKeyboardMarkup.de_json(keyboard(rows)) if rows else None
