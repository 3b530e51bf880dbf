"""Plain SVG shapes as text, in centimetres with the y axis upwards."""

from __future__ import annotations

import math
from cmath import phase, rect
from collections.abc import Iterable, Sequence


def number(value: float) -> str:
    """A coordinate, to a hundredth: the same text on every machine."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def at(point: complex) -> str:
    """A point as SVG writes it."""
    return f"{number(point.real)} {number(point.imag)}"


def capsule(start: complex, end: complex, first: float, last: float) -> str:
    """The outline around two circles, as the data of a path: a limb that tapers."""
    way = end - start
    if abs(way) <= abs(first - last):
        centre, radius = (start, first) if first > last else (end, last)
        return circle(centre, radius)
    heading, spread = phase(way), math.acos((first - last) / abs(way))
    left, right = rect(1, heading + spread), rect(1, heading - spread)
    wide = int(spread < math.pi / 2)
    return (
        f"M{at(start + first * left)}L{at(end + last * left)}"
        f"A{number(last)} {number(last)} 0 {1 - wide} 0 {at(end + last * right)}"
        f"L{at(start + first * right)}"
        f"A{number(first)} {number(first)} 0 {wide} 0 {at(start + first * left)}Z"
    )


def circle(centre: complex, radius: float) -> str:
    """A circle as the data of a path."""
    arc = f"A{number(radius)} {number(radius)} 0 1 0 "
    return f"M{at(centre - radius)}{arc}{at(centre + radius)}{arc}{at(centre - radius)}Z"


def polygon(points: Iterable[complex]) -> str:
    """A closed outline as the data of a path."""
    return trace(points) + "Z"


def trace(points: Iterable[complex]) -> str:
    """An open line as the data of a path."""
    return "M" + "L".join(map(at, points))


def smooth(points: Sequence[complex], steps: int = 8) -> list[complex]:
    """Points on a curve through the given ones (Catmull-Rom), `steps` for each stretch."""
    padded = [2 * points[0] - points[1], *points, 2 * points[-1] - points[-2]]
    curve = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(steps):
            t = step / steps
            curve.append(
                0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
                       + (3 * b - a - 3 * c + d) * t**3)
            )  # fmt: skip
    return [*curve, points[-1]]


def path(data: str, fill: str) -> str:
    """A filled shape."""
    return f'<path d="{data}" fill="{fill}"/>'


def line(data: str, colour: str, width: float) -> str:
    """A drawn line with round ends."""
    return (
        f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="{number(width)}"'
        ' stroke-linecap="round" stroke-linejoin="round"/>'
    )
