"""The library of exercises: the one that ships, and the line of everything that may be wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.content.exercise_checks import doses, exercises_prose
from bot.content.exercises import CAPTION_LENGTH, FOLDER, SIGNATURE, caption, load_exercises
from bot.content.findings import CampaignError
from bot.content.markup import faults, visible, visible_length
from bot.content.reading import prose_only, words
from bot.content.spelling import speller
from bot.content.tone_checks import TONE
from bot.domain.exercise import Effort, ExerciseLibrary, Posture
from bot.domain.message import MediumKind

SHIPPED = Path(__file__).parents[2] / FOLDER

LIBRARY = """\
languages: [nl, en]
always: {nl: Kijk bij /alarm., en: See /alarm.}
exercises:
  bridge:
    posture: lying
    floor: true
    effort: more
    words:
      nl:
        title: Bruggetje
        how: [Ga liggen., Til op., Zak terug.]
        stop: Te zwaar? Stop dan.
        picture: Iemand ligt en tilt de billen op.
      en:
        title: Up & down
        how: [Lie down., Lift., Lower.]
        stop: Too much? Stop.
        picture: Someone lies down and lifts up.
"""


@pytest.fixture(scope="module")
def shipped() -> ExerciseLibrary:
    return load_exercises(SHIPPED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "bridge.png").write_bytes(SIGNATURE[MediumKind.PHOTO])
    (tmp_path / "exercises.yaml").write_text(LIBRARY, encoding="utf-8")
    return tmp_path


def findings(folder: Path) -> list[str]:
    with pytest.raises(CampaignError) as caught:
        load_exercises(folder)
    return str(caught.value).splitlines()


def change(folder: Path, old: str, new: str) -> None:
    assert LIBRARY.count(old) == 1
    (folder / "exercises.yaml").write_text(LIBRARY.replace(old, new), encoding="utf-8")


def test_there_are_exercises_of_every_kind(shipped: ExerciseLibrary) -> None:
    assert len(shipped.exercises) >= 11
    assert {each.posture for each in shipped.exercises} == set(Posture)
    assert {each.effort for each in shipped.exercises} == set(Effort)
    # Who can't get down to the floor has a choice too, and an easy one.
    easy = [e for e in shipped.exercises if not e.on_floor and e.effort is Effort.GENTLE]
    assert {each.posture for each in easy} == {Posture.SITTING, Posture.STANDING}


def test_every_caption_fits_under_its_picture(shipped: ExerciseLibrary) -> None:
    for exercise in shipped.exercises:
        for language in ("nl", "en"):
            text = caption(shipped, exercise, language)
            assert visible_length(text) <= CAPTION_LENGTH
            assert not list(faults(text))
            assert "/alarm" in visible(text)


def test_no_dose(shipped: ExerciseLibrary) -> None:
    assert list(doses(SHIPPED)) == []


def test_an_exercise_is_found_by_its_key(shipped: ExerciseLibrary) -> None:
    found = shipped.exercise("bridge")
    assert found is not None
    assert found.picture.name == "bridge.png"
    assert found.animation is not None
    assert (found.animation.name, found.animation.kind) == ("bridge.gif", MediumKind.ANIMATION)
    assert shipped.exercise("handstand") is None


def test_a_caption_is_escaped_and_numbered(folder: Path) -> None:
    library = load_exercises(folder)
    (bridge,) = library.exercises
    assert caption(library, bridge, "en") == (
        "<b>Up &amp; down</b>\n\n1. Lie down.\n2. Lift.\n3. Lower.\n\n"
        "Too much? Stop. See /alarm.\n\n"
        "<blockquote expandable>Someone lies down and lifts up.</blockquote>"
    )


WORDS = "exercises.bridge.words"

BROKEN = [
    (
        "how: [Lie down., Lift., Lower.]",
        "how: [Lie down., Lift.]",
        16,
        f"`{WORDS}.en.how`: list should",
    ),
    (
        "title: Bruggetje",
        f"title: {'a' * 41}",
        10,
        f"`{WORDS}.nl.title`: string should",
    ),
    ("Ga liggen.", "a" * 91, 11, f"`{WORDS}.nl.how`: string should"),
    ("posture: lying", "posture: hanging", 5, "`exercises.bridge.posture`: input should be"),
    ("        stop: Too much? Stop.\n", "", 14, "`stop` is missing; add it"),
    ("nl: Kijk bij /alarm., ", "", 2, "`nl` is missing; "),
    ("      en:\n", "      de:\n", 14, "`de` is not among `languages`; "),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), BROKEN)
def test_a_finding_names_the_line(
    folder: Path, old: str, new: str, line: int, message: str
) -> None:
    change(folder, old, new)
    start = f"exercises/exercises.yaml:{line}: {message}"
    assert [found for found in findings(folder) if found.startswith(start)]


def test_an_exercise_without_its_picture_is_a_finding(folder: Path) -> None:
    change(folder, "  bridge:", "  bird:")
    assert findings(folder) == [
        "exercises/exercises.yaml:4: there is no media/bird.png; draw it, or correct the key",
    ]


def test_the_texts_are_plain_kind_and_well_spelt() -> None:
    texts = list(exercises_prose(SHIPPED))
    assert {text.language for text in texts} == {"nl", "en"}
    assert not [finding for text in texts for check in TONE for finding in check(text)]
    for text in texts:
        known = speller(text.language)
        assert known is not None
        said = [word for _, line in text.lines for word in words(prose_only(line))]
        assert [word for word in said if not known.knows(word)] == []


def test_the_gallery_shows_them_all(shipped: ExerciseLibrary) -> None:
    page = (SHIPPED.parents[1] / "docs" / "exercises.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[.{20,}?\]\(\.\./templates/exercises/media/(.+?)\)", page)
    assert shown == [each.picture.name for each in shipped.exercises]
