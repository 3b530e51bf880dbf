"""The report of a simulation: one HTML file that needs nothing else, and words for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.content.load import TEMPLATES
from bot.report import WEEKDAYS, table
from bot.simulation.charts import Bar, bars, share
from bot.simulation.summary import Day, Hour, StepRow, Summary
from bot.simulation.tally import Entry

FOLDER = TEMPLATES / "web" / "simulation"
FOUND_IN_WORDS = {
    "safety": "the safety card, before anything else",
    "pain.none": "no pain",
    "pain.some": "some pain",
    "pain.high": "pain of 8 or more",
    "pain.up": "two points more pain than before",
    "active-days.low": "active on 0 or 1 day",
    "active-days.mid": "active on 2 to 4 days",
    "active-days.high": "active on 5 days or more",
    "confidence.low": "hardly sure",
    "confidence.mid": "fairly sure",
    "confidence.high": "sure",
    "change.better": "better than at the start",
    "change.same": "the same as at the start",
    "change.worse": "worse than at the start",
    "knowledge.right": "knew it",
    "knowledge.other": "got it explained",
    "choice": "made a choice",
    "skip": "passed it over",
    "changed": "changed an answer",
    "withdrawn": "took an answer back",
    "kept": "answered before we knew the question had arrived",
    "not-kept": "answered after turning questions off",
    "done": "answered, after the safety card",
}
ACTS = {
    "vote": "chose: {}",
    "block": "blocked the bot",
    "vanish": "deleted their account",
    "return": "came back and pressed Start",
    "tap consent": "agreed to the series",
    "tap decline": "said no, thanks",
    "tap card": "opened a card",
    "tap checkins": "answered whether questions are welcome",
    "tap pause": "chose a length",
    "tap resume": "went on",
    "tap set": "changed a setting",
}
"""What people do, in words; anything else is what they wrote."""


def html(summary: Summary) -> str:
    """The report as a page."""
    zone = ZoneInfo(summary.zone)
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["n"] = lambda number: f"{number:,}"
    environment.filters["percent"] = _percent
    environment.filters["day"] = lambda moment: f"{moment.astimezone(zone):%-d %B %Y}"
    environment.filters["local"] = lambda moment: local(moment, summary.zone)
    page = environment.get_template("report.html")
    return page.render(
        it=summary,
        style=(FOLDER / "report.css").read_text(encoding="utf-8"),
        by_day=bars([_day(day, index) for index, day in enumerate(summary.days)]),
        by_hour=bars([_hour(hour, "of the series", "in answer") for hour in summary.by_hour]),
        quiet=bars([_hour(hour, "unasked", "in answer") for hour in summary.clock]),
        unasked=sum(hour.unasked for hour in summary.clock),
        share=share,
        most_got=max((step.got for step in summary.steps), default=0),
        part_name=_part_name,
        branch_name=lambda key: FOUND_IN_WORDS.get(key, key),
        branches=_branches(summary),
        said=said,
        busiest=max(summary.days, key=lambda day: day.all, default=None),
    ) + "\n"  # fmt: skip


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "–"


def _day(day: Day, index: int) -> Bar:
    shown = f"{day.day:%-d %b}" if index % 14 == 0 else ""
    tip = (
        f"{day.day:%A %-d %B}: {day.tips:,} tips, {day.check_ins:,} check-ins, "
        f"{day.replies:,} answers"
    )
    return Bar((day.tips, day.check_ins, day.replies), shown, tip)


def _hour(hour: Hour, first: str, second: str) -> Bar:
    tip = (
        f"{hour.hour:02}:00 to {hour.hour:02}:59: {hour.unasked:,} {first}, {hour.asked:,} {second}"
    )
    label = f"{hour.hour:02}" if hour.hour % 3 == 0 else ""
    return Bar((hour.unasked, hour.asked), label, tip, hour.quiet)


def _part_name(day: date, part: str, offset: int) -> str:
    return f"{day:%a %-d %b}, {part} (UTC{offset / 60:+g})"


def _branches(summary: Summary) -> list[tuple[str, int, int, list[tuple[str, int]]]]:
    """For each check-in its key, week, people who answered, and what they heard."""
    answered = {step.key: step.answered for step in summary.steps}
    found: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for row in summary.branches:
        found.setdefault((row.step, row.week), []).append((row.branch, row.people))
    return [(key, week, answered.get(key, 0), heard) for (key, week), heard in found.items()]


def local(moment: datetime, zone: str) -> str:
    """A moment for people, in a zone."""
    shown = moment.astimezone(ZoneInfo(zone))
    return f"{WEEKDAYS[shown.weekday()][:3]} {shown:%-d %b %Y %H:%M}"


def said(entry: Entry) -> str:
    """A line of a calendar in words."""
    if entry.who == "bot":
        return entry.what
    if entry.kind == "start":
        return f"pressed Start ({entry.what or 'no source'})"
    if entry.kind == "tap checkins":
        yes = entry.what.startswith("checkins:yes")
        return "agreed to questions" if yes else "said no to questions"
    if entry.kind == "tap card":
        return f"opened the card {entry.what.split(':')[1]}"
    if entry.kind == "vote" and not entry.what:
        return "took the answer back"
    return ACTS.get(entry.kind, "wrote {}").format(entry.what)


def text(summary: Summary) -> str:
    """The result in a terminal."""
    return "\n".join(_lines(summary))


def _lines(summary: Summary) -> Iterator[str]:
    unasked = sum(hour.unasked for hour in summary.clock)
    at_night = len(summary.woken)
    yield (
        f"{summary.people:,} subscribers ({summary.onlookers:,} more only looked), "
        f"{local(summary.starts, summary.zone)} to {local(summary.ends, summary.zone)}"
    )
    yield f"messages: {summary.messages:,}; acts of people: {summary.acts:,}"
    yield f"at the end: {_listed(summary.people_at_end)}"
    yield f"deliveries: {_listed(summary.deliveries)}; refused with 429: {summary.refused:,}"
    yield f"quiet hours: {at_night} of {unasked:,} unasked messages fell into them"
    yield f"left after their moment: {_listed(summary.late)}"
    yield ""
    yield from table(
        ("step", "week", "got it", "answered", "stopped", "blocked", "vanished", "paused"),
        [_row(step) for step in summary.steps],
    )
    for number, entries in summary.calendars.items():
        yield ""
        yield f"Person {number}, in the time of {summary.zone}"
        for entry in entries:
            who = "" if entry.who == "bot" else "  > "
            yield f"{local(entry.at, summary.zone)}  {who}{said(entry)}"


def _row(step: StepRow) -> tuple[object, ...]:
    answered = step.answered if step.check_in else ""
    return (step.key, step.week, step.got, answered, step.stopped, step.blocked, step.vanished,
            step.paused)  # fmt: skip


def _listed(counts: object) -> str:
    assert isinstance(counts, dict)
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "none"
