"""The picture of someone's answers as SVG, from a template and words that come with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from bot.charts.layout import WIDTH, height, placed
from bot.domain.progress import Chart

FOLDER = Path(__file__).parents[2] / "templates" / "charts"


def svg(chart: Chart, word: Callable[[str], str]) -> str:
    """The picture; `word` gives the plain text of a phrase by its key."""
    return _template().render(
        width=WIDTH, height=height(chart), panels=list(placed(chart)), word=word
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("progress.svg.j2")
