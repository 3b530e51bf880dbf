"""Draws the exercises anew: `make drawings`."""

from __future__ import annotations

from pathlib import Path

from bot.content.exercises import DRAWINGS, FOLDER, MEDIA
from bot.drawing.files import encoded, pictures, stamp, stamp_of

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Writes every picture that isn't up to date, and removes those that nothing draws."""
    drawings, media = ROOT / FOLDER / DRAWINGS, ROOT / FOLDER / MEDIA
    names = set()
    for drawing in sorted(drawings.glob("*.yaml")):
        for name, svgs in pictures(drawings, drawing.stem):
            names.add(name)
            target = media / name
            if not target.exists() or stamp_of(target.read_bytes()) != stamp(svgs):
                target.write_bytes(encoded(svgs))
    for target in media.iterdir():
        if target.name not in names:
            target.unlink()


if __name__ == "__main__":
    main()
