"""Votes in bursts, and a program that dies among them: each counts, and safety comes first."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from process import ROOT
from waves import Wave

from bot.content.load import load, resolve
from bot.domain.campaign import Question
from bot.domain.checkin import thanks
from bot.rehearsal.emulator.people import Person
from bot.store.tables import answer, inbox, vote

pytestmark = pytest.mark.soak

A_BURST = 15
"""People for each kill, all at once at the beginning."""
FIRST = 1000
LIVES = 20
"""So many undisturbed ones at most bring everything to its end."""
CARD = "112"
"""What the safety card says and no thank-you does."""


def kinds(messages: Sequence[dict[str, object]]) -> list[str]:
    """What each message of the bot is: a question, the safety card, or a thank-you."""
    mine = [m for m in messages if m["from"]["is_bot"]]  # type: ignore[index]
    return [
        "question" if "poll" in m else "card" if CARD in str(m.get("text")) else "thanks"
        for m in mine
    ]


class Voters:
    """Everyone answers each question as soon as it is there, one in two so that it alarms."""

    def __init__(self, everyone: Sequence[Person], questions: Sequence[Question]) -> None:
        self._everyone = everyone
        self._questions = {len(question.values): question for question in questions}
        self._last = questions[-1].key
        self._chance = random.Random(7)
        self.given: dict[str, str] = {}
        """By poll, the value that was voted for."""
        self.expected: dict[int, list[str]] = {person.id: ["question"] for person in everyone}
        """What each is to get, as far as they have answered."""

    async def live(self) -> None:
        while True:
            for person in self._everyone:
                for message in person.chat:
                    if "poll" in message and message["poll"]["id"] not in self.given:
                        self._vote(person, message)
            await asyncio.sleep(0.02)

    def _vote(self, person: Person, message: dict[str, object]) -> None:
        poll = message["poll"]
        assert isinstance(poll, dict)
        question = self._questions[len(poll["options"])]
        option = self._chance.choice((0, len(question.values) - 2))
        value = question.values[option]
        person.vote(int(str(message["message_id"])), [option])
        self.given[poll["id"]] = value
        expected = self.expected[person.id]
        if thanks(question, value).safety:
            expected.append("card")
        expected.append("thanks" if question.key == self._last else "question")


async def waiting(wave: Wave, voters: Voters) -> dict[str, int | None]:
    """How many votes are no answers yet, and updates not done; nothing where there are none."""
    async with wave.db.read() as tx:
        kept = await tx.scalar(sa.select(sa.func.count()).select_from(answer))
        left = await tx.scalar(
            sa.select(sa.func.count()).where(inbox.c.state.in_(("new", "answering", "urgent")))
        )
    waits = {"votes": len(voters.given) - (kept or 0), "inbox": left}
    return waits if any(waits.values()) else {}


async def test_votes_among_deaths_each_count_and_safety_comes_first(wave: Wave, kills: int) -> None:
    campaign = load(resolve(ROOT, "rugpijn")).campaign
    step = next(step for step in campaign.steps if len(step.questions) == 2)
    await wave.people(FIRST, A_BURST * kills, step=step.key, check_ins="yes")
    everyone = [wave.world.person(FIRST + number) for number in range(A_BURST * kills)]
    voters, chance = Voters(everyone, step.questions), random.Random(5)
    voting = asyncio.create_task(voters.live())
    try:
        for _ in range(kills):
            await wave.live(after=chance.uniform(0.3, 1.0))
        deaths = len([status for status in wave.statuses if status])
        assert deaths > kills / 2, "it died too seldom"
        for _ in range(LIVES):
            await wave.live()
            assert wave.statuses[-1] == 0
            if not await waiting(wave, voters):
                break
    finally:
        voting.cancel()
    assert await waiting(wave, voters) == {}, "a vote is lost, or what it is answered with"
    async with wave.db.read() as tx:
        values = sorted(await tx.scalars(sa.select(answer.c.value)))
        assert values == sorted(voters.given.values())
        assert not (await tx.execute(sa.select(vote))).all()
        assert not (await tx.execute(sa.select(inbox).where(inbox.c.state == "failed"))).all()
    lost = 0
    for person in everyone:
        got, expected = kinds(person.chat), voters.expected[person.id]
        left = iter(expected)
        assert all(kind in left for kind in got), f"out of order or twice: {got} for {expected}"
        lost += len(expected) - len(got)
    leaving = len(wave.leaving) + wave.requests
    assert lost <= leaving, "more is lost than can have been leaving at the deaths"
    assert len(voters.given) > len(everyone)
