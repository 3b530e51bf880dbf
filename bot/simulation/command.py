"""The command `simulate`: from its options to what it prints."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from pydantic import ValidationError

from bot.failures import Failure
from bot.report import as_json
from bot.settings import Settings
from bot.simulation import report as page
from bot.simulation.halves import simulate as run
from bot.simulation.profile import DEFAULT, Outage, Profile, read_profile
from bot.simulation.run import Plan, campaign_texts
from bot.simulation.summary import summarise
from bot.simulation.tally import Tally

STEPS = 1000
FINE, COARSE = 1, 15
FEW = 2000
"""Up to so many people time is exact to the minute, unless asked for otherwise; above, a quarter of
an hour's work is done in sets, in a third of the time."""

OUTAGE = re.compile(r"(\d+(?:\.\d+)?)\+(\d+(?:\.\d+)?)")


def simulate(
    settings: Settings,
    *,
    people: int,
    seed: int,
    campaign: str,
    profile: Path | None,
    report: Path | None,
    calendars: Sequence[int],
    outages: Sequence[str],
    refusals: float | None,
    every: int | None,
    json: bool,
) -> str:
    """Simulate, write the report where one is wanted, and give what is to be printed.

    Raises CampaignError for a broken campaign or profile, and Failure for what else is wrong.
    """
    if unknown := [number for number in calendars if not 1 <= number <= people]:
        raise Failure(f"--person {unknown[0]}: the people are numbered from 1 to {people}")
    if campaign:
        settings = settings.model_copy(update={"campaign": campaign})
    texts = campaign_texts(settings)  # What is wrong in it is said before anything begins.
    plan = Plan(
        settings,
        _with_faults(read_profile(profile or DEFAULT), outages, refusals),
        people,
        seed,
        frozenset(calendars),
        every or (FINE if people <= FEW else COARSE),
    )
    if report is not None and not report.parent.is_dir():
        raise Failure(f"--report: there is no folder {report.parent}; make it first")
    summary = summarise(plan, texts.campaign, _run(plan))
    if report is not None:
        try:
            report.write_text(page.html(summary), encoding="utf-8")
        except OSError as error:
            raise Failure(f"--report {report}: {error.strerror}") from error
        typer.echo(f"report: {report}", err=True)
    return as_json(summary) if json else page.text(summary)


def _run(plan: Plan) -> Tally:
    """The simulation under a progress bar, which only a terminal gets to see."""
    with typer.progressbar(length=STEPS, label=f"{plan.people:,} people", file=sys.stderr) as bar:

        def progress(share: float) -> None:
            bar.update(round(share * STEPS) - bar.pos)

        return run(plan, progress)


def _with_faults(profile: Profile, outages: Sequence[str], refusals: float | None) -> Profile:
    """The profile with the options' faults in place of its own."""
    faults = profile.faults
    update: dict[str, object] = {}
    if outages:
        update["outages"] = [_outage(each) for each in outages]
    if refusals is not None:
        update["refusals"] = refusals
    return profile.model_copy(update={"faults": faults.model_copy(update=update)})


def _outage(text: str) -> Outage:
    found = OUTAGE.fullmatch(text)
    try:
        if found is not None:
            return Outage(after_hours=float(found[1]), hours=float(found[2]))
    except ValidationError:
        pass
    raise Failure(
        f"--outage {text}: give the hours from the start to its beginning and its length, "
        "such as --outage 200+3; 720 hours long at most"
    )
