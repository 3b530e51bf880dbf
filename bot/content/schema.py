"""The shape of campaign.yaml: which keys there are and what each may hold.

What one value means for another is in `bot.content.rules`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
)

from bot.content.codes import Rule
from bot.content.files import Document, Location
from bot.content.findings import CampaignError, Finding
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
PollQuestion = Annotated[str, Field(min_length=1, max_length=300)]
PollOption = Annotated[
    Annotated[str, Field(min_length=1, max_length=100)], BeforeValidator(_digits_as_text)
]
Value = Annotated[
    Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")], BeforeValidator(_digits_as_text)
]
Month = Annotated[date, BeforeValidator(_month_as_date)]


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class SourceModel(_Model):
    """The article, as its readers may look it up."""

    publisher: dict[Language, Line]
    published: Month
    title: dict[Language, Line]


class SignOffModel(_Model):
    """Who read the campaign as a professional, and when; empty until someone did."""

    by: str | None = None
    on: date | None = None


class ClaimModel(_Model):
    """Something the campaign may say.

    `avoid` and `say` hold words by language that a tip which rests on the claim may not have, or
    must have one of; a word that ends in * stands for all that begin so.
    """

    text: Annotated[str, Field(min_length=1)]
    not_for: str = ""
    avoid: dict[Language, list[Line]] = {}
    say: dict[Language, list[Line]] = {}
    only_with: list[Key] = []
    review_by: date | None = None


class QuestionModel(_Model):
    """One poll; Telegram takes 12 options of 100 characters."""

    scale: Annotated[Scale, Field(strict=False)]
    text: dict[Language, PollQuestion]
    values: Annotated[list[Value], Field(min_length=2, max_length=12)]
    options: dict[Language, Annotated[list[PollOption], Field(min_length=2, max_length=12)]]
    correct: Value | None = None
    explanation: dict[Language, Annotated[str, Field(min_length=1, max_length=1000)]] = {}


class TipModel(_Model):
    """A step to read; its text is the template of the same name."""

    tip: Key
    day: Annotated[int, Field(ge=0)]
    title: dict[Language, Line]
    claims: Annotated[list[str], Field(min_length=1)]
    buttons: list[Key]

    @property
    def key(self) -> str:
        return self.tip


class CheckInModel(_Model):
    """A step of one to three polls."""

    check_in: Key = Field(alias="check-in")
    day: Annotated[int, Field(ge=0)]
    questions: Annotated[list[Key], Field(min_length=1, max_length=3)]

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


class CampaignModel(_Model):
    """The whole of campaign.yaml."""

    key: Key
    version: Annotated[int, Field(ge=1)]
    languages: Annotated[list[Language], Field(min_length=1)]
    review_by: date
    sign_off: SignOffModel = SignOffModel()
    check_in_window: Annotated[int, Field(ge=1, le=28)]
    source: SourceModel
    claims: Annotated[dict[str, ClaimModel], Field(min_length=1)]
    questions: dict[Key, QuestionModel] = {}
    steps: Annotated[list[StepModel], Field(min_length=1)]


def parse(document: Document) -> CampaignModel:
    """The document as a model, or every place where it has another shape."""
    try:
        return CampaignModel.model_validate(document.data)
    except ValidationError as error:
        raise CampaignError(_findings(document, error)) from error


def _rule(kind: str, location: Location, context: Mapping[str, object]) -> Rule:
    """Limits that are Telegram's have rules of their own."""
    if kind == "string_too_long" and context.get("max_length") == KEY_LENGTH:
        return Rule.CALLBACK_DATA
    if kind.endswith(("too_long", "too_short")) and location[0] == "questions":
        return Rule.POLL
    return Rule.SCHEMA


_MARKS = ("[key]", "a tip", "a check-in")


def _findings(document: Document, error: ValidationError) -> Iterator[Finding]:
    for fault in error.errors(include_url=False):
        location = fault["loc"]
        rule = _rule(fault["type"], location, fault.get("ctx", {}))
        # Only what stands in the file: no positions, and none of pydantic's own marks.
        keys = [part for part in location if isinstance(part, str) and part not in _MARKS]
        name = keys[-1] if keys else document.file
        if fault["type"] == "missing":
            message = f"`{name}` is missing; add it"
        elif fault["type"] == "extra_forbidden":
            message = f"`{name}` is not a key of this part; correct its spelling or remove it"
        elif fault["type"] == "union_tag_not_found":
            message = "this step is neither `tip:` nor `check-in:`; begin it with one of the two"
        else:
            wrong = fault["msg"][0].lower() + fault["msg"][1:]
            message = f"`{'.'.join(keys)}`: {wrong}; correct it"
        yield document.finding(location, message, rule)
