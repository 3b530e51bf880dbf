"""The picture itself: what it holds, that it can be read, and that a machine adds nothing."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.charts import picture, worker
from bot.charts.layout import LEFT, RIGHT, ROOM, WIDTH, height, placed
from bot.content.load import PHRASES
from bot.content.phrases import read_phrases
from bot.domain.progress import HIGHEST, MOST, Chart, Panel

ROOT = Path(__file__).parents[2]
LANGUAGES = ("nl", "en")


def drawn(chart: Chart) -> str:
    phrases = read_phrases(PHRASES)
    return picture.svg(chart, lambda key: phrases.text(key, chart.language).plain({}))


def full(language: str, *, first: int = 41) -> Chart:
    """As much as a picture ever holds."""
    weeks = range(first, first + MOST)
    return Chart(
        language,
        tuple(
            Panel(scale, tuple((week, (week * 7) % (highest + 1)) for week in weeks))
            for scale, highest in HIGHEST.items()
        ),
    )


charts = st.lists(
    st.sampled_from(list(HIGHEST)), min_size=1, max_size=len(HIGHEST), unique=True
).flatmap(
    lambda scales: st.tuples(
        *(
            st.lists(
                st.tuples(st.integers(1, 60), st.integers(0, HIGHEST[scale])),
                min_size=1,
                max_size=MOST,
            ).map(lambda points, scale=scale: Panel(scale, tuple(sorted(points))))
            for scale in scales
        )
    ).map(lambda panels: Chart("nl", panels))
)


@given(charts)
def test_every_answer_has_its_place_and_none_lies_on_another(chart: Chart) -> None:
    for panel, own in zip(placed(chart), chart.panels, strict=True):
        assert [(mark.week, mark.value) for mark in panel.marks] == list(own.points)
        assert all(LEFT <= mark.x <= RIGHT for mark in panel.marks)
        assert all(panel.high <= mark.y <= panel.low < height(chart) for mark in panel.marks)
        assert all(b.x - a.x >= ROOM for a, b in itertools.pairwise(panel.marks))
        by_value = sorted(panel.marks, key=lambda mark: mark.value)
        assert all(a.y >= b.y for a, b in itertools.pairwise(by_value))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_says_every_value_and_week_in_figures(language: str) -> None:
    chart = full(language)
    texts = ["".join(each.itertext()) for each in ElementTree.fromstring(drawn(chart)).iter()
             if each.tag.endswith("text")]  # fmt: skip
    for panel in chart.panels:
        for week, value in panel.points:
            assert texts.count(str(week)) >= len(chart.panels)
            assert str(value) in texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fullest_picture_is_small_in_bytes(language: str) -> None:
    assert len(worker.png(drawn(full(language)))) < 60_000


def test_letters_are_at_least_15_pixels_high_on_a_phone_of_360() -> None:
    sizes = re.findall(r'font-size="(\d+)"', drawn(full("nl")))
    assert min(map(int, sizes)) * 360 / WIDTH >= 15


def test_colours_stand_out_from_the_ground() -> None:
    svg = drawn(full("nl"))
    ground = re.search(r'<rect width="720" height="\d+" fill="(#\w+)"', svg)
    assert ground is not None
    texts = {"#24302f", *re.findall(r'<text[^>]* fill="(#\w+)"', svg)}
    marks = set(re.findall(r'<(?:circle|polyline)[^>]* (?:fill|stroke)="(#\w+)"', svg))
    assert min(contrast(each, ground[1]) for each in texts) >= 7
    assert contrast("#1b6b63", ground[1]) >= 4.5
    assert "#1b6b63" in marks


def contrast(one: str, other: str) -> float:
    """As WCAG 2 reckons it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_it_is_the_same_without_the_fonts_of_the_machine(tmp_path: Path) -> None:
    svg = drawn(full("en"))
    program = (
        "import sys; from bot.charts import worker; "
        "sys.stdout.buffer.write(worker.png(sys.stdin.read()))"
    )
    bare = {"HOME": str(tmp_path), "FONTCONFIG_PATH": str(tmp_path), "LANG": "C.UTF-8"}
    alone = subprocess.run(
        [sys.executable, "-c", program],
        input=svg.encode(), capture_output=True, check=True, cwd=ROOT, env=bare,
    )  # fmt: skip
    assert alone.stdout == worker.png(svg)


def test_the_fonts_hold_every_letter_of_the_words() -> None:
    # A letter that a font lacks is left out, so that nothing would change without it.
    phrases = read_phrases(PHRASES)
    words = {
        phrases.text(key, language).plain({})
        for language in LANGUAGES
        for key in phrases.texts[language]
        if key.startswith(("chart.title", "chart.week", "chart.name.", "chart.ends."))
    }
    letters = {letter for word in words for letter in word} - {" "}
    empty = letter_png("")
    assert letter_png("字") == empty
    assert [letter for letter in letters if letter_png(letter) == empty] == []


def letter_png(letter: str) -> bytes:
    text = letter.replace("&", "&amp;").replace("<", "&lt;")
    box = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60" font-family="Roboto">'
    ground = '<rect width="60" height="60" fill="#fff"/>'
    return worker.png(f'{box}{ground}<text x="9" y="45" font-size="40">{text}</text></svg>')


def test_the_drawing_process_loads_nothing_of_the_program_but_itself() -> None:
    program = (
        "import sys, bot.charts.worker; print(*(m for m in sys.modules if m.startswith('bot')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ},
    )  # fmt: skip
    assert set(done.stdout.split()) == {"bot", "bot.charts", "bot.charts.worker"}
