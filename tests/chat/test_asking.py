"""A question to the physio and back, over HTTP and on both databases, and what may come between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from chat.conftest import ADMIN, Stage, staged
from chat.physios import STAFF, Practice, answers, heard, practising, set_up
from chat.states import enrolled

from bot.rehearsal.emulator import Fault, World
from bot.rehearsal.emulator.people import Person
from bot.service import forgetting, reading
from bot.store.database import Database
from bot.store.tables import consent, conversation, inbox, relayed, wording


@pytest.fixture
def world() -> World:
    return World(lambda: datetime.now(UTC))


@pytest.fixture
async def practice(database: Database, world: World) -> AsyncIterator[Practice]:
    async with practising(database, world) as practice:
        yield practice
        assert world.complaints == []


def tap(person: Person, words: str) -> None:
    """Tap the newest button with these words."""
    for message in reversed(person.chat):
        for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
            for button in row:
                if button["text"] == words:
                    person.tap(message["message_id"], button["callback_data"])
                    return
    raise AssertionError(f"no button {words!r}")


async def test_from_the_button_to_the_answer(practice: Practice) -> None:
    anna = practice.world.person(7)
    await enrolled(practice.stage, anna)
    await practice.stage.quiet()
    anna.text("/fysio")
    await practice.hears(anna, "Naar de fysio")
    tap(anna, "Vraag het de fysio")
    await practice.hears(anna, "Een vraag aan de fysio")
    # The card with alarm signs comes first, and nothing is asked before the yes.
    card, question = heard(anna)[-2:]
    assert card.startswith("Wanneer bellen?")
    assert "Niet voor spoed" in question
    tap(anna, "Ja, ik wil iets vragen")
    await practice.world.until(
        lambda: heard(anna)[-1].startswith("Je gesprek met de fysio is open.")
    )
    anna.text("Mag ik <zwaar> tillen?")
    await practice.hears(anna, "Je bericht is bij de fysio.")
    topic = practice.topic_of("Mag ik <zwaar> tillen?")
    assert practice.group.topics[topic].name == "Gesprek 1 (Nederlands)"
    assert "Anna" not in str(practice.group.topic(topic))
    answer = practice.group.text(practice.fleur, "Ja, <rustig> aan & zonder haast.", topic=topic)
    await practice.world.until(lambda: answers(anna) == ["Ja, <rustig> aan & zonder haast."])
    await practice.world.until(lambda: practice.world.reactions.get((STAFF, answer["message_id"])))
    practice.group.text(practice.bas, "En houd het dicht bij je.", topic=topic)
    practice.group.anonymous("Succes!", topic=topic)
    await practice.world.until(lambda: len(answers(anna)) == 3)
    assert "Fleur" not in str(anna.chat)
    assert await practice.asked(anna, "Dank!") == topic
    await practice.stage.quiet()
    async with practice.stage.app.records.db.read() as tx:
        words = await tx.scalar(
            sa.select(wording.c.text)
            .join(consent, consent.c.wording_hash == wording.c.hash)
            .where(consent.c.scope == "physio")
        )
        rows = repr((await tx.execute(sa.select(relayed))).all())
        assert (await tx.scalars(sa.select(inbox.c.payload).where(inbox.c.payload.is_not(None)))
        ).all() == []  # fmt: skip
    assert words is not None
    assert words.startswith("Fysio's van de praktijk mogen mijn berichten")
    assert "tillen" not in rows
    own = await reading.own_data(practice.stage.app.records, 7, datetime.now(UTC))
    assert own is not None
    assert [each["side"] for each in own["physio"]["messages"]] == [
        "person", "staff", "staff", "staff", "person",
    ]  # fmt: skip


async def test_two_people_have_a_topic_each(practice: Practice) -> None:
    anna, ben = await practice.patient(7), await practice.patient(8, "en")
    first = await practice.asked(anna, "Vraag van Anna")
    second = await practice.asked(ben, "Question of Ben")
    assert first != second
    practice.group.text(practice.fleur, "voor Ben", topic=second)
    practice.group.text(practice.bas, "voor Anna", topic=first)
    await practice.world.until(lambda: answers(anna) and answers(ben))
    assert (answers(anna), answers(ben)) == (["voor Anna"], ["voor Ben"])


async def test_what_is_nobodys_goes_nowhere(practice: Practice) -> None:
    anna = await practice.patient(7)
    topic = await practice.asked(anna, "Hallo?")
    await practice.stage.quiet()  # Their first tip may still be on its way.
    group, before = practice.group, len(anna.chat)
    own = group.open_topic(practice.fleur.user, "Rooster")
    group.text(practice.fleur, "wie werkt er morgen?", topic=own.id)
    group.text(practice.fleur, "koffie?")
    # A reply in General carries the id of what it replies to, be it that of a topic.
    group.text(practice.bas, "ja", reply_to=topic)
    group.other_bot("ik ben een bot", topic=topic)
    channel = {"id": -1009, "type": "channel", "title": "Kanaal"}
    message = group.anonymous("uit een kanaal", topic=own.id)
    practice.world.inject({"message": {**message, **group.in_topic(topic), "sender_chat": channel}})
    await practice.stage.quiet()
    assert len(anna.chat) == before
    assert practice.said(own.id) == []
    assert len(practice.said(topic)) == 1


async def test_only_new_texts_are_passed_on(practice: Practice) -> None:
    anna = await practice.patient(7)
    topic = await practice.asked(anna, "Hallo?")
    group = practice.group
    said = group.text(practice.fleur, "Dag!", topic=topic)
    await practice.world.until(lambda: answers(anna))
    await practice.stage.quiet()
    before = len(anna.chat)
    group.edit(practice.fleur, said["message_id"], "Goedendag!")
    await practice.reads(topic, "Wat je verandert, gaat niet door.")
    group.voice(practice.fleur, topic=topic)
    await practice.reads(topic, "Alleen tekst gaat door.")
    group.text(practice.fleur, "/stats", topic=topic)
    await practice.reads(topic, "Deze opdracht kennen we niet.")
    group.text(practice.fleur, "x" * 3501, topic=topic)
    await practice.reads(topic, "Dit bericht is te lang.")
    assert len(anna.chat) == before
    for act, words in (
        (anna.voice, "Alleen tekst gaat naar de fysio."),
        (lambda: anna.text("x" * 1001), "Dit bericht is te lang."),
        (lambda: anna.edit(said_by(anna), "Hallo!"), "Wat je verandert, gaat niet"),
    ):
        before = len(anna.chat)
        act()
        await practice.hears(anna, words, before)
    assert [m for m in group.topic(topic) if "Hallo!" in m.get("text", "")] == []


def said_by(person: Person) -> int:
    return int(next(m["message_id"] for m in person.chat if m.get("text") == "Hallo?"))


async def test_a_handful_of_messages_a_day(practice: Practice) -> None:
    anna = await practice.patient(7)
    for number in range(5):
        await practice.asked(anna, f"Vraag {number}.")
    anna.text("Nog een.")
    await practice.hears(anna, "Je stuurde vandaag al 5 berichten.")
    practice.stage.app.clock._shown += timedelta(days=1, seconds=1)
    await practice.asked(anna, "Dag later.")


async def test_alarm_words_bring_the_card_and_wait_for_a_second_yes(practice: Practice) -> None:
    anna = await practice.patient(7)
    await practice.stage.quiet()
    anna.text("Mijn been wordt slapper, mag ik fietsen?")
    await practice.hears(anna, "Lees dit eerst. Je bericht is nog niet verstuurd.")
    assert "112" in heard(anna)[-1]
    await practice.stage.quiet()
    assert practice.group.topics == {}
    tap(anna, "Niet versturen")
    await practice.hears(anna, "Goed, we sturen het niet.")
    tap(anna, "Toch versturen")
    await practice.hears(anna, "Je bericht is bij de fysio.")
    topic = practice.topic_of("Mijn been wordt slapper, mag ik fietsen?")
    tap(anna, "Toch versturen")
    await practice.hears(anna, "Dit bericht is al bij de fysio.")
    assert len(practice.said(topic)) == 1
    # What was deleted meanwhile is not sent.
    said = anna.text("ik heb koorts")
    await practice.world.until(lambda: heard(anna)[-1].startswith("Lees dit eerst."))
    card = anna.chat[-1]
    practice.world.replace(
        practice.world.chats[7], {k: v for k, v in card.items() if k != "reply_to_message"}
    )
    practice.world.delete(practice.world.chats[7], said["message_id"])
    tap(anna, "Toch versturen")
    await practice.hears(anna, "Dat bericht is er niet meer.")


async def test_suicidal_words_are_never_passed_on(practice: Practice) -> None:
    anna = await practice.patient(7)
    anna.text("ik wil niet meer leven")
    await practice.hears(anna, "Ben je nu veilig?")
    assert "0800-0113" in heard(anna)[-1]
    assert "Je bericht is niet verstuurd." in heard(anna)[-1]
    # Nor by way of a card about something else, after a change.
    said = anna.text("ik heb koorts")
    await practice.world.until(lambda: heard(anna)[-1].startswith("Lees dit eerst."))
    card = anna.chat[-1]
    changed = {**card["reply_to_message"], "text": "ik wil niet meer leven"}
    assert changed["message_id"] == said["message_id"]
    practice.world.replace(practice.world.chats[7], {**card, "reply_to_message": changed})
    tap(anna, "Toch versturen")
    await practice.world.until(lambda: heard(anna)[-1].startswith("Ben je nu veilig?"))
    await practice.stage.quiet()
    assert practice.group.topics == {}


async def test_the_person_closes_and_begins_again_in_the_same_topic(practice: Practice) -> None:
    anna = await practice.patient(7)
    topic = await practice.asked(anna, "Vraag één")
    tap(anna, "Gesprek sluiten")
    await practice.hears(anna, "Je gesprek met de fysio is gesloten.")
    await practice.reads(topic, "De persoon heeft het gesprek gesloten.")
    assert practice.group.topics[topic].closed
    before = len(anna.chat)
    practice.group.text(practice.fleur, "nog één ding", topic=topic)
    await practice.reads(topic, "Dit gesprek is gesloten. Je bericht is niet")
    anna.text("hallo?")
    await practice.hears(anna, "Niemand leest hier mee.", before)
    practice.group.turn_topic(practice.bas.user, practice.group.topics[topic], closed=False)
    await practice.reads(topic, "Alleen de persoon zelf kan weer beginnen.")
    await practice.world.until(lambda: practice.group.topics[topic].closed)
    anna.text("/vraag")
    await practice.hears(anna, "Je gesprek met de fysio is open. Typ nu je vraag.")
    assert await practice.asked(anna, "Vraag twee") == topic
    assert not practice.group.topics[topic].closed
    practice.group.text(practice.fleur, "Antwoord twee", topic=topic)
    await practice.world.until(lambda: answers(anna) == ["Antwoord twee"])


@pytest.mark.parametrize("how", ["/sluit", "/close@rugwijzer_bot", "topic"])
async def test_the_staff_closes(practice: Practice, how: str) -> None:
    anna = await practice.patient(7)
    topic = await practice.asked(anna, "Vraag één")
    if how == "topic":
        practice.group.turn_topic(practice.bas.user, practice.group.topics[topic], closed=True)
    else:
        practice.group.text(practice.bas, how, topic=topic)
    await practice.hears(anna, "De praktijk heeft het gesprek gesloten.")
    await practice.world.until(lambda: practice.group.topics[topic].closed)
    before = len(anna.chat)
    anna.text("nog iets")
    await practice.hears(anna, "Niemand leest hier mee.", before)
    await practice.stage.quiet()
    assert "nog iets" not in str(practice.group.chat)


async def test_who_blocked_the_bot(practice: Practice) -> None:
    anna, ben = await practice.patient(7), await practice.patient(8)
    first = await practice.asked(anna, "Vraag van Anna")
    second = await practice.asked(ben, "Vraag van Ben")
    anna.block()
    await practice.reads(first, "Deze persoon is niet meer te bereiken.")
    # Telegram may say it first when something is sent.
    ben.blocked = True
    practice.group.text(practice.fleur, "Ben je daar?", topic=second)
    await practice.reads(second, "Deze persoon is niet meer te bereiken.")
    assert practice.group.topics[second].closed


async def test_a_deleted_topic_is_made_anew(practice: Practice) -> None:
    anna = await practice.patient(7)
    topic = await practice.asked(anna, "Vraag één")
    practice.group.delete_topic(topic)
    again = await practice.asked(anna, "Vraag twee")
    assert again != topic
    assert practice.group.topics[again].name == "Gesprek 1 (Nederlands)"
    assert practice.said(again)[0].startswith("Nieuwe vraag")
    practice.group.text(practice.fleur, "Antwoord", topic=again)
    await practice.world.until(lambda: answers(anna) == ["Antwoord"])
    # One that is gone when its conversation ends is as good as closed.
    practice.group.delete_topic(again)
    tap(anna, "Gesprek sluiten")
    await practice.world.until(lambda: practice.world.calls.get("closeForumTopic"))
    await practice.stage.quiet()
    anna.text("/vraag")
    await practice.hears(anna, "Je gesprek met de fysio is open. Typ nu je vraag.")
    await practice.asked(anna, "Vraag drie")


async def test_erasing_ends_it_and_leaves_no_trace(practice: Practice) -> None:
    anna = await practice.patient(7)
    topic = await practice.asked(anna, "Vraag één")
    anna.tap(anna.chat[-1]["message_id"], "forget:yes:nl")
    await practice.reads(topic, "Deze persoon heeft alles laten wissen.")
    assert practice.group.topics[topic].closed
    practice.group.text(practice.fleur, "Hallo?", topic=topic)
    await practice.reads(topic, "Dit gesprek is gesloten.")
    async with practice.stage.app.records.db.read() as tx:
        assert (await tx.execute(sa.select(relayed))).all() == []
        assert (await tx.scalars(sa.select(conversation.c.subscriber_id))).all() == [None]
    # Who comes back is somebody new.
    assert await practice.patient(7) is anna
    other = await practice.asked(anna, "Vraag van iemand nieuw")
    assert practice.group.topics[other].name == "Gesprek 2 (Nederlands)"
    assert answers(anna) == []


async def test_stopping_and_withdrawing_end_it(practice: Practice) -> None:
    anna, ben = await practice.patient(7), await practice.patient(8)
    first, second = await practice.asked(anna, "Van Anna"), await practice.asked(ben, "Van Ben")
    anna.text("/stop")
    await practice.reads(first, "De persoon heeft het gesprek gesloten.")
    tap(ben, "Gesprek sluiten")
    await practice.hears(ben, "Je gesprek met de fysio is gesloten.")
    tap(ben, "Toestemming intrekken")
    await practice.hears(ben, "Je toestemming is ingetrokken")
    await practice.reads(second, "De persoon heeft het gesprek gesloten.")
    ben.text("/vraag")
    await practice.hears(ben, "Een vraag aan de fysio")
    anna.text("/vraag")
    await practice.hears(anna, "Een vraag stellen kan als je meedoet.")


async def test_a_week_of_silence_ends_it(practice: Practice) -> None:
    anna = await practice.patient(7)
    topic = await practice.asked(anna, "Vraag één")
    practice.stage.app.clock._shown += timedelta(days=7, seconds=1)
    await practice.stage.app.rounds.tidy()
    await practice.reads(topic, "Het was 7 dagen stil.")
    before = len(anna.chat)
    anna.text("een maand later")
    await practice.hears(anna, "Niemand leest hier mee.", before)


async def test_a_topic_that_cannot_be_closed_holds_up_no_other(practice: Practice) -> None:
    anna, ben = await practice.patient(7), await practice.patient(8)
    first, second = await practice.asked(anna, "Van Anna"), await practice.asked(ben, "Van Ben")
    practice.world.faults.order(Fault("server_error", "closeForumTopic"))
    practice.stage.app.clock._shown += timedelta(days=7, seconds=1)
    await practice.stage.app.rounds.tidy()
    await practice.reads(second, "Het was 7 dagen stil.")
    assert not practice.group.topics[first].closed
    await practice.reads(first, "Het was 7 dagen stil.")


async def test_the_word_that_a_topic_is_closed_waits_for_a_flood_to_pass(
    practice: Practice,
) -> None:
    topic = await practice.asked(await practice.patient(7), "Van Anna")
    await practice.stage.quiet()
    practice.stage.app.clock._shown += timedelta(days=7, seconds=1)
    practice.world.faults.order(Fault("flood", "sendMessage", times=2))
    await practice.stage.app.rounds.tidy()
    await practice.reads(topic, "Het was 7 dagen stil.")


OPENING = """\
name: De Brug
hours: {monday: 08:00-12:00}
"""


async def test_who_asks_while_the_practice_is_closed_hears_when_it_opens(
    database: Database, world: World, tmp_path: Path
) -> None:
    path = tmp_path / "practice.yaml"
    path.write_text(OPENING)
    async with practising(database, world, practice=path) as practice:
        now = practice.stage.app.clock.now()
        practice.stage.app.clock._shown += timedelta(days=(1 - now.weekday()) % 7)
        anna = await practice.patient(7)
        await practice.asked(anna, "Vraag één")
        assert "gelezen vanaf maandag" in heard(anna)[-1]
        assert "08:00 uur" in heard(anna)[-1]


@pytest.mark.parametrize(
    ("rights", "is_forum", "said"),
    [
        ((), True, "geen onderwerpen beheren"),
        (("can_manage_topics",), False, "heeft geen onderwerpen"),
        (None, True, "zit niet in de groep"),
    ],
)
async def test_an_unfit_group_is_told_and_the_feature_is_off(
    database: Database,
    world: World,
    rights: tuple[str, ...] | None,
    is_forum: bool,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    admin = world.person(ADMIN)
    admin.start()
    world.updates.clear()
    if rights is not None:
        set_up(world, *rights, is_forum=is_forum)
        world.updates.clear()
    async with staged(database, world, staff_chat_id=STAFF) as stage:
        await world.until(lambda: any(said in text for text in heard(admin)))
        log = [line for line in capsys.readouterr().out.splitlines() if "STAFF_CHAT_ID" in line]
        assert len(log) == 1
        anna = world.person(7)
        await enrolled(stage, anna)
        anna.text("/vraag")
        await world.until(
            lambda: any("geen vraag aan een fysio stellen" in text for text in heard(anna))
        )
        anna.text("/privacy")
        await world.until(lambda: any(text.startswith("Jouw gegevens") for text in heard(anna)))
        assert "groep van de praktijk" not in heard(anna)[-1]
        # Put right, it works without a new start, and the group was not left meanwhile.
        if rights is None:
            set_up(world, "can_manage_topics")
        elif is_forum:
            world.groups[STAFF].promote_bot(world.person(501), "can_manage_topics")
        else:
            return
        await world.until(lambda: stage.app.texts.staffed)
        assert world.groups[STAFF].has_bot


async def test_other_groups_are_left_all_the_same(practice: Practice) -> None:
    other = practice.world.group(-1009, is_forum=True)
    other.add_bot(practice.fleur)
    await practice.world.until(lambda: not other.has_bot)


async def test_without_the_setting_even_the_staffs_group_is_left(stage: Stage) -> None:
    group = set_up(stage.world, "can_manage_topics")
    await stage.world.until(lambda: not group.has_bot)
    anna = stage.world.person(7)
    await enrolled(stage, anna)
    anna.text("/vraag")
    await stage.reply(anna, len(anna.chat))


@pytest.mark.parametrize("kind", ["flood", "server_error"])
async def test_trouble_at_telegram(practice: Practice, kind: str) -> None:
    anna = await practice.patient(7)
    topic = await practice.asked(anna, "Vraag één")
    await practice.stage.quiet()
    practice.world.faults.order(Fault(kind, "sendMessage", times=1, retry_after=1))  # type: ignore[arg-type]
    if kind == "flood":
        await practice.asked(anna, "Vraag twee")
    else:
        anna.text("Vraag twee")
        await practice.hears(anna, "We weten niet zeker of je bericht bij de fysio is.")
    practice.world.faults.order(Fault(kind, "sendMessage", times=1, retry_after=1))  # type: ignore[arg-type]
    practice.group.text(practice.fleur, "Antwoord", topic=topic)
    if kind == "flood":
        await practice.world.until(lambda: answers(anna) == ["Antwoord"])
    else:
        await practice.reads(topic, "We weten niet zeker of je bericht is aangekomen.")
        assert answers(anna) == []


async def test_a_topic_whose_person_is_erased_while_it_is_made(practice: Practice) -> None:
    anna = await practice.patient(7)
    practice.world.faults.order(
        Fault("latency", "createForumTopic", when="after", seconds=(0.5, 0.5))
    )
    anna.text("Vraag één")
    await practice.world.until(lambda: practice.group.topics)
    records = practice.stage.app.records
    await forgetting.forget_chat(records.db, records.cipher, 7)
    await practice.world.until(
        lambda: all(topic.closed for topic in practice.group.topics.values()), 10
    )
    await practice.stage.quiet()
    assert "Vraag één" not in str(practice.group.chat)
