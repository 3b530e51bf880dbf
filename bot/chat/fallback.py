"""What the bot can't read. It is never stored nor logged; only alarm words in it are looked for."""

from __future__ import annotations

from telegram import Message

from bot.chat import answer, asking, zones
from bot.chat.keyboards import button, cards, stacked
from bot.chat.turn import Turn
from bot.domain.callback import Tap, Verb
from bot.domain.safety import Alarm, alarm


async def written(turn: Turn) -> None:
    """A text; alarm words go before everything else, in a conversation with the physio too."""
    if not zones.asked(turn) and await asking.passed_on(turn):
        return
    if await _alarmed(turn):
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
    if message is None or await _alarmed(turn) or await asking.refused(turn, "ask.only-text"):
        return
    await answer.say(turn, turn.phrase(f"fallback.{_kind(message)}"), cards(turn, "safety", "help"))


async def edited(turn: Turn) -> None:
    """A message changed afterwards."""
    if not (await _alarmed(turn) or await asking.refused(turn, "ask.edited")):
        await answer.say(turn, turn.phrase("fallback.edited"), cards(turn, "help"))


async def unknown_command(turn: Turn) -> None:
    """A command that there is not."""
    if not await _alarmed(turn):
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


async def _alarmed(turn: Turn) -> bool:
    match alarm(turn.text):
        case Alarm.SUICIDE:
            await answer.say(turn, turn.phrase("fallback.suicide"), cards(turn, "safety"))
            return True
        case Alarm.MEDICAL:
            html = f"{turn.phrase('fallback.alarm')}\n\n{turn.card('safety')}"
            await answer.say(turn, html, cards(turn, "physio"))
            return True
        case Alarm.NONE:
            return False


def _kind(message: Message) -> str:
    if message.sticker:
        return "sticker"
    if message.voice or message.audio or message.video_note:
        return "voice"
    if message.photo or message.video:
        return "photo"
    return "other"
