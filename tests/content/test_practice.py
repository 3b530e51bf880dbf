"""The operator's file about their practice: what is read, and a line for each error."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from bot.content.practice import PracticeError, read_practice
from bot.domain.practice import Place

GOOD = """\
name: Fysiopraktijk De Brug
phone: 030 123 45 67
booking: https://example.org/afspraak
address: Kade 1, 3511 AB Utrecht
place: {latitude: 52, longitude: 5.1214}
hours:
  monday: 08:00-17:30
  tuesday: ["8:00 - 12:00", "13:00-17:00"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "practice.yaml"
    path.write_text(text, "utf-8")
    return path


def test_everything_is_read(tmp_path: Path) -> None:
    found = read_practice(written(tmp_path, GOOD), "Europe/Amsterdam")
    assert (found.name, found.phone, found.zone) == (
        "Fysiopraktijk De Brug",
        "030 123 45 67",
        "Europe/Amsterdam",
    )
    assert found.place == Place(52, 5.1214)
    assert found.hours == {
        0: ((time(8), time(17, 30)),),
        1: ((time(8), time(12)), (time(13), time(17))),
    }


def test_a_name_is_enough(tmp_path: Path) -> None:
    found = read_practice(written(tmp_path, "name: De Brug\nzone: Europe/London\n"), "UTC")
    assert (found.zone, found.place, found.hours) == ("Europe/London", None, {})


BROKEN = [
    ("name: Fysiopraktijk De Brug\n", "", "1: `name` is missing; add it"),
    ("phone: 030 123 45 67", "phone: 0301234567", "2: `phone`: input should be a valid string"),
    ("030 123 45 67", "bel maar", "2: `phone`: should be a telephone number in quotes"),
    ("https://example.org/afspraak", "example.org", "3: `booking`: should be a whole address"),
    ("address: Kade 1, 3511 AB Utrecht\n", "", "4: `place` needs an `address` beside it"),
    ("latitude: 52", "latitude: 152", "5: `place.latitude`: input should be less than or equal"),
    ("monday", "maandag", "7: `hours.maandag`: input should be 'monday', 'tuesday'"),
    ("08:00-17:30", "18:00-17:30", '7: `hours.monday`: "18:00-17:30" should be like'),
    ("08:00-17:30", "08:00-25:30", '7: `hours.monday`: "08:00-25:30" should be like'),
    ("13:00-17:00", "11:00-17:00", "8: `hours.tuesday`: should name hours that follow each other"),
    ("hours:", "open:", "6: `open` is not a key of this part"),
    ("phone: 030", "zone: Mars\nphone: 030", "2: `zone`: unknown time zone 'Mars'"),
]


@pytest.mark.parametrize(("old", "new", "message"), BROKEN)
def test_an_error_names_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(PracticeError) as caught:
        read_practice(written(tmp_path, GOOD.replace(old, new, 1)), "Europe/Amsterdam")
    (finding,) = caught.value.findings
    assert str(finding).startswith(f"practice.yaml:{message}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PracticeError, match="there is no such file; write it"):
        read_practice(tmp_path / "practice.yaml", "Europe/Amsterdam")
