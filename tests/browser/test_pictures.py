"""A picture and an animation in the rehearsal's chat, with their words for who can't see them."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser.conftest import rehearsing, visiting
from playwright.async_api import Browser, expect

pytestmark = pytest.mark.browser

PATIENCE = 20_000
WORDS = {
    "nl": ("Bekken kantelen", "Laat zien hoe het beweegt", "Twee tekeningen van iemand"),
    "en": ("Tilt your hips", "Show it moving", "Two drawings of someone"),
}


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_an_exercise_is_seen_still_and_moving(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    title, moving, shows = WORDS[language]
    async with rehearsing(tmp_path, language) as url, visiting(browser, url) as page:
        await page.get_by_test_id("start").click()
        chat = page.get_by_test_id("messages")
        await expect(chat.get_by_role("button").first).to_be_visible(timeout=PATIENCE)
        await page.get_by_test_id("text").fill("/exercises")
        await page.get_by_test_id("send").click()
        await chat.get_by_role("button", name=title).click(timeout=PATIENCE)
        picture = chat.get_by_role("img", name=shows)
        await expect(picture).to_be_visible(timeout=PATIENCE)
        assert (
            await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1280
        )
        still = await picture.get_attribute("src")
        await chat.get_by_role("button", name=moving).click()
        await expect(picture).not_to_have_attribute("src", still or "", timeout=PATIENCE)
        assert (
            await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
        )
        await expect(chat.get_by_text(shows)).to_have_count(1)
        await page.screenshot(path=tmp_path / "chat.png")
