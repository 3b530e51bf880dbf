"""The commands. What they need is imported inside them, so that `--help` comes at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.domain.ids import BIGGEST
from bot.failures import Commands, Failure

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.database import Database

ROOT = Path(__file__).parents[1]

main = typer.Typer(
    cls=Commands,
    help="Rugwijzer: awareness campaigns that people follow in Telegram.",
    add_completion=False,
    pretty_exceptions_enable=False,
)


@main.callback(invoke_without_command=True)
def start(context: typer.Context) -> None:
    """Without a command: the bot, or the rehearsal where TELEGRAM_BOT_TOKEN is not set."""
    if context.invoked_subcommand is not None:
        return
    if _settings().telegram_bot_token is not None:
        run()
    else:
        rehearse()


@main.command()
def run(
    role: Annotated[
        Literal["all", "web", "worker"],
        typer.Option(
            help="What this process does: talk with people (web), send the series (worker), or "
            "both. Several share a PostgreSQL database."
        ),
    ] = "all",
) -> None:
    """Run the bot: intake, schedule, sender and web in one process."""
    settings = _settings()
    _ = settings.token  # Said before anything is opened.
    from bot.instance import Role
    from bot.running import serve

    if role != "all" and settings.database_url.startswith("sqlite"):
        raise Failure("--role needs PostgreSQL, which several processes can share; leave it out")
    raise typer.Exit(serve(settings, Role(role)))


@main.command()
def rehearse(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The page's port; 0 takes a free one.")
    ] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    language: Annotated[Literal["nl", "en"], typer.Option(help="The page's language.")] = "nl",
) -> None:
    """Rehearse a campaign on this machine, with a chat page and a clock to turn."""
    settings = _settings()
    from bot.rehearsal.rehearse import rehearse as rehearse_bot

    raise typer.Exit(
        asyncio.run(rehearse_bot(settings, port=port, browser=browser, language=language))
    )


@main.command()
def migrate() -> None:
    """Bring the database to the schema of this program."""
    from bot.store.database import database_url
    from bot.store.migrate import migrate as migrate_database

    before, after = migrate_database(database_url(_settings().database_url))
    typer.echo(
        f"already up to date: schema {after}"
        if before == after
        else f"schema {before or 'none'} -> {after}"
    )


@main.command()
def check(
    campaign: Annotated[
        str, typer.Argument(help="A folder in templates/campaigns/, or a path.")
    ] = "",
    form: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How findings are printed.")
    ] = "text",
    fix: Annotated[bool, typer.Option("--fix", help="Repair what is safe to repair.")] = False,
    launched: Annotated[
        bool, typer.Option("--launched", help="Write down the keys as those of the launch.")
    ] = False,
) -> None:
    """Check a campaign and the bot's phrases; docs/checks.md explains each finding."""
    from bot.checking import findings_json, findings_text, shown
    from bot.clock import Clock
    from bot.content.codes import Severity
    from bot.content.launched import write_launched
    from bot.content.lint import lint, repair
    from bot.content.load import PHRASES, TEMPLATES, resolve

    folder, phrases = resolve(TEMPLATES.parent, campaign or _settings().campaign), PHRASES
    today = Clock().now().date()
    findings = lint(folder, phrases, today)
    if fix:
        made = 0
        # A line that needed two repairs shows the second one only then.
        while more := repair(((folder, ""), (phrases, "phrases/")), findings):
            made += more
            findings = lint(folder, phrases, today)
        typer.echo(f"repaired: {made}", err=True)
    failed = any(each.severity is Severity.ERROR for each in findings)
    if launched and not failed:
        typer.echo(f"written: {shown(write_launched(folder))}", err=True)
    typer.echo(
        findings_json(findings) if form == "json" else findings_text(findings, folder, phrases)
    )
    raise typer.Exit(1 if failed else 0)


