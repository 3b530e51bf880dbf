"""Fifty people with minds of their own, who act on what the bot sends them."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.rehearsal.emulator import Refusal, World
from bot.rehearsal.emulator.people import Person

KINDS = (
    "answers",
    "silent",
    "declines",
    "changes",
    "pauses",
    "rests",
    "stops",
    "blocks",
    "returns",
    "comes back",
    "switches language",
    "switches zone",
    "two-weekly",
)
PAUSES = (("pause", "1", "pauses"), ("pause", "open", "rests"))
"""Which button of /pause is for which kind."""

LEAVERS = frozenset({"stops", "blocks"})
"""Those who are gone for good at some point."""


@dataclass
class Member:
    """One of the crowd: what kind of subscriber they are and how far they have come."""

    person: Person
    kind: str
    turn: int
    """The tip at which their kind shows."""
    read: int = 0
    tips: int = 0
    acted: bool = False
    gone_at: int | None = None
    """How many messages there were when they stopped or blocked for good."""
    away: int = 0
    """Rounds until they come back."""
    rounds: int = 0
    wants: tuple[str, ...] = ()
    """Buttons to tap as soon as they are there, one after another."""


class Crowd:
    """Acts for everyone, a round at a time. `is_tip` tells a tip from other messages."""

    def __init__(
        self, world: World, size: int, is_tip: Callable[[str], bool], seed: int = 1
    ) -> None:
        self._world = world
        self._is_tip = is_tip
        self._random = random.Random(seed)
        self.members = [
            Member(
                world.person(5_000_000_000 + index, language_code="en" if index % 3 == 0 else "nl"),
                KINDS[index % len(KINDS)],
                9 if KINDS[index % len(KINDS)] == "two-weekly" else 2 + index % 3,
            )
            for index in range(size)
        ]

    async def live(self, pause: float, until: asyncio.Event) -> None:
        """Let everyone start, then act again and again."""
        for index, member in enumerate(self.members):
            member.person.start(("poster-1", "huisarts-utrecht", "???")[index % 3])
        while not until.is_set():
            for member in self.members:
                # What Telegram's app refuses, a closed poll for one, is simply not done.
                with contextlib.suppress(Refusal):
                    self._act(member)
            await asyncio.sleep(pause)

    def _act(self, member: Member) -> None:
        if member.away:
            member.away -= 1
            if not member.away:
                self._come_back(member)
            return
        if member.gone_at is not None:
            return
        messages = [m for m in member.person.chat if m["from"]["is_bot"]]
        fresh, member.read = messages[member.read :], len(messages)
        member.rounds += 1
        if not messages and member.rounds % 100 == 0:
            # The welcome was in flight when the bot was killed: people tap once more.
            member.person.start()
        for message in fresh:
            self._read(member, message)
        self._change_mind(member, messages)
        self._tap_wanted(member, messages)

    def _tap_wanted(self, member: Member, messages: list[dict[str, Any]]) -> None:
        for message in reversed(messages):
            if member.wants and member.wants[0] in buttons(message):
                member.person.tap(message["message_id"], member.wants[0])
                member.wants = member.wants[1:]
                return

    def _read(self, member: Member, message: dict[str, Any]) -> None:
        if "poll" in message:
            self._vote(member, message)
            return
        if self._is_tip(message.get("text", "")):
            member.tips += 1
            if member.tips >= member.turn and not member.acted:
                member.acted = True
                self._show(member)
        for data in buttons(message):
            verb, _, rest = data.partition(":")
            if verb in ("consent", "continue") or (verb, member.kind) == ("resume", "returns"):
                member.person.tap(message["message_id"], data)
                return
            if verb == "checkins":
                if rest.startswith("no") == (member.kind == "declines"):
                    member.person.tap(message["message_id"], data)
                    return
            elif (verb, rest, member.kind) in PAUSES:
                member.person.tap(message["message_id"], data)
                member.away = 40 if member.kind == "rests" else 0
                return

    def _vote(self, member: Member, message: dict[str, Any]) -> None:
        poll = message["poll"]
        if member.kind != "silent" and not poll["is_closed"]:
            choice = self._random.randrange(len(poll["options"]))
            member.person.vote(message["message_id"], [choice])

    def _change_mind(self, member: Member, messages: list[dict[str, Any]]) -> None:
        if member.kind != "changes" or self._random.random() > 0.1:
            return
        polls = [m for m in messages if "poll" in m and not m["poll"]["is_closed"]]
        if polls:
            message = polls[-1]
            if self._random.random() < 0.3:
                member.person.retract(message["message_id"])
            else:
                choice = self._random.randrange(len(message["poll"]["options"]))
                member.person.vote(message["message_id"], [choice])

    def _show(self, member: Member) -> None:
        person = member.person
        match member.kind:
            case "pauses" | "rests":
                person.text("/pause")
            case "stops":
                person.text("/stop")
                member.gone_at = len(self._world.log)
            case "comes back":
                person.text("/stop")
                member.away = 30
            case "blocks":
                person.block()
                member.gone_at = len(self._world.log)
            case "returns":
                person.block()
                member.away = 30
            case "switches language":
                self._set(member, "set:language", "set:language:en")
            case "switches zone":
                self._set(member, "set:zone", "set:zone:paramaribo")
            case "two-weekly":
                self._set(member, "set:pace", "set:pace:2")

    def _set(self, member: Member, *wants: str) -> None:
        member.person.text("/settings")
        member.wants = wants

    def _come_back(self, member: Member) -> None:
        if member.kind == "rests":
            member.wants = ("resume",)
        else:
            member.person.start()


def buttons(message: dict[str, Any]) -> Iterator[str]:
    """The data of a message's buttons."""
    for row in message.get("reply_markup", {}).get("inline_keyboard", []):
        for button in row:
            if "callback_data" in button:
                yield button["callback_data"]
