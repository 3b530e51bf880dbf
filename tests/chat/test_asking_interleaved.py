"""Nothing leaks between people: whatever order they and the staff write in, and though the program
is killed and started again meanwhile."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from chat.physios import STAFF, answers, heard, practising, set_up
from process import Process, running
from sqlalchemy.engine import URL

from bot.rehearsal.emulator import Fault, World, serve
from bot.rehearsal.emulator.people import Person
from bot.store.cipher import new_key
from bot.store.database import Database

ROUNDS = 2
PATIENCE = 150
"""Seconds: a program starts slowly on a machine that is busy."""


@pytest.mark.parametrize("seed", range(3))
async def test_each_person_gets_exactly_the_answers_of_their_own_topic(
    database: Database, seed: int
) -> None:
    world, chance = World(lambda: datetime.now(UTC)), random.Random(seed)
    async with practising(database, world) as practice:
        world.faults.order(Fault("latency", "sendMessage", times=None, seconds=(0.0, 0.05)))
        people = [await practice.patient(number) for number in range(10, 15)]
        await practice.stage.quiet()
        asked: defaultdict[Person, list[str]] = defaultdict(list)
        answered: defaultdict[Person, set[str]] = defaultdict(set)
        deleted = 0
        for number in range(60):
            person = chance.choice(people)
            topics = {
                m["text"].rpartition(" van ")[2]: m["message_thread_id"]
                for m in practice.group.chat
                if " van " in m.get("text", "") and m["message_thread_id"] in practice.group.topics
            }
            topic = topics.get(str(person.id))
            act = chance.choice(("ask", "answer", "answer", "answer", "general", "delete", "wait"))
            if act == "ask" and len(asked[person]) < 5:
                asked[person].append(f"{number} van {person.id}")
                person.text(asked[person][-1])
            elif act == "answer" and topic is not None:
                text = f"antwoord {number} voor {person.id}"
                answered[person].add(text)
                writer = chance.choice((practice.fleur, practice.bas))
                # Telegram brings some updates twice.
                practice.group.text(writer, text, topic=topic)
                if chance.random() < 0.2:
                    last = list(world.updates)[-1:]
                    for update in last:
                        world.inject(update.body)
            elif act == "general":
                practice.group.text(practice.bas, f"onder ons {number}")
            elif act == "delete" and topic is not None and deleted < 2:
                await practice.stage.quiet()
                deleted += 1
                practice.group.delete_topic(topic)
            else:
                await asyncio.sleep(chance.random() / 20)
        await practice.stage.quiet(120)
        for person in people:
            got = answers(person)
            assert set(got) == answered[person]
            assert len(got) == len(answered[person])
            assert "onder ons" not in str(person.chat)
            confirmed = [t for t in heard(person) if t.startswith("Je bericht is bij de fysio.")]
            assert len(confirmed) == len(asked[person])
        whose = defaultdict(set)
        for message in practice.group.chat:
            if message["from"]["id"] == world.bot["id"] and " van " in message.get("text", ""):
                whose[message["message_thread_id"]].add(message["text"].rpartition(" ")[2])
        assert all(len(names) == 1 for names in whose.values())
        assert world.complaints == []


@pytest.mark.soak
async def test_a_kill_in_the_middle_repeats_nothing_and_hides_nothing(
    migrated_url: URL, tmp_path: Path
) -> None:
    """Killed while people ask and the staff answers: a message arrives once, or its writer is told
    that it may not have."""
    world = World(lambda: datetime.now(UTC))
    group = set_up(world, "can_manage_topics")
    fleur = world.person(501)
    people = [world.person(number) for number in range(10, 14)]
    async with serve(world) as url:
        process = Process(
            tmp_path,
            url,
            world.token,
            DATABASE_URL=migrated_url.render_as_string(hide_password=False),
            DATA_KEY=new_key(),
            STAFF_CHAT_ID=str(STAFF),
            PORT="0",
        )
        async with running(process):
            await world.until(partial(_started, process, 1), PATIENCE)
            for person in people:
                await _open(world, person)
            world.faults.order(Fault("latency", "sendMessage", times=None, seconds=(0.05, 0.2)))
            sent: defaultdict[Person, list[str]] = defaultdict(list)
            for round_ in range(ROUNDS):
                for person in people:
                    sent[person].append(f"vraag {round_} van {person.id}")
                    person.text(sent[person][-1])
                if round_:
                    for person in people:
                        topic = _topic(group.chat, person)
                        if topic is not None:
                            group.text(fleur, f"antwoord {round_} voor {person.id}", topic=topic)
                await asyncio.sleep(0.3 + 0.4 * round_)
                await process.kill()
                await process.start()
                await world.until(partial(_started, process, round_ + 2), PATIENCE)
            last = -1
            while len(world.updates) or last != len(world.log):
                last = len(world.log)
                await asyncio.sleep(3)
        missing = doubts = 0
        for person in people:
            ours = [m for m in group.chat if m["from"]["id"] == world.bot["id"]]
            for text in sent[person]:
                copies = sum(m.get("text", "").endswith(text) for m in ours)
                assert copies <= 1, text
                missing += not copies
            told = heard(person)
            confirmed = sum(t.startswith("Je bericht is bij de fysio.") for t in told)
            assert confirmed <= sum(m.get("text", "").endswith(f" van {person.id}") for m in ours)
            doubts += sum(t.startswith("We weten niet zeker") for t in told)
            got = answers(person)
            assert len(got) == len(set(got))
            assert all(text.endswith(f" voor {person.id}") for text in got)
        # The word of a doubt is a reply like others: killed once more, it may be lost.
        assert missing <= doubts + 1


def _started(process: Process, times: int) -> bool:
    return process.log.read_text().count("people can ask the physio") >= times


def _topic(chat: list[dict[str, object]], person: Person) -> int | None:
    for message in chat:
        if str(message.get("text", "")).endswith(f" van {person.id}"):
            return int(str(message["message_thread_id"]))
    return None


async def _open(world: World, person: Person) -> None:
    """Take part, and open a conversation, by the buttons."""
    person.start()
    await _tap(world, person, "Ja, ik doe mee")
    await world.until(
        lambda: any("Fijn dat je meedoet" in text for text in heard(person)), PATIENCE
    )
    person.text("/vraag")
    await _tap(world, person, "Ja, ik wil iets vragen")
    await world.until(lambda: any("Typ nu je vraag" in text for text in heard(person)), PATIENCE)


async def _tap(world: World, person: Person, words: str) -> None:
    def found() -> tuple[int, str] | None:
        for message in person.chat:
            for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
                for button in row:
                    if button["text"] == words:
                        return message["message_id"], button["callback_data"]
        return None

    where = await world.until(found, PATIENCE)
    assert where is not None
    person.tap(*where)
