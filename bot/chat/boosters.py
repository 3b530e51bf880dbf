"""One tip a month after the series: what it is, and the yes to it."""

from __future__ import annotations

from markupsafe import Markup

from bot.chat import answer
from bot.chat.callback import StaleButton
from bot.chat.keyboards import button, card, cards, stacked
from bot.chat.standing import going_on, standing
from bot.chat.turn import Turn
from bot.domain.callback import Tap, Verb
from bot.domain.message import TextMessage
from bot.service import boosters
from bot.store.consents import Wording


async def tapped(turn: Turn, tap: Tap) -> None:
    """The question as a new message, since a round-up stays; its answer in its place."""
    if turn.person is None:
        raise StaleButton
    match tap.arg(0):
        case None:
            message = _question(turn) or standing(turn, turn.person)
            await answer.send(turn, message)
        case "yes":
            await _agreed(turn)
        case "no":
            await answer.replace(turn, turn.phrase("end.kept"), cards(turn, "help"))
        case _:
            raise StaleButton


async def _agreed(turn: Turn) -> None:
    assert turn.person is not None
    wording = Wording(
        boosters.BOOSTERS, turn.campaign.version, turn.language, turn.phrase("consent.boosters")
    )
    person = await boosters.agree(turn.desk.records, turn.chat_id, wording, turn.now)
    if person is None:
        message = standing(turn, turn.person)
    else:
        message = going_on(turn, person, "boosters.begun")
    await answer.replace(turn, message.html, message.buttons)
    turn.desk.wake()


def _question(turn: Turn) -> TextMessage | None:
    """What one says yes to; None where there is nothing to ask for."""
    assert turn.person is not None
    most = boosters.to_come(turn.campaign, turn.person)
    if not most:
        return None
    consent = Markup(turn.phrase("consent.boosters"))
    return TextMessage(
        turn.phrase("boosters.ask", most=most, consent=consent),
        stacked(
            button(turn, "yes-boosters", Verb.BOOSTERS, "yes"),
            button(turn, "no-boosters", Verb.BOOSTERS, "no"),
            card(turn, "help"),
        ),
    )
