"""Check-ins: consent to them, and what a vote leads to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.branch import Branch
from bot.domain.campaign import Campaign, Question, Step, StepKind
from bot.domain.checkin import Thanks, option_value, thanks
from bot.domain.series import next_step
from bot.domain.subscriber import CheckIns, Person, Status
from bot.service import offers
from bot.service.joining import CHECK_INS
from bot.service.records import Records
from bot.store import answers, consents, outbox, people, polls, timeline
from bot.store.answers import Answer
from bot.store.consents import Wording
from bot.store.deliveries import Delivery, Lane, Planned
from bot.store.outbox import Arrival


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a yes to check-ins came to; `at_once` where the first question follows right away."""

    person: Person
    at_once: bool


async def agree(records: Records, chat_id: int, wording: Wording, now: datetime) -> Agreed | None:
    """Record consent to check-ins. The one that asked goes on at once while its time lasts.

    None for someone who isn't enrolled, and for who is through unless the last step asked.
    Agreeing twice changes nothing.
    """
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        if person is None or person.enrolment.status is Status.LEFT:
            return None
        asked = await _asked_just_now(records, tx, person, now)
        if person.enrolment.status is Status.FINISHED and asked is None:
            return None
        before = person.subscriber.check_ins
        if before is not CheckIns.YES:
            await consents.record(tx, person.subscriber.id, wording, "given", now)
            await people.change(tx, person.subscriber.id, check_ins=CheckIns.YES)
            person = replace(person, subscriber=replace(person.subscriber, check_ins=CheckIns.YES))
        at_once = False
        if asked is not None and person.enrolment.status in (Status.ACTIVE, Status.FINISHED):
            await outbox.queue(
                tx, [Planned(person.enrolment.id, asked.key, 1, Lane.INTERACTIVE, now, None)]
            )
            at_once = await timeline.step_under_way(tx, person.enrolment.id, asked.key)
        return Agreed(await _onward(records, tx, person, now), at_once)


async def _onward(records: Records, tx: AsyncConnection, person: Person, now: datetime) -> Person:
    """Date the next step anew where a yes or a no changes it; a tip that comes next stays put."""
    step = next_step(records.campaign, person)
    if (
        step is not None
        and step.kind is StepKind.TIP
        and step.key == person.enrolment.next_step
        and person.enrolment.status is Status.ACTIVE
    ):
        return person
    return await records.replan(tx, person, now)


async def _asked_just_now(
    records: Records, tx: AsyncConnection, person: Person, now: datetime
) -> Step | None:
    last, at = person.enrolment.last_step, person.enrolment.place.last_step_at
    step = records.campaign.step(last) if last else None
    window = timedelta(days=records.campaign.check_in_window)
    if step is None or step.kind is not StepKind.CHECK_IN or at is None or now > at + window:
        return None
    return step


