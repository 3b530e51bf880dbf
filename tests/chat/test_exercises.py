"""Exercises in the chat, over HTTP: browsing, favourites, an idea, and pictures that go up once."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

import pytest
import sqlalchemy as sa
from chat.conftest import ADMIN, Stage
from chat.states import STATES, enrolled, left, stranger
from process import ROOT
from pydantic import SecretStr

from bot.app import App
from bot.clock import Clock
from bot.delivery.allowance import UNLIMITED
from bot.delivery.pacer import Pacer
from bot.domain.safety import Alarm, alarm
from bot.rehearsal.emulator import Fault, World, serve
from bot.rehearsal.emulator.people import Person
from bot.running import opened
from bot.service import reading
from bot.settings import read_settings
from bot.store.cipher import new_key
from bot.store.database import Database
from bot.store.tables import acquaintance, media

Message = dict[str, Any]


def buttons(message: Message) -> dict[str, str]:
    """The buttons under a message that come back to the bot: words to data."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {
        each["text"]: each["callback_data"]
        for row in rows
        for each in row
        if "callback_data" in each
    }


def starting(message: Message, verb: str) -> list[str]:
    return [data for data in buttons(message).values() if data.startswith(f"{verb}:")]


def last(person: Person) -> Message:
    """The newest message from the bot."""
    return [m for m in person.chat if m["from"]["is_bot"]][-1]


async def tap(stage: Stage, person: Person, message: Message, words: str) -> Message:
    """Tap a button by its words; gives the newest message then."""
    query = person.tap(message["message_id"], buttons(message)[words])
    await stage.world.until(lambda: stage.world.callbacks[query].answer is not None, 60)
    return last(person)


async def asks(stage: Stage, person: Person, words: str = "/exercises") -> Message:
    await stage.quiet()  # A tip may still be on its way.
    before = len(person.chat)
    person.text(words)
    await stage.quiet()
    return next(m for m in person.chat[before:] if m["from"]["is_bot"])


WORDS = {
    "nl": {
        "next": "Volgende", "previous": "Vorige", "all": "Alle oefeningen",
        "save": "Bewaar als favoriet", "drop": "Geen favoriet meer", "mine": "Mijn favorieten",
        "idea": "Een idee voor vandaag", "another": "Een ander idee",
        "moving": "Laat zien hoe het beweegt", "still": "Toon de tekening weer",
    },
    "en": {
        "next": "Next", "previous": "Previous", "all": "All exercises",
        "save": "Save as a favourite", "drop": "Remove from favourites", "mine": "My favourites",
        "idea": "An idea for today", "another": "Another idea",
        "moving": "Show it moving", "still": "Show the drawing again",
    },
}  # fmt: skip


async def browse(stage: Stage, person: Person) -> None:
    """From the list to the first exercise, on to the last, and back to the list."""
    words = WORDS[person.language_code]
    library = stage.app.texts.exercises
    before = len(person.chat)
    person.text("/exercises")
    list_ = await stage.reply(person, before)
    titles = [each.words[person.language_code].title for each in library.exercises]
    pages = [list_]
    listed = [title for title in titles if title in buttons(list_)]
    while words["next"] in buttons(pages[-1]):
        list_ = await tap(stage, person, list_, words["next"])
        pages.append(list_)
        listed += [title for title in titles if title in buttons(list_)]
    assert listed == titles
    assert len(pages) == 2
    list_ = await tap(stage, person, list_, words["previous"])

    shown = await tap(stage, person, list_, titles[0])
    assert shown["message_id"] != list_["message_id"]
    for exercise, title in zip(library.exercises, titles, strict=True):
        said = exercise.words[person.language_code]
        caption = shown["caption"]
        assert [line for line in (title, *said.how, said.stop) if line not in caption] == []
        (quote,) = [
            each for each in shown["caption_entities"] if each["type"] == "expandable_blockquote"
        ]
        assert caption[quote["offset"] :] == said.alternative
        size = shown["photo"][-1]
        assert (size["width"], size["height"]) == (1280, 720)
        assert size["file_size"] == len(exercise.picture.content)
        assert (words["moving"] in buttons(shown)) == (exercise.animation is not None)
        if exercise.animation is not None:
            moving = await tap(stage, person, shown, words["moving"])
            assert moving["message_id"] == shown["message_id"]
            assert moving["animation"]["file_size"] == len(exercise.animation.content)
            shown = await tap(stage, person, moving, words["still"])
            assert "photo" in shown
        if title != titles[-1]:
            shown = await tap(stage, person, shown, words["next"])
    assert words["next"] not in buttons(shown)
    back = await tap(stage, person, shown, words["all"])
    assert titles[-1] in buttons(back)
    assert "photo" in shown


