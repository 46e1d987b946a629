"""Stations and years beside each other in a real Chromium, on real data."""

import pytest

from tests.browsing import accessible, fits

pytest_plugins = ["tests.chromium"]
pytestmark = [pytest.mark.once, pytest.mark.browser]

SECTIONS = ("temperature", "rain", "season", "climate", "stripes", "summary")


def ready(page, state="ready"):
    for section in SECTIONS:
        page.locator(f"#{section}").scroll_into_view_if_needed()
        page.wait_for_selector(f"#{section} .box[data-state={state}]", state="attached")


def states(page):
    """Return what is said in place of what cannot be drawn."""
    return [text for text in page.locator(".state:visible").all_inner_texts() if text]


def lines(page):
    return [text.strip() for text in page.locator("#summary tbody th").all_inner_texts()]


def test_years_of_a_station_for_everybody(themed):
    themed.goto("/compare?station_id=USC00110072&year=1988,1993,2012")
    ready(themed)
    assert lines(themed) == ["1988", "1993", "2012"]
    assert themed.locator("#summary tbody tr").nth(1).inner_text().split("\t")[3] == "1,420.7"
    accessible(themed)
    fits(themed)


def test_stations_on_a_phone(phone):
    phone.goto("/compare?station_id=USC00110072,USC00259510")
    ready(phone)
    assert lines(phone) == ["ALEDO", "YORK"]
    fits(phone)


def test_stations_and_years_are_added_and_taken_away(page):
    page.goto("/compare")
    page.wait_for_selector("#chosen .box[data-state=empty]")
    assert states(page) == ["Add a station to begin."]
    page.fill("#add-station", "aledo")
    page.click("#add-found >> text=ALEDO")
    page.wait_for_url("**/compare?station_id=USC00110072")
    page.fill("#year", "2012")
    page.press("#year", "Enter")
    page.wait_for_url("**/compare?station_id=USC00110072&year=2012")
    ready(page)
    assert lines(page) == ["2012"]
    page.click("#years button")
    page.wait_for_url("**/compare?station_id=USC00110072")
    page.go_back()
    page.wait_for_url("**/compare?station_id=USC00110072&year=2012")
    page.wait_for_selector("#years >> text=2012")


def test_more_than_six_lines_are_refused(page):
    page.goto("/compare?station_id=USC00110072,USC00259510&year=1988,1993,2001,2012")
    page.wait_for_selector("#chosen .box[data-state=empty]")
    assert states(page) == [
        "At most 6 lines can be told from each other, and these are 2 × 4 = 8. Take some away."
    ]
    page.click("[aria-label='Take 1988 away']")
    page.click("[aria-label='Take 1993 away']")
    page.wait_for_selector("#years >> text=1993", state="detached")


def test_stations_are_repeated_or_listed_and_unknown_ones_named(browser, real_url):
    page = browser.new_page(base_url=real_url)
    page.goto("/compare?station_id=USC00110072,USC00999999&station_id=USC00110338")
    ready(page)
    assert page.locator("#chosen .readout").inner_text() == "There is no station USC00999999."
    assert lines(page) == ["ALEDO", "USC00110338"]
    lacking = page.locator("#climate .readout").inner_text()
    assert lacking.startswith("USC00110338: 36 of 36 normals are missing; high of Jan: ")
    assert "There is no year to compare with a normal: " in page.locator("#stripes .chart").inner_text()
    page.click("[aria-label='Take ALEDO away']")
    page.click("[aria-label='Take USC00110338 away']")
    page.wait_for_selector("#chosen .box[data-state=empty]")
    assert states(page) == ["There is no station USC00999999."]
    page.close()
