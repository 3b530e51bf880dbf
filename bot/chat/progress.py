"""/progress: one's own answers, week by week, drawn and in words."""

from __future__ import annotations

from bot.chat import answer, cards
from bot.chat.chart import points_text
from bot.chat.keyboards import button, card, paired
from bot.chat.turn import Turn
from bot.domain.callback import Tap, Verb
from bot.domain.message import ChartMessage, TextMessage
from bot.domain.progress import chart_of
from bot.domain.subscriber import CheckIns, Person
from bot.service import reading


async def progress(turn: Turn) -> None:
    """One's own answers, or why there are none."""
    if turn.person is None:
        await answer.say(turn, turn.phrase("progress.none"), paired(card(turn, "help")))
        return
    await answer.send(turn, await _answers(turn, turn.person))


async def tapped(turn: Turn, _tap: Tap) -> None:
    """The same by a button."""
    await progress(turn)


async def _answers(turn: Turn, person: Person) -> TextMessage | ChartMessage:
    # No exercises here: an alarm may be one tap away.
    rows = (
        *cards.plan(turn),
        *paired(
            button(turn, "tips", Verb.TIPS),
            button(turn, "settings", Verb.SETTINGS),
            card(turn, "safety"),
        ),
    )
    series = await reading.progress(turn.desk.records, person)
    if not series:
        off = person.subscriber.check_ins in (CheckIns.NO, CheckIns.ASKED)
        return TextMessage(turn.phrase("progress.no-check-ins" if off else "progress.empty"), rows)
    texts, language = turn.desk.texts, turn.language
    lines = (
        turn.phrase(f"progress.line.{scale}", points=points_text(texts, scale, points, language))
        for scale, points in series.items()
    )
    html = "\n\n".join((turn.phrase("progress.title"), *lines, turn.phrase("progress.note")))
    drawn = chart_of(series, language)
    return ChartMessage(html, drawn, rows) if drawn is not None else TextMessage(html, rows)
