"""The shape of campaign.yaml: which keys there are and what each may hold.

What one value means for another is in `bot.content.rules`.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
)

from bot.domain.campaign import Scale


def _digits_as_text(value: object) -> object:
    # `values: [0, 1, 2]` is what people write; stored answers are text.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _month_as_date(value: object) -> object:
    """`2022-02` stands for a month: newspapers are often cited so."""
    if isinstance(value, str) and len(value) == len("2022-02"):
        try:
            return date.fromisoformat(f"{value}-01")
        except ValueError:
            return value
    return value


KEY_LENGTH = 32
"""Keys travel in the 64 bytes of a button's data, beside a verb and a delivery's number."""

Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=KEY_LENGTH)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Words = Annotated[str, Field(min_length=1, max_length=500)]
"""A condition or an action in the words of `branches.lark`."""
PollQuestion = Annotated[str, Field(min_length=1, max_length=300)]
PollOption = Annotated[
    Annotated[str, Field(min_length=1, max_length=100)],
    BeforeValidator(_digits_as_text),
    WithJsonSchema({"type": ["string", "integer"], "minLength": 1, "maxLength": 100}),
]
Value = Annotated[
    Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")],
    BeforeValidator(_digits_as_text),
    WithJsonSchema({"type": ["string", "integer"], "pattern": "^[a-z0-9-]{1,32}$"}),
]
Month = Annotated[
    date,
    BeforeValidator(_month_as_date),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}(-\d{2})?$"}),
]


class StrictModel(BaseModel):
    """A part of a file that takes what is written as it is, and no key that it doesn't know."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True
    )


class SourceModel(StrictModel):
    """The article, as its readers may look it up."""

    publisher: dict[Language, Line]
    """Who published it, in each language."""
    published: Month
    """When: a month (2026-05) or a day (2026-05-31)."""
    title: dict[Language, Line]
    """What it is called, or a description of it, in each language."""


class SignOffModel(StrictModel):
    """Who read the campaign as a professional, and when; empty until someone did."""

    by: str | None = None
    on: date | None = None


class ClaimModel(StrictModel):
    """Something the campaign may say."""

    text: Annotated[str, Field(min_length=1)]
    """What the source says, for those who write. A tip's figures must stand here."""
    not_for: str = ""
    """What it may not be used for, in words."""
    avoid: dict[Language, list[Line]] = {}
    """Words that a tip on this claim may not have; walk* stands for all that begin so."""
    say: dict[Language, list[Line]] = {}
    """Words of which a tip on this claim must have one."""
    only_with: list[Key] = []
    """Cards that must be a button under a tip on this claim."""
    review_by: date | None = None
    """The day by which this claim is read again, where that differs from the campaign's."""


class QuestionModel(StrictModel):
    """One poll; Telegram takes 12 options of 100 characters."""

    scale: Annotated[Scale, Field(strict=False)]
    """What it measures; docs/checks.md (RW202) lists the values of each scale."""
    text: dict[Language, PollQuestion]
    """What is asked, in each language."""
    values: Annotated[list[Value], Field(min_length=2, max_length=12)]
    """What is stored of an answer, in the order of the options; the last is `skip`."""
    options: dict[Language, Annotated[list[PollOption], Field(min_length=2, max_length=12)]]
    """What people choose from, in each language."""
    correct: Value | None = None
    """For the scale `knowledge`: the right one of `values`."""
    explanation: dict[Language, Annotated[str, Field(min_length=1, max_length=1000)]] = {}
    """For the scale `knowledge`: why it is right, in each language."""


class TipModel(StrictModel):
    """A step to read; its text is the template of the same name."""

    tip: Key
    """Its key, for good: the name of its text in nl/ and en/."""
    day: Annotated[int, Field(ge=0)]
    """Days after the beginning, for someone who follows weekly."""
    title: dict[Language, Line]
    """Its title in lists of tips, in each language."""
    claims: Annotated[list[str], Field(min_length=1)]
    """The claims that it rests on."""
    buttons: list[Key]
    """The cards one tap away; `source` is always among them."""

    @property
    def key(self) -> str:
        return self.tip


class CheckInModel(StrictModel):
    """A step of one to three polls."""

    check_in: Key = Field(alias="check-in")
    """Its key, for good."""
    day: Annotated[int, Field(ge=0)]
    """Days after the beginning, for someone who follows weekly."""
    questions: Annotated[list[Key], Field(min_length=1, max_length=3)]
    """What is asked, by the keys under `questions`."""

    @property
    def key(self) -> str:
        return self.check_in


def _kind(step: Any) -> str | None:
    # The marks differ from the keys, so that a location never takes one for the other.
    if isinstance(step, dict):
        return "a tip" if "tip" in step else "a check-in" if "check-in" in step else None
    return None


StepModel = Annotated[
    Annotated[TipModel, Tag("a tip")] | Annotated[CheckInModel, Tag("a check-in")],
    Discriminator(_kind),
]


class ChoiceModel(StrictModel):
    """A button under a branch's offer."""

    key: Key
    """Its key, for good."""
    label: dict[Language, Annotated[str, Field(min_length=1, max_length=64)]]
    """What the button says, in each language."""
    does: Words | None = None
    """`show <card>`, `jump to <tip>`, `go slower`, `pause for <n> weeks`, `pause` or `stop`.
    Without it everything stays as it is."""


class BranchModel(StrictModel):
    """An offer to those for whom something came true; its text is offers/<key>.j2."""

    key: Key
    """Its key, for good: the name of its text in nl/offers/ and en/offers/."""
    when: Words
    """The condition in words; docs/branches.md tells them all."""
    choices: Annotated[list[ChoiceModel], Field(min_length=1, max_length=5)]
    """The buttons, from top to bottom."""
    cards: list[Key] = []
    """Cards one tap away under the offer."""
    not_again_for: Annotated[int, Field(ge=7, le=365)] = 28
    """Days until it may be offered again, whatever came of it."""
    if_ignored: Words | None = None
    """What happens to who taps nothing for a week: `go slower` or `pause`. The text says so."""


class CampaignModel(StrictModel):
    """The whole of campaign.yaml."""

    key: Key
    """The campaign's own name, for good."""
    version: Annotated[int, Field(ge=1)]
    """One more with every change of the texts that people agree to."""
    languages: Annotated[list[Language], Field(min_length=1)]
    """The languages of all texts; the first is the default."""
    review_by: date
    """The day by which somebody reads the claims and the source again."""
    sign_off: SignOffModel = SignOffModel()
    check_in_window: Annotated[int, Field(ge=1, le=28)]
    """Days that a question stays open."""
    most_a_week: Annotated[int, Field(ge=1, le=7)] = 4
    """On how many days of any seven somebody gets a message unasked, at most."""
    source: SourceModel
    claims: Annotated[dict[str, ClaimModel], Field(min_length=1)]
    """What the campaign may say, by a key of your own (C1, C2, ...)."""
    questions: dict[Key, QuestionModel] = {}
    """The questions of the check-ins, by their key."""
    exercises: bool | Annotated[list[Key], Field(min_length=1)] = False
    """Exercises to look at, beside the card of that name: all of the library, or those listed."""
    steps: Annotated[list[StepModel], Field(min_length=1)]
    """The series, in order; it begins with a tip on day 0."""
    boosters: list[Key] = []
    """Tips that come again after the series, one a month and in this order, for who wants that."""
    branches: list[BranchModel] = []
    """What is offered when, the most important first: only one is offered at a time."""


def json_schema() -> str:
    """The shape of campaign.yaml as JSON Schema, for editors."""
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema = draft | CampaignModel.model_json_schema()
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
