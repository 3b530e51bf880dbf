"""Makes the README's pictures from the real page: python docs/images/make.py"""

from __future__ import annotations

import asyncio
import base64
import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, async_playwright

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT), str(ROOT / "tests")]

from browser.conftest import CHROMIUM, FLAGS, PATIENCE, rehearsing  # noqa: E402

CONSENT = {"nl": "Ja, ik doe mee", "en": "Yes, I'll take part"}
YES = {"nl": "Ja, vraag maar", "en": "Yes, go ahead"}
SIZE = {"width": 390, "height": 870}
DESK = {"width": 1400, "height": 900}
STEP = "straight-to-the-physio"


async def phone(browser: Browser, language: str, *, poll: bool) -> bytes:
    """A phone's screen: after the first tip, or after the first question."""
    with tempfile.TemporaryDirectory() as folder:
        async with rehearsing(Path(folder), language) as url:
            page = await browser.new_page(viewport=SIZE, device_scale_factor=1.5)
            await page.goto(url)
            await page.get_by_test_id("start").click()
            await page.get_by_role("button", name=CONSENT[language]).click()
            await page.locator("article").nth(2).wait_for()
            if poll:
                await page.get_by_test_id("next-bar").click()
                await page.get_by_role("button", name=YES[language]).click()
                await page.get_by_role("radio").first.wait_for()
                await page.get_by_role("radio").nth(4).click()
                await page.locator("article").nth(5).wait_for()
            await page.mouse.move(0, 0)
            await page.wait_for_timeout(800)  # The bubbles fade in.
            image = await page.screenshot()
            await page.close()
            return image


async def rehearsal(browser: Browser) -> None:
    """The whole page on a desk, some weeks on."""
    with tempfile.TemporaryDirectory() as folder:
        async with rehearsing(Path(folder), "en") as url:
            page = await browser.new_page(viewport=DESK)
            await page.goto(url)
            await page.locator(f"[data-step={STEP}]").click()
            await page.locator(f"[data-step={STEP}][aria-current=step]").wait_for()
            await page.mouse.move(0, 0)
            await page.get_by_text("Nothing to remark.").wait_for(timeout=PATIENCE)
            image = await page.screenshot()
            await page.close()
    # A few hundred colours fewer make a third of the file.
    picture = Image.open(io.BytesIO(image)).quantize(256, dither=Image.Dither.NONE)
    picture.save(Path(__file__).with_name("rehearsal.png"), optimize=True)


async def main() -> None:
    """The page, and two phones side by side."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        await rehearsal(browser)
        phones = [
            await phone(browser, "nl", poll=False),
            await phone(browser, "en", poll=True),
        ]
        images = "".join(
            f'<img src="data:image/png;base64,{base64.b64encode(image).decode()}">'
            for image in phones
        )
        page = await browser.new_page(viewport={"width": 880, "height": 950})
        await page.set_content(
            "<style>body{margin:0;display:flex;gap:40px;justify-content:center;padding:40px 0;"
            "background:#e9e2d6}img{width:390px;border-radius:28px;border:3px solid #2b2b2b;"
            f"box-sizing:border-box}}</style>{images}"
        )
        await page.screenshot(path=Path(__file__).with_name("chat.png"))
        await browser.close()


asyncio.run(main())
