"""The drawing process: short lines, little patience, a new start, and no orphans."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from multiprocessing import active_children
from pathlib import Path

import pytest

from bot.charts import renderer
from bot.charts.renderer import Renderer

ROOT = Path(__file__).parents[2]


def square(side: int) -> str:
    size = f'width="{side}" height="{side}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect {size}/></svg>'


SVG, LARGE = square(9), square(1000)


@pytest.fixture
async def drawing(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Renderer]:
    monkeypatch.setattr(renderer, "PATIENCE", 60)
    made = Renderer()
    yield made
    await made.close()


def drawers() -> list[int]:
    return [child.pid for child in active_children() if child.pid is not None]


async def test_no_process_before_the_first_picture_and_none_after_the_end() -> None:
    made = Renderer()
    assert drawers() == []
    await made.png(SVG)
    assert len(drawers()) == 1
    await made.close()
    assert drawers() == []


async def test_more_than_may_wait_get_none_at_once(drawing: Renderer) -> None:
    await drawing.png(SVG)
    got = await asyncio.gather(*(drawing.png(LARGE) for _ in range(renderer.MOST + 5)))
    assert [png is None for png in got] == [False] * renderer.MOST + [True] * 5
    assert await drawing.png(SVG) is not None


async def test_who_has_no_patience_gets_none_and_the_line_is_kept(
    drawing: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renderer, "PATIENCE", 0)
    assert await drawing.png(SVG) is None
    monkeypatch.setattr(renderer, "PATIENCE", 60)
    assert await drawing.png(SVG) is not None


async def test_a_killed_process_costs_those_in_line_their_picture_and_no_one_after(
    drawing: Renderer,
) -> None:
    await drawing.png(SVG)
    (pid,) = drawers()
    waiting = [asyncio.create_task(drawing.png(LARGE)) for _ in range(5)]
    await asyncio.sleep(0)
    os.kill(pid, signal.SIGKILL)
    assert None in await asyncio.gather(*waiting)
    assert await drawing.png(SVG) is not None
    assert pid not in drawers()


async def test_what_is_no_picture_is_none(drawing: Renderer) -> None:
    assert await drawing.png("<svg") is None
    assert await drawing.png(SVG) is not None


PROGRAM = f"""
import asyncio, multiprocessing, sys, time
from bot.charts.renderer import Renderer
async def main():
    drawing = Renderer()
    await drawing.png({SVG!r})
    print(multiprocessing.active_children()[0].pid, flush=True)
    time.sleep(600)
if __name__ == "__main__":
    asyncio.run(main())
"""


def test_a_program_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as program:  # fmt: skip
        assert program.stdout is not None
        pid = int(program.stdout.readline())
        program.kill()
    ends = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and "Z" not in state(pid):
        assert time.monotonic() < ends
        time.sleep(0.05)


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"
