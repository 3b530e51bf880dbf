"""What came out of a simulation, in an order that is always the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.campaign import Campaign, Step, StepKind
from bot.domain.schedule import CLOSES, OPENS, Part
from bot.domain.wave import FREE
from bot.simulation.reading import ASK, OTHER, QUESTION, TIP
from bot.simulation.run import Plan
from bot.simulation.tally import Entry, Tally

LARGEST = 12
GONE = ("stop", "block", "vanish")


@dataclass(frozen=True, slots=True)
class Day:
    """The messages of one day of the campaign's zone, by kind."""

    day: date
    tips: int
    check_ins: int
    replies: int

    @property
    def all(self) -> int:
        """All of them."""
        return self.tips + self.check_ins + self.replies


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the reader's own day: messages that came unasked, and answers to their acts."""

    hour: int
    unasked: int
    asked: int
    quiet: bool


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """Where people live, and what reached them there in quiet hours."""

    zone: str
    people: int
    messages: int
    answers_at_night: int
    unasked_at_night: int


@dataclass(frozen=True, slots=True)
class WaveRow:
    """A wave as it left: times are its readers' own. `seconds` is what the rate allows."""

    day: date
    part: str
    offset: int
    messages: int
    first: str
    last: str
    busiest: int
    seconds: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """How many got a step, answered it, and went or paused after it."""

    key: str
    title: str
    week: int
    check_in: bool
    got: int
    answered: int
    stopped: int
    blocked: int
    vanished: int
    paused: int


@dataclass(frozen=True, slots=True)
class BranchRow:
    """What people heard after answering a check-in."""

    step: str
    week: int
    branch: str
    people: int


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """The first votes on one question of a check-in; `answers` by option, in its order."""

    step: str
    week: int
    question: str
    asked: int
    answered: int
    answers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Where people came from."""

    source: str
    started: int
    joined: int


@dataclass(frozen=True, slots=True)
class OutageRow:
    """When Telegram was out of reach: hours after the start, and for how many hours."""

    after_hours: float
    hours: float


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of one simulation."""

    campaign: str
    version: int
    people: int
    onlookers: int
    seed: int
    zone: str
    rate: int
    every: int
    starts: datetime
    ends: datetime
    messages: int
    acts: int
    days: Sequence[Day]
    clock: Sequence[Hour]
    by_hour: Sequence[Hour]
    zones: Sequence[ZoneRow]
    woken: Sequence[tuple[int, str, str]]
    waves: Sequence[WaveRow]
    late: Mapping[str, int]
    latest: int
    steps: Sequence[StepRow]
    answers: Sequence[AnswerRow]
    branches: Sequence[BranchRow]
    sources: Sequence[SourceRow]
    people_at_end: Mapping[str, int]
    deliveries: Mapping[str, int]
    acts_by_kind: Mapping[str, int]
    outages: Sequence[OutageRow]
    refusals: float
    refused: int
    failed: int
    calendars: Mapping[int, Sequence[Entry]]


def summarise(plan: Plan, campaign: Campaign, tally: Tally) -> Summary:
    """A tally as rows for people."""
    starts, ends = plan.span(campaign)
    rate = plan.settings.paid_broadcast or FREE
    language = campaign.languages[0]
    joined = sum(n for (_, what), n in tally.sources.items() if what == "joined")
    started = sum(n for (_, what), n in tally.sources.items() if what == "started")
    plain = {k: n for k, n in tally.statuses.items() if not k.startswith("delivery ")}
    settled = {k.removeprefix("delivery "): n for k, n in tally.statuses.items() if k not in plain}
    return Summary(
        campaign=campaign.key,
        version=campaign.version,
        people=joined,
        onlookers=started - joined,
        seed=plan.seed,
        zone=plan.settings.timezone,
        rate=rate,
        every=plan.every,
        starts=starts,
        ends=ends,
        messages=sum(tally.hours.values()),
        acts=sum(tally.acts.values()),
        days=_days(tally),
        clock=_clock(tally),
        by_hour=_by_hour(tally),
        zones=_zones(tally),
        woken=sorted(tally.woken),
        waves=_waves(tally, rate),
        late=_late(tally.late),
        latest=max(tally.late, default=0),
        steps=[_step(step, tally, language) for step in campaign.steps],
        answers=[row for step in campaign.steps for row in _answers(step, tally)],
        branches=_branches(campaign, tally),
        sources=[
            SourceRow(source, tally.sources[source, "started"], tally.sources[source, "joined"])
            for source in sorted({source for source, _ in tally.sources})
        ],
        people_at_end=dict(sorted(plain.items())),
        deliveries=dict(sorted(settled.items())),
        acts_by_kind=dict(sorted(tally.acts.items())),
        outages=[OutageRow(o.after_hours, o.hours) for o in plan.profile.faults.outages],
        refusals=plan.profile.faults.refusals,
        refused=tally.refused,
        failed=tally.failed,
        calendars={number: list(tally.calendars[number]) for number in sorted(tally.calendars)},
    )


