"""A body in the plane: a pose is directions and places, its joints follow from fixed measures.

Lengths are centimetres. Directions are degrees: 0 points right, 90 up. Points are complex
numbers: the real part goes right, the imaginary part up from the floor. A body that stands and is
seen from the side looks to the right; `near` is the side turned to the viewer. Seen from the
front, `near` is the right-hand side of the picture.

Proportions after Drillis and Contini (1966), for a body of 173 cm.
"""

from __future__ import annotations

import math
from cmath import phase, rect
from dataclasses import dataclass
from enum import StrEnum

THIGH = 41.0
SHANK = 41.0
UPPER_ARM = 30.0
FOREARM = 26.0
PALM = 10.0
SPINE = (15.0, 20.0, 18.0)
"""Pelvis, loins and chest: from between the hips to the bottom of the neck."""
NECK = 9.0
HEAD = (9.6, 11.6)
"""Half the depth and half the height of the head."""
SHOULDER = 5.0
"""How far below the bottom of the neck the arms begin."""
HALF_SHOULDERS = 15.5
HALF_HIPS = 8.5
"""Half the distance between the joints, seen from the front; from the side they coincide."""
ANKLE = 6.5
"""How high the ankle is above the sole."""


class View(StrEnum):
    """From where the body is seen."""

    SIDE = "side"
    FRONT = "front"


@dataclass(frozen=True, slots=True)
class Turned:
    """A limb by the directions of its upper part, its lower part, and its hand or toes."""

    upper: float
    lower: float
    end: float


@dataclass(frozen=True, slots=True)
class Reaching:
    """A limb by where its wrist or ankle is, and the direction of its hand or toes.

    Of the two ways to bend, it is the one that a knee or elbow has; seen from the front, outwards.
    """

    to: complex
    end: float


Limb = Turned | Reaching


@dataclass(frozen=True, slots=True)
class Pose:
    """One position: where the hips are, the directions of the spine and the head, and the limbs.

    `spine` is the directions of pelvis, loins and chest, `head` those of neck and head.
    `belly` is how much the belly stands out beyond its usual shape.
    """

    hip: complex
    spine: tuple[float, float, float]
    head: tuple[float, float]
    near_arm: Limb
    far_arm: Limb
    near_leg: Limb
    far_leg: Limb
    belly: float = 0.0


class OutOfReach(ValueError):
    """A hand or foot is to be where the limb doesn't get."""


@dataclass(frozen=True, slots=True)
class Joints:
    """The places of a limb's joints: its root, its middle, its end, and the tip's direction."""

    root: complex
    middle: complex
    end: complex
    tip: float

    @property
    def directions(self) -> tuple[float, float, float]:
        """The directions of upper part, lower part and tip."""
        upper = math.degrees(phase(self.middle - self.root))
        return upper, math.degrees(phase(self.end - self.middle)), self.tip


@dataclass(frozen=True, slots=True)
class Body:
    """A pose with all its joints in place.

    `spine` goes from between the hips to the bottom of the neck; `head` is the head's middle.
    """

    pose: Pose
    spine: tuple[complex, complex, complex, complex]
    neck: complex
    head: complex
    near_arm: Joints
    far_arm: Joints
    near_leg: Joints
    far_leg: Joints


def towards(degrees: float, length: float = 1.0) -> complex:
    """A step of a length in a direction."""
    return rect(length, math.radians(degrees))


def body(pose: Pose, view: View) -> Body:
    """The joints of a pose; raises OutOfReach where a limb is too short."""
    spine = [pose.hip]
    for direction, length in zip(pose.spine, SPINE, strict=True):
        spine.append(spine[-1] + towards(direction, length))
    chest = pose.spine[2]
    neck = spine[3] + towards(pose.head[0], NECK)
    shoulder = spine[3] - towards(chest, SHOULDER)
    front = view is View.FRONT
    across = towards(chest - 90, HALF_SHOULDERS if front else 0)
    between = towards(pose.spine[0] - 90, HALF_HIPS if front else 0)
    arm, leg = (UPPER_ARM, FOREARM), (THIGH, SHANK)
    return Body(
        pose=pose,
        spine=(spine[0], spine[1], spine[2], spine[3]),
        neck=neck,
        head=neck + towards(pose.head[1], HEAD[1] - 3),
        # A knee bends forwards and an elbow backwards; from the front both bend outwards.
        near_arm=_joints(pose.near_arm, shoulder + across, arm, 1 if front else -1),
        far_arm=_joints(pose.far_arm, shoulder - across, arm, -1),
        near_leg=_joints(pose.near_leg, pose.hip + between, leg, 1),
        far_leg=_joints(pose.far_leg, pose.hip - between, leg, -1 if front else 1),
    )


def _joints(limb: Limb, root: complex, lengths: tuple[float, float], side: int) -> Joints:
    upper, lower = lengths
    if isinstance(limb, Turned):
        middle = root + towards(limb.upper, upper)
        return Joints(root, middle, middle + towards(limb.lower, lower), limb.end)
    way = limb.to - root
    distance = abs(way)
    if not abs(upper - lower) < distance <= upper + lower + 0.05:
        lack = distance - upper - lower
        what = f"{lack:.1f} cm too far" if lack > 0 else "too near"
        raise OutOfReach(f"({limb.to.real:g}, {limb.to.imag:g}) is {what}")
    cosine = (upper**2 + distance**2 - lower**2) / (2 * upper * distance)
    bend = side * math.acos(min(1.0, cosine))
    middle = root + rect(upper, phase(way) + bend)
    return Joints(root, middle, limb.to, limb.end)


def between(first: Pose, second: Pose, share: float) -> Pose:
    """The pose on the way from one to another, at a share from 0 to 1 of it.

    Limbs that both reach keep to a straight way, so that a hand or foot that rests stays put.
    Directions are taken as written, so -90 to 180 turns by 270: write 270 to -180 as you mean them.
    """

    def mix(one: float, other: float) -> float:
        return one + (other - one) * share

    def limb(one: Limb, other: Limb) -> Limb:
        if isinstance(one, Turned) and isinstance(other, Turned):
            return Turned(
                mix(one.upper, other.upper), mix(one.lower, other.lower), mix(one.end, other.end)
            )
        if isinstance(one, Reaching) and isinstance(other, Reaching):
            return Reaching(one.to + (other.to - one.to) * share, mix(one.end, other.end))
        raise ValueError("a limb that moves is written in the same way in every position")

    a, b = first, second
    return Pose(
        hip=a.hip + (b.hip - a.hip) * share,
        spine=(
            mix(a.spine[0], b.spine[0]), mix(a.spine[1], b.spine[1]), mix(a.spine[2], b.spine[2])
        ),
        head=(mix(a.head[0], b.head[0]), mix(a.head[1], b.head[1])),
        near_arm=limb(a.near_arm, b.near_arm),
        far_arm=limb(a.far_arm, b.far_arm),
        near_leg=limb(a.near_leg, b.near_leg),
        far_leg=limb(a.far_leg, b.far_leg),
        belly=mix(a.belly, b.belly),
    )  # fmt: skip
