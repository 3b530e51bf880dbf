"""Yes or no to check-ins: under the question that the series asks, and from the settings."""

from __future__ import annotations

from bot.chat import answer
from bot.chat.callback import StaleButton
from bot.chat.cards import proved
from bot.chat.keyboards import button, card, cards, paired, stacked
from bot.chat.turn import Turn
from bot.domain.callback import Tap, Verb
from bot.domain.message import Rows
from bot.domain.subscriber import CheckIns
from bot.service import checkins
from bot.service.joining import CHECK_INS
from bot.store.consents import Wording


async def answered(turn: Turn, tap: Tap) -> None:
    """The yes or the no, in the place of the question."""
    await proved(turn, tap.arg(1))
    if tap.arg(0) == "yes":
        await _agree(turn)
    elif tap.arg(0) == "no":
        await decline(turn)
    else:
        raise StaleButton


async def ask(turn: Turn) -> None:
    """The question, with the words that a yes agrees to."""
    rows = stacked(
        button(turn, "yes-check-ins", Verb.CHECK_INS, "yes"),
        button(turn, "no-check-ins", Verb.CHECK_INS, "no"),
    )
    await answer.replace(turn, turn.card("check-ins-ask"), (*rows, *cards(turn, "safety", "help")))


async def decline(turn: Turn) -> None:
    """No check-ins, or no more of them."""
    before = turn.person
    if before is None or await checkins.decline(turn.desk.records, turn.chat_id, turn.now) is None:
        raise StaleButton
    was_on = before.subscriber.check_ins is CheckIns.YES
    phrase = "check-ins.off" if was_on else "check-ins.declined"
    await answer.replace(turn, turn.phrase(phrase), _back(turn))


async def _agree(turn: Turn) -> None:
    version, text = turn.desk.texts.wording(CHECK_INS, turn.language)
    wording = Wording(CHECK_INS, version, turn.language, text)
    agreed = await checkins.agree(turn.desk.records, turn.chat_id, wording, turn.now)
    if agreed is None:
        raise StaleButton
    phrase = "check-ins.started" if agreed.at_once else "check-ins.on"
    await answer.replace(turn, turn.phrase(phrase), _back(turn))
    turn.desk.wake()


def _back(turn: Turn) -> Rows:
    return paired(button(turn, "settings", Verb.SETTINGS), card(turn, "safety"))
