"""The program as a process of its own, against the emulator in this one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Process:
    """`python -m bot run` with an environment of its own, to be killed and started again."""

    def __init__(self, folder: Path, url: str, token: str, **settings: str) -> None:
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TELEGRAM_BOT_TOKEN": token,
            "TELEGRAM_API_URL": url,
            "DATABASE_URL": f"sqlite:///{folder / 'rugwijzer.db'}",
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        self.log = folder / "bot.log"
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the bot in a folder without a `.env`."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self._folder, env=self.environment,
                stdout=log, stderr=log,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """The process that runs."""
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM; gives the exit code."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        return await asyncio.wait_for(self._process.wait(), 20)

    async def wait(self) -> int:
        """Wait for the process to end by itself; gives the exit code."""
        assert self._process is not None
        return await self._process.wait()

    async def command(self, *arguments: str) -> str:
        """Another command of the program on the same database; gives what it prints."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *arguments, cwd=self._folder, env=self.environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        return out.decode()


@contextlib.asynccontextmanager
async def running(process: Process) -> AsyncIterator[Process]:
    """The process for as long as the context lasts, whatever becomes of it."""
    await process.start()
    try:
        yield process
    finally:
        await process.kill()
