"""Pictures of the pages, of generated weather, in both themes and at the width of a phone: `make screenshots`
takes those of the README anew, `make screenshots ARGS=<folder>` puts them elsewhere."""

import sys
import tempfile
from pathlib import Path

from django.conf import settings
from playwright.sync_api import sync_playwright

from tests.served import manage, served

STATION = "ZZ000000001"
PAGES = {
    "map": ("/?measure=anomaly&year=2012", "#map-box[data-state=ready]"),
    "station": (f"/stations/{STATION}", "canvas"),
    "compare": (f"/compare?station_id={STATION},ZZ000000002", "canvas"),
    "runs": ("/runs", "table"),
    "run": ("/runs/1", "table"),
}
WINDOWS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1200, "height": 800}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1200, "height": 800}},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
}


def take(folder, chromium):
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        database = {"DATABASE_URL": f"sqlite:///{place}/w.sqlite3"}
        fill(Path(place), database)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
        with served(DEBUG="True", **database) as url:
            for window, options in WINDOWS.items():
                context = browser.new_context(base_url=url, **options)
                for name, (path, ready) in PAGES.items():
                    picture(context.new_page(), path, ready, folder / f"{name}-{window}.jpg")
        browser.close()


def fill(place, database):
    years = ("--start", "1991", "--end", "2020", "--seed", "1")
    files, places = place / "weather", place / "stations.txt"
    manage("generate_weather", str(files), "--stations", "24", *years, "--list", str(places), **database)
    manage("migrate", **database)
    for name in ("ingest_weather", "ingest_stations"):
        manage(name, str(files if name == "ingest_weather" else places), **database)


def picture(page, path, ready, file):
    page.goto(path)
    page.wait_for_selector(ready)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file, type="jpeg", quality=60)
    page.close()


if __name__ == "__main__":
    from tests.services import CHROMIUM

    take(Path(sys.argv[1]) if len(sys.argv) > 1 else settings.BASE_DIR / "docs/pictures", CHROMIUM)
