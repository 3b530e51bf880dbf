"""A YAML file as a model, or every place where it has another shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.content.codes import Rule
from bot.content.files import Document, Location
from bot.content.findings import CampaignError, Finding
from bot.content.schema import KEY_LENGTH, CampaignModel

Model = TypeVar("Model", bound=BaseModel)


def parse(document: Document) -> CampaignModel:
    """The document as a model, or every place where it has another shape."""
    return parse_as(CampaignModel, document)


def parse_as(model: type[Model], document: Document) -> Model:
    """A document in the shape of a model; raises CampaignError where it has another."""
    try:
        return model.model_validate(document.data)
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
            wrong = fault["msg"].removeprefix("Value error, ")
            wrong = wrong[0].lower() + wrong[1:]
            message = f"`{'.'.join(keys)}`: {wrong}; correct it"
        yield document.finding(location, message, rule)
