"""Draws the samples of docs/charts.md anew, of made-up answers: `make charts`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.charts import worker
from bot.charts.picture import svg
from bot.content.load import PHRASES
from bot.content.phrases import read_phrases
from bot.domain.campaign import Scale
from bot.domain.progress import Chart, Panel

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "charts"

PAIN = Panel(Scale.PAIN, ((1, 6), (3, 5), (6, 7), (10, 4), (12, 4)))
DAYS = Panel(Scale.ACTIVE_DAYS, ((4, 3), (8, 5), (12, 0)))
SURE = Panel(Scale.CONFIDENCE, ((2, 10), (7, 8), (11, 9)))
WEEKLY = (6, 5, 7, 4, 4, 10, 10, 8, 2, 3, 0, 1)

SAMPLES = {
    "two-answers": (Panel(Scale.PAIN, ((1, 6), (3, 5))),),
    "one-question": (SURE,),
    "all": (PAIN, DAYS, SURE),
    "weekly": (
        Panel(Scale.PAIN, tuple(zip(range(1, 13), WEEKLY, strict=True))),
        Panel(Scale.ACTIVE_DAYS, tuple((week, week % 8) for week in range(1, 13))),
        Panel(Scale.CONFIDENCE, tuple(zip(range(1, 13), reversed(WEEKLY), strict=True))),
    ),
}
"""By the name of their file: after a second answer, after a later one, at the end, and the most
that there can be."""


def pictures() -> Iterator[tuple[str, bytes]]:
    """The samples in every language: the name of the file and its content."""
    phrases = read_phrases(PHRASES)
    for language in sorted(phrases.texts):
        for name, panels in SAMPLES.items():

            def word(key: str, language: str = language) -> str:
                return phrases.text(key, language).plain({})

            yield f"{name}.{language}.png", worker.png(svg(Chart(language, panels), word))


def main() -> None:
    """Write every sample, and remove what nothing draws."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    drawn = dict(pictures())
    for name, content in drawn.items():
        (FOLDER / name).write_bytes(content)
    for path in FOLDER.iterdir():
        if path.name not in drawn:
            path.unlink()


if __name__ == "__main__":
    main()
