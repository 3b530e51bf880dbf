"""The parts of the benchmark: each runs its clients in turn and gives a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from statistics import median, quantiles

from benchmarks import runs
from benchmarks.intake import intake
from benchmarks.runs import Client, Conditions, Figures, figures, served, start
from benchmarks.table import Table

OURS = Client("this program, whole", "ours")
PTB = Client("PTB, its defaults", "ptb.py")
LIMITER = Client("PTB, AIORateLimiter", "ptb.py", "limiter")
LIMITER_QUICK = Client("PTB, AIORateLimiter, our transport", "ptb.py", "limiter-quick")
AIOGRAM = Client("aiogram", "aiogram_loop.py")
EXAMPLE = Client("aiogram, its example", "aiogram_loop.py", "example")
TELEBOT = Client("pyTelegramBotAPI", "telebot_loop.py")
GRAMMY = Client("grammY", "grammy.mjs")
THROTTLER = Client("grammY, throttler", "grammy.mjs", "throttler")
AUTO_RETRY = Client("grammY, auto-retry", "grammy.mjs", "auto-retry")

MESSAGES = 10_000
SLOW = {PTB: 1_500, Client("httpx", "transports.py", "httpx"): 1_500}
"""Who gets fewer messages, because they take long."""

PACES = (
    ("30/s, 50 ms", 30, Conditions(50, 50, 30)),
    ("30/s, 10 ms jitter", 30, Conditions(0, 10, 30)),
    ("30/s, 20 to 200 ms", 30, Conditions(20, 200, 30)),
    ("1,000/s, 2 ms jitter", 1_000, Conditions(0, 2, 1_000)),
    ("1,000/s, 10 ms jitter", 1_000, Conditions(0, 10, 1_000)),
)

Rows = dict[Client, list[Figures]]


def transport(repeats: int, _long: bool) -> list[Table]:
    """HTTP clients under PTB's `Bot` without `Message` objects, at once and with 50 ms latency."""
    clients = [
        Client(name, "transports.py", name)
        for name in ("ours", "aiohttp", "pyreqwest", "protocol", "httpx")
    ]
    table = Table("Transports", "client", "CPU ms", "a second", "CPU ms at 50 ms", "a second")
    still = _bare(clients, repeats, Conditions())
    late = _bare(clients, repeats, Conditions(50, 50))
    for client in clients:
        table.add(client.name, *_cost(still[client]), *_cost(late[client]))
    return [table]


def pipeline(repeats: int, _long: bool) -> list[Table]:
    """What a message costs: this program with all it does, the peers their bare loops."""
    found = _bare([OURS, PTB, AIOGRAM, TELEBOT, GRAMMY], repeats, Conditions())
    ours = median(_cpu(each) for each in found[OURS])
    table = Table("Whole pipeline beside bare loops", "", "CPU ms", "a second", "ours to theirs")
    for client, each in found.items():
        table.add(client.name, *_cost(each), f"{ours / median(map(_cpu, each)):.2f}")
    return [table]


def _bare(clients: Sequence[Client], repeats: int, conditions: Conditions) -> Rows:
    found: Rows = defaultdict(list)
    for _ in range(repeats):
        for client in filter(runs.available, clients):
            with served(conditions) as url:
                messages = SLOW.get(client, MESSAGES)
                running = start(client, url, kind="pipeline", messages=messages)
                found[client].append(figures(running, 120))
    return found


def _cpu(figures: Figures) -> float:
    return float(1000 * figures["cpu"] / figures["messages"])


def _cost(found: list[Figures]) -> tuple[str, str]:
    speed = median(each["messages"] / each["wall"] for each in found)
    return f"{median(map(_cpu, found)):.3f}", f"{speed:,.0f}"


def pace(repeats: int, long: bool) -> list[Table]:
    """How much of an allowance is used, and how many messages are refused."""
    tables = []
    for name, rate, conditions in PACES:
        if rate == 30:
            clients = [OURS, LIMITER, EXAMPLE, THROTTLER, AUTO_RETRY]
        else:
            clients = [OURS, LIMITER_QUICK, THROTTLER, AUTO_RETRY]
        seconds = 10 if rate > 30 else 600 if long else 60
        table = Table(f"Pace: {name}, {seconds} s", "", "share", "refusals", "most refusals")
        found = _waves(clients, repeats, rate, conditions, seconds)
        for client, each in found.items():
            refused = [_within(report, "refused", seconds) for report in each]
            share = median(_within(report, "accepted", seconds) for report in each)
            share /= rate * seconds
            table.add(client.name, f"{share:.1%}", f"{median(refused):,.0f}", f"{max(refused):,}")
        tables.append(table)
    return tables


def replies(repeats: int, long: bool) -> list[Table]:
    """How long after an update's arrival the reply leaves while a wave takes all it can."""
    tables = []
    for rate, asks in ((30, 2), (1_000, 20)):
        limiter = LIMITER if rate == 30 else LIMITER_QUICK
        seconds = 20 if rate > 30 else 600 if long else 60
        conditions = Conditions(0, 2, rate, asks)
        table = Table(f"Replies: {rate:,}/s, {seconds} s", "", "p50 ms", "p99 ms", "none yet")
        found = _waves([OURS, limiter], repeats, rate, conditions, seconds)
        for client, each in found.items():
            took = [1000 * reply for report in each for reply in report["replies"]]
            cuts = quantiles(took, n=100) if len(took) > 1 else [float("nan")] * 99
            open_ = sum(report["unanswered"] for report in each)
            table.add(client.name, f"{cuts[49]:.0f}", f"{cuts[98]:.0f}", f"{open_}")
        tables.append(table)
    return tables


def _waves(
    clients: Sequence[Client], repeats: int, rate: int, conditions: Conditions, seconds: float
) -> Rows:
    """What the servers saw of each client's waves. At 30 a second, where nobody has much to do,
    the clients run side by side, else one by one; so they do where they are asked something, for a
    millisecond of another's work would count there."""
    found: Rows = defaultdict(list)
    chosen = list(filter(runs.available, clients))
    alone = rate > 30 or conditions.asks
    together = [[client] for client in chosen] if alone else [chosen]
    for _ in range(repeats):
        for group in together:
            with ExitStack() as stack:
                running = []
                for client in group:
                    url = stack.enter_context(served(conditions))
                    at_once = 1 if client.way == "example" else runs.IN_FLIGHT
                    process = start(
                        client, url, seconds=seconds, rate=rate, in_flight=at_once,
                        replies=conditions.asks > 0, asks=conditions.asks,
                    )  # fmt: skip
                    running.append((client, url, process))
                for client, url, process in running:
                    figures(process, seconds)
                    found[client].append(runs.report(url))
    return found


def _within(report: Figures, kind: str, seconds: float) -> int:
    """How many were accepted or refused in so many seconds from the first on."""
    end = min(report["accepted"]) + seconds
    return sum(at < end for at in report[kind])


PARTS = {
    "transport": transport,
    "pipeline": pipeline,
    "pace": pace,
    "replies": replies,
    "intake": intake,
}
