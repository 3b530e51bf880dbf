"""The command `plan` as text: what a changed campaign does, in numbers and in words."""

from __future__ import annotations

from collections.abc import Iterator

from bot.delivery.outlook import Outlook, StepOutlook
from bot.domain.changes import Change
from bot.report import WEEKDAYS, minute, table


def plan_text(found: Outlook) -> str:
    """The outlook as a page of text."""
    return "\n".join(_lines(found))


def _lines(found: Outlook) -> Iterator[str]:
    yield f"The campaign {found.campaign}, if it went live on {minute(found.made_at)}"
    people = ", ".join(f"{status}: {count}" for status, count in sorted(found.people.items()))
    yield f"People: {people or 'nobody takes part yet'}"
    yield f"Affected: {found.affected} of the {found.under_way} whose series goes on"
    yield ""
    yield from _changes(found)
    yield ""
    yield "The next seven days, if nobody answers, pauses or stops"
    rows: list[tuple[object, ...]] = []
    for day in found.days:
        name = f"{WEEKDAYS[day.day.weekday()][:3]} {day.day}"
        for step, count in day.steps.items():
            rows.append((name, step, count))
            name = ""
    if rows:
        yield from table(("day", "step", "messages"), rows)
        yield f"{sum(day.messages for day in found.days)} messages in all"
    else:
        yield "nothing is sent"


def _changes(found: Outlook) -> Iterator[str]:
    if found.known:
        yield "Changes since the launch" if found.steps else "No step changed since the launch"
    else:
        yield "The steps of the launch were never written down (check --launched), so only what"
        yield "people's records show is told"
    if found.steps:
        rows = [
            (s.step, s.change or "", s.was, s.day, s.had, s.missed, s.again, s.to_come)
            for s in found.steps
        ]
        head = ("step", "change", "was on", "is on", "had it", "missed", "not again", "to come")
        yield from table(head, rows)
        yield ""
        shifted = sum(step.change is Change.SHIFTED for step in found.steps)
        for step in found.steps:
            if step.change is not Change.SHIFTED or step.missed or step.again:
                yield f"- {_words(step)}"
        if shifted:
            yield f"- On another day, in the same order: {shifted}. Who has a date keeps it."
    if found.withdrawn:
        yield f"- Messages already queued of a step that is gone: {found.withdrawn}, withdrawn."


def _words(step: StepOutlook) -> str:
    """What became of a step, and what that means for people."""
    match step.change:
        case Change.ADDED:
            said = f"`{step.step}` is new, on day {step.day}."
        case Change.GONE:
            said = f"`{step.step}` is gone."
            if step.next_up:
                said += (
                    f" {_people(step.next_up)} would get it next and go on with what follows it."
                )
        case Change.MOVED:
            said = f"`{step.step}` stands elsewhere in the order."
        case Change.SHIFTED:
            said = f"`{step.step}` is on day {step.day} instead of {step.was}."
        case None:
            said = f"`{step.step}` never reached people who are past it."
    if step.missed:
        said += f" {_people(step.missed)} past its place won't get it."
    if step.again:
        said += f" {_people(step.again)} had it, and won't get it again."
    if step.change is not Change.GONE and step.to_come:
        said += f" {_people(step.to_come)} will get it."
    return said


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"
