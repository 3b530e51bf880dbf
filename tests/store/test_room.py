"""How much room a subscriber takes, as the benchmark measures it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "scale.py"


def test_a_subscriber_takes_less_than_400_bytes_and_everyone_due_is_planned() -> None:
    done = subprocess.run(
        [sys.executable, PROGRAM, "10000", "--due", "10000", "--runs", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    subscribers, room = done.stdout.splitlines()[1].split()[:2]
    assert subscribers == "10,000"
    assert int(room) < 400