@main.command()
def new(
    name: Annotated[str, typer.Argument(help="A name for templates/campaigns/, or a path.")],
    source: Annotated[
        str, typer.Option("--from", help="The campaign to copy, instead of a small sample.")
    ] = "",
) -> None:
    """Begin a campaign: a folder that passes `check`, with comments that teach the format."""
    from bot.checking import shown
    from bot.content.load import STARTER, TEMPLATES, resolve
    from bot.content.scaffold import ScaffoldProblem, new_campaign

    target = resolve(TEMPLATES.parent, name)
    try:
        new_campaign(resolve(TEMPLATES.parent, source) if source else STARTER, target)
    except ScaffoldProblem as problem:
        raise Failure(str(problem)) from problem
    typer.echo(f"{shown(target)}: made\nNext: edit its files, then run: python -m bot check {name}")


Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@main.command()
def simulate(
    people: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many subscribe.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same report.")] = 1,
    campaign: Annotated[
        str, typer.Option(help="A folder in templates/campaigns/, or a path.")
    ] = "",
    profile: Annotated[
        Path | None, typer.Option(help="What people do; begin with a copy of the default one.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the report to this HTML file.")] = None,
    person: Annotated[
        list[int] | None, typer.Option(help="Show the calendar of person N too; may be repeated.")
    ] = None,
    outage: Annotated[
        list[str] | None,
        typer.Option(help="Telegram is out of reach: AFTER+LENGTH in hours, such as 200+3."),
    ] = None,
    refusals: Annotated[
        float | None, typer.Option(min=0, max=0.5, help="The share of messages met with a 429.")
    ] = None,
    every: Annotated[
        int | None,
        typer.Option(min=1, max=60, help="How fine time is, in minutes; 1, above 2,000 people 15."),
    ] = None,
    json: Json = False,
) -> None:
    """Let many simulated subscribers live through all weeks, with the live program."""
    from bot.simulation.command import simulate as simulate_people

    result = simulate_people(
        _settings(),
        people=people,
        seed=seed,
        campaign=campaign,
        profile=profile,
        report=report,
        calendars=person or [],
        outages=outage or [],
        refusals=refusals,
        every=every,
        json=json,
    )
    typer.echo(result)


@main.command("send-test")
def send_test(
    step: Annotated[str, typer.Argument(help="The step's key in campaign.yaml.")] = "",
    every_step: Annotated[bool, typer.Option("--all", help="All steps, in order.")] = False,
    every: Annotated[str, typer.Option(help="The pause between two messages: 5s, 2m.")] = "5s",
    language: Annotated[
        str, typer.Option("--lang", help="The language; the campaign's first one if not given.")
    ] = "",
    to: Annotated[
        int | None,
        typer.Option(
            min=-BIGGEST,
            max=BIGGEST,
            help="The Telegram id to send to, instead of the first ADMIN_IDS.",
        ),
    ] = None,
    campaign: Annotated[
        str, typer.Option(help="A folder in templates/campaigns/, or a path.")
    ] = "",
) -> None:
    """Send a step, or all of them, to your own chat, just as people get it."""
    from bot.send_test import send_test as send

    if bool(step) == every_step:
        raise typer.BadParameter("give either a STEP or --all")
    for line in send(_settings(), step, every=every, language=language, chat=to, campaign=campaign):
        typer.echo(line)


@main.command()
def plan(
    campaign: Annotated[
        str, typer.Argument(help="A folder in templates/campaigns/, or a path.")
    ] = "",
    json: Json = False,
) -> None:
    """Tell what a changed campaign would do to people under way, and what is sent in a week.

    Beside a running bot, before its restart. The database is only read.
    """
    from bot.content.launched import steps_before
    from bot.content.load import load, resolve
    from bot.delivery.outlook import outlook
    from bot.planning import plan_text
    from bot.report import as_json

    async def work() -> None:
        settings = _settings()
        folder = resolve(ROOT, campaign or settings.campaign)
        loaded, before = load(folder).campaign, steps_before(folder)
        async with _opened(settings) as (db, now), db.read() as tx:
            found = await outlook(tx, loaded, before, now, settings.timezone, settings.uncertain)
        typer.echo(as_json(found) if json else plan_text(found))

    asyncio.run(work())


