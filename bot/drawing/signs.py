"""What points: arrows for how something moves, and signs for how the positions follow."""

from __future__ import annotations

from collections.abc import Iterator

from bot.drawing.scene import ArrowModel, Next
from bot.drawing.shapes import at, line, path, polygon, trace

ARROW = "#d9481c"
SIGN = "#6d6557"


def arrow_shapes(arrow: ArrowModel, pixel: float, around: str) -> Iterator[str]:
    """An arrow as thick at every scale; `pixel` is one of the picture's, in centimetres.

    A rim in the colour `around` keeps it apart from what it passes.
    """
    start, end = complex(*arrow.start), complex(*arrow.end)
    way = (end - start) / abs(end - start)
    # A quadratic curve passes half-way to its control point.
    control = (start + end) / 2 + way * 1j * 2 * arrow.bow
    thick, long, half = (6, 20, 11) if arrow.thin else (11, 30, 18)
    along = (end - control) / abs(end - control)
    back, side = end - along * long * pixel, along * 1j * half * pixel
    shaft = f"M{at(start)}Q{at(control)} {at(end - along * long * 0.8 * pixel)}"
    head = polygon([end, back + side, back - side])
    yield line(shaft, around, (thick + 8) * pixel)
    yield line(head, around, 8 * pixel)
    yield line(shaft, ARROW, thick * pixel)
    yield path(head, ARROW)


def sign_shapes(x: float, y: float, following: Next) -> str:
    """What stands between two positions, in pixels: one sign on, or one there and one back."""
    if following is Next.ON:
        return line(trace((x - 9 + (y - 24) * 1j, x + 11 + y * 1j, x - 9 + (y + 24) * 1j)), SIGN, 8)
    signs = []
    for way, height in ((1, y - 17), (-1, y + 17)):
        tip = x + 17 * way + height * 1j
        signs += [
            line(trace((x - 17 * way + height * 1j, tip)), SIGN, 7),
            line(trace((tip - 12 * way - 11j, tip, tip - 12 * way + 11j)), SIGN, 7),
        ]
    return "".join(signs)
