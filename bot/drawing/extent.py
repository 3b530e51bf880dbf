"""How much room a position takes."""

from __future__ import annotations

from dataclasses import dataclass

from bot.drawing.body import HEAD, PALM, Body, towards
from bot.drawing.props import prop_reach
from bot.drawing.scene import ArrowModel, SceneModel


@dataclass(frozen=True, slots=True)
class Box:
    """The left, the right and the top of what is drawn, in centimetres; its bottom is the floor."""

    left: float
    right: float
    top: float


def extent(body: Body, arrows: list[ArrowModel], scene: SceneModel) -> Box:
    """The room that a body takes, with its arrows and what it sits or lies on."""
    rounds = [(body.head, HEAD[1] + 2), *((point, 13.0) for point in body.spine[:3])]
    for arm in (body.near_arm, body.far_arm):
        rounds += [(arm.middle, 5.0), (arm.end + towards(arm.tip, PALM), 3.0)]
    for leg in (body.near_leg, body.far_leg):
        rounds += [(leg.middle, 7.0), (leg.end, 7.0), (leg.end + towards(leg.tip, 15), 4.0)]
    for arrow in arrows:
        start, end = complex(*arrow.start), complex(*arrow.end)
        bow = (end - start) / abs(end - start) * 1j * arrow.bow
        rounds += [(start, 3.0), (end, 3.0), ((start + end) / 2 + bow, 3.0)]
    left, right, top = prop_reach(scene)
    return Box(
        min([left, *(point.real - radius for point, radius in rounds)]),
        max([right, *(point.real + radius for point, radius in rounds)]),
        max([top, *(point.imag + radius for point, radius in rounds)]),
    )
