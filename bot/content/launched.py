"""`launched.yaml`: the keys that people's rows hold since a campaign went live.

It is written once the campaign is launched (`check --launched`) and committed with it. Deliveries
and answers refer to these keys for good, so a key that vanishes or changes its meaning is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.content.codes import Rule
from bot.content.draft import FILE as CAMPAIGN
from bot.content.files import Document, as_text, read_yaml
from bot.content.findings import CampaignError, Finding
from bot.content.parsing import parse
from bot.content.schema import CampaignModel, TipModel
from bot.domain.changes import Before

FILE = "launched.yaml"

_HEAD = """\
# The keys that people's deliveries and answers hold since the launch, written by the command
# `check --launched`. Commit this file. A step that is left out on purpose goes under `retired`.
"""


class Launched(BaseModel):
    """What the file holds: steps by kind, the day of each, and each question's scale and values."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    tips: list[str]
    check_ins: Annotated[list[str], Field(alias="check-ins")]
    questions: dict[str, Annotated[list[str], Field(min_length=1)]]
    retired: list[str] = []
    days: dict[str, int] = {}


def read_launched(folder: Path) -> tuple[Launched, Document] | None:
    """The file, or None where the campaign was never launched; raises CampaignError."""
    if not (folder / FILE).exists():
        return None
    document = read_yaml(folder, FILE)
    try:
        return Launched.model_validate(document.data), document
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        message = f"{fault['msg'].lower()}; write this file anew with `check --launched`"
        raise CampaignError([document.finding(fault["loc"], message, Rule.SCHEMA)]) from error


def steps_before(folder: Path) -> Before | None:
    """The steps at the launch, or None where they were never written down; raises CampaignError."""
    read = read_launched(folder)
    if read is None:
        return None
    launched, _ = read
    return Before(_orders(launched), launched.days)


def _orders(launched: Launched) -> list[list[str]]:
    keys = [*launched.tips, *launched.check_ins]
    if launched.days.keys() >= set(keys):
        return [sorted(keys, key=launched.days.__getitem__)]
    return [launched.tips, launched.check_ins]


def write_launched(folder: Path) -> Path:
    """Write down the keys of the campaign in a folder, which `check` found right, as launched."""
    model = parse(read_yaml(folder, CAMPAIGN))
    before = read_launched(folder)
    path = folder / FILE
    path.write_text(launched_text(model, before[0].retired if before else ()), encoding="utf-8")
    return path


def launched_text(model: CampaignModel, retired: Iterable[str] = ()) -> str:
    """The file's text for a campaign as it is now."""
    tips = [step.key for step in model.steps if isinstance(step, TipModel)]
    others = [step.key for step in model.steps if not isinstance(step, TipModel)]
    days = "".join(f"  {as_text(step.key)}: {step.day}\n" for step in model.steps)
    questions = "".join(
        f"  {as_text(key)}: [{', '.join((f'scale {each.scale}', *map(_quoted, each.values)))}]\n"
        for key, each in model.questions.items()
    )
    gone = ", ".join(map(as_text, retired))
    return (
        f"{_HEAD}key: {as_text(model.key)}\n"
        f"tips:\n{_listed(tips)}check-ins:\n{_listed(others)}"
        f"questions:{'' if questions else ' {}'}\n{questions}retired: [{gone}]\n"
        f"days:\n{days}"
    )


def keys_kept(model: CampaignModel, folder: Path) -> Iterator[Finding]:
    """No key of the launched campaign vanished or means something else."""
    try:
        read = read_launched(folder)
    except CampaignError as error:
        yield from error.findings
        return
    if read is None:
        return
    launched, document = read
    if launched.key != model.key:
        message = f"the campaign's key was `{launched.key}` at the launch; give it that again"
        yield Finding("campaign.yaml", 1, message, Rule.CHANGED_KEY)
    now = {step.key: isinstance(step, TipModel) for step in model.steps}
    for name, keys, is_tip in (
        ("tips", launched.tips, True),
        ("check-ins", launched.check_ins, False),
    ):
        for position, key in enumerate(keys):
            if now.get(key) is not is_tip and key not in launched.retired:
                what = f"`{key}` was launched and is gone from `steps`"
                message = f"{what}; give the step its key back, or put it under `retired`"
                yield document.finding((name, position), message, Rule.CHANGED_KEY)
    for key, (scale, *values) in launched.questions.items():
        question = model.questions.get(key)
        at = ("questions", key)
        if question is None:
            message = f"the question `{key}` was launched and is gone; put it back"
            yield document.finding(at, message, Rule.CHANGED_KEY)
        elif scale != f"scale {question.scale}" or not set(values) <= set(question.values):
            message = f"`{key}` had other values at the launch; give it a new key"
            yield document.finding(at, message, Rule.CHANGED_KEY)


def _listed(keys: list[str]) -> str:
    return "".join(f"  - {as_text(key)}\n" for key in keys)


def _quoted(value: str) -> str:
    return f'"{value}"'
