"""The books of the ingest, for people: every run, its files, its rejected lines."""

from dashboard.pages import PageView


class RunsView(PageView):
    template = "dashboard/runs.html"
    here = "runs"
    archived = False  # a run begins and ends without the archive
