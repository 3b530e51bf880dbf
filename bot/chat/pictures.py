"""Pictures in answer to an update.

Telegram names a picture when it goes up, and by that name it is sent from then on. A name that
Telegram refuses (another bot's, or one it has given up) is replaced: the picture goes up again.
"""

from __future__ import annotations

from functools import partial

import structlog
from telegram import InputMediaAnimation, InputMediaPhoto, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.chat import answer, handling
from bot.chat.turn import Turn
from bot.delivery.allowance import Ticket
from bot.delivery.pacer import Lane
from bot.domain.message import MediaMessage, MediumKind
from bot.service import media

log = structlog.get_logger()


def tapped(turn: Turn) -> bool:
    """Whether the button that was tapped stands under a picture."""
    message = turn.query.message if turn.query is not None else None
    return isinstance(message, Message) and bool(message.photo or message.animation)


async def show(turn: Turn, message: MediaMessage) -> None:
    """Answer with a picture: in the place of the tapped one, else as a new message."""
    if not tapped(turn) or not await _replaced(turn, message):
        await answer.leave(turn, partial(_send, turn, message))


async def _replaced(turn: Turn, message: MediaMessage) -> bool:
    """Put a picture in the place of the tapped one; False where there is no such place any more."""
    records, medium = turn.desk.records, message.medium
    known = await media.known_as(records, medium)
    for file in (known, medium.content):
        if file is None:
            continue
        try:
            edited = await _edit(turn, message, file)
        except BadRequest as error:
            if answer.UNCHANGED in error.message.lower():
                await answer.acknowledge(turn, turn.plain("cancel.done"))
                return True
            continue
        except TelegramError as error:
            log.warning("edit lost", error=type(error).__name__)
            return True
        if file is not known and isinstance(edited, Message):
            await media.keep(records, medium, _name(edited))
        return True
    return False


async def _edit(turn: Turn, message: MediaMessage, file: str | bytes) -> Message | bool:
    kind = InputMediaPhoto if message.medium.kind is MediumKind.PHOTO else InputMediaAnimation
    with handling.current.get().waiting():
        await turn.desk.card_first(turn.chat_id)
        return await turn.bot.edit_message_media(
            kind(file, message.html, ParseMode.HTML, filename=message.medium.name),
            chat_id=turn.chat_id,
            message_id=turn.tapped_message,
            reply_markup=answer.markup(message.buttons),
        )


async def _send(turn: Turn, message: MediaMessage, ticket: Ticket) -> None:
    records, medium = turn.desk.records, message.medium
    known = await media.known_as(records, medium)
    if known is not None:
        try:
            await _send_once(turn, message, known, ticket)
        except BadRequest:
            # It did not arrive; a second request takes a second place in the allowance.
            ticket = await turn.desk.pacer.moment(Lane.INTERACTIVE, turn.chat_id)
        else:
            return
    sent = await _send_once(turn, message, medium.content, ticket)
    await media.keep(records, medium, _name(sent))


async def _send_once(
    turn: Turn, message: MediaMessage, file: str | bytes, ticket: Ticket
) -> Message:
    photo = message.medium.kind is MediumKind.PHOTO
    send = turn.bot.send_photo if photo else turn.bot.send_animation
    return await send(
        turn.chat_id,
        file,
        filename=message.medium.name,
        caption=message.html,
        parse_mode=ParseMode.HTML,
        reply_markup=answer.markup(message.buttons),
        rate_limit_args=ticket,
    )


def _name(message: Message) -> str:
    """What Telegram calls the picture of a message: for a photo, its largest size."""
    file = message.photo[-1] if message.photo else message.animation or message.document
    assert file is not None
    return file.file_id
