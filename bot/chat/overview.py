"""The message of the settings: what someone chose, and the buttons to change it."""

from __future__ import annotations

from bot.chat import upcoming, words
from bot.chat.keyboards import button, card, paired, stacked
from bot.chat.turn import Turn
from bot.domain.callback import Verb
from bot.domain.campaign import is_booster
from bot.domain.message import Rows, TextMessage
from bot.domain.subscriber import CheckIns, Person, Status


def overview(turn: Turn, person: Person, saved: str | None = None) -> TextMessage:
    """The choices and the buttons to change them; `saved` tells first what just changed."""
    subscriber = person.subscriber
    pace = "monthly" if _monthly(person) else subscriber.pace
    lines = (
        turn.phrase("settings.language", language=turn.plain(f"language.{subscriber.language}")),
        turn.phrase("settings.weekday", weekday=turn.plain(f"weekday.{subscriber.slot.weekday}")),
        turn.phrase("settings.part", part=turn.plain(f"part.{subscriber.slot.part}")),
        turn.phrase("settings.zone", zone=words.zone(turn, subscriber.zone)),
        turn.phrase("settings.pace", pace=turn.plain(f"pace.{pace}")),
        turn.phrase("settings.check-ins", check_ins=words.on_or_off(turn, subscriber.check_ins)),
    )
    first = (saved,) if saved is not None else ()
    title, change = turn.phrase("settings.title"), turn.phrase("settings.change")
    return TextMessage(
        "\n\n".join((*first, title, "\n".join(lines), change)), _fields(turn, person)
    )


def saved(turn: Turn, person: Person) -> TextMessage:
    """The choices after a change, with when the series goes on now."""
    moment = upcoming.next_message(turn.campaign, person, turn.now)
    if moment is None:
        return overview(turn, person, turn.phrase("settings.saved-only"))
    facts = words.when(turn, person.subscriber, moment)
    return overview(turn, person, turn.phrase("settings.saved", **facts))


def _monthly(person: Person) -> bool:
    return is_booster(person.enrolment.next_step or "")


def _fields(turn: Turn, person: Person) -> Rows:
    on = person.subscriber.check_ins is CheckIns.YES
    check_ins_button = (
        button(turn, "check-ins-off", Verb.SETTINGS, "check-ins", "off")
        if on
        else button(turn, "check-ins-on", Verb.SETTINGS, "check-ins", "on")
    )
    choices = (
        button(turn, "language", Verb.SETTINGS, "language"),
        button(turn, "weekday", Verb.SETTINGS, "weekday"),
        button(turn, "part", Verb.SETTINGS, "part"),
        button(turn, "time-zone", Verb.SETTINGS, "zone"),
        # Boosters have a pace of their own.
        *(() if _monthly(person) else (button(turn, "pace", Verb.SETTINGS, "pace"),)),
    )
    if person.enrolment.status in (Status.ACTIVE, Status.PAUSED):
        ways_out = button(turn, "pause", Verb.PAUSE), button(turn, "stop", Verb.STOP)
        rows = paired(*choices, check_ins_button, *ways_out)
    else:
        # Nothing is sent, so there is nothing to ask, to pause or to stop.
        rows = paired(*choices, card(turn, "help"))
        rows = (*rows, *stacked(button(turn, "export", Verb.EXPORT)))
    return (*rows, (card(turn, "safety"), button(turn, "forget", Verb.FORGET)))
