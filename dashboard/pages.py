"""Pages, and the data that they draw. Both are answered like the API: without a session, from the replica
where there is one, with the archive's version as their ETag."""

import gzip

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from rest import database
from rest.caching import Asked
from rest.exports import takes_gzip
from rest.parameters import Query
from rest.views import ReadView

HTML = "text/html; charset=utf-8"
LEAST_COMPRESSED = 1000
"""Bytes. Less than that fits a packet."""

NAVIGATION = (("home", "Map"), ("compare", "Compare"), ("runs", "Runs"), ("docs", "API"))
"""What the head of every page leads to: names of URLs, and what they are called there."""


class DataView(ReadView):
    """What a script draws, as JSON. A subclass has a `query` and `content(query, **path)`."""

    schema = None  # it changes with the page: no promise of the API

    def dispatch(self, request, *args, **kwargs):
        if request.method not in ("GET", "HEAD"):
            return super().dispatch(request, *args, **kwargs)
        return compressed(request, self.answered(request, *args, **kwargs))


class AnyQuery(Query):
    """The parameters of a page that its script reads. One that nobody knows does no harm."""

    def read(self, query):
        return {}


class PageView(DataView):
    """A page: a template, and `context(query, **path)` for it.

    `archived` (of ReadView) says that the page stays the same as long as the archive does.
    """

    query = AnyQuery()
    template = None
    here = None
    """The name of the URL in NAVIGATION that it belongs to."""

    def get(self, request, **path):
        if not self.archived:
            return html(self.body(request, self.query.read(request.GET), **path)[0])
        asked = Asked(request, HTML)
        return asked.found() or asked.made(*self.body(request, self.query.read(request.GET), **path))

    def body(self, request, query, **path):
        version = database.version() if self.archived else None
        return rendered(self.template, self.here, self.context(query, **path)), version

    def context(self, query):
        return {}


def rendered(template, here, context):
    return render_to_string(template, {"navigation": NAVIGATION, "here": here, **context}).encode()


def html(body, status=200):
    return HttpResponse(body, status=status, content_type=HTML, headers={"Cache-Control": "no-cache"})


def compressed(request, response):
    """Return a response gzipped, where that is worth it and the client takes it."""
    if response.streaming or response.status_code == 304:
        return response
    patch_vary_headers(response, ["Accept-Encoding"])
    if len(response.content) >= LEAST_COMPRESSED and takes_gzip(request):
        response.content = gzip.compress(response.content, 5, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    return response
