"""Whether a campaign's branches can be offered, and lead back into the series."""

from __future__ import annotations

from collections.abc import Iterator

from bot.content.branches import Read, read_action, read_condition
from bot.content.codes import Rule
from bot.content.files import Document, Location
from bot.content.findings import Finding
from bot.content.schema import BranchModel, CampaignModel, TipModel
from bot.domain.branch import Action, Jump, Pause, Slower, Stop
from bot.domain.condition import earliest

MOST_WEEKS = 52
"""The longest pause that a branch may lead to."""


def branches_right(model: CampaignModel, document: Document) -> Iterator[Finding]:
    """Everything about the branches."""
    yield from _keys_own(model, document)
    for index, branch in enumerate(model.branches):
        at: Location = ("branches", index)
        condition = read_condition(branch.when, model.questions)
        yield from _slips(document, (*at, "when"), condition)
        actions: list[Action | None] = []
        understood = not condition.slips
        for position, choice in enumerate(branch.choices):
            if choice.does is None:
                actions.append(None)
                continue
            where = (*at, "choices", position, "does")
            read = read_action(choice.does)
            yield from _slips(document, where, read)
            understood = understood and not read.slips
            if read.meaning is not None:
                actions.append(read.meaning)
                yield from _leads_on(model, document, where, read.meaning)
        yield from _ignored(branch, document, at)
        if understood:
            yield from _reached(model, document, index, condition, actions)
            yield from _rejoins(document, at, actions)


def _slips(document: Document, at: Location, read: Read) -> Iterator[Finding]:
    for slip in read.slips:
        line, column = document.spot(at, slip.offset)
        yield Finding(document.file, line, slip.message, Rule.BRANCH_WORDS, column=column)


def _keys_own(model: CampaignModel, document: Document) -> Iterator[Finding]:
    """Deliveries and answers name a branch by its key, so it is no other thing's key."""
    taken = {step.key: "a step" for step in model.steps} | dict.fromkeys(
        model.questions, "a question"
    )
    for index, branch in enumerate(model.branches):
        if branch.key in taken:
            what = f"`{branch.key}` is the key of {taken[branch.key]}; choose another"
            yield document.finding(("branches", index, "key"), what, Rule.ORDER)
        taken[branch.key] = "an earlier branch"
        keys = [choice.key for choice in branch.choices]
        for position, key in enumerate(keys):
            if key in keys[:position]:
                what = f"`{key}` is the key of an earlier choice; choose another"
                at = ("branches", index, "choices", position, "key")
                yield document.finding(at, what, Rule.ORDER)


def _leads_on(
    model: CampaignModel, document: Document, at: Location, action: Action
) -> Iterator[Finding]:
    """A jump lands on a tip, and a pause has an end that people can remember."""
    tips = [step.key for step in model.steps if isinstance(step, TipModel)]
    if isinstance(action, Jump) and action.step not in tips:
        what = f"`{action.step}` is no tip of the series, so nothing would follow; name a tip"
        yield document.finding(at, what, Rule.NEVER_REJOINS)
    weeks = action.weeks if isinstance(action, Pause) else None
    if weeks is not None and not 1 <= weeks <= MOST_WEEKS:
        what = f"a pause of {weeks} weeks; make it 1 to {MOST_WEEKS}"
        yield document.finding(at, what, Rule.BRANCH_WORDS)


def _ignored(branch: BranchModel, document: Document, at: Location) -> Iterator[Finding]:
    if branch.if_ignored is None:
        return
    read = read_action(branch.if_ignored)
    yield from _slips(document, (*at, "if_ignored"), read)
    if read.meaning is not None and not isinstance(read.meaning, Slower | Pause):
        what = "who says nothing can only get tips less often; write `go slower` or `pause`"
        yield document.finding((*at, "if_ignored"), what, Rule.NEVER_REJOINS)


def _reached(
    model: CampaignModel,
    document: Document,
    index: int,
    condition: Read,
    actions: list[Action | None],
) -> Iterator[Finding]:
    """Some check-in can make the condition true, while there is still something to choose."""
    branch = model.branches[index]
    places = [
        position for position, step in enumerate(model.steps) if not isinstance(step, TipModel)
    ]
    asked = [step.questions for step in model.steps if not isinstance(step, TipModel)]
    first = earliest(condition.meaning, asked)
    if first is None:
        what = (
            f"`{branch.key}` can't come true: too few check-ins ask for it; ask again, or ask less"
        )
        yield document.finding(("branches", index, "when"), what, Rule.UNREACHABLE_BRANCH)
        return
    tips = {step.key for step in model.steps if isinstance(step, TipModel)}
    jumps = [each.step for each in actions if isinstance(each, Jump) and each.step in tips]
    order = {step.key: position for position, step in enumerate(model.steps)}
    behind = [key for key in jumps if order.get(key, len(order)) < places[first]]
    if jumps and len(behind) == sum(each is not None for each in actions):
        what = (
            f"`{branch.key}` comes true after `{model.steps[places[first]].key}` at the earliest,"
            f" when `{behind[0]}` is past; jump further"
        )
        yield document.finding(("branches", index, "when"), what, Rule.UNREACHABLE_BRANCH)


def _rejoins(document: Document, at: Location, actions: list[Action | None]) -> Iterator[Finding]:
    """Some choice lets the series go on."""
    if all(each == Stop() or each == Pause(None) for each in actions):
        what = "after every choice the series is over; add one that lets it go on"
        yield document.finding((*at, "choices"), what, Rule.NEVER_REJOINS)
