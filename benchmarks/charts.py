"""What charts of answers cost: `python -m benchmarks.charts`.

First by themselves, each another picture, the fullest there is; then beside a wave at 1,000
messages a second, which is sent with and without them.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from contextlib import suppress
from functools import cache
from multiprocessing import active_children
from pathlib import Path
from statistics import median, quantiles

from uvloop import new_event_loop

from benchmarks import ours
from benchmarks.runs import Conditions, served
from bot.charts.picture import svg
from bot.charts.renderer import Renderer
from bot.content.load import PHRASES
from bot.content.phrases import Phrases, read_phrases
from bot.domain.progress import HIGHEST, MOST, Chart, Panel
from bot.running import collect_seldom

RATE = 1_000


@cache
def _phrases() -> Phrases:
    return read_phrases(PHRASES)


def picture(chance: random.Random) -> str:
    """The SVG of a full chart."""
    phrases = _phrases()
    panels = tuple(
        Panel(scale, tuple((week + 1, chance.randint(0, highest)) for week in range(MOST)))
        for scale, highest in HIGHEST.items()
    )
    return svg(Chart("nl", panels), lambda key: phrases.text(key, "nl").plain({}))


async def alone(count: int) -> None:
    """Time and size of each of so many charts, one after the other, and the memory they take."""
    chance, renderer = random.Random(1), Renderer()
    before = _memory("self")
    took, sizes = [], []
    for _ in range(count):
        drawing = picture(chance)
        began = time.perf_counter()
        png = await renderer.png(drawing)
        took.append(1000 * (time.perf_counter() - began))
        sizes.append(len(png) if png else 0)
    (worker,) = active_children()
    memory, grown = _memory(worker.pid), _memory("self") - before
    await renderer.close()
    first, *rest = took
    print(f"{count} charts: the first {first:.0f} ms with the start of the process, then "
          f"p50 {median(rest):.0f} ms, p95 {quantiles(rest, n=20)[-1]:.0f} ms, "
          f"{max(sizes) / 1000:.0f} KB at most, {sizes.count(0)} in words alone; memory: "
          f"the process {memory:.0f} MB, the program {grown:.0f} MB more")  # fmt: skip


async def beside(seconds: float, *, charts: bool) -> None:
    """A wave of so many seconds, with as many charts as can be had beside it."""
    took: list[float] = []

    async def draw() -> None:
        chance = random.Random(2)
        while True:
            began = time.monotonic()
            if await renderer.png(picture(chance)) is not None:
                took.append(time.monotonic() - began)

    renderer = Renderer()
    with served(Conditions(2, 10, RATE)) as url:
        task = asyncio.create_task(draw()) if charts else None
        job = {"url": url, "rate": RATE, "seconds": seconds, "replies": False}
        figures = await ours.wave(job)
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    await renderer.close()
    share = figures["messages"] / (RATE * figures["wall"])
    what = "without charts"
    if charts:
        p95 = 1000 * quantiles(took, n=20)[-1]
        what = f"with {len(took) / figures['wall']:.0f} charts a second (p95 {p95:.0f} ms)"
    print(f"a wave at {RATE:,} a second, {what}: {share:.1%} of the allowance, "
          f"{1000 * figures['cpu'] / figures['messages']:.2f} ms of CPU a message")  # fmt: skip


def _memory(pid: object) -> float:
    """Resident megabytes of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.charts", description=__doc__)
    options.add_argument("--charts", type=int, default=200)
    options.add_argument("--seconds", type=float, default=20)
    given = options.parse_args()
    collect_seldom()
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(alone(given.charts))
        runner.run(beside(given.seconds, charts=False))
        runner.run(beside(given.seconds, charts=True))


if __name__ == "__main__":
    main()
