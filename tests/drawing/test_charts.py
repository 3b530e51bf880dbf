"""The samples in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

from bot.content.load import PHRASES
from bot.content.phrases import read_phrases
from bot.drawing.charts import FOLDER, SAMPLES

PAGE = Path(__file__).parents[2] / "docs" / "charts.md"


def test_every_sample_is_there_and_shown() -> None:
    languages = read_phrases(PHRASES).texts
    names = {f"{name}.{language}.png" for name in SAMPLES for language in languages}
    assert {path.name for path in FOLDER.iterdir()} == names
    assert set(re.findall(r"images/charts/([\w.-]+)", PAGE.read_text())) == names
