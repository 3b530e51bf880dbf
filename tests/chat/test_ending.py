"""What comes after the last step: the round-up, and one's own plan for when it comes back."""

from __future__ import annotations

from typing import Any

import pytest
from chat.conftest import Stage
from chat.states import enrolled, finish, polled
from chat.test_offers import ask, vote

from bot.rehearsal.emulator.people import Person
from bot.service import exercising, joining, reading
from bot.store.deliveries import STEP_ITEM

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


async def hears(stage: Stage, person: Person, act: str | Message, words: str = "") -> Message:
    """The newest message after a command, or after a tap on a button of a message."""
    if isinstance(act, str):
        person.text(act)
    else:
        person.tap(act["message_id"], buttons(act)[words])
    await stage.quiet()
    return told(person)[-1]


def told(person: Person) -> list[Message]:
    return [each for each in person.chat if each["from"]["is_bot"]]


async def round_up(stage: Stage, person: Person) -> Message:
    """What comes after the last answer."""
    await finish(stage, person)
    await ask(stage, person, "week-12", 3)
    *_, message = await vote(stage, person, 4)
    return message


PLAN = {"nl": "Mijn plan", "en": "My plan"}


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_the_plan_is_made_of_own_choices(stage: Stage, language: str) -> None:
    person = stage.world.person(7100, language_code=language)
    await polled(stage, person)
    await stage.quiet()
    await ask(stage, person, "week-9", 1)
    await vote(stage, person, 4)  # gardening
    records, now = stage.app.records, stage.app.clock.now()
    for key in ("bridge", "walking"):
        await exercising.like(records, person.id, key, True, now)
    message = await round_up(stage, person)
    plan = await hears(stage, person, message, PLAN[language])
    library = stage.app.texts.exercises
    found = [library.exercise(key) for key in ("bridge", "walking")]
    titles = [each.words[language].title for each in found if each is not None]
    said = plan["text"]
    assert ", ".join(titles) in said
    assert {"nl": "Je werkt graag in de tuin.", "en": "You like gardening."}[language] in said
    assert said.index("/alarm") < said.index(titles[0]), "whom to call comes first"
    assert {"nl": "/fysio", "en": "/physio"}[language] in said
    assert any(data.startswith("card:safety") for data in buttons(plan).values())

    await exercising.like(records, person.id, "walking", False, now)
    same = await hears(stage, person, "/progress")
    changed = await hears(stage, person, same, PLAN[language])
    assert titles[0] in changed["text"]
    assert titles[1] not in changed["text"]


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_without_choices_it_is_a_friendly_plan_all_the_same(
    stage: Stage, language: str
) -> None:
    person = stage.world.person(7101, language_code=language)
    await enrolled(stage, person)
    await stage.quiet()
    plan = await hears(stage, person, await hears(stage, person, "/progress"), PLAN[language])
    general = {"nl": "Kies iets wat je leuk vindt", "en": "Choose something you enjoy"}[language]
    assert general in plan["text"]
    assert "/alarm" in plan["text"]
    assert {"nl": "/fysio", "en": "/physio"}[language] in plan["text"]


async def test_choices_of_an_earlier_round_still_count(stage: Stage) -> None:
    person = stage.world.person(7102, language_code="en")
    await polled(stage, person)
    await stage.quiet()
    await ask(stage, person, "week-9", 1)
    await vote(stage, person, 2)  # swimming
    message = await round_up(stage, person)
    await hears(stage, person, message, "Start from the beginning")
    plan = await hears(stage, person, "/progress")
    assert "You like swimming." in (await hears(stage, person, plan, PLAN["en"]))["text"]


async def test_beside_an_alarm_there_is_no_plan(stage: Stage) -> None:
    """A plan names exercises."""
    person = stage.world.person(7104)
    await polled(stage, person)
    await stage.quiet()
    await finish(stage, person)
    await ask(stage, person, "week-12", 2)
    card, *_ = await vote(stage, person, 9)
    assert "112" in card["text"]
    pain = [each for each in person.chat if "poll" in each][-2]
    *_, message = await vote(stage, person, 4)
    assert message["text"].startswith("Dat waren de twaalf weken")
    assert PLAN["nl"] not in buttons(message)
    person.vote(pain["message_id"], [10])
    await stage.quiet()
    card, changed = told(person)[-2:]
    assert "112" in card["text"]
    assert not any(data.startswith(("progress", "card:plan")) for data in buttons(changed).values())


