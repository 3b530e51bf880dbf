"""The twelve weeks in a browser, in both languages, by hand and at once."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from browser.conftest import PATIENCE, rehearsing, visiting
from playwright.async_api import Browser, Locator, Page, expect

from bot.domain.campaign import Campaign

pytestmark = pytest.mark.browser

WORDS: dict[str, dict[str, Any]] = {
    "nl": {
        "consent": "Ja, ik doe mee",
        "first": "Je bent niet de enige",
        "yes": "Ja, vraag maar",
        "last": "Dat waren de twaalf weken",
        "nobody": "Niemand leest hier mee",
        "alarm": ("ik kan niet meer plassen", "BEL METEEN"),
        "menu": ("/instellingen", "Taal, dag, tijd en vragen"),
        "back": "Verder waar ik was",
        "next": "Volgend bericht",
    },
    "en": {
        "consent": "Yes, I'll take part",
        "first": "not the only one",
        "yes": "Yes, go ahead",
        "last": "You've finished the twelve weeks",
        "nobody": "Nobody reads this chat",
        "alarm": ("I can't pee any more", "CALL AT ONCE"),
        "menu": ("/settings", "Language, day, time and questions"),
        "back": "Carry on where I was",
        "next": "Next message",
    },
}
Note = Callable[[str, object], None]


@pytest.fixture
def languages(thorough: bool) -> list[str]:
    """Those in which all of it is lived by hand: every day one is enough."""
    return list(WORDS) if thorough else ["nl"]


SIZES = ({"width": 1280, "height": 800}, {"width": 390, "height": 844})


@pytest.fixture(scope="session")
def questions(shipped_campaign: Campaign) -> int:
    """How many questions all check-ins ask together."""
    return sum(len(step.questions) for step in shipped_campaign.steps)


async def begin(page: Page, language: str) -> None:
    """Two taps: Start and the consent."""
    await page.get_by_test_id("start").click()
    await page.get_by_role("button", name=WORDS[language]["consent"]).click()
    chat = page.get_by_test_id("messages")
    await expect(chat).to_contain_text(WORDS[language]["first"], timeout=PATIENCE)


async def say(page: Page, text: str) -> None:
    await page.get_by_test_id("text").fill(text)
    await page.get_by_test_id("send").click()


IN_THE_PAGE = """async () => {
  const all = document.querySelector("[data-testid=all]");
  const began = performance.now();
  const over = new Promise((resolve) => {
    new MutationObserver(() => all.getAttribute("aria-busy") === "false" && resolve())
      .observe(all, {attributeFilter: ["aria-busy"]});
    all.click();
  });
  await over;
  return (performance.now() - began) / 1000;
}"""
"""Turns all weeks; the seconds from the click until the page shows that the turn is over."""


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_all_twelve_weeks_pass_at_once_and_every_question_is_answered(
    browser: Browser, tmp_path: Path, language: str, questions: int, record_property: Note
) -> None:
    async with rehearsing(tmp_path, language) as url, visiting(browser, url) as page:
        # Right after the first tip: the bot may still be writing down that it arrived.
        await begin(page, language)
        chat = page.get_by_test_id("messages")
        seconds = await page.evaluate(IN_THE_PAGE)
        print(f"all twelve weeks in the browser ({language}): {seconds:.2f} s")  # noqa: T201
        record_property("all twelve weeks, seconds", round(seconds, 2))
        await expect(page.get_by_test_id("next")).to_have_attribute("aria-disabled", "true")
        await expect(chat).to_contain_text(WORDS[language]["last"], timeout=PATIENCE)
        await expect(chat.locator(".poll")).to_have_count(questions)
        await expect(chat.locator(".poll [aria-checked=true]")).to_have_count(questions)


async def test_by_hand_one_gets_to_the_end_of_week_twelve(
    browser: Browser, tmp_path: Path, questions: int, languages: list[str]
) -> None:
    # Side by side, for most of the time is the pace at which a bot may write.
    await asyncio.gather(*(_by_hand(browser, tmp_path, each, questions) for each in languages))


async def _enabled(button: Locator) -> bool:
    """Whether a button can be used, or can be soon: what is being sent isn't planned any more."""
    try:
        await expect(button).not_to_have_attribute("aria-disabled", "true", timeout=3000)
    except AssertionError:
        return False
    return True


async def _by_hand(browser: Browser, folder: Path, language: str, questions: int) -> None:
    async with rehearsing(folder, language) as url, visiting(browser, url) as page:
        await begin(page, language)
        chat, following = page.get_by_test_id("messages"), page.get_by_test_id("next")
        agreed = False
        while await _enabled(following):
            before = await chat.locator("article").count()
            await following.click()
            await expect(chat.locator("article").nth(before)).to_be_visible(timeout=PATIENCE)
            if not agreed:
                agreed = True
                await page.get_by_role("button", name=WORDS[language]["yes"]).click()
                await expect(chat.get_by_role("radio").first).to_be_visible(timeout=PATIENCE)
            await _vote(page)
            await expect(following).not_to_have_attribute("aria-busy", "true")
        await expect(chat).to_contain_text(WORDS[language]["last"], timeout=PATIENCE)
        await expect(chat.locator(".poll [aria-checked=true]")).to_have_count(questions)


