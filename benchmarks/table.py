"""Plain tables for a terminal."""

from __future__ import annotations


class Table:
    """A title, columns, and rows of text."""

    def __init__(self, title: str, *columns: str) -> None:
        self._title = title
        self._rows: list[tuple[str, ...]] = [columns]

    def add(self, *cells: str) -> None:
        self._rows.append(cells)

    def __str__(self) -> str:
        widths = [max(map(len, column)) for column in zip(*self._rows, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if number else cell.ljust(width)
                for number, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in self._rows
        ]
        return "\n".join([f"\n{self._title}", lines[0], "-" * len(lines[0]), *lines[1:]])
