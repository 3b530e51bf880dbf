"""Votes in check-ins: what someone chose, and what they hear.

Safety comes first: the card goes out before anything else, and no exercises are offered beside it.
"""

from __future__ import annotations

from bot.chat import answer
from bot.chat.chart import chart
from bot.chat.keyboards import button, card, cards, paired, stacked
from bot.chat.turn import Turn
from bot.domain.callback import Verb
from bot.domain.campaign import Question, StepKind
from bot.domain.checkin import thanks
from bot.domain.message import TextMessage
from bot.domain.subscriber import Person, Status
from bot.service import checkins, reading
from bot.service.checkins import Voted


async def voted(turn: Turn) -> None:
    """A vote, changed or withdrawn ones too."""
    given = turn.update.poll_answer
    if given is None:
        return
    option = given.option_ids[0] if given.option_ids else None
    result = await checkins.vote(turn.desk.records, turn.chat_id, given.poll_id, option, turn.now)
    if result.thanks is not None and result.thanks.safety:
        await answer.say(turn, turn.card("safety"), cards(turn, "physio"))
    match result.kind:
        case "first" if not _more(result):
            await _thank(turn, result)
        case "changed" | "withdrawn":
            rows = paired(button(turn, "progress", Verb.PROGRESS), card(turn, "safety"))
            await answer.say(turn, turn.phrase(f"thanks.{result.kind}"), rows)
        case "kept" if result.person is not None:
            await answer.say(turn, turn.phrase("thanks.kept"), cards(turn, "safety"))
        case "foreign" if result.question is not None:
            # Their own poll, left open for a moment after they turned check-ins off or stopped.
            await answer.say(turn, turn.phrase("thanks.not-kept"), cards(turn, "safety"))
    # The next question was queued with the vote. It waits for the safety card.
    turn.desk.wake()


def _more(result: Voted) -> bool:
    """Whether a further question comes by itself, so that no thank-you goes between."""
    running = (Status.ACTIVE, Status.PAUSED, Status.FINISHED)
    person = result.person
    return not result.last and person is not None and person.enrolment.status in running


async def _thank(turn: Turn, result: Voted) -> None:
    """The thank-you at the end of a check-in, and after the last one the round-up."""
    assert result.person is not None
    assert result.question is not None
    assert result.thanks is not None
    person, question = result.person, result.question
    phrase = result.thanks.key
    alarmed = result.thanks.safety
    if not alarmed and await _alarmed(turn, person, question):
        # Its own thank-you might offer exercises.
        alarmed, phrase = True, "thanks.done"
    facts = {}
    if phrase.startswith("thanks.knowledge"):
        facts["explanation"] = turn.desk.texts.explanation(question.key, turn.language)
    first = card(turn, "physio") if alarmed else button(turn, "progress", Verb.PROGRESS)
    rows = paired(first, card(turn, "safety"))
    await answer.say(turn, turn.phrase(phrase, **facts), rows)
    final = turn.campaign.steps[-1].questions[-1:]
    if person.enrolment.status is Status.FINISHED and question in final:
        await answer.send(turn, await round_up(turn, person))


async def round_up(turn: Turn, person: Person) -> TextMessage:
    """What there is to say and choose after the last step."""
    series = await reading.progress(turn.desk.records, person)
    own = chart(turn.desk.texts, series, turn.language)
    return TextMessage(
        turn.phrase("end.round-up", chart=own),
        stacked(
            button(turn, "start-again", Verb.START_AGAIN),
            button(turn, "tips", Verb.TIPS),
            button(turn, "forget", Verb.FORGET),
        ),
    )


async def _alarmed(turn: Turn, person: Person, question: Question) -> bool:
    """Whether an earlier answer in the same check-in brought the safety card."""
    step = turn.campaign.step(person.enrolment.last_step or "")
    if step is None or step.kind is not StepKind.CHECK_IN or question not in step.questions:
        return False
    series = await reading.progress(turn.desk.records, person)
    for other in step.questions:
        points = series.get(other.scale, [])
        if other.key == question.key or not points or points[-1].week != step.week:
            continue
        before = points[-2].value if len(points) > 1 else None
        if thanks(other, points[-1].value, before).safety:
            return True
    return False
