"""What the drawing process does. It imports nothing else of the program, so it stays small."""

from __future__ import annotations

import os
import signal
import threading
from io import BytesIO
from multiprocessing import parent_process
from pathlib import Path

import resvg_py
from PIL import Image

FOLDER = Path(__file__).parents[2] / "templates" / "charts"
FONTS = [str(FOLDER / name) for name in ("Roboto-Regular.ttf", "Roboto-Bold.ttf")]

COLOURS = 32
"""The picture has five, and what lies between them at the edges of letters."""

LONGEST = 10
"""Seconds of the processor after which the process ends itself, should a picture never be done."""
YIELDING = 5
"""How much the process stands back where the processor is wanted elsewhere."""


def begin() -> None:
    """Stand back, leave an end by the keyboard to the parent, and end with it however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(YIELDING)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def png(svg: str) -> bytes:
    """A picture as PNG, of the fonts that come with the program and of no others."""
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        drawn = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=FONTS)
        return _small(bytes(drawn))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _small(png: bytes) -> bytes:
    """The same picture in few colours: less than half the bytes."""
    image = Image.open(BytesIO(png)).convert("RGB")
    out = BytesIO()
    image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(0)
