"""The map and the books of the ingest in a real Chromium, on real data."""

import re

import pytest

from tests.browsing import accessible, fits

pytest_plugins = ["tests.chromium"]
pytestmark = [pytest.mark.once, pytest.mark.browser]

READY = "#map-box[data-state=ready]"


def rows(page):
    return page.locator("#in-view tbody tr").all_inner_texts()


def test_map_shows_a_measure_that_stands_in_the_url(page):
    page.goto("/")
    page.wait_for_selector(READY)
    page.select_option("#measure", "anomaly")
    page.wait_for_selector("#legend .title >> text=against the normal")
    page.locator("#years input").fill("2012")
    page.wait_for_selector("#legend .title >> text=2012 against")
    assert "measure=anomaly" in page.url
    assert "year=2012" in page.url
    before = rows(page)
    page.reload()
    page.wait_for_selector(READY)
    assert rows(page) == before
    assert any(re.search(r"[+−]\d\.\d\s°C", row) for row in before)


def test_station_without_a_position_is_named(page):
    page.goto("/")
    page.wait_for_selector(READY)
    told = page.locator("#unplaced")
    assert told.inner_text() == "1 station has no position, so it is not on the map: USC00110338."
    assert told.locator("a").get_attribute("href") == "/stations/USC00110338"


def test_map_in_fahrenheit(page):
    page.goto("/?measure=last")
    page.wait_for_selector(READY)
    assert "°C" in rows(page)[0]
    page.check("input[value=us]", force=True)
    assert "°F" in rows(page)[0]
    page.reload()
    page.wait_for_selector(READY)
    assert "°F" in rows(page)[0]


def test_search_finds_by_name_and_shows_the_station(page):
    page.goto("/")
    page.wait_for_selector(READY)
    page.fill("#search", "aledo")
    page.wait_for_selector("#found [role=option] >> text=ALEDO")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.click(".leaflet-popup a >> text=ALEDO")
    page.wait_for_url("**/stations/USC00110072")


def test_search_finds_by_the_beginning_of_an_id(page):
    page.goto("/")
    page.wait_for_selector(READY)
    page.fill("#search", "USC00110187")
    page.wait_for_selector("#found [role=option] >> text=USC00110187")


def test_map_tells_what_is_the_matter_and_tries_again(browser, real_url):
    page = browser.new_page()
    page.route("**/data/map?*", lambda route: route.abort())
    page.goto(real_url)
    page.wait_for_selector("#map-box[data-state=error] >> text=The server cannot be reached.")
    page.unroute("**/data/map?*")
    page.click("text=Try again")
    page.wait_for_selector(READY)
    page.close()


def test_theme_is_kept(page):
    page.goto("/runs")
    page.click("#theme")
    assert page.get_attribute("#theme", "aria-pressed") == "true"
    page.goto("/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_runs_lead_to_their_rejected_lines(page):
    page.goto("/")
    page.click(".figures a >> text=succeeded")
    page.wait_for_selector("text=19850230 >> nth=0")
    page.click("nav[aria-label='Which files'] >> text=quarantined")
    page.wait_for_selector("text=No such file in this run.")
    page.click("nav[aria-label=Pages] >> text=Runs")
    page.wait_for_selector("tbody tr >> nth=2")
    assert page.locator("tbody tr").count() == 3


@pytest.mark.parametrize(
    "url", ["/?measure=anomaly&year=2012", "/?measure=coverage", "/runs", "/runs/1", "/runs/3"]
)
def test_page_keeps_nobody_out(themed, url):
    themed.goto(url)
    if url.startswith("/?"):
        themed.wait_for_selector(READY)
    accessible(themed)


@pytest.mark.parametrize("url", ["/", "/runs", "/runs/3"])
def test_page_fits_a_phone(phone, url):
    phone.goto(url)
    phone.wait_for_load_state("networkidle")
    fits(phone)


def test_reason_of_a_rejected_line_is_read_on_a_phone(phone):
    phone.goto("/runs/3")
    box = phone.locator("td.why").bounding_box()
    assert box["width"] > 130
    assert box["x"] + box["width"] <= 390


def test_page_of_nothing_says_so(browser, real_url):
    page = browser.new_page()
    response = page.goto(f"{real_url}/runs/999")
    assert (response.status, page.inner_text("h1")) == (404, "No run 999.")
    page.close()