async def decline(records: Records, chat_id: int, now: datetime) -> Person | None:
    """No check-ins (any more): consent is withdrawn, open polls close, the series goes on."""
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        if person is None:
            return None
        await consents.withdraw(tx, person.subscriber.id, CHECK_INS, now)
        await people.change(tx, person.subscriber.id, check_ins=CheckIns.NO)
        await polls.cancel_questions(tx, person.enrolment.id, "no consent to check-ins")
        # An open offer stands: who wants no more questions hasn't said that nothing suits them.
        await polls.close_soon(tx, person.enrolment.id, now, offers=False)
        changed = replace(person, subscriber=replace(person.subscriber, check_ins=CheckIns.NO))
        return await _onward(records, tx, changed, now)


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote as it came in: an option of a poll, or None to withdraw it."""

    chat_id: int
    poll_id: str
    option: int | None


@dataclass(frozen=True, slots=True)
class Voted:
    """What a vote came to.

    `kind`: first, changed, withdrawn, kept (the poll is not known), foreign (not theirs, or nothing
    that may be kept of someone who doesn't take part in check-ins any more), or leaving: nothing
    was written, since a question to this person is being sent this very moment and may be the one
    they answer; what it was is known in a moment, and so whether the answer alarms.
    `last` says that no further question of this check-in follows. `given` are the answers of this
    round that stand now, where the poll is known. `offer` is the branch whose offer comes next.
    """

    kind: str
    person: Person | None = None
    step: str = ""
    question: Question | None = None
    value: str | None = None
    thanks: Thanks | None = None
    last: bool = False
    given: tuple[Answer, ...] = ()
    offer: Branch | None = None


Finish = Callable[[AsyncConnection, Sequence[tuple[int, Voted]]], Awaitable[None]]
"""What else belongs into the transaction of some votes, each with its place in the set."""


async def _nothing_else(_tx: AsyncConnection, _voted: Sequence[tuple[int, Voted]]) -> None:
    pass


async def vote(
    records: Records, chat_id: int, poll_id: str, option: int | None, now: datetime
) -> Voted:
    """One vote, as `vote_all` takes it."""
    return (await vote_all(records, [Ballot(chat_id, poll_id, option)], now))[0]


async def vote_all(
    records: Records, ballots: Sequence[Ballot], now: datetime, finish: Finish = _nothing_else
) -> list[Voted]:
    """Write votes and queue the next question with each, once; their people were seen.

    Votes on polls that are known take one transaction together, any other one of its own. `finish`
    is called at the end of each, with the votes taken in it.
    """
    refs = [records.cipher.hide_chat(ballot.chat_id) for ballot in ballots]
    results: dict[int, Voted] = {}
    async with records.db.write() as tx:
        found = await polls.by_polls(tx, [ballot.poll_id for ballot in ballots])
        known = {
            # The first of several on one poll.
            ballot.poll_id: index
            for index, ballot in reversed(list(enumerate(ballots)))
            if ballot.poll_id in found and found[ballot.poll_id].chat_ref == refs[index]
        }
        indexes = sorted(known.values())
        if indexes:
            await people.see(tx, [refs[index] for index in indexes], now)
            votes = [(found[ballots[index].poll_id], ballots[index].option) for index in indexes]
            results = dict(zip(indexes, await apply_all(records, tx, votes, now), strict=True))
            await finish(tx, list(results.items()))
    for index, ballot in enumerate(ballots):
        if index not in results:
            async with records.db.write() as tx:
                results[index] = await _vote(records, tx, ballot, refs[index], now)
                if results[index].kind != "leaving":
                    await finish(tx, [(index, results[index])])
    return [results[index] for index in range(len(ballots))]


async def _vote(
    records: Records, tx: AsyncConnection, ballot: Ballot, ref: bytes, now: datetime
) -> Voted:
    """A vote on an unknown poll proves that the person's uncertain question did arrive; where there
    is none, the vote is kept.
    """
    person = await records.find(tx, ballot.chat_id)
    # Asked before the poll is looked for: in between, another transaction may write it down.
    leaving = person is not None and await timeline.question_leaving(tx, person.enrolment.id)
    delivery = (await polls.by_polls(tx, [ballot.poll_id])).get(ballot.poll_id)
    if delivery is None:
        if leaving:
            return Voted("leaving", person)
        await people.see(tx, [ref], now)
        delivery = await _proved(records, tx, person, ref, ballot.poll_id, now)
        if delivery is None:
            if person is None or person.subscriber.check_ins is not CheckIns.YES:
                return Voted("foreign", person)
            await answers.keep_vote(tx, ballot.poll_id, ref, ballot.option, now)
            return Voted("kept", person)
    elif delivery.chat_ref != ref:
        return Voted("foreign")
    return (await apply_all(records, tx, [(delivery, ballot.option)], now))[0]


async def _proved(
    records: Records,
    tx: AsyncConnection,
    person: Person | None,
    ref: bytes,
    poll_id: str,
    now: datetime,
) -> Delivery | None:
    if person is None:
        return None
    doubtful = await polls.unproved_polls(tx, ref)
    if not doubtful:
        return None
    close_at = now + timedelta(days=records.campaign.check_in_window)
    await outbox.settle_sent(tx, [Arrival(doubtful[0].id, None, poll_id, close_at)])
    return doubtful[0]


async def apply_all(
    records: Records,
    tx: AsyncConnection,
    votes: Sequence[tuple[Delivery, int | None]],
    now: datetime,
) -> list[Voted]:
    """Write votes on known deliveries, one for each, in the caller's transaction."""
    ids = [delivery.person.enrolment.id for delivery, _ in votes]
    given = await answers.of_enrolments(tx, ids)
    results, written, following = [], [], []
    for delivery, option in votes:
        before = given[delivery.person.enrolment.id]
        result = _counted(records.campaign, delivery, option, before)
        if result.question is not None and result.kind != "foreign":
            answer = Answer(delivery.id, delivery.step, result.question.key, result.value, now)
            written.append((delivery.id, answer.question, answer.value, now))
            standing = [*(each for each in before if each.delivery_id != delivery.id), answer]
            standing = [each for each in standing if each.value is not None]
            standing.sort(key=lambda each: each.delivery_id)
            result = replace(result, step=delivery.step, given=tuple(standing))
        if more(result):
            lane, item = Lane.INTERACTIVE, delivery.item + 1
            following.append(
                Planned(delivery.person.enrolment.id, delivery.step, item, lane, now, None)
            )
        results.append(result)
    await answers.put(tx, written)
    await outbox.queue(tx, following)
    await polls.cancel_reminders(
        tx, [(each.person.enrolment.id, each.step) for each in results if each.person and each.step]
    )
    return await _with_offers(records, tx, results, now)


async def _with_offers(
    records: Records, tx: AsyncConnection, results: Sequence[Voted], now: datetime
) -> list[Voted]:
    """The results, with the offers that check-ins which are now complete lead to."""
    heard = [
        (result.person, offers.history(result.given, over=step))
        for result in results
        if result.person is not None and (step := _completed(records.campaign, result)) is not None
    ]
    made = await offers.answer_with(records, tx, heard, now)
    return [
        replace(result, offer=made.get(result.person.enrolment.id) if result.person else None)
        for result in results
    ]


def _completed(campaign: Campaign, result: Voted) -> Step | None:
    """The check-in of a vote by which every question of it has an answer."""
    if result.kind not in ("first", "changed") or not result.given:
        return None
    step = campaign.step(result.step)
    answered = {each.question for each in result.given if each.step == result.step}
    complete = step is not None and all(each.key in answered for each in step.questions)
    return step if complete else None


def more(result: Voted) -> bool:
    """Whether a vote brings the next question of its check-in."""
    running = (Status.ACTIVE, Status.PAUSED, Status.FINISHED)
    counts = result.kind in ("first", "changed") and not result.last
    return counts and result.person is not None and result.person.enrolment.status in running


def _counted(
    campaign: Campaign, delivery: Delivery, option: int | None, given: Sequence[Answer]
) -> Voted:
    """What a vote comes to, where `given` are all answers of the round so far."""
    step, person = campaign.step(delivery.step), delivery.person
    if step is None or not 1 <= delivery.item <= len(step.questions):
        return Voted("foreign", person)
    question = step.questions[delivery.item - 1]
    value = option_value(question, option) if option is not None else None
    if option is None:
        return Voted("withdrawn", person, question=question)
    if value is None:
        return Voted("foreign", person)
    same = [each for each in given if each.question == question.key and each.value is not None]
    earlier = [each.value for each in same if each.delivery_id < delivery.id]
    fitting = thanks(question, value, earlier[-1] if earlier else None)
    if person.subscriber.check_ins is not CheckIns.YES:
        # Safety comes first all the same.
        return Voted("foreign", person, question=question, value=value, thanks=fitting)
    known = [each.value for each in given if each.delivery_id == delivery.id]
    kind = "changed" if known and known != [value] else "first"
    last = delivery.item == len(step.questions)
    return Voted(kind, person, question=question, value=value, thanks=fitting, last=last)


async def settle_kept(
    records: Records, tx: AsyncConnection, delivery: Delivery, poll_id: str, now: datetime
) -> None:
    """Match a vote that came before its poll was known."""
    kept = await answers.kept_for(tx, poll_id, delivery.chat_ref)
    if kept is not None:
        await apply_all(records, tx, [(delivery, kept.option)], now)
        await answers.drop_vote(tx, poll_id, delivery.chat_ref)
