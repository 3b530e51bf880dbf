"""The pictures as files: drawn from their data, and stamped with what they were drawn from."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import resvg_py
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.drawing.body import Pose, between
from bot.drawing.picture import picture, still
from bot.drawing.scene import SceneModel, read_scene

STAMP = "drawn-from"
"""The field of a PNG that holds the hash of its SVG; a GIF has the hash as its comment."""

_COLOURS = 64
_FRAMES = 10
"""Frames from one position to the next."""
_PAUSE, _STEP = 900, 80
"""How long a position and a frame between two positions stay, in milliseconds."""


def pictures(folder: Path, key: str) -> Iterator[tuple[str, list[str]]]:
    """The files of one drawing by name, each with the SVGs that it is made of."""
    scene = read_scene(folder, key)
    yield f"{key}.png", [picture(scene)]
    if scene.animated:
        yield f"{key}.gif", [still(scene, pose) for pose in moments(scene)]


def moments(scene: SceneModel) -> list[Pose]:
    """The poses of an animation: through all positions and back, so that it can go round."""
    poses = [position.pose() for position in scene.positions]
    way = [*poses, *reversed(poses[:-1])]
    steps = [
        between(first, second, _eased(step / _FRAMES))
        for first, second in pairwise(way)
        for step in range(_FRAMES)
    ]
    return steps


def _eased(share: float) -> float:
    """A movement that starts and ends gently."""
    return share * share * (3 - 2 * share)


def stamp(svgs: list[str]) -> str:
    """The hash of what a file is made of."""
    return sha256("".join(svgs).encode()).hexdigest()


def stamp_of(content: bytes) -> str:
    """The hash that a file carries."""
    info = Image.open(BytesIO(content)).info
    value = info.get(STAMP) or info.get("comment") or ""
    return value.decode() if isinstance(value, bytes) else str(value)


def encoded(svgs: list[str]) -> bytes:
    """One SVG as a PNG, several as a GIF that goes round."""
    return _png(svgs[0]) if len(svgs) == 1 else _gif(svgs)


def _png(svg: str) -> bytes:
    info = PngInfo()
    info.add_text(STAMP, stamp([svg]))
    image = _pixels(svg).quantize(_COLOURS, dither=Image.Dither.NONE)
    out = BytesIO()
    image.save(out, "PNG", optimize=True, pnginfo=info)
    return out.getvalue()


def _gif(svgs: list[str]) -> bytes:
    images = [_pixels(svg) for svg in svgs]
    width, height = images[0].size
    # All at once, for one palette: with one for each the colours flicker.
    strip = Image.new("RGB", (width, height * len(images)))
    for index, image in enumerate(images):
        strip.paste(image, (0, height * index))
    strip = strip.quantize(_COLOURS, dither=Image.Dither.NONE)
    frames = [
        strip.crop((0, height * index, width, height * (index + 1))) for index in range(len(images))
    ]
    durations = [_STEP if index % _FRAMES else _PAUSE for index in range(len(frames))]
    out = BytesIO()
    frames[0].save(
        out,
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=0,
        optimize=True,
        comment=stamp(svgs).encode(),
    )
    return out.getvalue()


def _pixels(svg: str) -> Image.Image:
    content = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)
    return Image.open(BytesIO(content)).convert("RGB")
