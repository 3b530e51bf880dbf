"""The way to a physio, with the operator's own practice where there is one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from chat.conftest import Stage, staged
from chat.physios import practising
from chat.states import enrolled

from bot.rehearsal.emulator import World
from bot.store.database import Database

PRACTICE = """\
name: Fysio <De Brug>
phone: 030 123 45 67
booking: https://example.org/afspraak
address: Kade 1, Utrecht
place: {latitude: 52.09, longitude: 5.12}
hours:
  monday: ["08:00-12:00", "13:00-17:30"]
  tuesday: ["08:00-12:00", "13:00-17:30"]
  friday: 08:00-12:00
"""


async def test_the_own_practice_and_its_place_on_the_map(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "practice.yaml"
    path.write_text(PRACTICE)
    async with staged(database, practice=path) as stage:
        for number, language, days, place in (
            (7, "nl", "maandag tot en met dinsdag: 08:00-12:00, 13:00-17:30", "Bekijk op de kaart"),
            (8, "en", "Monday to Tuesday: 08:00-12:00, 13:00-17:30", "Show on the map"),
        ):
            person = stage.world.person(number, language_code=language)
            person.text("/physio")
            card = await stage.reply(person, 1)
            assert "defysiotherapeut.com" in card["text"]
            assert card["text"].index("defysiotherapeut.com") < card["text"].index("<De Brug>")
            assert days in card["text"]
            assert "030 123 45 67" in card["text"]
            (booking,), (on_map,), _ = card["reply_markup"]["inline_keyboard"]
            assert booking["url"] == "https://example.org/afspraak"
            assert on_map["text"] == place
            # A stranger hears their language again, whatever their Telegram's is by then.
            person.language_code = "de"
            person.tap(card["message_id"], on_map["callback_data"])
            shown = await stage.reply(person, 2)
            assert shown["venue"]["title"] == "Fysio <De Brug>"
            assert shown["location"] == {"latitude": 52.09, "longitude": 5.12}
            ways, _ = shown["reply_markup"]["inline_keyboard"]
            assert ways[0]["text"] in ("Naar de fysio", "See a physio")
        assert stage.world.complaints == []


async def test_without_one_the_public_directory_is_the_way(stage: Stage) -> None:
    person = stage.world.person(7)
    person.text("/fysio")
    card = await stage.reply(person, 1)
    assert "defysiotherapeut.com" in card["text"]
    assert "Onze praktijk" not in card["text"]
    person.tap(card["message_id"], "place:nl")
    gone = await stage.reply(person, 2)
    assert gone["text"].startswith("Deze knop werkt niet meer.")


async def test_the_consent_names_the_practice_as_it_is_written(
    database: Database, tmp_path: Path
) -> None:
    world = World(lambda: datetime.now(UTC))
    path = tmp_path / "practice.yaml"
    path.write_text("name: Smit's & Zoon\nphone: 030 123 45 67\n")
    async with practising(database, world, practice=path) as practice:
        anna = world.person(7)
        await enrolled(practice.stage, anna)
        await practice.stage.quiet()
        anna.text("/ask")
        await practice.hears(anna, "Een vraag aan de fysio")
        await practice.stage.quiet()
        (asked,) = [m["text"] for m in anna.chat if "Smit's" in m.get("text", "")]
        assert asked.count("Smit's & Zoon") == 2
        assert "&#" not in asked
