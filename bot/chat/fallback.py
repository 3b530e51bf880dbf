"""What the bot can't read. It is never stored nor logged; only alarm words in it are looked for."""

from __future__ import annotations

from telegram import Message

from bot.chat import answer, asking, zones
from bot.chat.keyboards import button, cards, stacked
from bot.chat.turn import Turn
from bot.domain.callback import Tap, Verb
from bot.domain.exchange import BY_ALARM, EXCHANGES, First
from bot.domain.safety import alarm


async def written(turn: Turn) -> None:
    """A text, or something with words under it; alarm words go before everything else, in a
    conversation with the physio too."""
    if not zones.asked(turn) and await asking.passed_on(turn):
        return
    if await alarmed(turn, turn.text):
        return
    if turn.person is not None:
        replied = zones.asked(turn)
        zone = zones.named(turn.text, place=replied)
        if replied or zone is not None:
            await zones.choose(turn, zone)
            return
    rows = cards(turn, "safety", "help")
    if turn.desk.texts.staffed and turn.person is not None:
        rows = (*stacked(button(turn, "ask", Verb.ASK)), *rows)
    await answer.say(turn, turn.phrase("fallback.text"), rows)


async def other(turn: Turn) -> None:
    """A sticker, a voice message, a picture, anything else."""
    message = turn.update.effective_message
    if message is None:
        return
    # Noted first: what stands under the others says nothing after an answer to alarm words.
    more = _more_of_an_album(turn, message)
    if await alarmed(turn, turn.text) or more:
        return
    if await asking.refused(turn, "ask.only-text"):
        return
    await answer.say(turn, turn.phrase(f"fallback.{_kind(message)}"), cards(turn, "safety", "help"))


async def edited(turn: Turn) -> None:
    """A message changed afterwards."""
    if not (await alarmed(turn, turn.text) or await asking.refused(turn, "ask.edited")):
        await answer.say(turn, turn.phrase("fallback.edited"), cards(turn, "help"))


async def unknown_command(turn: Turn) -> None:
    """A command that there is not."""
    if not await alarmed(turn, turn.text):
        await answer.say(
            turn, turn.phrase("fallback.unknown-command"), cards(turn, "help", "safety")
        )


async def cancel(turn: Turn) -> None:
    """/cancel: the only choice that waits for words is that of a time zone."""
    phrase = "cancel.done" if zones.asked(turn) else "cancel.nothing"
    await answer.say(turn, turn.phrase(phrase), cards(turn, "help"))


async def cancel_tapped(turn: Turn, _tap: Tap) -> None:
    """The way out of a question with buttons."""
    rows = cards(turn, "help")
    if turn.person is not None:
        rows = ((button(turn, "settings", Verb.SETTINGS), *rows[0]),)
    await answer.replace(turn, turn.phrase("cancel.done"), rows)


async def alarmed(turn: Turn, text: str) -> bool:
    """Answer alarm words in a text with what comes first then; whether there were any."""
    match EXCHANGES[BY_ALARM[alarm(text)]].first:
        case First.HELP_LINE:
            await answer.say(turn, turn.phrase("fallback.suicide"), cards(turn, "safety", "help"))
            return True
        case First.CARD:
            html = f"{turn.phrase('fallback.alarm')}\n\n{turn.card('safety')}"
            await answer.say(turn, html, cards(turn, "physio", "help"))
            return True
        case First.REPLY:
            return False


def _more_of_an_album(turn: Turn, message: Message) -> bool:
    """Whether another picture of the same album is answered: each comes as an update of its own."""
    if message.media_group_id is None:
        return False
    answered = turn.desk.albums.setdefault(
        (turn.chat_id, message.media_group_id), turn.update.update_id
    )
    return answered != turn.update.update_id


def _kind(message: Message) -> str:
    if message.sticker:
        return "sticker"
    if message.voice or message.audio or message.video_note:
        return "voice"
    if message.photo or message.video:
        return "photo"
    return "other"
