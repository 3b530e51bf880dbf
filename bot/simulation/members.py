"""Simulated people: what they do, decided by their profile, their luck and what they get to see.

Nothing here knows the bot. A member reads what arrives and answers with acts, each at its moment;
the same messages at the same minutes lead to the same acts, whoever carries them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from bot.domain.callback import Verb
from bot.domain.campaign import Campaign
from bot.domain.schedule import PART_HOURS, Part, instant_at, minute_of, part_at, zone_info
from bot.simulation.answers import Back, option
from bot.simulation.chance import Chance
from bot.simulation.profile import Profile, at_week
from bot.simulation.reading import ASK, OFFER, QUESTION, TIP, Known

FIRST_CHAT = 1_000_000_000
"""The Telegram id of member 0."""

ACT_SECOND = 20
"""The second of its minute at which everything is done: after what is due on the whole minute."""

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TWO_DAYS = 48 * 60.0
"""Minutes within which votes are given: before the window of a check-in is over."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something a member does at `at`.

    `kind` is start, text, tap, vote, block, vanish or return; `data` is the source to start with,
    the text, the button's data, the number of the option (None takes a vote back) or the button to
    go on with; `message` is what it is about.
    """

    at: datetime
    kind: str
    data: str | int | None = None
    message: int = 0
    about: str = ""
    """The key of the question that a vote answers."""


@dataclass(slots=True)
class Member:
    """One simulated person. `number` counts from 1; `joins_at` is when they press Start."""

    number: int
    chance: Chance
    profile: Profile
    campaign: Campaign
    home: str
    completes: bool
    joins_at: datetime
    language: str
    source: str
    zone: str
    back: Back
    step: str = ""
    """The key of the last tip they read."""
    week: int = 0
    joined: bool = False
    gone: bool = False
    wants: tuple[str, ...] = ()
    """Buttons to tap as soon as they are there, one after another."""
    asked: dict[str, int] = field(default_factory=dict)
    """How often each question came."""

    @property
    def chat(self) -> int:
        """Their id at Telegram."""
        return FIRST_CHAT + self.number

    def first(self) -> Act:
        """How it begins."""
        payload = "" if self.source == "unknown" else self.source
        return Act(self.joins_at, "start", payload)

    def read(self, known: Known, message: int, buttons: Sequence[str], now: datetime) -> list[Act]:
        """What they do about a message that came, or changed, at `now`."""
        if self.wants:
            for data in buttons:
                if data == self.wants[0] or data.startswith(self.wants[0] + ":"):
                    self.wants = self.wants[1:]
                    return [self._soon(now, 1, "tap", data, message)]
        if known.kind == TIP:
            return self._tip(known.key, message, buttons, now)
        if known.kind == ASK:
            return self._ask(message, buttons, now)
        if known.kind == QUESTION:
            return self._question(known.key, message, now)
        if known.kind == OFFER:
            return self._offer(known.key, message, buttons, now)
        if not self.joined:
            return self._welcome(message, buttons, now)
        return []

    def _welcome(self, message: int, buttons: Sequence[str], now: datetime) -> list[Act]:
        yes = next((data for data in buttons if data.startswith("consent:")), None)
        no = next((data for data in buttons if data.startswith("decline:")), None)
        if yes is None:
            return []
        self.joined = True
        minutes = self.chance.whole("consent", 1, 3)
        if self.completes:
            return [self._soon(now, minutes, "tap", yes, message)]
        if no is not None and self.chance("no thanks") < 0.5:
            return [self._soon(now, minutes, "tap", no, message)]
        return []

    def _tip(self, key: str, message: int, buttons: Sequence[str], now: datetime) -> list[Act]:
        step = self.campaign.step(key)
        assert step is not None
        first, self.step, self.week = not self.step, key, step.week
        going, chance = self.profile.going, self.chance
        acts = []
        if first:
            acts += self._settle_in(now)
        luck = chance(f"{key} going")
        for kind, shares in (
            ("stop", going.stops), ("block", going.blocks),
            ("vanish", going.vanishes), ("pause", going.pauses),
        ):  # fmt: skip
            share = at_week(shares, self.week)
            if luck < share:
                return acts + self._go(kind, key, now)
            luck -= share
        cards = [data for data in buttons if data.startswith("card:")]
        if cards and chance(f"{key} card") < going.opens_card:
            data = chance.one_of(f"{key} which", cards)
            acts.append(self._later(now, f"{key} opens", 20, "tap", data, message))
        return acts

    def _settle_in(self, now: datetime) -> list[Act]:
        acts = []
        if self.zone != self.home:
            acts.append(self._soon(now, self.chance.whole("zone", 2, 9), "text", self.zone))
        if self.chance("pace") < self.profile.going.two_weekly:
            self.wants = ("set:pace", "set:pace:2")
            acts.append(self._soon(now, self.chance.whole("settings", 12, 30), "text", "/settings"))
        return acts

    def _go(self, kind: str, key: str, now: datetime) -> list[Act]:
        topic = f"{key} {kind}"
        if kind == "pause":
            weeks = self.chance.one_of(topic, ("1", "2", "4"))
            self.wants = (f"pause:{weeks}",)
            return [self._later(now, topic, 60, "text", "/pause")]
        self.gone, self.wants = True, ()
        act = self._later(now, topic, 60, "text" if kind == "stop" else kind, "/stop")
        if kind == "vanish" or self.chance(f"{topic} returns") >= self.profile.going.returns:
            return [act]
        back = act.at + self.chance.whole(f"{topic} back", 14, 42) * DAY
        return [act, Act(back, "return", "consent" if kind == "stop" else "resume")]

    def returned(self, button: str) -> None:
        """They are back, and will tap the button that lets them go on."""
        self.gone, self.wants = False, (button,)

    def _ask(self, message: int, buttons: Sequence[str], now: datetime) -> list[Act]:
        plan = self.profile.check_ins
        luck = self.chance("check-ins")
        answer = "yes" if luck < plan.agrees else "no" if luck < plan.agrees + plan.declines else ""
        data = next((each for each in buttons if each.startswith(f"checkins:{answer}:")), None)
        if not answer or data is None or self.gone:
            return []
        return [self._later(now, f"{self.step} asked", plan.minutes, "tap", data, message)]

    def _question(self, key: str, message: int, now: datetime) -> list[Act]:
        plan, chance = self.profile.check_ins, self.chance
        topic = f"{self.step} {key}"
        self.asked[key] = self.asked.get(key, 0) + 1
        # A person who answers tends to answer again; the share of a week stays what it is.
        luck = chance("answers" if chance(f"{topic} habit") < plan.habit else topic)
        # Who answered the first question of a check-in is there for the next one.
        if self.gone or luck >= at_week(plan.answers, self.week):
            return []
        question = next(
            (q for step in self.campaign.steps for q in step.questions if q.key == key), None
        )
        if question is None:
            return []

        def choose(what: str) -> int:
            return option(question, plan, self.back, chance, f"{topic} {what}", self.week)

        at = self._later(now, f"{topic} when", plan.minutes, "vote", None).at
        vote = Act(at, "vote", choose("first"), message, key)
        luck = chance(f"{topic} again")
        if luck < plan.withdraws:
            return [vote, Act(at + 2 * MINUTE, "vote", None, message, key)]
        if luck < plan.withdraws + plan.changes:
            return [vote, Act(at + 3 * MINUTE, "vote", choose("second"), message, key)]
        return [vote]

    def _offer(self, key: str, message: int, buttons: Sequence[str], now: datetime) -> list[Act]:
        chance, topic = self.chance, f"{self.step} {key}"
        choices = [data for data in buttons if data.startswith(f"{Verb.OFFER}:")]
        if self.gone or not choices or chance(f"{topic} chooses") >= self.profile.going.chooses:
            return []
        data = chance.one_of(f"{topic} which", choices)
        return [self._later(now, topic, self.profile.check_ins.minutes, "tap", data, message)]

    def _soon(
        self, now: datetime, minutes: int, kind: str, data: str | int | None, message: int = 0
    ) -> Act:
        at = now.replace(second=ACT_SECOND, microsecond=0) + minutes * MINUTE
        return Act(at, kind, data, message)

    def _later(
        self, now: datetime, topic: str, median: float, kind: str, data: str | int | None,
        message: int = 0,
    ) -> Act:  # fmt: skip
        """When they get to it: some minutes later, and mostly not at night."""
        minutes = 1 + int(self.chance.waiting(topic + " wait", median, TWO_DAYS))
        act = self._soon(now, minutes, kind, data, message)
        local = act.at.astimezone(zone_info(self.zone))
        awake = 7 <= local.hour < 23
        if awake or self.chance(topic + " night") < self.profile.going.at_night:
            return act
        day = local.date() + (DAY if local.hour >= 23 else timedelta())
        minute = self.chance.whole(topic + " morning", 8 * 60, 10 * 60)
        morning = instant_at(day, time(minute // 60, minute % 60), self.zone)
        return act if morning is None else self._soon(morning, 0, kind, data, message)


def pseudonym(seed: int, chat: int) -> str:
    """A member's pseudonym, which also says at which minute their messages come."""
    return hashlib.blake2b(f"{seed}:{chat}".encode(), digest_size=8).hexdigest()


