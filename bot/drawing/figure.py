"""The person in the pictures: a body's joints as shapes, back to front."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from bot.drawing.body import ANKLE, HEAD, PALM, Body, Joints, View, towards
from bot.drawing.shapes import capsule, circle, line, path, polygon, smooth, trace

SKIN, SKIN_FAR = "#c98a62", "#dcb295"
SHIRT, SHIRT_FAR = "#1c8393", "#6fb0b9"
TROUSERS, TROUSERS_FAR = "#2c3d63", "#8390ab"
SHOE, SHOE_FAR = "#7b3f33", "#b8938b"
HAIR = "#3d2a20"
LINE = "#3d2a20"
HALO = "#ffffff"
"""Keeps an arm apart from the body that it passes."""
HALO_WIDTH = 1.3

# Half the thickness along the spine, from the hips to the neck: behind it, and before it.
_BACK = ((0.0, 11.4), (0.16, 12.0), (0.42, 9.2), (0.75, 11.2), (0.92, 9.5), (1.0, 6.0))
_BELLY = ((0.0, 11.4), (0.16, 10.8), (0.42, 10.4), (0.75, 11.4), (0.92, 8.8), (1.0, 6.0))
_ACROSS = ((0.0, 17.0), (0.16, 16.4), (0.42, 14.0), (0.75, 16.4), (0.94, 16.6), (1.0, 8.0))
_WAISTBAND = 0.2
"""How far up the trunk the trousers go."""


def figure(body: Body, view: View, shod: bool = False) -> Iterator[str]:
    """The shapes of a body, in the order in which they are drawn."""
    front = view is View.FRONT
    if not front:
        yield from _arm(body.far_arm, SHIRT_FAR, SKIN_FAR)
        yield from _legs((body.far_leg,), TROUSERS_FAR, SHOE_FAR if shod else SKIN_FAR, front)
    chest = body.pose.spine[2]
    outline = trunk_outline(body, front)
    yield from _halo(polygon(outline), circle(body.head, HEAD[0]))
    yield path(capsule(body.spine[3] - towards(chest, 2), body.head, 5.2, 5.0), SKIN)
    yield path(polygon(outline), SHIRT)
    legs = (body.far_leg, body.near_leg) if front else (body.near_leg,)
    yield from _legs(legs, TROUSERS, SHOE if shod else SKIN, front, _seat(body, outline, front))
    yield from _front_head(body) if front else _side_head(body)
    if front:
        yield from _arm(body.far_arm, SHIRT, SKIN)
    yield from _arm(body.near_arm, SHIRT, SKIN)
    if front:
        for arm in (body.far_arm, body.near_arm):
            yield path(capsule(arm.root, body.spine[3] - towards(chest, 8), 6.2, 6.2), SHIRT)


def _legs(
    legs: tuple[Joints, ...], trousers: str, shoe: str, front: bool, seat: tuple[str, ...] = ()
) -> Iterator[str]:
    """Legs and what is seen of the seat, with one halo around them: they are one garment."""
    cloth = [*seat]
    for leg in legs:
        cloth += [
            capsule(leg.root, leg.middle, 9.6, 6.8),
            capsule(leg.middle, leg.end, 6.8, 4.6),
        ]
    feet = [foot(leg, front) for leg in legs]
    yield from _halo(*cloth, *feet)
    for each in feet:
        yield path(each, shoe)
    for each in cloth:
        yield path(each, trousers)


def _seat(body: Body, outline: list[complex], front: bool) -> tuple[str, ...]:
    """What the trousers cover of the trunk."""
    hips = body.spine[0]
    count = round(len(outline) / 2 * _WAISTBAND)
    band = polygon([*outline[: count + 1], *outline[-count - 1 :]])
    if not front:
        return band, circle(hips, 11.4)
    across = towards(body.pose.spine[0] - 90, 6.8)
    return band, capsule(hips - across, hips + across, 10.2, 10.2)


def foot(leg: Joints, front: bool) -> str:
    """The outline of a foot, whose sole is `ANKLE` from the ankle.

    Seen from the front it is foreshortened, and turned a little outwards.
    """
    along = towards(leg.tip)
    if front:
        ball = leg.end - 1j * (ANKLE - 4)
        return capsule(ball, ball + math.copysign(3, along.real), 4, 4)
    down = along * -1j
    heel = leg.end - along * 3.5 + down * (ANKLE - 3.6)
    toes = leg.end + along * 15 + down * (ANKLE - 2.6)
    return (
        capsule(leg.end, heel, 4.4, 3.6)
        + capsule(heel, toes, 3.6, 2.6)
        + capsule(leg.end, toes, 4.2, 2.6)
    )


def _arm(arm: Joints, shirt: str, skin: str) -> Iterator[str]:
    upper = capsule(arm.root, arm.middle, 6.0, 4.4)
    lower = capsule(arm.middle, arm.end, 4.4, 3.2)
    palm = capsule(arm.end, arm.end + towards(arm.tip, PALM), 3.2, 3.0)
    sleeve = capsule(arm.root, arm.root + (arm.middle - arm.root) * 0.58, 6.2, 5.8)
    yield from _halo(upper, lower, palm, sleeve)
    yield path(upper, skin)
    yield path(lower, skin)
    yield path(palm, skin)
    yield path(sleeve, shirt)


def trunk_outline(body: Body, front: bool) -> list[complex]:
    """The outline of the trunk, up its back and down its belly."""
    curve = smooth(body.spine)
    back, belly = [], []
    for index, point in enumerate(curve):
        before, after = curve[max(index - 1, 0)], curve[min(index + 1, len(curve) - 1)]
        along = (after - before) / abs(after - before)
        share = index / (len(curve) - 1)
        bulge = body.pose.belly * max(0.0, 1 - abs(share - 0.36) / 0.34)
        back.append(point + along * 1j * _thickness(_ACROSS if front else _BACK, share))
        ahead = _thickness(_ACROSS if front else _BELLY, share) + bulge
        belly.append(point - along * 1j * ahead)
    return [*back, *reversed(belly)]


def _thickness(profile: tuple[tuple[float, float], ...], share: float) -> float:
    for (start, first), (end, last) in pairwise(profile):
        if share <= end:
            t = (share - start) / (end - start)
            t = t * t * (3 - 2 * t)
            return first + (last - first) * t
    return profile[-1][1]


def _side_head(body: Body) -> Iterator[str]:
    up = towards(body.pose.head[1])
    ahead = up * -1j

    def place(forward: float, upward: float) -> complex:
        return body.head + ahead * forward + up * upward

    yield path(polygon(_oval(body.head, up, HEAD[0], HEAD[1])), SKIN)
    yield path(capsule(place(8.2, 0.6), place(10.4, -2.2), 1.2, 1.5), SKIN)
    hair = [place(x, y) for x, y in _HAIR]
    yield path(polygon(smooth([*hair, hair[0]])), HAIR)
    yield path(circle(place(-1.2, -2.0), 2.1), SKIN_FAR)
    yield path(circle(place(5.4, 0.8), 1.1), LINE)
    yield line(trace(place(x, y) for x, y in _SMILE), LINE, 0.9)


_HAIR = (
    (7.4, 7.6), (8.6, 5.6), (5.6, 5.4), (2.4, 3.6), (1.4, 0.6), (-2.2, 0.8), (-3.4, -3.2),
    (-5.0, -7.2), (-8.8, -6.2), (-10.6, -0.6), (-9.9, 5.6), (-6.4, 10.6), (-0.6, 12.6), (4.6, 11.2),
)  # fmt: skip
_SMILE = ((7.6, -6.2), (6.2, -6.6), (5.2, -6.1))


def _front_head(body: Body) -> Iterator[str]:
    up = towards(body.pose.head[1])
    right = up * -1j

    def place(across: float, upward: float) -> complex:
        return body.head + right * across + up * upward

    yield path(circle(place(-9.2, -1.5), 2.0), SKIN_FAR)
    yield path(circle(place(9.2, -1.5), 2.0), SKIN_FAR)
    skull = polygon(_oval(body.head, up, 9.2, HEAD[1]))
    yield path(skull, SKIN)
    hair = [place(x, y) for x, y in _FRINGE]
    yield path(polygon(smooth([*hair, hair[0]])), HAIR)
    yield path(circle(place(-3.6, 0.4), 1.1), LINE)
    yield path(circle(place(3.6, 0.4), 1.1), LINE)
    yield line(trace(place(x, y) for x, y in _BROAD_SMILE), LINE, 0.9)


_FRINGE = (
    (-9.4, 0.6), (-7.6, 3.4), (-3.0, 5.2), (3.0, 5.6), (7.6, 3.6), (9.4, 0.6), (9.9, 5.6),
    (6.4, 10.8), (0.0, 12.8), (-6.4, 10.8), (-9.9, 5.6),
)  # fmt: skip
_BROAD_SMILE = ((-2.6, -5.6), (-1.4, -6.5), (0.0, -6.8), (1.4, -6.5), (2.6, -5.6))


def _oval(middle: complex, up: complex, across: float, upward: float) -> list[complex]:
    rim = (towards(degrees) for degrees in range(0, 360, 8))
    return [middle + up * (point.imag * upward - 1j * point.real * across) for point in rim]


def _halo(*outlines: str) -> Iterator[str]:
    for outline in outlines:
        yield line(outline, HALO, HALO_WIDTH * 2)
