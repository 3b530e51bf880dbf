"""What people lie on, sit on or walk past."""

from __future__ import annotations

from collections.abc import Iterator

from bot.drawing.scene import PositionModel, Prop, SceneModel
from bot.drawing.shapes import circle, line, path, polygon, trace

MAT = "#9cc3ae"
WOOD, WOOD_FAR = "#8a5a35", "#b08a69"
BARK, LEAVES, GRASS = "#d8c6b4", "#cfe3c8", "#7fa878"
FLOOR = "#8d8474"

SEAT = 45.0
"""How high the seat of the chair is."""
_DEPTH = 42.0
_BACKREST = 92.0
_MAT = 3.5


def prop_reach(scene: SceneModel) -> tuple[float, float, float]:
    """The left, right and top of a prop; zeros where it takes no room of its own."""
    x = scene.prop_at[0]
    if scene.prop is Prop.CHAIR:
        return x - 7, x + _DEPTH, _BACKREST
    if scene.prop is Prop.MAT:
        return (*scene.prop_at, 0.0)
    return 0.0, 0.0, 0.0


def behind(scene: SceneModel, position: PositionModel, centre: float, half: float) -> Iterator[str]:
    """The shapes behind the figure; `centre` and `half` are the floor's middle and half width."""
    if scene.prop is Prop.CHAIR:
        yield from _chair(scene.prop_at[0])
    elif scene.prop is Prop.TREE:
        yield from _tree(centre + position.tree * half)


def ground(scene: SceneModel, centre: float, half: float, thick: float) -> Iterator[str]:
    """The floor, whose upper side is at height 0, and the mat, whose upper side is."""
    under = -_MAT if scene.prop is Prop.MAT else 0.0
    start, end = (
        complex(centre - half, under - thick / 2),
        complex(centre + half, under - thick / 2),
    )
    yield line(trace((start, end)), GRASS if scene.prop is Prop.TREE else FLOOR, thick)
    if scene.prop is Prop.MAT:
        left, right = scene.prop_at
        corners = [(left, 0.0), (right, 0.0), (right, -_MAT), (left, -_MAT)]
        yield path(polygon(complex(*corner) for corner in corners), MAT)


def _chair(x: float) -> Iterator[str]:
    """A chair that looks to the right; `x` is the back of its seat."""
    for aside, colour in ((5.0, WOOD_FAR), (0.0, WOOD)):
        back = [(x - 4 + aside, 2.2), (x + aside, SEAT - 3), (x - 5 + aside, _BACKREST)]
        front = [(x + _DEPTH - 3 - aside, 2.2), (x + _DEPTH - 4 - aside, SEAT - 3)]
        for leg in (back, front):
            yield line(trace(complex(*point) for point in leg), colour, 4.4)
    corners = [(x - 2, SEAT - 5), (x + _DEPTH, SEAT - 5), (x + _DEPTH, SEAT), (x - 2, SEAT)]
    yield path(polygon(complex(*corner) for corner in corners), WOOD)


def _tree(x: float) -> Iterator[str]:
    yield line(trace((complex(x, 3), complex(x, 100))), BARK, 9)
    for right, up, radius in ((-16, 112, 22), (16, 114, 22), (0, 140, 25)):
        yield path(circle(complex(x + right, up), radius), LEAVES)
