"""What an edited campaign changes against the one that was launched: one line of thought a step."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.campaign import Campaign, StepKind
from bot.domain.series import next_position
from bot.domain.subscriber import Person


class Change(StrEnum):
    """What became of a step since the launch."""

    ADDED = "added"
    GONE = "gone"
    MOVED = "moved"  # it stands elsewhere in the order
    SHIFTED = "shifted"  # another day, the same order


@dataclass(frozen=True, slots=True)
class Before:
    """The steps at the launch: `order` are keys in order (tips and check-ins apart where their
    order together isn't known), `days` the day of each as far as it is known.
    """

    order: Sequence[Sequence[str]]
    days: Mapping[str, int] = field(default_factory=dict)


def changes(campaign: Campaign, before: Before) -> dict[str, Change]:
    """The steps that changed, in the order of the campaign, those that are gone at the end.

    As few as possible count as moved: the others keep their order.
    """
    known = {key for keys in before.order for key in keys}
    still = {
        key
        for keys in before.order
        for key in _unmoved([k for k in keys if campaign.step(k)], campaign)
    }
    found: dict[str, Change] = {}
    for step in campaign.steps:
        if step.key not in known:
            found[step.key] = Change.ADDED
        elif step.key not in still:
            found[step.key] = Change.MOVED
        elif before.days.get(step.key, step.day) != step.day:
            found[step.key] = Change.SHIFTED
    gone = [key for keys in before.order for key in keys if campaign.step(key) is None]
    return found | dict.fromkeys(gone, Change.GONE)


def _unmoved(keys: Sequence[str], campaign: Campaign) -> set[str]:
    """The longest run of keys whose order is the campaign's (a longest increasing subsequence)."""
    ends: list[int] = []  # The last position of the best run of each length ...
    runs: list[tuple[str, ...]] = []  # ... and that run.
    for key in keys:
        position = campaign.position(key)
        length = bisect_left(ends, position)
        run = (*(runs[length - 1] if length else ()), key)
        ends[length : length + 1] = [position]
        runs[length : length + 1] = [run]
    return set(runs[-1]) if runs else set()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands towards the steps of a campaign: the keys of each.

    `missed` lie behind although they never came; `again` lie ahead although they came before, and
    don't come twice. Check-ins count for who gets them.
    """

    had: frozenset[str]
    missed: frozenset[str]
    to_come: frozenset[str]
    again: frozenset[str]


def standing(campaign: Campaign, person: Person, left: frozenset[str]) -> Standing:
    """The standing of someone under way to whom the steps `left` were sent."""
    place = next_position(campaign, person)
    wanted = [
        step.key
        for step in campaign.steps
        if step.kind is StepKind.TIP or person.subscriber.check_ins.planned
    ]
    behind = frozenset(key for key in wanted if campaign.position(key) < place)
    ahead = frozenset(wanted) - behind
    return Standing(left, behind - left, ahead - left, ahead & left)