async def test_no_exercise_is_a_tap_away_from_the_plan(stage: Stage) -> None:
    person = stage.world.person(7103)
    await enrolled(stage, person)
    await exercising.like(stage.app.records, person.id, "bridge", True, stage.app.clock.now())
    await stage.quiet()
    plan = await hears(stage, person, await hears(stage, person, "/progress"), PLAN["nl"])
    taps = buttons(plan).values()
    assert not any(data.startswith(("card:exercises", "exercise", "favourite")) for data in taps)


ASK = {"nl": "Elke maand een tip", "en": "A tip each month"}
YES = {"nl": "Ja, elke maand", "en": "Yes, each month"}
NO = {"nl": "Nee, liever niet", "en": "No, I'd rather not"}


async def booster(stage: Stage, person: Person) -> str | None:
    """The booster that comes next to somebody."""
    found = await joining.look(stage.app.records, person.id)
    assert found is not None
    return found.enrolment.next_step


async def consents(stage: Stage, person: Person) -> list[tuple[str, str]]:
    """What somebody said yes to or withdrew."""
    data = await reading.own_data(stage.app.records, person.id, stage.app.clock.now())
    assert data is not None
    return [(each["scope"], each["act"]) for each in data["consents"]]


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_a_tip_each_month_wants_a_yes_and_takes_one(stage: Stage, language: str) -> None:
    person = stage.world.person(7105, language_code=language)
    await polled(stage, person)
    await stage.quiet()
    message = await round_up(stage, person)
    asked = await hears(stage, person, message, ASK[language])
    assert stage.app.texts.plain("consent.boosters", language) in asked["text"]
    assert await booster(stage, person) is None
    await hears(stage, person, asked, NO[language])
    assert await booster(stage, person) is None

    asked = await hears(stage, person, message, ASK[language])
    for _ in range(2):
        person.tap(asked["message_id"], buttons(asked)[YES[language]])
    await stage.quiet()
    assert await booster(stage, person) == "monthly_it-may-return"
    assert (await consents(stage, person)).count(("boosters", "given")) == 1
    settings = await hears(stage, person, "/settings")
    assert {"nl": "elke maand", "en": "every month"}[language] in settings["text"]
    assert "set:pace" not in buttons(settings).values()
    # The question, asked once more, says how one stands.
    again = await hears(stage, person, message, ASK[language])
    assert again["text"].startswith({"nl": "Je doet al mee", "en": "You're already"}[language])

    await hears(stage, person, "/stop")
    assert await booster(stage, person) is None
    assert (await consents(stage, person)).count(("boosters", "withdrawn")) == 1


async def test_only_who_is_through_can_ask_for_it(stage: Stage) -> None:
    person = stage.world.person(7106, language_code="en")
    await enrolled(stage, person)
    await stage.quiet()
    for data in ("boosters", "boosters:yes"):
        person.tap(told(person)[-1]["message_id"], data)
        await stage.quiet()
        assert await booster(stage, person) == "week-1"
    assert ("boosters", "given") not in await consents(stage, person)
    await finish(stage, person)
    assert ASK["en"] in buttons(await hears(stage, person, "/start"))


NEXT = {"nl": "Hoe nu verder?", "en": "What happens next?"}


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_without_check_ins_the_choice_is_under_the_last_tip(
    stage: Stage, language: str
) -> None:
    person = stage.world.person(7107, language_code=language)
    await enrolled(stage, person)
    await stage.quiet()
    assert NEXT[language] not in buttons(told(person)[-1]), "there is nothing to choose yet"
    await ask(stage, person, "round-up", STEP_ITEM)
    tip = told(person)[-1]
    soon = await hears(stage, person, tip, NEXT[language])
    assert {"nl": "Na het laatste bericht kies je", "en": "After the last one you choose"}[
        language
    ] in soon["text"]
    await finish(stage, person)
    choice = await hears(stage, person, tip, NEXT[language])
    assert {"boosters", "again", "tips", "forget"} <= set(buttons(choice).values())
    assert PLAN[language] in buttons(choice)
