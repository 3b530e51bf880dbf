"""Runs one client against a server of its own, and installs the peers that need it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PEERS = HERE / ".peers"
PYTHON = PEERS / "venv" / "bin" / "python"
PACKAGES = (
    "python-telegram-bot[rate-limiter]==22.8",
    "aiogram==3.31.0",
    "pyTelegramBotAPI==4.37.1",
    "pyreqwest==0.15.1",
    "httptools==0.9.0",
)
NODE_PACKAGES = (
    "grammy@1.46.0",
    "@grammyjs/transformer-throttler@1.2.1",
    "@grammyjs/auto-retry@2.0.2",
)
IN_FLIGHT = 100
CLIENT_CORE, SERVER_CORE = 0, 1
GRACE = 60.0
"""Seconds that a client may take beyond what it was asked for."""

Figures = dict[str, Any]


@dataclass(frozen=True)
class Client:
    """A program to measure: its name in the tables, its file, and in which way it is to send."""

    name: str
    file: str
    way: str = "plain"

    @property
    def command(self) -> list[str]:
        if self.file == "ours":
            return [sys.executable, "-m", "benchmarks.ours"]
        runs = ["node"] if self.file.endswith(".mjs") else [str(PYTHON)]
        return [*runs, str(HERE / "peers" / self.file)]


@dataclass(frozen=True)
class Conditions:
    """How the server behaves: latency in ms, its allowance a second (0: none), its questions."""

    low: float = 0
    high: float = 0
    allowance: int = 0
    asks: float = 0


def install() -> None:
    """Install the peers into `.peers`, unless they are there."""
    stamp = PEERS / "installed"
    wanted = "\n".join((*PACKAGES, *NODE_PACKAGES))
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing the peers (once) ...", flush=True)
    shutil.rmtree(PEERS, ignore_errors=True)
    venv.create(PEERS / "venv", with_pip=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "-qq", *PACKAGES], check=True)
    if shutil.which("npm"):
        (PEERS / "package.json").write_text("{}")
        subprocess.run(["npm", "install", "--silent", *NODE_PACKAGES], cwd=PEERS, check=True)
    else:
        print("No npm here: grammY is left out.")
    stamp.write_text(wanted)


def available(client: Client) -> bool:
    """Whether it can run here: grammY needs node."""
    return not client.file.endswith(".mjs") or (PEERS / "node_modules").exists()


@contextmanager
def served(conditions: Conditions) -> Iterator[str]:
    """A server under these conditions, as a process on the other core; its address."""
    options = [f"--{name}={value}" for name, value in vars(conditions).items()]
    command = pinned(SERVER_CORE, [sys.executable, "-m", "benchmarks.server", *options])
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE.parent) as server:
        try:
            assert server.stdout is not None
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.terminate()


def report(url: str) -> Figures:
    """What the server saw."""
    with urllib.request.urlopen(f"{url}/control/report", timeout=30) as answer:
        found: Figures = json.load(answer)
        return found


def start(client: Client, url: str, **job: object) -> subprocess.Popen[str]:
    """The client at its job, as a process on a core of its own; it prints figures as JSON."""
    given: Figures = {
        "kind": "wave",
        "way": client.way,
        "url": url,
        "modules": str(PEERS / "package.json"),
        "messages": 0,
        "seconds": 0,
        "rate": 0,
        "in_flight": IN_FLIGHT,
        "replies": False,
        **job,
    }
    return subprocess.Popen(
        pinned(CLIENT_CORE, [*client.command, json.dumps(given)]),
        stdout=subprocess.PIPE,
        text=True,
        cwd=HERE.parent,
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
    )


def figures(process: subprocess.Popen[str], seconds: float = 0) -> Figures:
    """What a client printed when it was done; raises where it failed or takes far too long."""
    try:
        out, _ = process.communicate(timeout=seconds + GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    if process.returncode:
        raise RuntimeError(f"a client failed: {process.args!r}")
    found: Figures = json.loads(out.splitlines()[-1])
    return found


def pinned(core: int, command: list[str]) -> list[str]:
    if shutil.which("taskset") and (os.cpu_count() or 1) > 1:
        return ["taskset", "-c", str(core), *command]
    return command
