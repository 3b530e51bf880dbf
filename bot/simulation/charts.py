"""Charts as inline SVG: drawn from numbers alone, coloured by the page's style sheet.

Each is decoration beside a table that says the same, so it is hidden from screen readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

HEIGHT = 220
LEFT, TOP, BOTTOM = 58, 12, 30
TICKS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A stacked bar: its `values` from below, a `label` under it where it isn't empty, and what to
    show on pointing at it. A `shaded` one stands on a darker ground."""

    values: Sequence[int]
    label: str
    tip: str
    shaded: bool = False


WIDE, NARROW = 720, 360


def bars(chart: Sequence[Bar]) -> Markup:
    """Upright bars side by side, drawn for a desk and for a phone; the style sheet shows one."""
    return _bars(chart, WIDE, "wide") + _bars(chart, NARROW, "narrow")


def _bars(chart: Sequence[Bar], width: int, name: str) -> Markup:
    high = _round_up(max((sum(bar.values) for bar in chart), default=0))
    plot_w, plot_h = width - LEFT - 8, HEIGHT - TOP - BOTTOM
    step = plot_w / max(1, len(chart))
    gap = 0.2 if step > 12 else 0.08
    labels = [i for i, bar in enumerate(chart) if bar.label]
    parts = [_open(width, name)]
    parts += [
        f'<rect class="ground" x="{LEFT + i * step:.1f}" y="{TOP}" width="{step:.2f}" '
        f'height="{plot_h}"/>'
        for i, bar in enumerate(chart)
        if bar.shaded
    ]
    for number in range(TICKS + 1):
        value = high * number // TICKS
        y = TOP + plot_h - plot_h * number / TICKS
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}h{plot_w:.1f}"/>')
        parts.append(
            f'<text class="axis" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:,}</text>'
        )
    for i, bar in enumerate(chart):
        x, y = LEFT + (i + gap / 2) * step, float(TOP + plot_h)
        parts.append(f"<g><title>{escape(bar.tip)}</title>")
        for series, value in enumerate(bar.values):
            tall = plot_h * value / high
            y -= tall
            if value:
                parts.append(
                    f'<rect class="s{series}" x="{x:.1f}" y="{y:.2f}" '
                    f'width="{step * (1 - gap):.2f}" height="{tall:.2f}"/>'
                )
        parts.append("</g>")
        if bar.label and (width == WIDE or labels.index(i) % 2 == 0):
            parts.append(
                f'<text class="axis" x="{LEFT + (i + 0.5) * step:.1f}" y="{HEIGHT - 10}" '
                f'text-anchor="middle">{escape(bar.label)}</text>'
            )
    return Markup("".join([*parts, "</svg>"]))


def share(part: int, whole: int) -> Markup:
    """A small bar for a cell of a table: `part` of `whole`."""
    wide = 100 * part / whole if whole else 0
    return Markup(
        '<svg class="share" aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">'
        '<rect class="rail" width="100" height="10"/>'
        f'<rect class="s0" width="{wide:.2f}" height="10"/></svg>'
    )


def _open(width: int, name: str) -> str:
    box = f'viewBox="0 0 {width} {HEIGHT}"'
    return f'<svg class="chart {name}" aria-hidden="true" focusable="false" {box}>'


def _round_up(number: int) -> int:
    """A round number at or above this one that divides by `TICKS`."""
    if number <= TICKS:
        return TICKS
    size: int = 10 ** (len(str(number)) - 1)
    for factor in (1, 2, 4, 6, 8, 10):
        if size * factor >= number and size * factor % TICKS == 0:
            return size * factor
    return 2 * size * TICKS
