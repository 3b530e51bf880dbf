"""`python -m benchmarks`: this program beside its peers, measured in one run."""

from __future__ import annotations

import argparse
import os
import platform

from benchmarks import runs
from benchmarks.parts import PARTS


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("parts", nargs="*", metavar="part", help=f"of: {', '.join(PARTS)}")
    options.add_argument("--repeats", type=int, default=5, help="of which the median is told")
    options.add_argument("--long", action="store_true", help="waves of 10 minutes at 30 a second")
    given = options.parse_args()
    unknown = set(given.parts) - set(PARTS)
    if unknown:
        options.error(f"no such part: {', '.join(sorted(unknown))}")
    if set(given.parts or PARTS) - {"intake"}:  # It has no peers.
        runs.install()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {given.repeats} repeats")
    for name in given.parts or PARTS:
        for table in PARTS[name](given.repeats, given.long):
            print(table, flush=True)


if __name__ == "__main__":
    main()
