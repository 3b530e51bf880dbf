"""What is counted while a simulation runs. Tallies of its halves add up to that of the whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.domain.campaign import Campaign, StepKind
from bot.domain.schedule import is_quiet, part_at, zone_info
from bot.simulation.members import Act, Member
from bot.simulation.reading import ASK, OFFER, OTHER, QUESTION, SAFETY, SERIES, THANKS, TIP, Known

ANSWERED_WITHIN = timedelta(minutes=10)
"""So long after somebody's own act a message counts as asked for, even if another came between."""

OUTLASTED = timedelta(hours=12)
"""So long an act without any answer yet may wait for one: Telegram may be out of reach."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of somebody's calendar: `who` (bot or person) said or did `what`, of some `kind`."""

    at: datetime
    who: str
    kind: str
    what: str


@dataclass(slots=True)
class Wave:
    """The unasked messages of one day and part of the day, as their readers' clocks tell it."""

    messages: int = 0
    first: datetime | None = None
    last: datetime | None = None
    minutes: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Tally:
    """Counts by key; every key is made of plain values, so that they compare and sort."""

    hours: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    """Messages by day, hour (of the campaign's zone) and kind."""
    clock: Counter[tuple[str, int, bool]] = field(default_factory=Counter)
    """Messages by zone, hour of the reader's own day and whether they were asked for."""
    quiet: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """Messages within quiet hours, by zone and whether they were asked for."""
    woken: list[tuple[int, str, str]] = field(default_factory=list)
    """Unasked messages in quiet hours: who, when, what. There should be none."""
    got: Counter[str] = field(default_factory=Counter)
    """People who got a step, by its key."""
    answered: Counter[str] = field(default_factory=Counter)
    """People who answered something in a check-in, by its key."""
    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    """People who stopped, blocked, vanished or paused, by the last step they had got."""
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Questions that came, by step and question."""
    votes: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """Votes as they were given first, by step, question and option."""
    branches: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What people heard in answer to votes, by step and key of the phrase."""
    waves: dict[tuple[str, str, int], Wave] = field(default_factory=dict)
    """By day, part and distance to UTC in minutes."""
    acts: Counter[str] = field(default_factory=Counter)
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)
    """People by source, and whether they started or joined."""
    zones: Counter[str] = field(default_factory=Counter)
    """Where those live who joined."""
    calendars: dict[int, list[Entry]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    """How the people stand at the end, and (with "delivery ") what became of deliveries."""
    late: Counter[int] = field(default_factory=Counter)
    """Deliveries by the whole minutes that they left after they were due."""
    refused: int = 0
    failed: int = 0
    """Updates that couldn't be handled."""

    def add(self, other: Tally) -> None:
        """Count what another tally counted."""
        for name in Tally.__slots__:
            mine, theirs = getattr(self, name), getattr(other, name)
            if isinstance(mine, Counter):
                mine.update(theirs)
            elif isinstance(mine, list):
                mine += theirs
            elif isinstance(mine, int):
                setattr(self, name, mine + theirs)
            elif name == "waves":
                for key, wave in theirs.items():
                    _join(self.waves.setdefault(key, Wave()), wave)
            else:
                for number, entries in theirs.items():
                    mine.setdefault(number, []).extend(entries)


def _join(wave: Wave, other: Wave) -> None:
    wave.messages += other.messages
    wave.first = min(filter(None, (wave.first, other.first)), default=None)
    wave.last = max(filter(None, (wave.last, other.last)), default=None)
    wave.minutes.update(other.minutes)


@dataclass(slots=True)
class _Seen:
    """What is remembered of one person."""

    acted_at: datetime | None = None
    waits: bool = False
    """Whether an act of theirs has had no answer yet."""
    did: str = ""
    """The kind of their last act."""
    tip: str = ""
    last: str = ""
    """The last tip and the last step that they got."""
    voted: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)


