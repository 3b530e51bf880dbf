"""The committed pictures: made from their drawings, light, and of one size."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from bot.content.findings import CampaignError
from bot.drawing.files import encoded, moments, pictures, stamp, stamp_of
from bot.drawing.picture import HEIGHT, WIDTH, picture
from bot.drawing.scene import read_scene

EXERCISES = Path(__file__).parents[2] / "templates" / "exercises"
DRAWINGS, MEDIA = EXERCISES / "drawings", EXERCISES / "media"
KEYS = sorted(path.stem for path in DRAWINGS.glob("*.yaml"))


@pytest.mark.parametrize("key", KEYS)
def test_the_pictures_are_those_of_their_drawings(key: str) -> None:
    for name, svgs in pictures(DRAWINGS, key):
        drawn_from = stamp_of((MEDIA / name).read_bytes())
        assert drawn_from == stamp(svgs), f"{name} is out of date; run `make drawings`"


def test_no_picture_is_left_over() -> None:
    drawn = {name for key in KEYS for name, _ in pictures(DRAWINGS, key)}
    assert {path.name for path in MEDIA.iterdir()} == drawn


@pytest.mark.parametrize("key", KEYS)
def test_a_picture_is_opaque_and_has_no_text(key: str) -> None:
    svg = picture(read_scene(DRAWINGS, key))
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
    assert tags == {"svg", "rect", "g", "path", "clipPath"}
    with Image.open(MEDIA / f"{key}.png") as image:
        assert image.size == (WIDTH, HEIGHT)
        assert "transparency" not in image.info


@pytest.mark.parametrize("key", KEYS)
def test_everything_drawn_is_within_its_card(key: str) -> None:
    """Nothing is cut off: the rim of every card is as white as it began, but for its floor."""
    scene = read_scene(DRAWINGS, key)
    if scene.prop == "tree":  # A tree may stand half in the picture.
        scene = scene.model_copy(update={"prop": None})
    svg = picture(scene)
    image = Image.open(BytesIO(encoded([svg]))).convert("RGB")
    for card in re.finditer(r'<rect x="([\d.]+)" y="18" width="([\d.]+)" height="684"', svg):
        left, right = round(float(card[1])) + 4, round(float(card[1]) + float(card[2])) - 5
        sides = [image.getpixel((x, y)) for x in (left, right) for y in range(60, 660)]
        top = [image.getpixel((x, 22)) for x in range(left + 40, right - 40)]
        assert set(sides) | set(top) == {(255, 255, 255)}


@pytest.mark.parametrize("key", KEYS)
def test_an_animation_shows_every_position(key: str) -> None:
    scene = read_scene(DRAWINGS, key)
    if not scene.animated:
        assert not (MEDIA / f"{key}.gif").exists()
        return
    poses = moments(scene)
    assert all(position.pose() in poses for position in scene.positions)
    with Image.open(MEDIA / f"{key}.gif") as image:
        assert image.n_frames == len(poses)
        assert image.info["loop"] == 0


def test_another_drawing_has_another_stamp() -> None:
    scene = read_scene(DRAWINGS, "bridge")
    svg = picture(scene)
    moved = picture(scene.model_copy(update={"positions": scene.positions[::-1]}))
    assert stamp_of(encoded([svg])) == stamp([svg]) != stamp([moved])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    head: [180, 178]", "    haed: [180, 178]", "`haed` is not a key of this part; "),
        ("{to: [45, 6.5]}", "{end: 3}", "a limb has either `turn` or `to`; correct it"),
        ("{to: [45, 6.5]}", "{to: [95, 6.5]}", "(95, 6.5) is 19.8 cm too far; correct this"),
        ("{to: [45, 6.5]}", "{turn: [20, -70, 0]}", "a limb that moves is written in the same "),
    ],
)
def test_a_mistake_in_a_drawing_names_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = (DRAWINGS / "bridge.yaml").read_text(encoding="utf-8")
    before, found, after = text.rpartition(old)
    assert found
    (tmp_path / "bridge.yaml").write_text(before + new + after, encoding="utf-8")
    with pytest.raises(CampaignError) as caught:
        read_scene(tmp_path, "bridge")
    (finding,) = [each for each in caught.value.findings if message in each.message]
    second = text[: text.rindex("  - hip")].count("\n") + 1
    assert finding.file == "drawings/bridge.yaml"
    assert finding.line >= second
