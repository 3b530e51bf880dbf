"""The operator's CSV files: deliveries, answers, consents and the funnel."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.service.figures import funnel
from bot.store import figures, operator
from bot.store.database import Database


class ExportProblem(Exception):
    """A file can't be written; the message says which and why."""


async def export(db: Database, folder: Path) -> dict[str, int]:
    """Write all files, of one moment, and give the number of rows of each by its name.

    Each replaces an earlier one, and none does before all are complete. Raises ExportProblem, with
    the earlier ones untouched.
    """
    counts: dict[str, int] = {}
    try:
        os.makedirs(folder, exist_ok=True)
        with ExitStack() as files:
            async with figures.snapshot(db) as tx:
                for name, query in operator.EXPORTS.items():
                    file = files.enter_context(_replacing(folder / f"{name}.csv"))
                    write = csv.writer(file, lineterminator="\n")
                    write.writerow(column.name for column in query.selected_columns)
                    counts[f"{name}.csv"] = 0
                    async for row in operator.stream(tx, query):
                        write.writerow(_plain(row))
                        counts[f"{name}.csv"] += 1
                file = files.enter_context(_replacing(folder / "funnel.csv"))
                rows = list(_funnel(await figures.funnel(tx)))
                csv.writer(file, lineterminator="\n").writerows(rows)
                counts["funnel.csv"] = len(rows) - 1
    except OSError as error:
        raise ExportProblem(f"can't write to {folder}: {error.strerror}") from error
    return counts


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    """A file that takes the place of `path` once it is complete; only this account may read it."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _plain(row: Iterable[object]) -> list[object]:
    return [value.isoformat() if isinstance(value, datetime) else value for value in row]


def _funnel(rows: Iterable[object]) -> Iterator[list[str]]:
    """The funnel as it may be read by anyone: a small count is `<10`, see `bot.service.figures`."""
    found = funnel(list(rows))
    yield ["source", *figures.STAGES]
    for source, stages in found.sources.items():
        yield [source, *map(str, stages.values())]
    yield ["all", *map(str, found.all.values())]
