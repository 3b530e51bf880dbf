"""What someone hears who comes back: how they stand, and the way on from there."""

from __future__ import annotations

from markupsafe import Markup

from bot.chat import cards, share, upcoming, words
from bot.chat.keyboards import button, card, paired, stacked
from bot.chat.turn import Turn
from bot.domain.callback import Verb
from bot.domain.message import Rows, TextMessage
from bot.domain.source import UNKNOWN
from bot.domain.subscriber import Person, Status
from bot.service import boosters, joining


def standing(turn: Turn, person: Person) -> TextMessage:
    """How the person stands now."""
    match person.enrolment.status:
        case Status.ACTIVE:
            return _under_way(turn, person)
        case Status.PAUSED:
            return resting(turn, person)
        case Status.FINISHED:
            return TextMessage(turn.phrase("welcome.finished"), afterwards(turn, person))
        case Status.BLOCKED:
            week = upcoming.last_week(turn.campaign, person)
            return TextMessage(
                turn.phrase("welcome.back-blocked", week=week),
                stacked(
                    button(turn, "continue", Verb.RESUME),
                    button(turn, "start-again", Verb.START_AGAIN),
                    card(turn, "help"),
                ),
            )
        case Status.LEFT:
            week = upcoming.last_week(turn.campaign, person)
            return TextMessage(
                turn.phrase(
                    "welcome.back-stopped",
                    week=week,
                    consent=Markup(turn.desk.texts.wording(joining.SERIES, turn.language)[1]),
                ),
                stacked(
                    button(turn, "consent", Verb.CONSENT, turn.language, UNKNOWN),
                    button(turn, "no-thanks", Verb.DECLINE, turn.language),
                    button(turn, "forget", Verb.FORGET),
                    card(turn, "help"),
                ),
            )


def resting(turn: Turn, person: Person) -> TextMessage:
    """Until when someone has a break."""
    until = person.enrolment.paused_until
    resume = stacked(button(turn, "resume", Verb.RESUME), card(turn, "help"))
    if until is None:
        return TextMessage(turn.phrase("pause.open"), resume)
    day = words.day(until, person.subscriber.zone, turn.language)
    return TextMessage(turn.phrase("pause.until", day=day), resume)


def begun(turn: Turn, person: Person, phrase: str) -> TextMessage:
    """The first tip is on its way; `phrase` says so and when the second comes."""
    moment = upcoming.second_tip(turn.campaign, person, turn.now)
    if moment is None:
        return _under_way(turn, person)
    facts = words.when(turn, person.subscriber, moment)
    return TextMessage(turn.phrase(phrase, **facts), _own(turn))


def going_on(turn: Turn, person: Person, phrase: str) -> TextMessage:
    """The series goes on; `phrase` says so, in which week and when."""
    moment = upcoming.next_message(turn.campaign, person, turn.now)
    if moment is None:
        return standing(turn, person)
    week = upcoming.next_week(turn.campaign, person)
    facts = words.when(turn, person.subscriber, moment)
    return TextMessage(turn.phrase(phrase, week=week, **facts), _own(turn))


def _under_way(turn: Turn, person: Person) -> TextMessage:
    moment = upcoming.next_message(turn.campaign, person, turn.now)
    if moment is None:
        return TextMessage(turn.phrase("welcome.already-last"), _own(turn))
    facts = words.when(turn, person.subscriber, moment)
    return TextMessage(turn.phrase("welcome.already", **facts), _own(turn))


def _own(turn: Turn) -> Rows:
    return paired(button(turn, "settings", Verb.SETTINGS), card(turn, "help"))


def afterwards(turn: Turn, person: Person, *, alarmed: bool = False) -> Rows:
    """What there is to choose after the last step: a tip a month, where there are any, again, or
    to be forgotten. Beside an alarm there is no plan, for it names exercises."""
    monthly = button(turn, "boosters", Verb.BOOSTERS)
    return (
        *(() if alarmed else cards.plan(turn)),
        *stacked(
            *((monthly,) if boosters.to_come(turn.campaign, person) else ()),
            button(turn, "start-again", Verb.START_AGAIN),
            share.button(turn),
        ),
        *paired(button(turn, "tips", Verb.TIPS), button(turn, "forget", Verb.FORGET)),
        *paired(card(turn, "safety"), card(turn, "help")),
    )
