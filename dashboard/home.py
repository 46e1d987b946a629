"""The first page: a map of the stations, and the state of the archive."""

from dashboard.pages import PageView


class HomeView(PageView):
    template = "dashboard/home.html"
    here = "home"
