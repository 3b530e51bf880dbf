"""A practice whose physios answer questions in a group with topics."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from chat.conftest import Stage, staged
from chat.states import enrolled

from bot.domain.asking import SCOPE
from bot.rehearsal.emulator import World
from bot.rehearsal.emulator.groups import Group
from bot.rehearsal.emulator.people import Person
from bot.service import asking
from bot.store.cipher import new_key
from bot.store.consents import Wording
from bot.store.database import Database

STAFF = -1001234567890


@dataclass
class Practice:
    """The bot with the physios Fleur and Bas in their group; `key` is for starting it again."""

    stage: Stage
    group: Group
    fleur: Person
    bas: Person
    key: str
    numbers: dict[int, int] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.stage.world

    async def patient(self, number: int, language: str = "nl") -> Person:
        """Someone who takes part and has a conversation open."""
        person = self.world.person(number, language_code=language)
        await enrolled(self.stage, person)
        app = self.stage.app
        assert await asking.begin(
            app.records, number, Wording(SCOPE, 1, language, "Ja."), app.clock.now()
        )
        return person

    async def asked(self, person: Person, text: str) -> int:
        """A patient asks; gives the topic in which that stands."""
        before = len(person.chat)
        person.text(text)
        await self.hears(person, "Je bericht is bij de fysio.", "Your message is with", before)
        return self.topic_of(text)

    def topic_of(self, text: str) -> int:
        """The topic with a text."""
        (topic,) = {
            m["message_thread_id"]
            for m in self.group.chat
            if m.get("text", "").endswith(text) and m["from"]["is_bot"]
        }
        return int(topic)

    def said(self, topic: int) -> list[str]:
        """What the bot said in a topic."""
        ours = self.world.bot["id"]
        return [
            m["text"] for m in self.group.topic(topic) if m["from"]["id"] == ours and "text" in m
        ]

    async def hears(self, person: Person, *starts: str | int) -> None:
        """Wait until a person is told something that begins like one of these."""
        before = next((each for each in starts if isinstance(each, int)), 0)
        words = tuple(each for each in starts if isinstance(each, str))
        await self.world.until(
            lambda: any(text.startswith(words) for text in heard(person, before)), 20
        )

    async def reads(self, topic: int, *starts: str) -> None:
        """Wait until the bot says something like this in a topic."""
        await self.world.until(
            lambda: any(text.startswith(starts) for text in self.said(topic)), 20
        )


def heard(person: Person, before: int = 0) -> list[str]:
    """The texts that a person got from the bot."""
    return [m["text"] for m in person.chat[before:] if m["from"]["is_bot"] and "text" in m]


def answers(person: Person) -> list[str]:
    """What physios wrote to a person."""
    return [
        text.partition("\n")[2] for text in heard(person) if text.startswith(("de praktijk antw",
        "the practice answers"))
    ]  # fmt: skip


def set_up(world: World, *rights: str, is_forum: bool = True) -> Group:
    """The group, with the bot as an administrator in it who has these rights."""
    fleur = world.person(501, name="Fleur")
    group = world.group(STAFF, is_forum=is_forum)
    group.add(fleur, "creator")
    group.add_bot(fleur)
    group.promote_bot(fleur, *rights)
    return group


@asynccontextmanager
async def practising(database: Database, world: World, **settings: Any) -> AsyncIterator[Practice]:
    """The bot in a practice."""
    group = world.groups.get(STAFF) or set_up(world, "can_manage_topics")
    key = settings.pop("key", None) or new_key()
    async with staged(database, world, key, staff_chat_id=STAFF, **settings) as stage:
        fleur, bas = world.person(501), world.person(502, name="Bas")
        yield Practice(stage, group, fleur, bas, key)