async def test_all_of_them_whatever_state_one_is_in(
    stage: Stage, languages: tuple[str, ...]
) -> None:
    ids = itertools.count(8_000_000_000)
    people: list[Person] = []
    for language, bring in itertools.product(languages, STATES):
        person = stage.world.person(next(ids), language_code=language)
        people.append(person)
        await bring(stage, person)
    await stage.quiet()
    async with asyncio.TaskGroup() as group:
        for person in people:
            group.create_task(browse(stage, person))
    assert stage.world.complaints == []
    async with stage.app.records.db.read() as tx:
        names = (await tx.execute(sa.select(media.c.hash, media.c.file_id))).all()
    library = stage.app.texts.exercises
    files = [each.picture for each in library.exercises]
    files += [each.animation for each in library.exercises if each.animation is not None]
    assert {row.hash for row in names} == {each.hash for each in files}


async def test_the_button_under_a_tip_leads_there(stage: Stage) -> None:
    person = stage.world.person(1)
    await enrolled(stage, person)
    await stage.quiet()
    tip = last(person)
    query = person.tap(tip["message_id"], "card:exercises:1")
    await stage.world.until(lambda: stage.world.callbacks[query].answer is not None)
    assert len(starting(last(person), "exercise")) == 6


async def test_favourites_come_and_go(stage: Stage) -> None:
    person = stage.world.person(1, language_code="en")
    words = WORDS["en"]
    await enrolled(stage, person)
    list_ = await asks(stage, person)
    nothing = await tap(stage, person, list_, words["mine"])
    assert "no favourites yet" in nothing["text"]
    list_ = await tap(stage, person, nothing, words["all"])
    for title in ("Breathing to relax", "Walking"):
        shown = await tap(stage, person, list_, title)
        saved = await tap(stage, person, shown, words["save"])
        assert saved["message_id"] == shown["message_id"]
        assert words["drop"] in buttons(saved)
        # A button of before, tapped once more: nothing breaks, and nothing changes.
        person.tap(saved["message_id"], buttons(shown)[words["save"]])
        await stage.quiet()
    mine = await tap(stage, person, await asks(stage, person), words["mine"])
    assert list(buttons(mine)) == ["Breathing to relax", "Walking", words["all"]]
    moving = await tap(
        stage, person, await tap(stage, person, mine, "Breathing to relax"), words["moving"]
    )
    dropped = await tap(stage, person, moving, words["drop"])
    assert "animation" in dropped
    assert words["save"] in buttons(dropped)
    mine = await tap(stage, person, await asks(stage, person), words["mine"])
    assert list(buttons(mine)) == ["Walking", words["all"]]


@pytest.mark.parametrize("bring", [stranger, left])
async def test_nothing_is_kept_without_consent(stage: Stage, bring: Any) -> None:
    person = stage.world.person(1, language_code="en")
    await bring(stage, person)
    list_ = await asks(stage, person)
    assert WORDS["en"]["mine"] not in buttons(list_)
    shown = await tap(stage, person, list_, "Walking")
    assert starting(shown, "favourite") == []
    person.tap(shown["message_id"], "favourite:walking:yes:still")
    await stage.quiet()
    assert "not taking part" in last(person)["text"]
    async with stage.app.records.db.read() as tx:
        assert (await tx.execute(sa.select(acquaintance))).all() == []


async def test_a_stranger_goes_on_in_the_language_that_they_chose(stage: Stage) -> None:
    person = stage.world.person(1, language_code="nl")
    person.start()
    await stage.quiet()
    person.tap(last(person)["message_id"], "exercises:0:en")
    await stage.quiet()
    shown = await tap(stage, person, last(person), "Walking")
    assert "Walk gently" in shown["caption"]
    shown = await tap(stage, person, shown, "Next")
    assert "Breathing to relax" in shown["caption"]


async def test_an_idea_is_another_one_each_time(stage: Stage) -> None:
    person = stage.world.person(1, language_code="en")
    words = WORDS["en"]
    await enrolled(stage, person)
    shown = await tap(stage, person, await asks(stage, person), words["idea"])
    assert shown["caption"].startswith("An idea for today. ")
    seen = {shown["caption"]}
    count = len(stage.app.texts.exercises.exercises)
    for _ in range(count - 1):
        shown = await tap(stage, person, shown, words["another"])
        seen.add(shown["caption"])
    assert len(seen) == count
    assert await tap(stage, person, shown, words["another"]) is not None


async def test_a_picture_goes_up_once(stage: Stage) -> None:
    people = [stage.world.person(number, language_code="en") for number in range(1, 6)]
    for person in people:
        person.text("/exercises")
    await stage.quiet()
    for person in people:
        await tap(stage, person, last(person), "Walking")
    names = {last(person)["photo"][-1]["file_id"] for person in people}
    assert len(names) == 1


async def test_pictures_that_go_up_at_the_same_time_do_no_harm(stage: Stage) -> None:
    people = [stage.world.person(number, language_code="en") for number in range(1, 6)]
    for person in people:
        person.text("/exercises")
    await stage.quiet()
    stage.world.faults.order(Fault("latency", "sendPhoto", times=5, seconds=0.3))
    for person in people:
        person.tap(last(person)["message_id"], "exercise:walking:still:en")
    await stage.quiet()
    names = {last(person)["photo"][-1]["file_id"] for person in people}
    assert len(names) == 5
    async with stage.app.records.db.read() as tx:
        (kept,) = (await tx.scalars(sa.select(media.c.file_id))).all()
    assert kept in names


