"""Messages beside the series: whether one may leave now."""

from __future__ import annotations

from bot.domain.campaign import Campaign
from bot.domain.offers import choices
from bot.domain.schedule import Send
from bot.domain.series import Cancel
from bot.domain.subscriber import CheckIns, Person, Status

OPEN_TO = (Status.ACTIVE, Status.PAUSED, Status.FINISHED)


def last_look(campaign: Campaign, person: Person, key: str) -> Send | Cancel:
    """Whether the offer of a branch may leave now: status, consent and what there is to choose."""
    if person.enrolment.status not in OPEN_TO:
        return Cancel(person.enrolment.status)
    if person.subscriber.check_ins is not CheckIns.YES:
        return Cancel("no consent to check-ins")
    branch = campaign.branch(key)
    if branch is None:
        return Cancel("the branch has left the campaign")
    if not any(each.does for each in choices(campaign, person, branch)):
        return Cancel("there is nothing left to choose")
    return Send()
