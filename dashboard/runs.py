"""The books of the ingest, for people: every run, its files, its rejected lines."""

from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from dashboard.pages import PageView
from dashboard.state import chart, newest
from rest.cursors import cursor, encode
from rest.parameters import Query, choice, whole
from rest.views import cut
from weather.models import IngestRun, RejectedLine, SourceFile

PAGE = 50
ID = whole(0, 10**9 - 1)


class RunsQuery(Query):
    status = choice(IngestRun.Status.values)
    page = cursor(ID)


class RunsPageView(PageView):
    template = "dashboard/runs.html"
    here = "runs"
    archived = False  # a run begins and ends without the archive
    query = RunsQuery()

    def context(self, query):
        runs = IngestRun.objects.all()
        if "status" in query:
            runs = runs.filter(status=query["status"])
        return {
            "bars": chart(newest()),
            "status": query.get("status"),
            "statuses": IngestRun.Status.values,
            "runs": Page(runs, ("id",), reverse("runs"), query, "page", newest_first=True),
        }


class RunQuery(Query):
    only = choice(["quarantined", "rejected"])
    files = cursor(ID)
    lines = cursor(ID, ID)


class RunPageView(PageView):
    template = "dashboard/run.html"
    here = "runs"
    archived = False
    query = RunQuery()

    def context(self, query, id):
        run = IngestRun.objects.filter(id=id).first()
        if run is None:
            raise Http404(f"No run {id}.")
        if run.status == run.Status.RUNNING:
            run.sum_up()
        url = reverse("run", args=[id])
        files = SourceFile.objects.filter(run=id, **CHOSEN[query.get("only")]).select_related("station")
        lines = RejectedLine.objects.filter(source_file__run=id).select_related("source_file")
        return {
            "run": run,
            "only": query.get("only"),
            "files": Page(files, ("id",), url, query, "files"),
            "lines": Page(lines, ("source_file_id", "line_number"), url, query, "lines"),
        }


CHOSEN = {
    None: {},
    "quarantined": {"status": SourceFile.Status.QUARANTINED},
    "rejected": {"rejected__gt": 0},
}
"""Conditions on the files of a run that are shown."""


class Page:
    """Rows at a cursor, in the order of their key, and the URLs of the pages before and after."""

    def __init__(self, rows, key, url, query, name, *, newest_first=False):
        position = query.get(name)
        falling = newest_first != bool(position and position.backward)
        if position:
            rows = rows.filter(beyond(key, position.key, "lt" if falling else "gt"))
        rows = rows.order_by(*(f"-{column}" if falling else column for column in key))
        keyed = [(*(getattr(row, column) for column in key), row) for row in rows[: PAGE + 1]]
        before, keyed, after = cut(keyed, position, PAGE, len(key))
        self.rows = [row for *_, row in keyed]
        self.previous, self.next = (link(url, query, name, place) for place in (before, after))


def beyond(key, values, way):
    """Return the condition on rows that they come after a key, or before it."""
    condition = Q()
    for column, value in reversed(list(zip(key, values, strict=True))):
        condition = Q(**{f"{column}__{way}": value}) | (
            Q(**{column: value}) & condition if condition else Q()
        )
    return condition


def link(url, query, name, position):
    """Return the URL of the page at a position, with whatever else is chosen; None for no position."""
    if position is None:
        return None
    chosen = {**query, name: position}
    texts = {n: value if isinstance(value, str) else encode(value) for n, value in chosen.items()}
    return f"{url}?{urlencode(texts)}#{name}"
