"""The report of a simulation in Chromium: readable anywhere, and asking for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from bot.settings import read_settings
from bot.simulation.halves import simulate
from bot.simulation.profile import read_profile
from bot.simulation.report import html
from bot.simulation.run import Plan, campaign_texts
from bot.simulation.summary import summarise

pytestmark = pytest.mark.browser

SIZES = {"phone": (360, 740), "desktop": (1280, 900)}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = Plan(read_settings(_env_file=None), read_profile(), 10, 1, frozenset({1, 2}), 15)
    tally = simulate(plan, lambda _: None)
    path = tmp_path_factory.mktemp("report") / "report.html"
    campaign = campaign_texts(plan.settings).campaign
    path.write_text(html(summarise(plan, campaign, tally)), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_it_fits_and_axe_finds_nothing(
    browser: Browser, report: Path, size: str, scheme: str
) -> None:
    width, height = SIZES[size]
    # The policy of the page keeps scripts out, those of axe too.
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True
    )
    page = await context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    await page.goto(report.as_uri())
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    for details in await page.locator("summary").all():
        await details.click()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    charts = page.locator("svg.chart:visible")
    assert await charts.count() == 3
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert asked == [report.as_uri()]
    assert errors == []
    await context.close()


async def test_without_scripts_every_chart_has_its_table(browser: Browser, report: Path) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(report.as_uri())
    for figure in await page.locator("figure").all():
        await figure.locator("summary").click()
        rows = figure.locator("tbody tr")
        assert await rows.count() >= 24
        assert await rows.first.is_visible()
    calendars = page.locator("#calendars ol")
    assert await calendars.count() == 2
    await context.close()
