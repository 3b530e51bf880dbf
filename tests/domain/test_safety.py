"""Which words raise an alarm, and which don't."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.safety import Alarm, alarm

MEDICAL = [
    "Ik kan niet meer plassen",
    "ik kan niet meer PLASEN",
    "Ik heb een doof gevoel in mijn been",
    "een dóóf gevoel",
    "doooof aan de binnenkant",
    "mijn been is gevoelloos",
    "mijn been is gefoelloos",
    "Ik heb geen gevoel meer tussen mijn benen",
    "ik voel daar niets",
    "mijn been lijkt verlamd",
    "mijn been lijkt verlamt",
    "ik heb slappe benen",
    "mijn been wordt slapper",
    "Ik heb 39 graden koorts",
    "kooorts",
    "koorst en koortsig, ik bedoel koortss",
    "ik ben incontinent",
    "inkontinent",
    "ben van de trap gevallen",
    "ik heb borstpijn",
    "ik heb pijn op de borst",
    "ik heb kanker gehad",
    "de pijn is niet meer uit te houden",
    "ondraaglijke pijn",
    "I can't pee",
    "I can’t feel my leg",
    "my leg is numb",
    "numbness between my legs",
    "I am paralysed",
    "I think I have a feverr",
    "I fell down the stairs",
    "chest pain",
    "trouble with my bladder",
    "I have lost control of my bowels",
]

SUICIDE = [
    "Ik denk aan zelfmoord",
    "zelfmoort",
    "ik wil dood",
    "Ik wil gewoon niet meer leven",
    "ik wil er een eind aan maken",
    "was ik maar dood",
    "ik denk aan suïcide",
    "liever dood dan deze pijn",
    "I want to die",
    "I want to kill myself",
    "kil myself",
    "thinking about suicide",
    "I don't want to live anymore",
    "koorts en ik wil dood",
]

CALM = [
    "",
    "   ",
    "Dank je wel!",
    "hallo",
    "Ik ga morgen wandelen",
    "wat een fijne tip",
    "mijn rug doet pijn",
    "ik ben een plaatje aan het maken",
    "hoe lang duurt dit?",
    "Thanks, that helps",
    "my back hurts",
    "How do I change the day?",
    "👍",
    "Europe/London",
    "/onbekend",
    "12345",
]


@pytest.mark.parametrize("text", MEDICAL)
def test_words_that_call_for_the_safety_card(text: str) -> None:
    assert alarm(text) is Alarm.MEDICAL


@pytest.mark.parametrize("text", SUICIDE)
def test_words_that_call_for_the_help_line(text: str) -> None:
    assert alarm(text) is Alarm.SUICIDE


@pytest.mark.parametrize("text", CALM)
def test_words_that_call_for_nothing(text: str) -> None:
    assert alarm(text) is Alarm.NONE


@pytest.mark.parametrize("text", MEDICAL + SUICIDE)
def test_capitals_line_breaks_and_signs_change_nothing(text: str) -> None:
    assert alarm("\n... " + text.upper().replace(" ", "\n") + "!!!") is alarm(text)


@pytest.mark.parametrize(
    "text",
    [
        "geen koorts, wel doof gevoel in mijn been",
        "niet alleen koorts maar ook rillingen",
        "nee, gevallen ben ik wel",
        "geen koorts meer maar ik kan niet plassen",
        "mijn telefoon is gevallen en mijn been is doof",
        "plassen gaat goed maar poepen niet",
        "no fever but I can't feel my leg",
        "not only a fever, also chills",
        "peeing is not fine",
    ],
)
def test_what_is_denied_hides_nothing_else(text: str) -> None:
    assert alarm(text) is Alarm.MEDICAL


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    assert alarm(text) in Alarm


def test_a_long_text_is_read_to_its_end() -> None:
    assert alarm("bla " * 1000 + "koorts") is Alarm.MEDICAL