@main.command()
def stats(json: Json = False) -> None:
    """Show how the campaign stands, in counts that name nobody."""
    from bot.content.load import load, resolve
    from bot.domain.wave import FREE
    from bot.report import as_json, figures_text
    from bot.service.figures import collect

    async def work() -> None:
        settings = _settings()
        async with _opened(settings) as (db, now):
            campaign = load(resolve(ROOT, settings.campaign)).campaign
            rate = settings.paid_broadcast or FREE
            figures = await collect(db, now, settings.timezone, campaign, rate)
        typer.echo(as_json(figures) if json else figures_text(figures))

    asyncio.run(work())


@main.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go.")],
) -> None:
    """Write deliveries, answers, consents and the funnel as CSV files, under pseudonyms."""
    from bot.service.export import export as export_files

    async def work() -> None:
        async with _opened(_settings()) as (db, _):
            for name, rows in (await export_files(db, folder)).items():
                typer.echo(f"{folder / name}: {rows} rows")

    asyncio.run(work())


@main.command()
def uncertain(
    ids: Annotated[
        list[int] | None, typer.Argument(min=1, max=BIGGEST, metavar="[ID]...", help="Which.")
    ] = None,
    resend: Annotated[bool, typer.Option("--resend", help="Send these IDs once more.")] = False,
    every: Annotated[bool, typer.Option("--all", help="With --resend: all of them.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Also what Telegram refused.")] = False,
    json: Json = False,
) -> None:
    """List the deliveries of which nobody knows whether they arrived, or send them once more."""
    from bot.report import as_json, doubts_text
    from bot.service import doubt

    wanted = ids or []
    if resend != bool(wanted or every) or (wanted and every):
        raise typer.BadParameter("--resend takes either IDs or --all")

    async def work() -> None:
        async with _opened(_settings()) as (db, now):
            if resend:
                queued = await doubt.resend(
                    db, None if every else wanted, now, failed=failed or not every
                )
                typer.echo(f"queued again: {', '.join(map(str, queued)) or 'none'}")
                if left := sorted(set(wanted) - set(queued)):
                    raise Failure(
                        f"not queued: {', '.join(map(str, left))}; "
                        "settled, unknown or of someone who is not active"
                    )
                return
            found = await doubt.in_doubt(db, now, failed=failed)
        typer.echo(as_json(found) if json else doubts_text(found) if found else "none")

    asyncio.run(work())


@main.command()
def forget(
    pseudonym: Annotated[str | None, typer.Argument(help="Who, as exports name them.")] = None,
    chat_id: Annotated[
        int | None, typer.Option(min=1, max=BIGGEST, help="Who, by their Telegram id.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Erase a person and everything about them."""
    from bot.keys import check_key, cipher_for
    from bot.service.forgetting import forget_chat, forget_pseudonym

    if (pseudonym is None) == (chat_id is None):
        raise typer.BadParameter("give either a PSEUDONYM or --chat-id")
    if not yes and not typer.confirm("Erase this person for good?"):
        raise Failure("nothing was erased")

    async def work() -> bool:
        settings = _settings()
        async with _opened(settings) as (db, _):
            if chat_id is None:
                return await forget_pseudonym(db, pseudonym or "")
            cipher = cipher_for(settings, create=False)
            await check_key(db, cipher)
            return await forget_chat(db, cipher, chat_id)

    if not asyncio.run(work()):
        raise Failure("there is nobody like that; nothing was erased")
    typer.echo("erased")


def _settings() -> Settings:
    from bot.settings import read_settings

    return read_settings()


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Database, datetime]]:
    """The database of a command beside the bot, and its time; looking doesn't make or stamp one."""
    from bot.clock import Clock
    from bot.store import meta
    from bot.store.clocks import LIFE, clock_for
    from bot.store.database import Database, database_url
    from bot.store.schema import check_schema

    db = Database(database_url(settings.database_url))
    try:
        await check_schema(db)
        async with db.read() as tx:
            served = await meta.get(tx, "serves")
        alive = served is None or (served == LIFE and settings.clock_speed == 1)
        clock = Clock() if alive else await clock_for(db, settings.clock_speed)
        yield db, clock.now()
    finally:
        await db.close()
