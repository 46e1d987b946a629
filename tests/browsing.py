"""Visits to pages in a real Chromium, and what holds for all of them. The fixtures are in tests.chromium."""

from axe_playwright_python.sync_playwright import Axe

SERIOUS = ("serious", "critical")
CHECKED = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


def visit(browser, url, **options):
    """Yield a page of a new visitor; at its end nothing was complained of, and nobody else was asked."""
    complaints, asked = [], []
    context = browser.new_context(base_url=url, **options)
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    page.wait_for_load_state("networkidle")
    context.close()
    assert complaints == [], complaints
    assert [other for other in asked if not other.startswith((url, f"blob:{url}", "data:"))] == []


def accessible(page):
    """Assert that axe finds nothing serious in a page as it is now."""
    found = Axe().run(page, options=CHECKED).response["violations"]
    told = [
        f"{issue['id']}: {issue['help']}: {node['html'][:200]} {node['failureSummary']}"
        for issue in found
        if issue["impact"] in SERIOUS
        for node in issue["nodes"][:3]
    ]
    assert told == [], told


def fits(page):
    """Assert that a page is no wider than its window, nor what is written over a table that scrolls."""
    captions = page.locator("caption:visible").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().right)"
    )
    widest = max(page.evaluate("document.documentElement.scrollWidth"), *captions, 0)
    assert widest <= page.viewport_size["width"]
