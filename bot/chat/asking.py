"""Asking the physio: what a person does for it, from consent to the end of the conversation.

Nothing that anyone writes is kept here. A message that waits for its sender to read the safety card
is found again as what our card replies to.
"""

from __future__ import annotations

from markupsafe import Markup
from telegram import Message

from bot.chat import answer, practice
from bot.chat.callback import StaleButton
from bot.chat.keyboards import button, card, cards, paired, stacked
from bot.chat.turn import Turn
from bot.domain.asking import LONGEST, MOST, SCOPE, Verdict
from bot.domain.callback import Tap, Verb
from bot.domain.message import Rows, TextMessage
from bot.domain.outcome import Sent, Uncertain
from bot.service import asking
from bot.store.consents import Wording


async def ask(turn: Turn) -> None:
    """/ask: the safety card and the consent the first time, and then the open conversation."""
    if not turn.desk.texts.staffed:
        return await answer.say(
            turn, turn.phrase("ask.off"), cards(turn, "physio", "safety", "help")
        )
    stands = await asking.standing(turn.desk.records, turn.chat_id)
    if stands is None:
        await answer.say(
            turn, turn.phrase("ask.not-enrolled"), cards(turn, "physio", "safety", "help")
        )
    elif stands.open:
        await answer.say(turn, turn.phrase("ask.open"), _open_rows(turn))
    elif stands.agreed:
        await asking.begin(turn.desk.records, turn.chat_id, None, turn.now)
        await answer.say(turn, _opened(turn), _open_rows(turn))
    else:
        await answer.say(turn, turn.card("safety"), cards(turn, "physio", "help"))
        await answer.say(
            turn,
            turn.phrase(
                "ask.consent",
                practice=practice.name(turn.desk, turn.language),
                hours=practice.hours(turn),
                most=MOST,
                consent=Markup(_wording(turn).text),
            ),
            stacked(
                button(turn, "yes-ask", Verb.ASK, "yes"),
                button(turn, "no-ask", Verb.ASK, "no"),
            ),
        )


async def tapped(turn: Turn, tap: Tap) -> None:
    """The buttons on the way."""
    match tap.arg(0):
        case None:
            await ask(turn)
        case "yes":
            await _agree(turn)
        case "no":
            await answer.replace(
                turn, turn.phrase("ask.declined"), cards(turn, "physio", "safety", "help")
            )
        case "send":
            await _send_after_all(turn)
        case "drop":
            await answer.say(turn, turn.phrase("ask.dropped"), _open_rows(turn))
        case "close":
            await _close(turn)
        case "withdraw":
            await asking.withdraw(turn.desk.records, turn.chat_id, turn.now)
            _wake(turn)
            await answer.say(
                turn, turn.phrase("ask.withdrawn"), cards(turn, "physio", "safety", "help")
            )
        case _:
            raise StaleButton


async def passed_on(turn: Turn) -> bool:
    """Take a text as part of an open conversation; False where there is none."""
    message = turn.update.message
    if message is None or turn.person is None or not turn.desk.texts.staffed:
        return False
    return await _pass_on(turn, message, turn.text, confirmed=False)


async def refused(turn: Turn, phrase: str) -> bool:
    """Say why something else isn't passed on; False where no conversation is open."""
    if turn.person is None or not turn.desk.texts.staffed:
        return False
    stands = await asking.standing(turn.desk.records, turn.chat_id)
    if stands is None or not stands.open:
        return False
    await answer.say(turn, turn.phrase(phrase), _open_rows(turn))
    return True


async def _agree(turn: Turn) -> None:
    if not turn.desk.texts.staffed or turn.person is None:
        raise StaleButton
    if not await asking.begin(turn.desk.records, turn.chat_id, _wording(turn), turn.now):
        raise StaleButton
    await answer.replace(turn, _opened(turn), _open_rows(turn))


async def _close(turn: Turn) -> None:
    closed = await asking.close(turn.desk.records, turn.chat_id)
    _wake(turn)
    stands = await asking.standing(turn.desk.records, turn.chat_id)
    rows = cards(turn, "physio", "safety", "help")
    if stands is not None and stands.agreed:
        rows = (
            *stacked(button(turn, "ask", Verb.ASK), button(turn, "withdraw", Verb.ASK, "withdraw")),
            *rows,
        )
    # A second handling finds it closed, and the same is true.
    phrase = "ask.closed" if closed or stands is not None else "ask.not-enrolled"
    await answer.say(turn, turn.phrase(phrase), rows)


async def _send_after_all(turn: Turn) -> None:
    """Pass on what our safety card replies to, if it is still there."""
    ours = turn.query.message if turn.query is not None else None
    theirs = ours.reply_to_message if isinstance(ours, Message) else None
    if not turn.desk.texts.staffed or turn.person is None:
        raise StaleButton
    if theirs is None or theirs.from_user is None or theirs.from_user.id != turn.chat_id:
        await answer.say(turn, turn.phrase("ask.gone"), _open_rows(turn))
    elif not await _pass_on(turn, theirs, theirs.text or "", confirmed=True):
        raise StaleButton


async def _pass_on(turn: Turn, message: Message, text: str, *, confirmed: bool) -> bool:
    room = turn.desk.room
    admitted = await asking.admit(
        turn.desk.records,
        turn.chat_id,
        text,
        message_id=message.message_id,
        update_id=turn.update.update_id,
        confirmed=confirmed,
        now=turn.now,
    )
    if admitted is None or room is None:
        return False
    match admitted.verdict:
        case Verdict.PASS:
            outcome = await room.post(
                admitted.conversation, text, first=admitted.first, language=turn.language
            )
            await answer.say(turn, _became(turn, outcome), _open_rows(turn))
        case Verdict.SUICIDE:
            await answer.say(turn, turn.phrase("ask.suicide"), cards(turn, "safety", "help"))
        case Verdict.ALARM:
            html = f"{turn.phrase('ask.alarm')}\n\n{turn.card('safety')}"
            rows = stacked(
                button(turn, "send-anyway", Verb.ASK, "send"),
                button(turn, "do-not-send", Verb.ASK, "drop"),
            )
            await answer.send(turn, TextMessage(html, rows), reply_to=message.message_id)
        case _:
            said = turn.phrase(f"ask.{admitted.verdict}", most=MOST, longest=LONGEST)
            await answer.say(turn, said, _open_rows(turn))
    return True


def _became(turn: Turn, outcome: object) -> str:
    match outcome:
        case Sent():
            return turn.phrase("ask.sent", **practice.opening(turn))
        case Uncertain():
            return turn.phrase("ask.doubt")
        case _:
            return turn.phrase("ask.not-sent")


def _opened(turn: Turn) -> str:
    return turn.phrase("ask.opened", **practice.opening(turn))


def _open_rows(turn: Turn) -> Rows:
    return paired(button(turn, "close", Verb.ASK, "close"), card(turn, "safety"))


def _wording(turn: Turn) -> Wording:
    who = practice.name(turn.desk, turn.language)
    text = turn.phrase("consent.physio", practice=who)
    return Wording(SCOPE, turn.campaign.version, turn.language, text)


def _wake(turn: Turn) -> None:
    if turn.desk.room is not None:
        turn.desk.room.wake()
