"""Offers of branches: made where answers or silence ask for one, and chosen from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.branch import Action, Branch, Choice, Jump, Pause, Show, Slower, Stop, slower
from bot.domain.campaign import Campaign, Step
from bot.domain.condition import History
from bot.domain.offers import can_fire, jumped, offered, told
from bot.domain.schedule import own_moment
from bot.domain.subscriber import CheckIns, Person, Status
from bot.service import joining
from bot.service.records import Records
from bot.store import answers, outbox, people, polls, timeline
from bot.store.answers import Answer
from bot.store.deliveries import STEP_ITEM, Lane, Offer, Planned, State
from bot.store.outbox import Arrival

SILENT_WINDOW = timedelta(days=6)
"""How late an offer after silence may still come, where other days have no room for it."""

Heard = Sequence[tuple[Person, History]]

UNDER_WAY = (Status.ACTIVE, Status.PAUSED)


def history(given: Iterable[Answer], *, over: Step | None = None, silences: int = 0) -> History:
    """What somebody said, as the rules see it; `over` is the check-in that was answered now."""
    said = [(each.step, each.question, each.value) for each in given if each.value is not None]
    return told(said, over=over, silences=silences)


async def answer_with(
    records: Records, tx: AsyncConnection, heard: Heard, now: datetime
) -> Mapping[int, Branch]:
    """Queue an offer for each of these people whose answers ask for one, to come at once.

    Gives the branches by enrolment.
    """
    found = await _asked_for(records, tx, heard, now)
    await outbox.queue(
        tx,
        [
            Planned(id_, branch.key, item, Lane.INTERACTIVE, now, None)
            for id_, (branch, item, _) in found.items()
        ],
    )
    return {id_: branch for id_, (branch, _, _) in found.items()}


async def break_silence(records: Records, tx: AsyncConnection, heard: Heard, now: datetime) -> None:
    """Queue an offer for each of these people whose silence asks for one, for their next moment."""
    found = await _asked_for(records, tx, heard, now)
    await outbox.queue(
        tx, [in_silence(person, branch, item, now) for branch, item, person in found.values()]
    )


def in_silence(person: Person, branch: Branch, item: int, now: datetime) -> Planned:
    """The offer that breaks somebody's silence, at their next own moment."""
    due_at = own_moment(person.subscriber.rhythm, now)
    id_, before = person.enrolment.id, due_at + SILENT_WINDOW
    return Planned(id_, branch.key, item, Lane.BULK, due_at, before)


async def _asked_for(
    records: Records, tx: AsyncConnection, heard: Heard, now: datetime
) -> dict[int, tuple[Branch, int, Person]]:
    """By enrolment, the branch to offer, its item in the outbox and the person.

    The people are locked, so that the next offer of a branch has a number of its own: by that it is
    in the outbox once.
    """
    campaign = records.campaign
    heard = [(person, history) for person, history in heard if can_fire(campaign, history)]
    if not heard:
        return {}
    ids = [person.enrolment.id for person, _ in heard]
    known = await timeline.offers(tx, ids, [branch.key for branch in campaign.branches])
    found: dict[int, tuple[Branch, int, Person]] = {}
    for person, history in heard:
        id_ = person.enrolment.id
        offer = next_offer(campaign, person, history, known.get(id_, ()), now)
        if offer is not None:
            found[id_] = *offer, person
    return found


def next_offer(
    campaign: Campaign,
    person: Person,
    history: History,
    earlier: Sequence[Offer],
    now: datetime,
) -> tuple[Branch, int] | None:
    """The branch to offer and the offer's item, where `earlier` were queued before."""
    branch = offered(campaign, person, history, _made(earlier), now)
    if branch is None:
        return None
    return branch, STEP_ITEM - 1 - sum(each.branch == branch.key for each in earlier)


def _made(earlier: Sequence[Offer]) -> dict[str, datetime]:
    """When each branch was last offered; what was withdrawn before it left doesn't count."""
    made: dict[str, datetime] = {}
    for each in earlier:
        if each.status is not State.CANCELLED:
            made[each.branch] = max(each.due_at, made.get(each.branch, each.due_at))
    return made


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choice that stands under an offer, and its person after what it does."""

    person: Person
    choice: Choice


async def choose(
    records: Records, chat_id: int, delivery_id: int, key: str, now: datetime
) -> Chosen | None:
    """Take a choice under an offer and do what it says, in one transaction.

    The first choice stands: a second one gives the first again. None where there is no such offer
    or choice (any more), and for who has left. A tap also proves that the offer arrived.
    """
    ref = records.cipher.hide_chat(chat_id)
    async with records.db.write() as tx:
        delivery = await outbox.get(tx, delivery_id)
        if delivery is None or delivery.chat_ref != ref or delivery.item >= STEP_ITEM:
            return None
        branch = records.campaign.branch(delivery.step)
        person = delivery.person
        choice = branch.choice(key) if branch is not None else None
        if branch is None or choice is None or person.enrolment.status is Status.LEFT:
            return None
        if delivery.status is State.UNCERTAIN:
            await outbox.settle_sent(tx, [Arrival(delivery.id, None, None, None)])
        standing = await answers.of_delivery(tx, delivery.id)
        before = branch.choice(standing) if standing is not None else None
        if before is not None:
            return Chosen(person, before)
        if person.subscriber.check_ins is CheckIns.YES:
            await answers.put(tx, [(delivery.id, branch.key, choice.key, now)])
        first = await polls.take(tx, delivery.id)
        if not first and isinstance(choice.does, Slower):
            # Without check-ins no choice is kept that would show that this one was made.
            return Chosen(person, choice)
        return Chosen(await act(records, tx, person, choice.does, now), choice)


async def act(
    records: Records, tx: AsyncConnection, person: Person, action: Action | None, now: datetime
) -> Person:
    """Do what a choice says; doing it twice changes nothing more, but for going slower."""
    match action:
        case Jump(step):
            moved = jumped(records.campaign, person, step, now)
            if moved == person.enrolment:
                return person
            await outbox.cancel_queued(tx, person.enrolment.id, "jumped ahead", lane=Lane.BULK)
            return await records.move(tx, person, moved, now)
        case Slower() if (pace := slower(person.subscriber.pace)) is not None:
            await people.change(tx, person.subscriber.id, pace=pace)
            changed = replace(person, subscriber=replace(person.subscriber, pace=pace))
            return await records.replan(tx, changed, now)
        case Pause(weeks):
            return await joining.rest(records, tx, person, weeks, now)
        case Stop():
            return await joining.leave(records, tx, person, now)
        case None | Show() | Slower():
            return person