@pytest.mark.parametrize("in_place", [False, True])
async def test_a_name_that_telegram_refuses_is_replaced(stage: Stage, in_place: bool) -> None:
    person = stage.world.person(1, language_code="en")
    list_ = await asks(stage, person)
    walking, breathing = stage.app.texts.exercises.exercises[:2]
    under = list_
    if in_place:
        under = await tap(stage, person, list_, "Walking")
    wanted = breathing if in_place else walking
    async with stage.app.records.db.write() as tx:
        row = {"hash": wanted.picture.hash, "file_id": "of-another-bot"}
        await tx.execute(sa.insert(media).values(row))
    before = len(person.chat)
    shown = await tap(stage, person, under, "Next" if in_place else "Walking")
    if not in_place:
        shown = last(person)
    assert shown["photo"][-1]["file_size"] == len(wanted.picture.content)
    assert len(person.chat) == before + (not in_place)
    async with stage.app.records.db.read() as tx:
        query = sa.select(media.c.file_id).where(media.c.hash == wanted.picture.hash)
        assert await tx.scalar(query) == shown["photo"][-1]["file_id"]


async def test_a_picture_that_could_not_leave_leaves_later(stage: Stage) -> None:
    person = stage.world.person(1, language_code="en")
    list_ = await asks(stage, person)
    stage.world.faults.order(Fault("flood", "sendPhoto", times=1))
    shown = await tap(stage, person, list_, "Walking")
    assert "photo" in shown
    stage.world.faults.order(Fault("server_error", "sendPhoto", times=1, when="after"))
    before = len(person.chat)
    person.tap(list_["message_id"], "exercise:bridge:still:en")
    await stage.quiet()
    assert len(person.chat) == before + 1, "what may have arrived is not sent again"


async def test_erasing_takes_them_along_and_a_copy_holds_them(stage: Stage) -> None:
    person = stage.world.person(1, language_code="en")
    await enrolled(stage, person)
    shown = await tap(stage, person, await asks(stage, person), "Walking")
    await tap(stage, person, shown, WORDS["en"]["save"])
    now = stage.app.clock.now()
    data = await reading.own_data(stage.app.records, person.id, now)
    assert data is not None
    (row,) = json.loads(json.dumps(data))["exercises"]
    assert row["exercise"] == "walking"
    assert None not in row.values()
    copy = await asks(stage, person, "/export")
    assert "document" in copy
    await tap(stage, person, await asks(stage, person, "/forget"), "Yes, erase everything")
    async with stage.app.records.db.read() as tx:
        assert (await tx.execute(sa.select(acquaintance))).all() == []
        assert (await tx.execute(sa.select(media))).all() != []


ALARMING = ("ik kan niet meer plassen", "my legs are numb", "ik wil niet meer leven", "koorts")


async def test_no_exercise_is_near_an_alarm(stage: Stage) -> None:
    """Neither in the answer to alarm words, nor as a button within two taps of it."""
    for number, text in enumerate(ALARMING, 1):
        assert alarm(text) is not Alarm.NONE
        person = stage.world.person(number)
        await enrolled(stage, person)
        await stage.quiet()
        reply = await asks(stage, person, text)
        assert "oefening" not in reply["text"].lower()
        todo = [(reply, 0)]
        while todo:
            message, depth = todo.pop()
            for words, data in buttons(message).items():
                assert not data.startswith(("card:exercises", "exercise", "favourite"))
                if depth < 2:
                    todo.append((await tap(stage, person, message, words), depth + 1))


async def test_a_campaign_without_exercises_shows_none(database: Database) -> None:
    clock, world = Clock(), World(Clock().now)
    async with serve(world) as url:
        settings = read_settings(
            _env_file=None,
            telegram_bot_token=SecretStr(world.token),
            telegram_api_url=url,
            database_url=database.url.render_as_string(hide_password=False),
            data_key=SecretStr(new_key()),
            admin_ids=(ADMIN,),
            campaign=str(ROOT / "templates" / "campaigns" / "example"),
        )
        pacer = Pacer(monotonic=clock.monotonic, per_second=UNLIMITED, per_chat=UNLIMITED)
        async with opened(settings, clock, pacer) as app:
            await app.start()
            try:
                await _without(Stage(app, world), app)
            finally:
                await app.stop()


async def _without(stage: Stage, app: App) -> None:
    assert app.texts.exercises.exercises == ()
    person = stage.world.person(1)
    card = await asks(stage, person)
    assert "even op te staan" in card["text"]
    assert all(data.startswith("card:") for data in buttons(card).values())
    for data in ("exercises:0", "exercises:idea", "exercise:bridge:still", "favourite:bridge:yes"):
        person.tap(card["message_id"], data)
        await stage.quiet()
        assert "werkt niet meer" in last(person)["text"]
