"""What someone chooses under an offer, and what they hear of it in its place."""

from __future__ import annotations

from bot.chat import answer, words
from bot.chat.callback import StaleButton
from bot.chat.cards import onward
from bot.chat.keyboards import button, card, paired
from bot.chat.standing import going_on, resting
from bot.chat.stop import stopped
from bot.chat.turn import Turn
from bot.chat.upcoming import next_message
from bot.domain.branch import Jump, Pause, Show, Slower, Stop
from bot.domain.callback import Tap, Verb
from bot.domain.message import Rows, TextMessage
from bot.domain.subscriber import Status
from bot.service import offers
from bot.service.offers import Chosen


async def tapped(turn: Turn, tap: Tap) -> None:
    """The choice, done and told."""
    key, delivery_id = tap.arg(0), tap.arg(1) or ""
    # Anything longer is no id that a database gave out.
    if key is None or not delivery_id.isdecimal() or len(delivery_id) > 18:
        raise StaleButton
    chosen = await offers.choose(turn.desk.records, turn.chat_id, int(delivery_id), key, turn.now)
    if chosen is None:
        raise StaleButton
    message = _told(turn, chosen)
    await answer.replace(turn, message.html, message.buttons)
    turn.desk.wake()


def _told(turn: Turn, chosen: Chosen) -> TextMessage:
    person = chosen.person
    status = person.enrolment.status
    match chosen.choice.does:
        case Show(name):
            return TextMessage(turn.card(name), onward(turn, name))
        case Jump() if status is Status.ACTIVE:
            return going_on(turn, person, "offer.jumped")
        case Slower() if (moment := next_message(turn.campaign, person, turn.now)) is not None:
            pace = turn.plain(f"pace.{person.subscriber.pace}")
            facts = words.when(turn, person.subscriber, moment)
            return TextMessage(turn.phrase("offer.slower", pace=pace, **facts), _own(turn))
        case Pause() if status is Status.PAUSED:
            return resting(turn, person)
        case Stop() if status is Status.LEFT:
            return stopped(turn)
    return TextMessage(turn.phrase("offer.declined"), _own(turn))


def _own(turn: Turn) -> Rows:
    return paired(button(turn, "settings", Verb.SETTINGS), card(turn, "safety"))
