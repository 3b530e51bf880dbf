"""A branch's words: what they mean, and where a mistake in them stands."""

from __future__ import annotations

import pytest

from bot.content.branches import branches_of, read_action, read_condition
from bot.content.files import read_yaml
from bot.content.load import STARTER
from bot.content.parsing import parse
from bot.content.schema import QuestionModel
from bot.domain.branch import Jump, Pause, Show, Slower, Stop
from bot.domain.campaign import CHANGE_VALUES, SKIP, Scale
from bot.domain.condition import AllOf, Answered, AnyOf, Condition, Moved, Silent

from .folders import CampaignFiles


def question(scale: Scale, *values: str) -> QuestionModel:
    every = (*values, SKIP)
    return QuestionModel(
        scale=scale, text={"en": "?"}, values=list(every), options={"en": list(every)}
    )


QUESTIONS = {
    "pain": question(Scale.PAIN, *map(str, range(11))),
    "days": question(Scale.ACTIVE_DAYS, *map(str, range(8))),
    "change": question(Scale.CHANGE, *CHANGE_VALUES),
    "liked": question(Scale.CHOICE, "walking", "cycling"),
}


def answered(key: str, *values: str, times: int = 1) -> Answered:
    return Answered(key, frozenset(values), times)


MEANT: dict[str, Condition] = {
    "pain is 3": answered("pain", "3"),
    "pain is 1, 2 or 3": answered("pain", "1", "2", "3"),
    "pain is 8 or more": answered("pain", "8", "9", "10"),
    "days is 1 or less twice in a row": answered("days", "0", "1", times=2),
    "days is 0 3 times in a row": answered("days", "0", times=3),
    "change is slightly-worse or worse": answered("change", *CHANGE_VALUES[4:]),
    "change is slightly-better or better": answered("change", *CHANGE_VALUES[:3]),
    "liked is walking": answered("liked", "walking"),
    "pain went up by 2 or more": Moved("pain", 2),
    "pain went down by 3 or more since the last check-in": Moved("pain", -3),
    "3 check-ins in a row went unanswered": Silent(3),
    "1 check-in in a row went unanswered": Silent(1),
    "pain is 0, and days is 7": AllOf((answered("pain", "0"), answered("days", "7"))),
    "pain is 0,\n  or days is 7": AnyOf((answered("pain", "0"), answered("days", "7"))),
    "(pain is 0, or days is 7), and change is same": AllOf(
        (AnyOf((answered("pain", "0"), answered("days", "7"))), answered("change", "same"))
    ),
}


@pytest.mark.parametrize("words", MEANT)
def test_words_mean_a_condition(words: str) -> None:
    read = read_condition(words, QUESTIONS)
    assert read.slips == []
    assert read.meaning == MEANT[words]


@pytest.mark.parametrize(
    ("words", "at", "part"),
    [
        ("pain is", "", "something is missing"),
        ("pain was 3", "was", "write 'is' or 'went'"),
        ("pain is 3 and days is 2", "and", "can't stand here"),
        ("pain is 0, or days is 1, and days is 2", ", and", "can't stand here"),
        ("pain went up by two or more", "two", "write a number"),
        ("__import__('os')", "__import__", "can't stand here"),
        ("pain is 3; days is 2", ";", "can't stand here"),
        ("pian is 3", "pian", "no question `pian`"),
        ("pain is 0, or pian is 3", "pian", "no question `pian`"),
        ("pain is 11", "11", "no answer `11`; use 0 to 10"),
        ("change is worse", "worse", "no answer `worse`"),
        ("pain is skip", "skip", "no answer `skip`"),
        ("change is same or more", "more", "no `or more`"),
        ("pain is 3 or worse", "worse", "no `or worse`"),
        ("liked is walking or better", "better", "no `or better`"),
        ("change went up by 1 or more", "up", "no figures"),
        ("pain went up by 11 or more", "11", "never go up by 11"),
        ("days went down by 0 or more", "0", "never go down by 0"),
        ("pain is 1, and pain is 2", "pain", "no answers to `pain`"),
        ("pain is 1 or less, and pain went up by 2 or more", "pain", "no answers to `pain`"),
        ("pain is 3 1 times in a row", "pain", "begins at twice"),
        ("0 check-ins in a row went unanswered", "0", "silent 0 times"),
    ],
)
def test_a_mistake_is_told_where_it_stands(words: str, at: str, part: str) -> None:
    (slip,) = read_condition(words, QUESTIONS).slips
    assert part in slip.message
    assert slip.offset == (words.index(at) if at else len(words))


def test_words_mean_an_action() -> None:
    for words, meant in {
        "show physio": Show("physio"),
        "jump to it-may-return": Jump("it-may-return"),
        "go slower": Slower(),
        "pause": Pause(None),
        "pause for 4 weeks": Pause(4),
        "stop": Stop(),
    }.items():
        assert read_action(words).meaning == meant
    (slip,) = read_action("pause for ever").slips
    assert (slip.offset, "a number" in slip.message) == (10, True)


@pytest.mark.parametrize(
    ("when", "spot"),
    [
        ("sure is 3, or shure is 4", "7:25"),
        ('"sure is 3, or shure is 4"', "7:26"),
        ("sure is 3,\n      or shure is 4", "8:10"),
        (">-\n      sure is 3,\n\n      or shure is 4", "10:10"),
        ("|\n      sure is 3, or shure is 4", "8:21"),
    ],
)
def test_a_mistake_has_its_line_and_column_however_it_is_written(
    campaign: CampaignFiles, when: str, spot: str
) -> None:
    file = campaign.folder / "campaign.yaml"
    branch = (
        f"branches:\n  - key: unsure\n    when: {when}\n"
        "    choices:\n      - key: no\n        label: {nl: Nee, en: No}\n"
    )
    head, tail = file.read_text().split("languages:", 1)
    file.write_text(head + "\n\n" + branch + "languages:" + tail)
    for language in ("nl", "en"):
        campaign.write(f"{language}/offers/unsure.j2", "Hi.\n")
    (found,) = campaign.findings()
    assert found.startswith(f"campaign.yaml:{spot}: there is no question `shure`")


def test_the_sample_has_a_branch() -> None:
    model = parse(read_yaml(STARTER, "campaign.yaml"))
    (branch,) = branches_of(model)
    assert branch.when == answered("sure", "0", "1", "2", "3")
    assert [each.does for each in branch.choices] == [Show("physio"), None]
