"""What the values of campaign.yaml must mean for each other.

Each rule yields where it is broken and a message; `broken` runs them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.content.codes import Rule
from bot.content.files import Document, Location
from bot.content.findings import Finding
from bot.content.schema import CampaignModel, QuestionModel, TipModel
from bot.domain.campaign import CHANGE_VALUES, SKIP, Scale

Faults = Iterator[tuple[Location, str]]

# Scales on which the rules compute; a knowledge or choice question has values of its own.
_VALUES = {
    Scale.PAIN: tuple(map(str, range(11))),
    Scale.ACTIVE_DAYS: tuple(map(str, range(8))),
    Scale.CONFIDENCE: tuple(map(str, range(11))),
    Scale.CHANGE: CHANGE_VALUES,
}


def _each_language(model: CampaignModel, at: Location, texts: Mapping[str, object]) -> Faults:
    for language in model.languages:
        if language not in texts:
            yield at, f"`{at[-1]}` has no text in `{language}`; add it"
    for language in texts:
        if language not in model.languages:
            yield (
                (*at, language),
                f"`{language}` is not among `languages`; add it there or remove it",
            )


def languages_complete(model: CampaignModel) -> Faults:
    """Everything that people read stands there in every language, once."""
    for position, language in enumerate(model.languages):
        if language in model.languages[:position]:
            yield ("languages", position), f"`{language}` stands here twice; keep one"
    yield from _each_language(model, ("source", "publisher"), model.source.publisher)
    yield from _each_language(model, ("source", "title"), model.source.title)
    for key, question in model.questions.items():
        yield from _each_language(model, ("questions", key, "text"), question.text)
        yield from _each_language(model, ("questions", key, "options"), question.options)
        if question.explanation:
            yield from _each_language(
                model, ("questions", key, "explanation"), question.explanation
            )
    for index, step in enumerate(model.steps):
        if isinstance(step, TipModel):
            yield from _each_language(model, ("steps", index, "title"), step.title)
    for index, branch in enumerate(model.branches):
        for position, choice in enumerate(branch.choices):
            at = ("branches", index, "choices", position, "label")
            yield from _each_language(model, at, choice.label)


def values_fit(model: CampaignModel) -> Faults:
    """A question's values are those of its scale, distinct, and end with skip."""
    for key, question in model.questions.items():
        at = ("questions", key, "values")
        if question.values[-1] != SKIP:
            yield at, f"the last value is not `{SKIP}`; let people pass a question over"
            continue
        answers = tuple(question.values[:-1])
        if len(set(question.values)) < len(question.values):
            yield at, "a value stands here twice; keep one"
        elif answers != _VALUES.get(question.scale, answers):
            wanted = ", ".join((*_VALUES[question.scale], SKIP))
            yield at, f"not the values of the scale `{question.scale}`; write [{wanted}]"


def options_match(model: CampaignModel) -> Faults:
    """Every value has its wording, and Telegram refuses two options that read the same."""
    for key, question in model.questions.items():
        for language, options in question.options.items():
            at = ("questions", key, "options", language)
            if len(options) != len(question.values):
                count = f"{len(options)} options for {len(question.values)} values"
                yield at, f"{count}; give each value one option, in the same order"
            elif len(set(options)) < len(options):
                yield at, "two options read the same; make them differ"


def knowledge_explained(model: CampaignModel) -> Faults:
    """A knowledge question has a right answer and says why; no other question has either."""
    for key, question in model.questions.items():
        if question.scale is Scale.KNOWLEDGE:
            yield from _explained(("questions", key), question)
            continue
        for name, given in (("correct", question.correct), ("explanation", question.explanation)):
            if given:
                what = f"`{name}` on a question of the scale `{question.scale}`"
                yield ("questions", key, name), f"{what}; only knowledge has it, remove it"


def _explained(at: Location, question: QuestionModel) -> Faults:
    if question.correct is None:
        yield at, "`correct` is missing; name the right one of `values`"
    elif question.correct not in question.values[:-1]:
        yield (*at, "correct"), f"`{question.correct}` is not an answer; name one of `values`"
    if not question.explanation:
        yield at, "`explanation` is missing; say why the answer is right"