async def _vote(page: Page) -> None:
    """Vote in every open poll of the newest check-in, one question after another."""
    chat = page.get_by_test_id("messages")
    while True:
        last = chat.locator("article").last
        options = last.locator("[role=radio]:not([aria-disabled=true])")
        if not await options.count() or await last.locator("[aria-checked=true]").count():
            return
        before = await chat.locator("article").count()
        await options.nth(min(3, await options.count() - 1)).click()
        await expect(chat.locator("article").nth(before)).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_whatever_one_writes_is_answered(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    words = WORDS[language]
    async with rehearsing(tmp_path, language) as url, visiting(browser, url) as page:
        await begin(page, language)
        chat = page.get_by_test_id("messages")
        await say(page, "hoi")
        await expect(chat).to_contain_text(words["nobody"], timeout=PATIENCE)
        signs, heading = words["alarm"]
        await say(page, signs)
        await expect(chat.get_by_text(heading)).to_be_in_viewport(timeout=PATIENCE)
        await say(page, "/export")
        async with page.expect_download() as download:
            await chat.get_by_role("link", name=".json").click(timeout=PATIENCE)
        exported = json.loads((await (await download.value).path()).read_bytes())
        assert exported
        await page.get_by_test_id("commands").click()
        name, description = words["menu"]
        await expect(page.get_by_role("option", name=name)).to_contain_text(description)


async def test_the_page_and_the_bot_change_language_together(
    browser: Browser, tmp_path: Path
) -> None:
    async with rehearsing(tmp_path, "nl") as url, visiting(browser, url) as page:
        await expect(page.get_by_test_id("next")).to_have_text(WORDS["nl"]["next"])
        await page.get_by_test_id("language-en").click()
        await expect(page.get_by_test_id("next")).to_have_text(WORDS["en"]["next"])
        await begin(page, "en")
        await page.get_by_test_id("commands").click()
        await expect(page.get_by_role("option", name=WORDS["en"]["menu"][0])).to_be_visible()


async def test_who_blocked_the_bot_may_carry_on_and_a_restart_begins_anew(
    browser: Browser, tmp_path: Path
) -> None:
    language = "en"
    async with rehearsing(tmp_path, language) as url, visiting(browser, url) as page:
        await begin(page, language)
        chat = page.get_by_test_id("messages")
        await page.get_by_test_id("block").click()
        await expect(page.get_by_test_id("blocked")).to_be_visible()
        await page.get_by_test_id("unblock").click()
        await say(page, "/start")
        back = page.get_by_role("button", name=WORDS[language]["back"])
        await expect(back).to_be_visible(timeout=PATIENCE)
        await page.get_by_test_id("restart").click()
        await expect(page.get_by_test_id("start")).to_be_visible(timeout=PATIENCE)
        await expect(chat.locator("article")).to_have_count(0)
        await begin(page, language)


async def test_axe_finds_nothing_from_the_start_to_the_end(
    browser: Browser, tmp_path: Path, languages: list[str]
) -> None:
    await asyncio.gather(*(_inspected(browser, tmp_path, each) for each in languages))


async def _inspected(browser: Browser, folder: Path, language: str) -> None:
    # Half-faded bubbles have no contrast yet; axe must not meet one.
    still = visiting(browser, "about:blank", reduced_motion="reduce")
    async with rehearsing(folder, language) as url, still as page:
        await page.goto(url)
        await _inspect(page)
        await begin(page, language)
        await page.get_by_test_id("next").click()
        await page.get_by_role("button", name=WORDS[language]["yes"]).click(timeout=PATIENCE)
        await expect(page.get_by_role("radio").first).to_be_visible(timeout=PATIENCE)
        await _inspect(page)
        await page.get_by_test_id("all").click()
        await expect(page.get_by_test_id("all")).to_have_attribute("aria-busy", "true")
        await expect(page.get_by_test_id("all")).to_have_attribute(
            "aria-busy", "false", timeout=PATIENCE
        )
        await _inspect(page)


async def _inspect(page: Page) -> None:
    """Look at the page as it is now on a desk and on a phone, by day and by night."""
    await expect(page.get_by_test_id("clock")).not_to_be_empty()
    for size, scheme in itertools.product(SIZES, ("light", "dark")):
        await page.set_viewport_size(size)
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        results = await Axe().run(page)
        found = [(each["id"], each["nodes"][0]["html"]) for each in results.response["violations"]]
        assert found == [], (size, scheme, json.dumps(found, indent=1))
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, (size, scheme)
    await page.set_viewport_size(SIZES[0])


async def test_nothing_but_its_own_files_may_run_in_the_page(
    browser: Browser, tmp_path: Path
) -> None:
    async with rehearsing(tmp_path, "nl") as url:
        page = await browser.new_page()
        response = await page.goto(url)
        assert response is not None
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        refused = await page.evaluate(REFUSED)
        assert refused == ["script-src-elem", "connect-src"]
        await page.close()


REFUSED = """async () => {
  const refused = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    refused.push(event.effectiveDirective);
  });
  const script = document.createElement("script");
  script.textContent = "document.title = 'ran'";
  document.head.append(script);
  await fetch("http://127.0.0.1:9/").catch(() => null);
  await new Promise((resolve) => setTimeout(resolve));
  return refused;
}"""
"""Tries an inline script and a request to another origin; what the policy refused."""
