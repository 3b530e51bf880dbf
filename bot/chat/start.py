"""From Start to the first tip in two taps: the welcome, the consent, and coming back."""

from __future__ import annotations

from dataclasses import replace

from bot.chat import answer, cards
from bot.chat.callback import StaleButton
from bot.chat.keyboards import button, card, paired, stacked
from bot.chat.standing import begun, going_on, standing
from bot.chat.turn import Turn
from bot.domain.callback import Tap, Verb, made
from bot.domain.message import Button, TextMessage
from bot.domain.source import source_code
from bot.domain.subscriber import Status
from bot.service import joining
from bot.store.consents import Wording


async def start(turn: Turn) -> None:
    """/start: the welcome for a stranger (nothing is stored), else how the person stands."""
    if turn.person is not None:
        await answer.send(turn, standing(turn, turn.person))
        return
    await answer.send(turn, _welcome(turn, source_code(turn.behind_command)))


async def in_language(turn: Turn, tap: Tap) -> None:
    """The welcome in another language, in place."""
    spoken = _in(turn, tap)
    message = _welcome(spoken, source_code(tap.arg(1)))
    if turn.person is not None:
        message = standing(turn, turn.person)
    await answer.replace(spoken, message.html, message.buttons)


async def consent(turn: Turn, tap: Tap) -> None:
    """The yes: from here on something is stored, and the first tip follows at once."""
    spoken = _in(turn, tap)
    joined = await joining.enrol(
        turn.desk.records,
        turn.chat_id,
        language=spoken.language,
        zone=turn.desk.zone,
        source=source_code(tap.arg(1)),
        wording=_wording(spoken),
        now=turn.now,
    )
    person = joined.person
    known = replace(
        turn, person=person, language=turn.campaign.language(person.subscriber.language)
    )
    if person.enrolment.status is Status.ACTIVE and person.enrolment.last_step is None:
        # A second tap, or a second handling, finds them enrolled already: the same is true then.
        message = begun(known, person, "welcome.enrolled")
    elif joined.was in (Status.LEFT, Status.BLOCKED):
        message = going_on(known, person, "welcome.continued")
    else:
        message = standing(known, person)
    await answer.replace(known, message.html, message.buttons)
    turn.desk.wake()


async def decline(turn: Turn, tap: Tap) -> None:
    """The no. Of someone who took part before, something is stored: they hear how they stand."""
    spoken = _in(turn, tap)
    if turn.person is None:
        rows = paired(card(spoken, "about"), card(spoken, "help"))
        await answer.replace(spoken, spoken.phrase("welcome.declined"), rows)
    elif turn.person.enrolment.status is Status.LEFT:
        rows = stacked(button(turn, "forget", Verb.FORGET), card(turn, "help"))
        await answer.replace(turn, turn.phrase("cancel.done"), rows)
    else:
        message = standing(turn, turn.person)
        await answer.replace(turn, message.html, message.buttons)


async def again(turn: Turn, _tap: Tap) -> None:
    """Begin a new round. Who withdrew their consent is asked for it first."""
    if turn.person is None:
        raise StaleButton
    person = None
    if turn.person.enrolment.status is not Status.LEFT:
        wording = _wording(turn)
        person = await joining.start_again(turn.desk.records, turn.chat_id, wording, turn.now)
    if person is None:
        message = standing(turn, turn.person)
    else:
        message = begun(turn, person, "welcome.started-again")
    await answer.replace(turn, message.html, message.buttons)
    turn.desk.wake()


async def onward(turn: Turn, tap: Tap) -> None:
    """What to choose after the last tip, or when that comes for who isn't through yet."""
    if turn.person is None:
        raise StaleButton
    await cards.proved(turn, tap.arg(0))
    if turn.person.enrolment.status is Status.ACTIVE:
        message = going_on(turn, turn.person, "end.soon")
    else:
        message = standing(turn, turn.person)
    await answer.send(turn, message)


def _welcome(turn: Turn, source: str) -> TextMessage:
    others = (
        Button(turn.desk.texts.plain(f"language.{other}", other), made(Verb.WELCOME, other, source))
        for other in turn.campaign.languages
        if other != turn.language
    )
    return TextMessage(
        turn.card("welcome"),
        (
            *stacked(button(turn, "consent", Verb.CONSENT, turn.language, source)),
            (*others, button(turn, "more-about", Verb.CARD, "about", turn.language)),
            (card(turn, "safety"), button(turn, "no-thanks", Verb.DECLINE, turn.language)),
        ),
    )


def _in(turn: Turn, tap: Tap) -> Turn:
    """The turn in the language that the button carries."""
    language = tap.arg(0)
    if language not in turn.campaign.languages:
        raise StaleButton
    return replace(turn, language=language)


def _wording(turn: Turn) -> Wording:
    version, text = turn.desk.texts.wording(joining.SERIES, turn.language)
    return Wording(joining.SERIES, version, turn.language, text)