def steps_in_order(model: CampaignModel) -> Faults:
    """The series begins with a tip on day 0; steps have keys of their own, in order of days."""
    first = model.steps[0]
    if not isinstance(first, TipModel) or first.day != 0:
        yield ("steps", 0), "the first step is not a tip on day 0; let the series begin with one"
    seen: dict[str, int] = {}
    for index, step in enumerate(model.steps):
        if step.key in seen:
            name = "tip" if isinstance(step, TipModel) else "check-in"
            yield (
                ("steps", index, name),
                f"`{step.key}` is the key of an earlier step; choose another",
            )
        seen[step.key] = index
        if index and step.day < model.steps[index - 1].day:
            yield _not_after(model, index)


def one_step_a_day(model: CampaignModel) -> Faults:
    """No two steps fall on one day."""
    for index in range(1, len(model.steps)):
        if model.steps[index].day == model.steps[index - 1].day:
            yield _not_after(model, index)


def within_budget(model: CampaignModel) -> Faults:
    """No seven days of the series have more steps than people may hear from it in a week."""
    days = [step.day for step in model.steps]
    for index, day in enumerate(days):
        week = sum(day - 7 < other <= day for other in days[: index + 1])
        if week > model.most_a_week:
            what = f"step {week} of seven days, and `most_a_week` is {model.most_a_week}"
            yield ("steps", index, "day"), f"{what}; give a later day, or allow more"
            return


def _not_after(model: CampaignModel, index: int) -> tuple[Location, str]:
    day, before = model.steps[index].day, model.steps[index - 1].day
    message = f"day {day} is not after day {before} of the step before; give a later day"
    return ("steps", index, "day"), message


def questions_known(model: CampaignModel) -> Faults:
    """A check-in asks what is under `questions`, and no question twice."""
    for index, step in enumerate(model.steps):
        if isinstance(step, TipModel):
            continue
        for position, key in enumerate(step.questions):
            at = ("steps", index, "questions", position)
            if key not in model.questions:
                yield at, f"`{key}` is not among `questions`; add it there or correct it"
            elif key in step.questions[:position]:
                yield at, f"`{key}` is asked twice; keep one"


def boosters_known(model: CampaignModel) -> Faults:
    """A booster is a tip of the series, and comes once."""
    tips = {step.tip for step in model.steps if isinstance(step, TipModel)}
    for position, key in enumerate(model.boosters):
        if key not in tips:
            yield ("boosters", position), f"`{key}` is no tip of the series; correct or remove it"
        elif key in model.boosters[:position]:
            yield ("boosters", position), f"`{key}` stands here twice; keep one"


def tips_founded(model: CampaignModel) -> Faults:
    """A tip rests on claims that there are, and shows their source."""
    for index, step in enumerate(model.steps):
        if not isinstance(step, TipModel):
            continue
        if "source" not in step.buttons:
            yield ("steps", index, "buttons"), "no `source` button; let people see the source"
        for position, key in enumerate(step.claims):
            at = ("steps", index, "claims", position)
            if key not in model.claims:
                yield at, f"`{key}` is not among `claims`; add it there or correct it"


def claims_accompanied(model: CampaignModel) -> Faults:
    """A tip brings the cards without which a claim may not go."""
    for index, step in enumerate(model.steps):
        if not isinstance(step, TipModel):
            continue
        for position, key in enumerate(step.claims):
            at = ("steps", index, "claims", position)
            claim = model.claims.get(key)
            for card in claim.only_with if claim else ():
                if card not in step.buttons:
                    yield at, f"`{key}` may not go without the card `{card}`; add it to `buttons`"


_RULES: dict[Rule, Callable[[CampaignModel], Faults]] = {
    Rule.TRANSLATION: languages_complete,
    Rule.VALUES: values_fit,
    Rule.OPTIONS: options_match,
    Rule.KNOWLEDGE: knowledge_explained,
    Rule.ORDER: steps_in_order,
    Rule.SAME_DAY: one_step_a_day,
    Rule.TOO_OFTEN: within_budget,
    Rule.BOOSTER: boosters_known,
    Rule.UNKNOWN_QUESTION: questions_known,
    Rule.UNFOUNDED: tips_founded,
    Rule.CLAIM_ALONE: claims_accompanied,
}


def broken(model: CampaignModel, document: Document) -> Iterator[Finding]:
    """Every place where a rule is broken."""
    for code, rule in _RULES.items():
        for location, message in rule(model):
            yield document.finding(location, message, code)