def _days(tally: Tally) -> list[Day]:
    by_day: dict[str, Counter[str]] = {}
    for (written, _, kind), count in tally.hours.items():
        by_day.setdefault(written, Counter())[kind] += count
    if not by_day:
        return []
    day, last = date.fromisoformat(min(by_day)), date.fromisoformat(max(by_day))
    rows = []
    while day <= last:
        kinds = by_day.get(day.isoformat(), Counter())
        rows.append(Day(day, kinds[TIP], kinds[ASK] + kinds[QUESTION], kinds[OTHER]))
        day += timedelta(days=1)
    return rows


def _clock(tally: Tally) -> list[Hour]:
    """By the hour of each reader's own day."""
    counts: Counter[tuple[int, bool]] = Counter()
    for (_, hour, asked), count in tally.clock.items():
        counts[hour, asked] += count
    return [
        Hour(hour, counts[hour, False], counts[hour, True], _is_quiet(hour)) for hour in range(24)
    ]


def _by_hour(tally: Tally) -> list[Hour]:
    """By the hour of the campaign's zone: the series, and all else."""
    counts: Counter[tuple[int, bool]] = Counter()
    for (_, hour, kind), count in tally.hours.items():
        counts[hour, kind == OTHER] += count
    return [
        Hour(hour, counts[hour, False], counts[hour, True], _is_quiet(hour)) for hour in range(24)
    ]


def _is_quiet(hour: int) -> bool:
    return not OPENS.hour <= hour < CLOSES.hour


def _zones(tally: Tally) -> list[ZoneRow]:
    messages: Counter[str] = Counter()
    for (zone, _, _), count in tally.clock.items():
        messages[zone] += count
    return [
        ZoneRow(
            zone,
            tally.zones[zone],
            messages[zone],
            tally.quiet[zone, True],
            tally.quiet[zone, False],
        )
        for zone in sorted(messages, key=lambda zone: (-messages[zone], zone))
    ]


def _waves(tally: Tally, rate: int) -> list[WaveRow]:
    order = list(Part)
    largest = sorted(
        tally.waves.items(),
        key=lambda item: (-item[1].messages, item[0][0], order.index(Part(item[0][1])), item[0][2]),
    )[:LARGEST]
    return [
        WaveRow(
            day=date.fromisoformat(day),
            part=part,
            offset=offset,
            messages=wave.messages,
            first=_of_day(wave.first, offset),
            last=_of_day(wave.last, offset),
            busiest=max(wave.minutes.values()),
            seconds=-(-wave.messages // rate),
        )
        for (day, part, offset), wave in largest
    ]


def _of_day(moment: datetime | None, offset: int) -> str:
    return f"{moment + timedelta(minutes=offset):%H:%M}" if moment is not None else ""


LATE = (("within a minute", 1), ("within five minutes", 5), ("within an hour", 60),
        ("within a day", 24 * 60), ("within two days", 48 * 60))  # fmt: skip


def _late(minutes: Counter[int]) -> dict[str, int]:
    """How long after their moment deliveries left."""
    rows = dict.fromkeys([name for name, _ in LATE] + ["later"], 0)
    for late, count in minutes.items():
        name = next((name for name, limit in LATE if late < limit), "later")
        rows[name] += count
    return rows


def _step(step: Step, tally: Tally, language: str) -> StepRow:
    questions = ", ".join(question.key for question in step.questions)
    return StepRow(
        key=step.key,
        title=step.titles.get(language, questions),
        week=step.week,
        check_in=step.kind is StepKind.CHECK_IN,
        got=tally.got[step.key],
        answered=tally.answered[step.key],
        stopped=tally.left[step.key, "stop"],
        blocked=tally.left[step.key, "block"],
        vanished=tally.left[step.key, "vanish"],
        paused=tally.left[step.key, "pause"],
    )


def _answers(step: Step, tally: Tally) -> list[AnswerRow]:
    rows = []
    for question in step.questions:
        answers = {
            value: tally.votes[step.key, question.key, number]
            for number, value in enumerate(question.values)
        }
        asked = tally.asked[step.key, question.key]
        rows.append(
            AnswerRow(step.key, step.week, question.key, asked, sum(answers.values()), answers)
        )
    return rows


def _branches(campaign: Campaign, tally: Tally) -> list[BranchRow]:
    rows = []
    for step in campaign.steps:
        heard = {branch: n for (key, branch), n in tally.branches.items() if key == step.key}
        for branch in sorted(heard, key=lambda branch: (-heard[branch], branch)):
            rows.append(
                BranchRow(step.key, step.week, branch.removeprefix("thanks."), heard[branch])
            )
    return rows
