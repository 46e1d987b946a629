"""The page of a station in a real Chromium, on real data."""

import csv

import pytest

from tests.browsing import accessible, fits

pytest_plugins = ["tests.chromium"]
pytestmark = [pytest.mark.once, pytest.mark.browser]

ALEDO = "/stations/USC00110072"
PANELS = ("daily", "year", "climate", "season", "stripes", "frost", "records", "availability", "sources")
OF_ONE_DAY = "/stations/USC00110338"
STATIONS_WITHOUT_DATA = "/stations/USC00110356"


def ready(page, panel="daily", state="ready"):
    page.locator(f"#{panel}").scroll_into_view_if_needed()
    page.wait_for_selector(f"#{panel} .box[data-state={state}]")


def shown(page):
    """Return the range of days that the fields say."""
    return page.input_value("#start"), page.input_value("#end")


def test_every_panel_is_drawn_for_everybody(themed):
    themed.goto(f"{ALEDO}?year=2012")
    for panel in PANELS:
        ready(themed, panel)
    assert themed.locator("#year h2").inner_text() == "2012 against the other years"
    accessible(themed)
    fits(themed)


def test_page_fits_a_phone(phone):
    phone.goto(ALEDO)
    for panel in PANELS:
        ready(phone, panel)
    fits(phone)


def test_zoom_by_buttons_keys_and_dates_stands_in_the_url(page):
    page.goto(f"{ALEDO}?start=1994-01-01&end=1997-12-31")
    ready(page)
    assert shown(page) == ("1994-01-01", "1997-12-31")
    page.focus("#daily .chart")
    page.keyboard.press("+")
    page.wait_for_url("**start=1995-01-01&end=1996-12-31")
    page.keyboard.press("PageDown")
    page.wait_for_url("**start=1997-01-01&end=1999-01-01")
    page.click("#daily >> text=Month")
    page.wait_for_url("**start=1997-12-17&end=1998-01-16")
    page.fill("#start", "1997-07-01")
    page.dispatch_event("#start", "change")
    page.wait_for_url("**start=1997-07-01&end=1998-01-16")
    page.reload()
    ready(page)
    assert shown(page) == ("1997-07-01", "1998-01-16")
    page.focus("#daily .chart")
    page.keyboard.press("Home")
    page.wait_for_url(f"**{ALEDO}")
    assert shown(page) == ("1985-01-01", "2014-12-31")


def test_wheel_zooms_and_dragging_moves_the_focused_chart(page):
    page.goto(f"{ALEDO}?start=1994-01-01&end=1997-12-31")
    ready(page)
    box = page.locator("#daily .u-over").bounding_box()
    middle, height = box["x"] + box["width"] / 2, box["y"] + 100
    page.focus("#daily .chart")
    page.mouse.move(middle, height)
    page.mouse.wheel(0, -60)
    page.wait_for_url(lambda url: "start=1994-01-01" not in url)
    before = page.url
    page.mouse.down()
    page.mouse.move(middle - 300, height, steps=5)
    page.mouse.up()
    page.wait_for_url(lambda url: url != before)
    assert page.url > before


def test_day_says_its_values_and_where_they_come_from(page):
    page.goto(f"{ALEDO}?start=1995-07-01&end=1995-07-31")
    ready(page)
    box = page.locator("#daily .u-over").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 3.5 / 31, box["y"] + 100)
    page.wait_for_url("**date=1995-07-04")
    told = page.locator("#daily .day").inner_text().replace("\xa0", " ")
    assert all(text in told for text in ("4 Jul 1995", "26.1 °C", "13.9 °C", "30.5 mm", "USC00110072.txt"))
    assert page.locator("#daily .day a").get_attribute("href") == "/runs/1"


def test_table_has_the_days_shown_in_the_units_of_the_reader(page):
    page.goto(f"{ALEDO}?start=1995-07-01&end=1995-07-07&units=us")
    ready(page)
    page.click("#daily .as-table summary")
    page.wait_for_selector("#daily tbody tr")
    assert page.locator("#daily tbody tr").all_inner_texts() == [
        "1995-07-01\t75.0\t52.0\t0.00\t",
        "1995-07-02\t72.0\t51.1\t0.00\t",
        "1995-07-03\t77.0\t51.1\t0.00\t",
        "1995-07-04\t79.0\t57.0\t1.20\t",
        "1995-07-05\t81.0\t62.1\t1.42\t",
        "1995-07-06\t81.0\t62.1\t0.10\t",
        "1995-07-07\t77.0\t57.9\t0.00\t",
    ]


def test_download_is_what_is_shown(page):
    page.goto(f"{ALEDO}?start=1995-07-01&end=1995-07-31")
    ready(page)
    page.click("#daily .offers summary")
    with page.expect_download() as download:
        page.click("#daily .offers >> text=CSV")
    rows = list(csv.DictReader(download.value.path().read_text().splitlines()))
    assert (len(rows), rows[3]["date"], rows[3]["prcp_mm"]) == (31, "1995-07-04", "30.5")
    with page.expect_download() as download:
        page.click("#daily .offers >> text=PNG")
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    assert download.value.suggested_filename == "ALEDO-1-Jul-1995-to-31-Jul-1995.png"


def test_degree_days_are_those_of_the_api(page):
    page.goto(f"{ALEDO}?units=us")
    ready(page, "season")
    for index in ("gdd_corn", "hdd", "cdd"):
        page.select_option("#season select", index)
        ready(page, "season")
        page.evaluate("document.querySelector('#season .as-table').open = true")
        page.wait_for_selector("#season tbody tr")
        drawn = dict(row.split("\t")[:2] for row in page.locator("#season tbody tr").all_inner_texts())
        call = f"/api/indices?station_id=USC00110072&index={index}&page_size=100"
        rows = [row for row in page.request.get(call).json()["results"] if row["month"] is None]
        told = {str(row["year"]): f"{row['value']:,.0f}" for row in rows if row["value"] is not None}
        assert {year: drawn[year] for year in told} == told


def test_one_year_is_not_compared_with_others(page):
    page.goto(OF_ONE_DAY)
    ready(page, "year")
    assert page.locator("#year h2").inner_text() == "1985"
    page.goto(STATIONS_WITHOUT_DATA)
    ready(page, "year", "empty")
    assert page.locator("#year h2").inner_text() == "One year"


def test_records_are_of_the_years_that_have_any(page):
    page.goto(OF_ONE_DAY)
    ready(page, "records")
    assert page.locator("#records caption").inner_text() == (
        "Of all days of 1985; a date opens the day, +1 says that another day had the same."
    )


def test_station_without_observations_says_so(page):
    page.goto(STATIONS_WITHOUT_DATA)
    ready(page, state="empty")
    assert page.locator("#daily .state").inner_text() == "This station has no observations."


def test_database_that_is_away_is_told_and_asked_again(browser, real_url):
    page = browser.new_page(base_url=real_url)
    problem = {"status": 503, "json": {"detail": "The database is away. Try again in a moment."}}
    page.route("**/data/stations/**", lambda route: route.fulfill(**problem))
    page.goto(ALEDO)
    ready(page, state="error")
    assert "The database is away." in page.locator("#daily .state").inner_text()
    page.unroute("**/data/stations/**")
    page.click("#daily >> text=Try again")
    ready(page)
    page.close()