class Counting:
    """Watches the simulated Telegram and counts; keeps the calendars of some `people`.

    `zone` is the campaign's own.
    """

    def __init__(self, campaign: Campaign, zone: str, people: frozenset[int]) -> None:
        self.tally = Tally(calendars={number: [] for number in sorted(people)})
        self._campaign = campaign
        self._zone = zone_info(zone)
        self._seen: dict[int, _Seen] = {}
        self._after = {
            (before.key, question.key): step.key
            for before, step in _check_ins(campaign)
            for question in step.questions
        }
        self._questions = {q.key: q for step in campaign.steps for q in step.questions}
        self._check_in = {before.key: step.key for before, step in _check_ins(campaign)}

    def arrived(self, member: Member, known: Known, now: datetime) -> None:
        """A message came."""
        tally, seen = self.tally, self._seen_of(member)
        asked = seen.acted_at is not None and now - seen.acted_at < (
            OUTLASTED if seen.waits else ANSWERED_WITHIN
        )
        seen.waits = False
        local = now.astimezone(self._zone)
        kind = known.kind if known.kind in SERIES else OTHER
        tally.hours[local.date().isoformat(), local.hour, kind] += 1
        own = now.astimezone(zone_info(member.zone))
        tally.clock[member.zone, own.hour, asked] += 1
        if is_quiet(now, member.zone):
            tally.quiet[member.zone, asked] += 1
            if not asked:
                tally.woken.append((member.number, own.isoformat(timespec="minutes"), known.title))
        if not asked:
            self._wave(member, now, own)
        if known.kind == TIP:
            seen.tip = known.key
            self._got(seen, known.key)
        elif known.kind == ASK:
            self._got(seen, self._check_in.get(seen.tip, ""))
        elif known.kind == QUESTION:
            step = self._after.get((seen.tip, known.key), "")
            self._got(seen, step)
            tally.asked[step, known.key] += 1
        elif known.kind in (THANKS, SAFETY, OFFER) and seen.did == "vote":
            tally.branches[self._check_in.get(seen.tip, ""), known.key or known.kind] += 1
        self._note(member, now, "bot", known.kind, known.title)

    def changed(self, member: Member) -> None:
        """A message of theirs changed: that answers what they did."""
        self._seen_of(member).waits = False

    def _wave(self, member: Member, now: datetime, own: datetime) -> None:
        away = own.utcoffset() or timedelta()
        key = (
            own.date().isoformat(),
            part_at(now, member.zone).value,
            away // timedelta(minutes=1),
        )
        wave = self.tally.waves.setdefault(key, Wave())
        wave.messages += 1
        wave.first = wave.first or now
        wave.last = now
        wave.minutes[f"{own:%H:%M}"] += 1

    def _got(self, seen: _Seen, step: str) -> None:
        seen.last = step
        if step not in seen.reached:
            seen.reached.add(step)
            self.tally.got[step] += 1

    def acted(self, member: Member, act: Act, now: datetime) -> None:
        """Somebody did something."""
        tally, seen = self.tally, self._seen_of(member)
        kind = act.kind
        if kind == "text":
            kind = {"/stop": "stop", "/pause": "pause"}.get(str(act.data), kind)
        elif kind == "tap":
            kind = f"tap {str(act.data).partition(':')[0]}"
        tally.acts[kind] += 1
        seen.did = kind
        if kind not in ("block", "vanish"):
            seen.acted_at, seen.waits = now, True
        if kind == "start":
            tally.sources[member.source, "started"] += 1
        elif kind == "tap consent" and not seen.last:
            tally.sources[member.source, "joined"] += 1
            tally.zones[member.zone] += 1
        elif kind in ("stop", "block", "vanish", "pause", "return"):
            tally.left[seen.last, kind] += 1
        elif kind == "vote":
            self._voted(seen, act)
        self._note(member, now, "person", kind, self._chosen(member, act))

    def _chosen(self, member: Member, act: Act) -> str:
        """What an act was about; of a vote the option as it reads."""
        if act.data is None:
            return ""
        question = self._questions.get(act.about)
        if question is None or not isinstance(act.data, int):
            return str(act.data)
        return question.options[member.language][act.data]

    def _voted(self, seen: _Seen, act: Act) -> None:
        if act.data is None or act.about in (None, ""):
            return
        step = self._after.get((seen.tip, str(act.about)), "")
        if f"{step}/{act.about}" in seen.voted:
            return
        seen.voted.add(f"{step}/{act.about}")
        self.tally.votes[step, str(act.about), int(act.data)] += 1
        if step not in seen.voted:
            seen.voted.add(step)
            self.tally.answered[step] += 1

    def _seen_of(self, member: Member) -> _Seen:
        seen = self._seen.get(member.number)
        if seen is None:
            seen = self._seen[member.number] = _Seen()
        return seen

    def _note(self, member: Member, now: datetime, who: str, kind: str, what: str) -> None:
        if member.number in self.tally.calendars:
            self.tally.calendars[member.number].append(Entry(now, who, kind, what))


def _check_ins(campaign: Campaign) -> list[tuple[Any, Any]]:
    """Each check-in with the tip before it."""
    pairs, tip = [], None
    for step in campaign.steps:
        if step.kind is StepKind.TIP:
            tip = step
        elif tip is not None:
            pairs.append((tip, step))
    return pairs
