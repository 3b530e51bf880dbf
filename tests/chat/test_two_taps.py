"""From every kind of message that the bot sends, the ways out are two taps away at most.

What a message offers are its buttons and the commands in its words, which Telegram makes tappable.
What a tap brings is found out by tapping.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Iterable
from typing import Any

import pytest
from chat.conftest import Stage
from chat.states import STATES, enrolled
from chat.test_every_state import DATA

from bot.chat.commands import COMMANDS, names
from bot.rehearsal.emulator.people import Person

pytestmark = pytest.mark.soak

TEXTS = ("hallo", "ik kan niet meer plassen", "I want to die", "/onbekend")
COMMAND = re.compile(r"(?<![\w/])/[a-z_]+\b")

GOALS = ("stop", "settings", "alarm", "forget")
BY_BUTTON = {
    "stop": ("stop",),
    "settings": ("set", "pause"),
    "alarm": ("card:safety",),
    "forget": ("forget",),
}
"""Where the ways out begin; what follows in a button's data is what was asked for before."""

Message = dict[str, Any]


def actions(message: Message) -> set[str]:
    """What a message offers to tap."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    taps = {button["callback_data"] for row in rows for button in row if "callback_data" in button}
    said = message.get("text", message.get("caption", ""))
    return {_plain(tap) for tap in taps} | set(COMMAND.findall(said))


def _plain(tap: str) -> str:
    """The data without the delivery or the language that it carries."""
    verb, *args = tap.split(":")
    return f"card:{args[0]}" if verb == "card" else tap


def reached(offered: Iterable[str], stage: Stage) -> set[str]:
    """The goals that are one tap away."""
    found = set()
    for goal in GOALS:
        commands = {f"/{name}" for name in names(stage.app.texts, goal)}
        for action in offered:
            if action in commands or action.startswith(BY_BUTTON[goal]):
                found.add(goal)
    return found


async def test_the_ways_out_are_two_taps_away_at_most(stage: Stage, thorough: bool) -> None:
    ids = itertools.count(7_500_000_000)
    acts = [f"/{each}" for each in COMMANDS] + list(TEXTS)
    taps = [data[0] for data in DATA.values()]
    people: list[tuple[str, Person]] = []
    async with asyncio.TaskGroup() as group:
        # Half of it in each language, for the buttons and the commands are the same in both; and
        # half of it on each database where it isn't thorough.
        cases = enumerate(itertools.product(STATES, (*acts, *taps)))
        half = 0 if stage.app.records.db.is_sqlite else 1
        for number, (bring, act) in cases:
            if not thorough and number // 2 % 2 != half:
                continue
            language = ("nl", "en")[number % 2]
            person = stage.world.person(next(ids), language_code=language)
            people.append((f"{language}, {bring.__name__}, {act}", person))
            group.create_task(bring(stage, person))
    await stage.quiet(timeout=300)
    for name, person in people:
        act = name.split(", ", 2)[2]
        if act.startswith("/") or act in TEXTS:
            person.text(act)
        elif person.chat:
            person.tap(person.chat[-1]["message_id"], act)
    await stage.quiet(timeout=300)

    kinds: dict[frozenset[str], tuple[str, Message]] = {}
    for name, person in people:
        for message in person.chat:
            closed = message.get("poll", {}).get("is_closed")
            if message["from"]["is_bot"] and not closed:
                kinds.setdefault(frozenset(actions(message)), (name, message))
    opened = await _opened(stage, set().union(*kinds), ids)
    far = []
    for offered, (name, message) in kinds.items():
        near = reached(offered, stage)
        for action in offered:
            near |= reached(opened.get(action, ()), stage)
        if any(action.startswith("consent:") for action in offered):
            near.add("settings")  # Who didn't say yes has nothing to set yet.
        if missing := set(GOALS) - near:
            text = message.get("text") or message.get("poll", {}).get("question", "")
            far.append(f"{sorted(missing)} from {text[:70]!r} ({name}) {sorted(offered)}")
    assert far == [], "\n".join(far)


async def _opened(stage: Stage, offered: set[str], ids: Iterable[int]) -> dict[str, set[str]]:
    """What each action brings to someone under way."""
    found: dict[str, Person] = {}
    for action, id_ in zip(sorted(offered), ids, strict=False):
        found[action] = person = stage.world.person(id_, language_code="nl")
        await enrolled(stage, person)
    await stage.quiet(timeout=300)
    before = {action: [dict(m) for m in person.chat] for action, person in found.items()}
    for action, person in found.items():
        if action.startswith("/"):
            person.text(action)
        else:
            person.tap(person.chat[-1]["message_id"], action)
    await stage.quiet(timeout=300)
    return {
        action: set().union(
            *(actions(m) for m in person.chat if m not in before[action] and m["from"]["is_bot"])
        )
        for action, person in found.items()
    }
