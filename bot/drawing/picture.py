"""A scene as an SVG: its positions side by side, on one floor and at one scale."""

from __future__ import annotations

from collections.abc import Iterator

from bot.drawing.body import Body, Pose, body
from bot.drawing.extent import Box, extent
from bot.drawing.figure import figure
from bot.drawing.props import behind, ground
from bot.drawing.scene import ArrowModel, Next, PositionModel, SceneModel
from bot.drawing.shapes import at, line, number, path, polygon, trace

WIDTH, HEIGHT = 1280, 720
MARGIN, GAP = 18, 52
PADDING = 18
LARGEST = 4.1
"""Pixels to a centimetre at most: a small position shall not look like another person."""

GROUND = "#e7e1d5"
CARD = "#ffffff"
SIGN = "#6d6557"
ARROW = "#d9481c"


def picture(scene: SceneModel) -> str:
    """The SVG of all positions."""
    bodies = [body(position.pose(), scene.view) for position in scene.positions]
    box = _box(scene, bodies)
    count = len(bodies)
    width = (WIDTH - 2 * MARGIN - GAP * (count - 1)) / count
    frames = [
        _frame(scene, each, position, box, MARGIN + index * (width + GAP), MARGIN, width,
               HEIGHT - 2 * MARGIN)
        for index, (each, position) in enumerate(zip(bodies, scene.positions, strict=True))
    ]  # fmt: skip
    signs = [
        _sign(MARGIN + index * (width + GAP) - GAP / 2, scene.next) for index in range(1, count)
    ]
    return _svg(WIDTH, HEIGHT, [*frames, *signs])


def still(scene: SceneModel, pose: Pose, width: int, height: int) -> str:
    """The SVG of one moment of an animation, at the same place and scale as the rest."""
    box = _box(scene, [body(position.pose(), scene.view) for position in scene.positions])
    bare = scene.positions[0].model_copy(update={"arrows": []})
    posed = body(pose, scene.view)
    edge = 10
    frame = _frame(scene, posed, bare, box, edge, edge, width - 2 * edge, height - 2 * edge)
    return _svg(width, height, [frame])


def _box(scene: SceneModel, bodies: list[Body]) -> Box:
    """What all positions take together, so that the same place is the same place in each."""
    boxes = [
        extent(each, position.arrows, scene)
        for each, position in zip(bodies, scene.positions, strict=True)
    ]
    return Box(
        min(each.left for each in boxes),
        max(each.right for each in boxes),
        max(each.top for each in boxes),
    )


def _frame(
    scene: SceneModel,
    posed: Body,
    position: PositionModel,
    box: Box,
    left: float,
    top: float,
    width: float,
    height: float,
) -> str:
    below = 26.0
    scale = min(
        (width - 2 * PADDING) / (box.right - box.left),
        (height - 2 * PADDING - below) / box.top,
        LARGEST * width / 400 if height < 600 else LARGEST,
    )
    # The picture's middle is a little above the middle of what it shows: a floor carries.
    floor = top + (height + box.top * scale) / 2 - below / 3
    middle = left + width / 2 - (box.left + box.right) / 2 * scale
    half = (width / 2 - 14) / scale
    centre = (box.left + box.right) / 2
    inside = [
        *behind(scene, position, centre, half),
        *figure(posed, scene.view),
        # The ground comes last: nothing sinks into it.
        *ground(scene, centre, half, 5 / scale),
        *(shape for arrow in position.arrows for shape in _arrow(arrow, 1 / scale)),
    ]
    name = f"card-{left:.0f}"
    return (
        f'<rect x="{number(left)}" y="{number(top)}" width="{number(width)}"'
        f' height="{number(height)}" rx="26" fill="{CARD}"/>'
        f'<clipPath id="{name}"><rect x="{number(left)}" y="{number(top)}" width="{number(width)}"'
        f' height="{number(height)}" rx="26"/></clipPath><g clip-path="url(#{name})">'
        f'<g transform="translate({number(middle)} {number(floor)})'
        f' scale({scale:.4f} {-scale:.4f})">' + "".join(inside) + "</g></g>"
    )


def _arrow(arrow: ArrowModel, pixel: float) -> Iterator[str]:
    start, end = complex(*arrow.start), complex(*arrow.end)
    way = (end - start) / abs(end - start)
    # A quadratic curve passes half-way to its control point.
    control = (start + end) / 2 + way * 1j * 2 * arrow.bow
    thick = (6 if arrow.thin else 11) * pixel
    long, half = (20 if arrow.thin else 30) * pixel, (11 if arrow.thin else 18) * pixel
    heads = [(end, (end - control) / abs(end - control))]
    if arrow.both:
        heads.append((start, (start - control) / abs(start - control)))
    shaft_end = end - heads[0][1] * long * 0.8
    shaft_start = start - heads[1][1] * long * 0.8 if arrow.both else start
    shaft = f"M{at(shaft_start)}Q{at(control)} {at(shaft_end)}"
    tips = [
        polygon(
            [tip, tip - along * long + along * 1j * half, tip - along * long - along * 1j * half]
        )
        for tip, along in heads
    ]
    yield line(shaft, CARD, thick + 8 * pixel)
    for tip in tips:
        yield line(tip, CARD, 8 * pixel)
    yield line(shaft, ARROW, thick)
    for tip in tips:
        yield path(tip, ARROW)


def _sign(x: float, following: Next) -> str:
    """What stands between two positions: one arrow on, or one there and one back."""
    y = HEIGHT / 2
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


def _svg(width: int, height: int, shapes: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="{GROUND}"/>'
        + "\n".join(shapes)
        + "</svg>\n"
    )
