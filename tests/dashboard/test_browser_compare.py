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
    ready(page, "error")
    assert "Add a station to begin." in page.locator("#temperature .state").inner_text()
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
    page.wait_for_selector("#temperature .box[data-state=error]")
    assert "2 × 4 = 8" in page.locator("#temperature .state").inner_text()
