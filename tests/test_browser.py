"""Every page in a real Chromium: no complaint in its console, and nothing loaded from elsewhere."""

import pytest

from tests.browsing import fits, visit
from tests.factories import write_wx
from tests.served import manage, served

pytest_plugins = ["tests.chromium"]
pytestmark = [pytest.mark.once, pytest.mark.browser]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """A server with a little data. With DEBUG it serves static files without collecting them first."""
    folder = tmp_path_factory.mktemp("browser")
    database = {"DATABASE_URL": f"sqlite:///{folder}/w.sqlite3"}
    manage("migrate", **database)
    manage(
        "createsuperuser",
        "--noinput",
        "--username=ada",
        "--email=",
        DJANGO_SUPERUSER_PASSWORD="pw",
        **database,
    )
    manage("ingest_weather", str(write_wx(folder, "USC00110072", "19850101 -22 -128 94")), **database)
    with served(DEBUG="True", **database) as url:
        yield url


@pytest.fixture
def page(browser, url):
    yield from visit(browser, url)


def test_swagger_asks_the_api(page):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/api/docs")
    page.click("#operations-Stations-listStations .opblock-summary-control")
    page.click("button.execute")
    page.wait_for_selector(".live-responses-table .microlight >> text=USC00110072")
    assert said == []  # such as of a format that it does not know


def test_redoc_shows_and_searches(page):
    page.goto("/api/redoc")
    page.wait_for_selector("h1 >> text=Weather archive")
    page.fill("input[placeholder='Search...']", "observations")
    page.wait_for_selector("[data-role='search:results'] >> text=Daily observations")


def test_api_shows_a_page_whose_form_leaves_out_what_is_empty(page):
    page.goto("/api/weather")
    page.fill("#year", "1985")
    page.click("text=Show")
    page.wait_for_selector("text=USC00110072")
    assert page.url.endswith("/api/weather?year=1985")


@pytest.mark.parametrize("path", ["/api/weather", "/api/docs"])
def test_api_is_as_dark_as_the_pages(browser, url, path):
    page = browser.new_page(color_scheme="dark")
    page.goto(url + path)
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(22, 24, 27)"
    page.evaluate("localStorage.setItem('weather-theme', 'light')")
    page.reload()
    assert page.evaluate(ground) in ("rgb(251, 250, 247)", "rgb(250, 250, 250)")
    page.close()


def test_head_of_the_api_covers_nothing_on_a_phone(browser, url):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{url}/api/weather")
    head, heading = (page.locator(part).bounding_box() for part in (".navbar", "h1"))
    assert head["y"] + head["height"] <= heading["y"]
    fits(page)
    page.close()


def log_in(page):
    page.goto("/admin/")
    page.fill("#id_username", "ada")
    page.fill("#id_password", "pw")
    page.click("text=Log in >> nth=-1")


def test_admin_logs_in_lists_and_changes(page):
    log_in(page)
    for path in ("weather/ingestrun/", "weather/observationrow/", "stats/yearlystats/", "admin/logentry/"):
        page.goto(f"/admin/{path}")
        page.wait_for_selector("#result_list, #changelist")
    page.set_viewport_size({"width": 1280, "height": 800})
    for name in ("ingestrun", "station"):
        page.goto(f"/admin/weather/{name}/")
        beyond = page.locator(".results").evaluate("list => list.scrollWidth - list.clientWidth")
        assert (name, beyond) == (name, 0)
    page.click("text=USC00110072")
    page.fill("#id_name", "ALEDO")
    page.click("input[name=_save]")
    page.wait_for_selector("text=was changed successfully")


def test_api_key_is_made_once_however_often_its_page_is_loaded(page):
    log_in(page)
    page.goto("/admin/access/apikey/add/")
    page.fill("#id_name", "field office")
    page.click("input[name=_save]")
    page.wait_for_selector("pre >> text=wx_")
    page.reload()
    page.wait_for_selector("#id_name")
    assert page.locator("text=/wx_[0-9a-f]{8}_/").count() == 0
    page.goto("/admin/access/apikey/")
    assert page.locator("#result_list tbody tr").count() == 1


def test_policy_stops_what_a_page_is_made_to_load(browser, url):
    """So the tests above can fail: a script from elsewhere is stopped, and one that stands in the page."""
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{url}/api/weather")
    for script in ("{src: 'https://example.org/a.js'}", "{textContent: 'window.ran = 1'}"):
        page.evaluate(f"document.head.append(Object.assign(document.createElement('script'), {script}))")
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    assert sum("Content Security Policy" in text for text in said) == 2
