"""Bodies: fixed measures, joints that bend as people's do, and a floor that carries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drawing.body import (
    FOREARM,
    PALM,
    SHANK,
    THIGH,
    UPPER_ARM,
    Body,
    Joints,
    OutOfReach,
    Pose,
    Reaching,
    Turned,
    View,
    between,
    body,
    towards,
)
from bot.drawing.figure import foot
from bot.drawing.files import moments
from bot.drawing.scene import read_scene

DRAWINGS = Path(__file__).parents[2] / "templates" / "exercises" / "drawings"
KEYS = sorted(path.stem for path in DRAWINGS.glob("*.yaml"))


def poses(key: str) -> tuple[View, list[Pose]]:
    """Every position of a drawing, and what lies between where it moves."""
    scene = read_scene(DRAWINGS, key)
    still = [position.pose() for position in scene.positions]
    return scene.view, [*still, *(moments(scene) if scene.animated else [])]


def bend(limb: Joints) -> float:
    """How far the lower part turns from the upper one, -180 to 180, counter-clockwise."""
    upper, lower, _ = limb.directions
    return (lower - upper + 180) % 360 - 180


@pytest.mark.parametrize("key", KEYS)
def test_limbs_keep_their_lengths(key: str) -> None:
    view, all_poses = poses(key)
    for pose in all_poses:
        posed = body(pose, view)
        for arm in (posed.near_arm, posed.far_arm):
            assert abs(arm.middle - arm.root) == pytest.approx(UPPER_ARM)
            assert abs(arm.end - arm.middle) == pytest.approx(FOREARM, abs=0.06)
        for leg in (posed.near_leg, posed.far_leg):
            assert abs(leg.middle - leg.root) == pytest.approx(THIGH)
            assert abs(leg.end - leg.middle) == pytest.approx(SHANK, abs=0.06)


@pytest.mark.parametrize("key", [key for key in KEYS if poses(key)[0] is View.SIDE])
def test_knees_and_elbows_bend_the_way_they_can(key: str) -> None:
    for pose in poses(key)[1]:
        posed = body(pose, View.SIDE)
        for leg in (posed.near_leg, posed.far_leg):
            assert -150 <= bend(leg) <= 4
        for arm in (posed.near_arm, posed.far_arm):
            assert -4 <= bend(arm) <= 165


def lowest(posed: Body, view: View) -> float:
    """How high the lowest part of a body is, the trunk apart."""
    arms, legs = (posed.near_arm, posed.far_arm), (posed.near_leg, posed.far_leg)
    heights = [posed.head.imag - 9.6]
    heights += [limb.middle.imag - 4.4 for limb in (*arms, *legs)]
    for arm in arms:
        heights += [arm.end.imag - 3.2, (arm.end + towards(arm.tip, PALM)).imag - 3.0]
    outlines = "".join(foot(leg, view is View.FRONT) for leg in legs)
    heights += [float(y) for y in re.findall(r"[ML]\S+ (\S+?)(?=[A-Z])", outlines)]
    return min(heights)


@pytest.mark.parametrize("key", KEYS)
def test_people_stand_and_lie_on_the_floor(key: str) -> None:
    view, all_poses = poses(key)
    for pose in all_poses:
        assert -2.2 < lowest(body(pose, view), view) < 1.5


def test_a_limb_too_short_is_refused() -> None:
    limb = Turned(-90, -90, 0)
    pose = Pose(90 * 1j, (90, 90, 90), (90, 90), Reaching(complex(80, 90), 0), limb, limb, limb)
    with pytest.raises(OutOfReach, match=r"\(80, 90\) is 37\.3 cm too far"):
        body(pose, View.SIDE)


@given(
    right=st.floats(-35, 35),
    up=st.floats(5, 25),
    share=st.floats(0, 1),
)
def test_what_rests_stays_put_between_two_positions(right: float, up: float, share: float) -> None:
    arm = Turned(-90, -80, 0)
    feet = Reaching(complex(right, up), 0)
    first = Pose(60 * 1j, (90, 90, 90), (90, 90), arm, arm, feet, feet)
    second = Pose(70 * 1j, (60, 60, 60), (60, 60), Turned(0, 20, 0), arm, feet, feet)
    posed = body(between(first, second, share), View.SIDE)
    assert posed.near_leg.end == pytest.approx(feet.to)
    assert abs(posed.near_leg.end - posed.near_leg.middle) == pytest.approx(SHANK, abs=0.06)


def test_a_limb_is_written_in_one_way_throughout() -> None:
    arm, foot = Turned(-90, -80, 0), Reaching(0j, 0)
    first = Pose(60 * 1j, (90, 90, 90), (90, 90), arm, arm, foot, foot)
    second = Pose(60 * 1j, (90, 90, 90), (90, 90), arm, arm, Turned(-90, -90, 0), foot)
    with pytest.raises(ValueError, match="written in the same way"):
        between(first, second, 0.5)
