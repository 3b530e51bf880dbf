"""Every state of a chat met with everything people can do: never silence, never a traceback."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from chat.conftest import Stage
from chat.physios import practising
from chat.states import STAFFED, STATES, Bring

from bot.chat.commands import COMMANDS, names
from bot.content.render import Texts
from bot.domain.callback import LIMIT, Verb
from bot.rehearsal.emulator import Refusal, World
from bot.rehearsal.emulator.people import Person
from bot.store.database import Database
from bot.store.tables import inbox

pytestmark = pytest.mark.soak

PARTS = 4
"""Two languages on two databases."""

Do = Callable[[Person], object]

TEXTS = (
    "hallo", "Hello, is anybody there?", "👍", "x" * 4096, "<b>&amp;", "/", "//", "stop",
    "ik kan niet meer plassen", "I can't feel my legs", "ik wil niet meer leven",
)  # fmt: skip
OTHER_COMMANDS = ("/onbekend", "/START", "/start a b", "/start %00", "/start " + "x" * 64)

DATA = {
    Verb.CARD: (
        "card:safety:1", "card:source:999999", "card:nothing:1", "card:about:nl", "card",
        "card:plan", "card:plan:en",
    ),
    Verb.OFFER: ("offer:help:1", "offer:help:999999", "offer:nothing:1", "offer:help", "offer"),
    Verb.CHECK_INS: ("checkins:yes:1", "checkins:no:1", "checkins:maybe", "checkins:yes"),
    Verb.WELCOME: ("welcome:nl:poster", "welcome:xx:poster", "welcome"),
    Verb.CONSENT: ("consent:en:poster", "consent:xx", "consent"),
    Verb.DECLINE: ("decline:nl", "decline"),
    Verb.START_AGAIN: ("again",),
    Verb.ONWARD: ("onward", "onward:1", "onward:x"),
    Verb.BOOSTERS: ("boosters", "boosters:yes", "boosters:no", "boosters:maybe"),
    Verb.SETTINGS: (
        "set", "set:language", "set:language:en", "set:language:xx", "set:weekday:6",
        "set:weekday:9", "set:part:evening", "set:part:night", "set:zone:london", "set:zone:moon",
        "set:zone:other", "set:pace:2", "set:pace:0", "set:check-ins:on", "set:check-ins:off",
        "set:nothing",
    ),
    Verb.PAUSE: ("pause", "pause:1", "pause:open", "pause:1000000000"),
    Verb.RESUME: ("resume",),
    Verb.STOP: ("stop",),
    Verb.TIPS: ("tips", "tips:0", "tips:99", "tips:x"),
    Verb.TIP: ("tip:not-alone", "tip:week-1", "tip:nothing", "tip"),
    Verb.EXERCISES: (
        "exercises", "exercises:0", "exercises:1:nl", "exercises:99", "exercises:x",
        "exercises:idea", "exercises:idea:en", "exercises:mine", "exercises:mine:7",
        "exercises:mine:x",
    ),
    Verb.EXERCISE: (
        "exercise:bridge:still", "exercise:walking:moving", "exercise:bridge:moving:nl",
        "exercise:bridge", "exercise:nothing:still", "exercise",
    ),
    Verb.FAVOURITE: (
        "favourite:bridge:yes:still", "favourite:bridge:no:moving", "favourite:bridge:maybe",
        "favourite:nothing:yes", "favourite",
    ),
    Verb.PROGRESS: ("progress",),
    Verb.PLACE: ("place", "place:nl"),
    Verb.ASK: (
        "ask", "ask:yes", "ask:no", "ask:send", "ask:drop", "ask:close", "ask:withdraw",
        "ask:nothing",
    ),
    Verb.EXPORT: ("export",),
    Verb.FORGET: ("forget", "forget:no", "forget:yes", "forget:perhaps"),
    Verb.CANCEL: ("cancel",),
}  # fmt: skip
ODD_DATA = ("", ":", "nothing:at:all", "set::", "card:safety:" + "9" * 40, "é" * (LIMIT // 2))


@dataclass
class Case:
    """One person in one state who does one thing."""

    name: str
    person: Person
    do: Do
    tap: str | None = None
    before: tuple[int, str] = (0, "")


def _acts(texts: Texts) -> Iterator[tuple[str, Do]]:
    commands = sorted({name for each in COMMANDS for name in names(texts, each)})
    for text in (
        *(f"/{name}" for name in commands),
        "/help@rugwijzer_bot",
        *OTHER_COMMANDS,
        *TEXTS,
    ):
        yield f"writes {text[:30]!r}", lambda person, text=text: person.text(text)
    for kind in ("sticker", "voice", "photo", "location", "contact"):
        yield f"sends a {kind}", lambda person, kind=kind: getattr(person, kind)()
    yield "changes a message", _edit
    yield "votes", lambda person: person.vote(_poll(person), [3])
    yield "skips", lambda person: person.vote(_poll(person), [11])


def _edit(person: Person) -> None:
    own = [m for m in person.chat if not m["from"]["is_bot"]]
    person.edit((own[-1] if own else person.text("hello"))["message_id"], "something else")


def _poll(person: Person) -> int:
    for message in person.chat:
        if "poll" in message:
            return int(message["message_id"])
    raise Refusal("no poll in this chat")


def _said(person: Person) -> tuple[int, str]:
    """How much the bot has said, and its messages as they look now."""
    messages = [m for m in person.chat if m["from"]["is_bot"]]
    return len(messages), repr(messages)


def _leads_on(message: dict[str, Any]) -> bool:
    text = message.get("text", message.get("caption", ""))
    return bool(message.get("reply_markup")) or "/" in text or "poll" in message


async def test_every_state_meets_everything(stage: Stage, thorough: bool) -> None:
    parts = PARTS if thorough else 1
    assert await meets_everything(stage, STATES, thorough=thorough) > parts * 600


async def test_so_it_does_where_a_physio_can_be_asked(database: Database, thorough: bool) -> None:
    parts = PARTS if thorough else 1
    async with practising(database, World(lambda: datetime.now(UTC))) as practice:
        done = await meets_everything(practice.stage, STAFFED, thorough=thorough)
        assert done > parts * 200


async def meets_everything(stage: Stage, states: Sequence[Bring], *, thorough: bool) -> int:
    """Everything people can do, done in each of these states; gives how much that was.

    In both languages where it is `thorough`; else by turns, so that over both languages and both
    databases each thing is done in each state once.
    """
    part = 0 if stage.app.records.db.is_sqlite else PARTS // 2
    assert set(DATA) == set(Verb), "a button that the test does not know"
    cases: list[Case] = []
    ids = itertools.count(7_000_000_000)
    few = asyncio.Semaphore(10)  # Fewer than there are connections to the database.

    async def brought(bring: Bring, person: Person) -> None:
        async with few:
            await bring(stage, person)

    async with asyncio.TaskGroup() as group:
        for (turn, language), (place, bring) in itertools.product(
            enumerate(("nl", "en")), enumerate(states)
        ):
            acts = [(name, do, None) for name, do in _acts(stage.app.texts)]
            data = (*itertools.chain(*DATA.values()), *ODD_DATA)
            acts += [(f"taps {each!r}", _ignore, each) for each in data]
            for name, do, tap in acts if thorough else acts[(turn + place + part) % PARTS :: PARTS]:
                person = stage.world.person(next(ids), language_code=language)
                cases.append(Case(f"{language}, {bring.__name__}, {name}", person, do, tap))
                group.create_task(brought(bring, person))
    await stage.quiet(timeout=300)

    taps: list[tuple[Case, str]] = []
    done: list[Case] = []
    for case in cases:
        case.before = _said(case.person)
        with contextlib.suppress(Refusal):
            if case.tap is None:
                case.do(case.person)
            else:
                chat = case.person.chat or [case.person.text("/help")]
                taps.append((case, case.person.tap(chat[-1]["message_id"], case.tap)))
            done.append(case)
    await stage.quiet(timeout=300)

    noted = {
        case.name for case, tap in taps if (stage.world.callbacks[tap].answer or {}).get("text")
    }
    silent = [
        case.name for case in done if _said(case.person) == case.before and case.name not in noted
    ]
    assert silent == [], "\n".join(silent)
    unanswered = [case.name for case, tap in taps if stage.world.callbacks[tap].answer is None]
    assert unanswered == []
    ends = [
        case.name
        for case in done
        for message in case.person.chat[-1:]
        if message["from"]["is_bot"] and not _leads_on(message)
    ]
    assert ends == []
    assert stage.world.complaints == []
    async with stage.app.records.db.read() as tx:
        errors = (
            await tx.scalars(sa.select(inbox.c.error).where(inbox.c.error.is_not(None)))
        ).all()
    assert errors == []
    return len(done)


def _ignore(person: Person) -> None:
    """Taps are made with the message at hand."""
