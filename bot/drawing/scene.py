"""What a drawing shows, and how its file writes that.

A file of `templates/exercises/drawings/` holds two or three positions of one exercise. In it a
place is `[right, up]` in centimetres from the middle of a position and from the floor, and a
direction is degrees (0 right, 90 up). A limb is `{turn: [upper, lower, end]}`, by directions, or
`{to: [right, up], end: direction}`, by where its wrist or ankle is.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.content.codes import Rule
from bot.content.files import read_yaml
from bot.content.findings import CampaignError
from bot.content.parsing import parse_as
from bot.drawing.body import Limb, Pose, Reaching, Turned, View, between, body

Place = tuple[float, float]
Direction = float


class Prop(StrEnum):
    """What else can be seen."""

    MAT = "mat"
    CHAIR = "chair"
    TREE = "tree"  # outdoors


class Next(StrEnum):
    """How the positions follow: one after the other, or forth and back."""

    ON = "on"
    BACK = "back"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LimbModel(_Model):
    """An arm or a leg."""

    turn: tuple[Direction, Direction, Direction] | None = None
    to: Place | None = None
    end: Direction = 0.0

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.turn is None) == (self.to is None):
            raise ValueError("a limb has either `turn` or `to`")
        return self

    def limb(self) -> Limb:
        if self.to is not None:
            return Reaching(complex(*self.to), self.end)
        assert self.turn is not None
        return Turned(*self.turn)


class PairModel(_Model):
    """Both arms or both legs; `far` is as `near` where it isn't given."""

    near: LimbModel
    far: LimbModel | None = None


class ArrowModel(_Model):
    """The way something moves; `bow` is how far the arrow's middle stands to its left."""

    start: Place = Field(alias="from")
    end: Place = Field(alias="to")
    bow: float = 0.0
    thin: bool = False
    """Breath instead of a movement."""


class PositionModel(_Model):
    """One position and the arrows that lead into it."""

    hip: Place
    spine: tuple[Direction, Direction, Direction]
    head: tuple[Direction, Direction]
    arms: PairModel
    legs: PairModel
    belly: float = 0.0
    tree: Annotated[float, Field(ge=-1, le=1)] = 0.0
    """Where a tree stands: from -1, the left end of the floor, to 1."""
    arrows: list[ArrowModel] = []

    def pose(self) -> Pose:
        arms, legs = self.arms, self.legs
        return Pose(
            hip=complex(*self.hip),
            spine=self.spine,
            head=self.head,
            near_arm=arms.near.limb(),
            far_arm=(arms.far or arms.near).limb(),
            near_leg=legs.near.limb(),
            far_leg=(legs.far or legs.near).limb(),
            belly=self.belly,
        )


class SceneModel(_Model):
    """The whole of a drawing's file."""

    view: View = View.SIDE
    prop: Prop | None = None
    prop_at: tuple[float, float] = (0.0, 0.0)
    next: Next = Next.ON
    animated: bool = False
    positions: Annotated[list[PositionModel], Field(min_length=2, max_length=3)]


def read_scene(folder: Path, key: str) -> SceneModel:
    """The drawing of one exercise; raises CampaignError with everything wrong in its file."""
    document = read_yaml(folder, f"{key}.yaml", shown=f"drawings/{key}.yaml")
    scene = parse_as(SceneModel, document)
    findings = []
    for index, position in enumerate(scene.positions):
        try:
            body(position.pose(), scene.view)
            if scene.animated:
                between(scene.positions[0].pose(), position.pose(), 0.5)
        except ValueError as error:
            message = f"{error}; correct this position"
            findings.append(document.finding(("positions", index), message, Rule.SCHEMA))
    if findings:
        raise CampaignError(findings)
    return scene
