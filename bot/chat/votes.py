"""Votes in check-ins: what someone chose, and what they hear.

They come in bursts, when a wave of polls has gone out. So they are taken in sets, past PTB's
objects; what a person hears is made in the same transaction and leaves when the pace allows.

Safety comes first: the card goes out before anything else, and no exercises are offered beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import Update
from telegram.ext import ExtBot

from bot.chat import handling
from bot.chat.chart import chart
from bot.chat.desk import Desk
from bot.chat.keyboards import button, card, cards, paired
from bot.chat.replies import Replies
from bot.chat.standing import afterwards
from bot.chat.stored import Reply
from bot.chat.turn import Turn
from bot.domain.callback import Verb
from bot.domain.checkin import alarming
from bot.domain.message import Button, ChartMessage, Rows, TextMessage
from bot.domain.progress import chart_of, repeated
from bot.domain.subscriber import Status
from bot.service import checkins
from bot.service.checkins import Ballot, Voted, more
from bot.service.reading import points
from bot.store import inbox
from bot.store.batch import Batch

AT_ONCE = 200
"""Votes in one transaction at most."""
SOON = 0.1
"""Seconds until a vote is tried again whose question is being sent this very moment."""

NO_UPDATE = Update(0)
"""What stands in a vote's turn, since PTB's own objects are passed by."""


@dataclass(frozen=True, slots=True)
class _Asked:
    row: int
    ballot: Ballot


class Votes:
    """Takes votes in sets, changed and withdrawn ones too."""

    def __init__(self, desk: Desk, bot: ExtBot[Any], replies: Replies) -> None:
        self._desk = desk
        self._bot = bot
        self._replies = replies
        self._batch = Batch(self._take, AT_ONCE)

    async def voted(self, update: dict[str, Any]) -> None:
        """Write a vote and what is to be said to it; when this returns both are durable.

        Raises KeyError, TypeError or ValueError for an update that makes no sense.
        """
        ballot = ballot_of(update["poll_answer"])
        if ballot is not None:
            current = handling.current.get()
            while not await self._batch.do(_Asked(current.id, ballot)):
                with current.waiting():
                    await asyncio.sleep(SOON)
            current.done = True

    async def _take(self, asked: Sequence[_Asked]) -> Sequence[bool]:
        """Which of the votes are taken; the others are to be tried again."""
        now = self._desk.now()

        async def finish(tx: AsyncConnection, voted: Sequence[tuple[int, Voted]]) -> None:
            done, answering = [], []
            for index, result in voted:
                row, ballot = asked[index].row, asked[index].ballot
                messages = self._messages(ballot, result)
                if messages:
                    reply = self._replies.hide(Reply(ballot.chat_id, messages))
                    answering.append((row, reply, alarms(result)))
                else:
                    done.append(row)
            await inbox.handled(tx, done)
            await inbox.answering(tx, answering)

        ballots = [each.ballot for each in asked]
        results = await checkins.vote_all(self._desk.records, ballots, now, finish)
        self._replies.wake()
        # The next question was queued with the vote. It waits for the safety card.
        self._desk.wake()
        return [result.kind != "leaving" for result in results]

    def _messages(self, ballot: Ballot, result: Voted) -> list[TextMessage | ChartMessage]:
        person = result.person
        if person is None:
            return []
        language = self._desk.records.campaign.language(person.subscriber.language)
        turn = Turn(
            self._desk, self._bot, NO_UPDATE, ballot.chat_id, language, person, self._desk.now()
        )
        return list(said(turn, result))


def ballot_of(given: Any) -> Ballot | None:
    """The vote in Telegram's PollAnswer; None where no person voted.

    Raises KeyError, TypeError or ValueError for what is no PollAnswer.
    """
    if given.get("user") is None:
        return None
    options = given["option_ids"]
    option = int(options[0]) if options else None
    return Ballot(int(given["user"]["id"]), str(given["poll_id"]), option)


def said(turn: Turn, result: Voted) -> Sequence[TextMessage | ChartMessage]:
    """What the person of a turn hears after their vote."""
    messages: list[TextMessage | ChartMessage] = []
    if alarms(result):
        messages.append(TextMessage(turn.card("safety"), cards(turn, "physio", "help")))
    match result.kind:
        case "first" if not more(result):
            messages += _thank(turn, result)
        case "changed" | "withdrawn":
            rows = _below(turn, _first(turn, alarmed=alarms(result)))
            messages.append(TextMessage(turn.phrase(f"thanks.{result.kind}"), rows))
        case "kept":
            messages.append(TextMessage(turn.phrase("thanks.kept"), cards(turn, "safety", "help")))
        case "foreign" if result.question is not None:
            # Their own poll, left open for a moment after they turned check-ins off or stopped.
            messages.append(
                TextMessage(turn.phrase("thanks.not-kept"), cards(turn, "safety", "help"))
            )
    return messages


def alarms(result: Voted) -> bool:
    """Whether a vote asks for the safety card."""
    return result.thanks is not None and result.thanks.safety


def _thank(turn: Turn, result: Voted) -> Sequence[TextMessage | ChartMessage]:
    """The thank-you at the end of a check-in, and after the last one the round-up.

    An offer thanks by itself.
    """
    assert result.person is not None
    assert result.question is not None
    assert result.thanks is not None
    person, question = result.person, result.question
    phrase = result.thanks.key
    alarmed = not result.thanks.exercises
    if not alarmed and _alarmed(turn, result):
        # Its own thank-you might offer exercises.
        alarmed, phrase = True, "thanks.done"
    facts = {}
    if phrase.startswith("thanks.knowledge"):
        facts["explanation"] = turn.desk.texts.explanation(question.key, turn.language)
    below = _below(turn, _first(turn, alarmed=alarmed))
    words = TextMessage(turn.phrase(phrase, **facts), below)
    thanked = result.offer is not None and not phrase.startswith("thanks.knowledge")
    final = turn.campaign.steps[-1].questions[-1:]
    if person.enrolment.status is Status.FINISHED and question in final:
        return [*([] if thanked else [words]), _round_up(turn, result, alarmed=alarmed)]
    if thanked:
        return []
    # Beside an alarm there is nothing to look at but whom to call.
    return [words if alarmed else _with_chart(turn, result, words)]


def _first(turn: Turn, *, alarmed: bool) -> Button:
    # One's own plan is a tap away from one's answers, and it names exercises.
    return card(turn, "physio") if alarmed else button(turn, "progress", Verb.PROGRESS)


def _below(turn: Turn, first: Button) -> Rows:
    return paired(first, card(turn, "safety"), card(turn, "help"))


def _with_chart(turn: Turn, result: Voted, words: TextMessage) -> TextMessage | ChartMessage:
    """A thank-you with the answers to what was asked before too, drawn and in words."""
    assert result.question is not None
    asked = [each.step for each in result.given if each.question == result.question.key]
    step = turn.campaign.step(asked[-1]) if asked else None
    if step is None:
        return words
    series = repeated(points(turn.campaign, list(result.given)), step)
    drawn = chart_of(series, turn.language)
    if drawn is None:
        return words
    own = turn.phrase("progress.own", chart=chart(turn.desk.texts, series, turn.language))
    return ChartMessage(f"{words.html}\n\n{own}", drawn, words.buttons)


def _round_up(turn: Turn, result: Voted, *, alarmed: bool) -> TextMessage | ChartMessage:
    """What there is to say and choose after the last step."""
    series = points(turn.campaign, list(result.given))
    html = turn.phrase("end.round-up", chart=chart(turn.desk.texts, series, turn.language))
    assert result.person is not None
    rows = afterwards(turn, result.person, alarmed=alarmed)
    drawn = chart_of(series, turn.language)
    return ChartMessage(html, drawn, rows) if drawn is not None else TextMessage(html, rows)


def _alarmed(turn: Turn, result: Voted) -> bool:
    """Whether any answer of the same check-in alarms."""
    step = turn.campaign.step(result.step)
    given = [(each.step, each.question, str(each.value)) for each in result.given]
    return step is not None and bool(alarming(step, given))