def member(number: int, seed: int, profile: Profile, campaign: Campaign, home: str, *,
           completes: bool = True) -> Member:  # fmt: skip
    """A person of the profile, by number and seed alone; `home` is the campaign's own zone."""
    chance = Chance(seed, number)
    joining = profile.joining
    day = joining.starts + chance.whole("day", 0, joining.within_days - 1) * DAY
    part = Part(chance.among("part", joining.parts))
    start, end = (each.hour * 60 + each.minute for each in PART_HOURS[part])
    # With time to agree within the same part, in coarse time too: the part becomes their slot's.
    minute = chance.whole("minute", start, end - 40)
    at = instant_at(day, time(minute // 60, minute % 60), home)
    while at is None:
        day += DAY
        at = instant_at(day, time(minute // 60, minute % 60), home)
    languages = {k: v for k, v in joining.languages.items() if k in campaign.languages}
    return Member(
        number=number,
        chance=chance,
        profile=profile,
        campaign=campaign,
        home=home,
        completes=completes,
        joins_at=at.replace(second=ACT_SECOND),
        language=chance.among("language", languages or {campaign.languages[0]: 1}),
        source=chance.among("source", joining.sources),
        zone=chance.among("zone", joining.zones),
        back=Back.of(profile.backs, chance, campaign.weeks),
    )


def half(member: Member, seed: int) -> int:
    """Which half of its part of the day a member's minute falls in: 0 or 1.

    Those whose messages are due at the same minute, and most who are due near it, share a half.
    """
    part = part_at(member.joins_at, member.home)
    moment = minute_of(part, pseudonym(seed, member.chat))
    start, end = (each.hour * 60 + each.minute for each in PART_HOURS[part])
    return int(2 * (moment.hour * 60 + moment.minute - start) >= end - start - 30)


def starts_at(profile: Profile, home: str) -> datetime:
    """The instant at which a simulation begins: midnight of its first day."""
    local = datetime.combine(profile.joining.starts, time(), tzinfo=zone_info(home))
    return local.astimezone(UTC)
