"""A scene as an SVG: its positions side by side, on one floor and at one scale."""

from __future__ import annotations

from dataclasses import dataclass

from bot.drawing.body import Body, Pose, body
from bot.drawing.extent import Box, extent
from bot.drawing.figure import figure
from bot.drawing.props import behind, ground
from bot.drawing.scene import PositionModel, Prop, SceneModel
from bot.drawing.shapes import number
from bot.drawing.signs import arrow_shapes, sign_shapes

WIDTH, HEIGHT = 1280, 720
WIDE, TALL = (640, 400), (480, 480)
"""The sizes of an animation, lying and standing."""

_MARGIN, _GAP = 18, 52
_EDGE = 10
_PADDING = 18
_BELOW = 26
"""Pixels around the cards, between them, around an animation's card, within a card, and below
its floor."""

_LARGEST = 4.1
"""Pixels to a centimetre at most: a small position shall not look like another person."""

GROUND = "#e7e1d5"
CARD = "#ffffff"


@dataclass(frozen=True, slots=True)
class Card:
    """Where one position stands in the picture, in pixels from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def rectangle(self) -> str:
        """The card's shape, without an end."""
        return (
            f'<rect x="{number(self.left)}" y="{number(self.top)}" width="{number(self.width)}"'
            f' height="{number(self.height)}" rx="26"'
        )


def picture(scene: SceneModel) -> str:
    """The SVG of all positions."""
    bodies = [body(position.pose(), scene.view) for position in scene.positions]
    box = _box(scene, bodies)
    count = len(bodies)
    width = (WIDTH - 2 * _MARGIN - _GAP * (count - 1)) / count
    parts = []
    for index, (posed, position) in enumerate(zip(bodies, scene.positions, strict=True)):
        left = _MARGIN + index * (width + _GAP)
        card = Card(left, _MARGIN, width, HEIGHT - 2 * _MARGIN)
        parts.append(_shown(scene, posed, position, box, card))
        if index:
            parts.append(sign_shapes(left - _GAP / 2, HEIGHT / 2, scene.next))
    return _svg(WIDTH, HEIGHT, parts)


def still(scene: SceneModel, pose: Pose) -> str:
    """The SVG of one moment of an animation, at the same place and scale as the rest of it."""
    bare = [position.model_copy(update={"arrows": []}) for position in scene.positions]
    scene = scene.model_copy(update={"positions": bare})
    box = _box(scene, [body(position.pose(), scene.view) for position in bare])
    width, height = WIDE if box.right - box.left > box.top else TALL
    card = Card(_EDGE, _EDGE, width - 2 * _EDGE, height - 2 * _EDGE)
    return _svg(width, height, [_shown(scene, body(pose, scene.view), bare[0], box, card)])


def _box(scene: SceneModel, bodies: list[Body]) -> Box:
    """What all positions take together, so that a place is the same place in each."""
    boxes = [
        extent(posed, position.arrows, scene)
        for posed, position in zip(bodies, scene.positions, strict=True)
    ]
    return Box(
        min(each.left for each in boxes),
        max(each.right for each in boxes),
        max(each.top for each in boxes),
    )


def _shown(scene: SceneModel, posed: Body, position: PositionModel, box: Box, card: Card) -> str:
    """One position on its card."""
    scale = min(
        (card.width - 2 * _PADDING) / (box.right - box.left),
        (card.height - 2 * _PADDING - _BELOW) / box.top,
        _LARGEST,
    )
    centre, half = (box.left + box.right) / 2, (card.width / 2 - 14) / scale
    middle = card.left + card.width / 2 - centre * scale
    floor = card.top + (card.height + box.top * scale) / 2 - _BELOW / 3
    shapes = [
        *behind(scene, position, centre, half),
        *figure(posed, scene.view, shod=scene.prop is Prop.TREE),
        # The ground comes last: nothing sinks into it.
        *ground(scene, centre, half, 5 / scale),
        *(each for arrow in position.arrows for each in arrow_shapes(arrow, 1 / scale, CARD)),
    ]
    name = f"card-{card.left:.0f}"
    return (
        f'{card.rectangle} fill="{CARD}"/><clipPath id="{name}">{card.rectangle}/></clipPath>'
        f'<g clip-path="url(#{name})"><g transform="translate({number(middle)} {number(floor)})'
        f' scale({scale:.4f} {-scale:.4f})">{"".join(shapes)}</g></g>'
    )


def _svg(width: int, height: int, shapes: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="{GROUND}"/>'
        + "\n".join(shapes)
        + "</svg>\n"
    )
