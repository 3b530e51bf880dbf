"""Both halves of a simulation side by side, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from multiprocessing.sharedctypes import Synchronized
from typing import Any

from bot.simulation.run import HALVES, Plan, run_half
from bot.simulation.tally import Tally

LOOK = 0.2
"""Seconds between two looks at how far it is."""

_done: list[Any] = []
"""In a process of the pool: how far each half is."""


def simulate(plan: Plan, progress: Callable[[float], None]) -> Tally:
    """Run the whole simulation; `progress` gets the share that is done, now and then.

    There are always as many parts as `HALVES`, however many cores: the same plan gives the same
    tally everywhere.
    """
    # Not forked: each begins with nothing in memory but what it needs.
    context = multiprocessing.get_context("spawn")
    done: list[Synchronized[float]] = [context.Value("d", 0.0) for _ in range(HALVES)]
    with ProcessPoolExecutor(HALVES, context, initializer=_begin, initargs=(done,)) as pool:
        running = {pool.submit(_run, plan, part) for part in range(HALVES)}
        halves = list(running)
        while running:
            ended, running = wait(running, timeout=LOOK, return_when=FIRST_COMPLETED)
            for future in ended:
                future.result()
            progress(sum(value.value for value in done) / HALVES)
    results = sorted((future.result() for future in halves), key=lambda each: each[0])
    tally = Tally()
    for _, part in results:
        tally.add(part)
    return tally


def _begin(done: list[Any]) -> None:
    _done[:] = done
    # Ctrl-C reaches all: this process ends without a word, the one that waits for it tells.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _run(plan: Plan, part: int) -> tuple[int, Tally]:
    parent = os.getppid()

    def progress(share: float) -> None:
        _done[part].value = share
        if os.getppid() != parent:  # Nobody waits for this any more.
            os._exit(1)

    return part, run_half(plan, part, progress)
