"""A rehearsal as a stranger starts it, and a browser that tells what it asks for."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from process import ROOT

ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+")
CHROMIUM = "/usr/bin/chromium"
PATIENCE = 60_000
"""Milliseconds that a busy machine may take for anything."""

expect.set_options(timeout=PATIENCE)
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]


@contextlib.asynccontextmanager
async def rehearsing(folder: Path, language: str) -> AsyncIterator[str]:
    """The address that `rehearse` prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "rehearse", "--no-browser", "--language", language,
        cwd=folder, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(folder)},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        found = ADDRESS.search(line)
        assert found, line
        yield found.group().decode()
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 20) == 0


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        await chromium.close()


@contextlib.asynccontextmanager
async def visiting(browser: Browser, url: str, **options: Any) -> AsyncIterator[Page]:
    """A visit that asks nothing of another machine and ends without an error in the console."""
    context = await browser.new_context(**options)
    page = await context.new_page()
    elsewhere: set[str] = set()
    errors: list[str] = []
    page.on("request", _foreign(elsewhere))
    page.on("console", _errors(errors))
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(url)
    yield page
    assert elsewhere == set()
    assert errors == []
    await context.close()


def _foreign(elsewhere: set[str]) -> Callable[[Any], None]:
    def note(request: Any) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1":
            elsewhere.add(request.url)

    return note


def _errors(errors: list[str]) -> Callable[[Any], None]:
    return lambda message: errors.append(message.text) if message.type == "error" else None
