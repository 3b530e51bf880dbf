"""A break, and going on after it."""

from __future__ import annotations

from bot.chat import answer
from bot.chat.callback import StaleButton
from bot.chat.keyboards import button, card, cards, paired
from bot.chat.standing import going_on, resting, standing
from bot.chat.turn import Turn
from bot.domain.callback import Tap, Verb
from bot.domain.message import TextMessage
from bot.domain.subscriber import Status
from bot.service import joining

WEEKS = {"1": 1, "2": 2, "4": 4, "open": None}
"""How long a break may be; None is until the person says."""


async def pause(turn: Turn) -> None:
    """/pause: how long?"""
    await answer.send(turn, _asked(turn))


async def tapped(turn: Turn, tap: Tap) -> None:
    """The choice of a length; without one, the question."""
    length = tap.arg(0)
    if length is None:
        message = _asked(turn)
    elif length in WEEKS:
        person = await joining.pause(turn.desk.records, turn.chat_id, WEEKS[length], turn.now)
        if person is None:
            message = _not_under_way(turn)
        elif person.enrolment.status is Status.PAUSED:
            message = resting(turn, person)
        else:
            # There was nothing left to pause for.
            message = standing(turn, person)
    else:
        raise StaleButton
    await answer.replace(turn, message.html, message.buttons)


async def resume(turn: Turn, _tap: Tap) -> None:
    """Going on after a break, or after having blocked the bot."""
    person = await joining.resume(turn.desk.records, turn.chat_id, turn.now)
    if person is not None:
        was_away = turn.person is not None and turn.person.enrolment.status is Status.BLOCKED
        message = going_on(turn, person, "welcome.continued" if was_away else "resume.done")
    elif turn.person is None:
        raise StaleButton
    elif turn.person.enrolment.status is Status.ACTIVE:
        rows = paired(button(turn, "tips", Verb.TIPS), button(turn, "settings", Verb.SETTINGS))
        message = TextMessage(turn.phrase("resume.not-paused"), rows)
    else:
        message = standing(turn, turn.person)
    await answer.replace(turn, message.html, message.buttons)


def _asked(turn: Turn) -> TextMessage:
    status = turn.person.enrolment.status if turn.person is not None else None
    if turn.person is not None and status is Status.PAUSED:
        return resting(turn, turn.person)
    if status is not Status.ACTIVE:
        return _not_under_way(turn)
    lengths = (button(turn, f"pause-{length}", Verb.PAUSE, length) for length in WEEKS)
    rows = paired(*lengths, button(turn, "cancel", Verb.CANCEL), card(turn, "help"))
    return TextMessage(turn.phrase("pause.ask"), rows)


def _not_under_way(turn: Turn) -> TextMessage:
    return TextMessage(turn.phrase("pause.not-enrolled"), cards(turn, "help"))
