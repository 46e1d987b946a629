"""Every page in a real Chromium: no complaint in its console, and nothing loaded from elsewhere."""

import pytest
from playwright.sync_api import sync_playwright

from tests.factories import write_wx
from tests.served import manage, served
from tests.services import CHROMIUM

pytestmark = [pytest.mark.once, pytest.mark.browser]

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


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


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, url):
    """A page of a new visitor; at the end it has complained of nothing, and asked nobody else."""
    complaints, asked = [], []
    context = browser.new_context(base_url=url)
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    page.wait_for_load_state("networkidle")
    context.close()
    assert complaints == []
    assert [other for other in asked if not other.startswith((url, f"blob:{url}", "data:"))] == []


def test_swagger_asks_the_api(page):
    page.goto("/api/docs")
    page.click("#operations-Stations-listStations .opblock-summary-control")
    page.click("button.execute")
    page.wait_for_selector(".live-responses-table .microlight >> text=USC00110072")


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


def test_admin_logs_in_lists_and_changes(page):
    page.goto("/admin/")
    page.fill("#id_username", "ada")
    page.fill("#id_password", "pw")
    page.click("text=Log in >> nth=-1")
    for path in ("weather/ingestrun/", "weather/observationrow/", "stats/yearlystats/", "admin/logentry/"):
        page.goto(f"/admin/{path}")
        page.wait_for_selector("#result_list, #changelist")
    page.goto("/admin/weather/station/")
    page.click("text=USC00110072")
    page.fill("#id_name", "ALEDO")
    page.click("input[name=_save]")
    page.wait_for_selector("text=was changed successfully")


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
