"""The views both APIs are made of: one question to the database, tuples to JSON, nothing between."""

import re

import orjson
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.views import APIView

from rest import browse, database, errors, exports
from rest.caching import Asked
from rest.cursors import Position, encode
from rest.parameters import Query, choice, whole

JSON = "application/json"
NO_QUALITY = re.compile(r";(?!\s*q\s*=)[^;,]*", re.I)
"""A parameter of a media type, such as charset: we have but one of each."""


def chosen(request, media_types):
    """Return the format of the answer: that of the query, or that which `Accept` likes best, or JSON."""
    query = request.META.get("QUERY_STRING", "")
    if ("format" in query or "%" in query) and "format" in request.GET:  # not read if it can be helped
        return request.GET["format"]
    accept = request.META.get("HTTP_ACCEPT", "*/*")
    if len(media_types) == 1 or accept == "*/*":
        return "json"
    asked = HttpRequest()
    asked.META["HTTP_ACCEPT"] = NO_QUALITY.sub("", accept)
    best = asked.get_preferred_type(list(media_types.values()))
    return next((name for name, media_type in media_types.items() if media_type == best), "json")


class Negotiation(BaseContentNegotiation):
    """Take any `Accept`: nobody gets a 406."""

    def select_parser(self, request, parsers):
        return parsers[0]

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class OpenView(APIView):
    """A view that can be asked in every format, and only be asked."""

    content_negotiation_class = Negotiation
    http_method_names = ["get", "head"]


class ReadView(OpenView):
    """What is read of the archive, as JSON."""

    query = None
    """A Query."""
    media_types = {"json": JSON}
    """The media type of every format."""
    archived = True
    """Whether the answer stays the same as long as the archive does."""

    def dispatch(self, request, *args, **kwargs):
        """Go to `get` without what a GET needs nothing of: DRF's parsers, authenticators, negotiation."""
        if request.method not in ("GET", "HEAD"):
            return super().dispatch(request, *args, **kwargs)
        response = self.answered(request, *args, **kwargs)
        return browse.page(self, request, response) if browse.wanted(request) else response

    def answered(self, request, *args, **kwargs):
        try:
            with database.reading():
                return database.answered(lambda: self.get(request, *args, **kwargs))
        except Exception as error:
            if response := errors.handle(error, {}):
                return response
            raise

    def get(self, request, **path):
        format = chosen(request, self.media_types)
        if not self.archived:
            return response(self.body(request, self.query.read(request.GET), **path)[0])
        asked = Asked(request, self.media_types.get(format, JSON))
        if found := asked.found():
            return found
        query = self.query.read(request.GET) | {"format": format}
        return self.made(asked, request, query, **path)

    def made(self, asked, request, query, **path):
        return asked.made(*self.body(request, query, **path))

    def body(self, request, query, **path):
        """Return the answer as JSON, and the archive's version of then or before."""
        version = database.version() if self.archived else None
        return as_json(self.content(query, **path)), version

    def content(self, query, **path):
        """Return the answer of a view that is no list."""
        raise NotImplementedError


def answer_format():
    return choice(["json"], "The format of the answer.", default="json")


def export_format():
    return choice(
        exports.FORMATS,
        "The format of the answer. All but `json` give everything at once, not a page. Without it, `Accept` "
        "can ask for them.",
    )


class DetailQuery(Query):
    format = answer_format()


class PageQuery(Query):
    """A list's parameters; each list adds its `cursor`."""

    page_size = whole(1, 1000, "How many results to a page.", default=100)
    count = choice(["exact"], "`exact` adds `count`, the number of results on all pages. It takes time.")
    format = answer_format()


class ExportQuery(PageQuery):
    """The parameters of a list that can be exported."""

    format = export_format()


class ListView(ReadView):
    """A list, a page at a time.

    A row is a tuple that starts with its key, the values a cursor is made of. Its `query` has `page_size`,
    `cursor` and `count`.
    """

    key_length = 1
    tells_version = False
    """Whether a row ends with the archive's version. Then a page is one question to the database."""
    export = None
    """A list that can be given whole has `export(query)`, see rest.exports."""

    def rows(self, query, position, limit):
        """Return at most `limit` rows next to the position, the nearest first."""
        raise NotImplementedError

    def count(self, query):
        """Return the number of rows on all pages."""
        raise NotImplementedError

    def show(self, row):
        """Return what is shown of a row."""
        raise NotImplementedError

    def render(self, rows):
        """Return the results as JSON."""
        return as_json([self.show(row) for row in rows])

    def beside(self, query, rows):
        """Return what the answer holds beside its page of rows."""
        return {}

    def made(self, asked, request, query):
        if self.export and query["format"] != "json":
            version = database.version() if asked.version is None else asked.version
            return asked.labelled(exports.answer(self, request, query), version)
        return super().made(asked, request, query)

    def body(self, request, query):
        rows, version = self.rows_and_version(query, query.get("cursor"), query["page_size"] + 1)
        before, rows, after = cut(rows, query.get("cursor"), query["page_size"], self.key_length)
        head = {"count": self.count(query)} if "count" in query else {}
        head |= self.beside(query, rows)
        head |= {"next": link(request, after), "previous": link(request, before)}
        return self.written(query, head, rows), version

    def written(self, query, head, rows):
        """Return a page: what the answer holds beside its rows, and the rows."""
        return b'%b,"results":%b}' % (as_json(head)[:-1], self.render(rows))

    def rows_and_version(self, *which):
        """Return rows, and the archive's version of then or before: newer rows than it says do no harm."""
        if self.archived and self.tells_version and (rows := self.rows(*which)):
            return rows, rows[0][-1]
        version = database.version() if self.archived else None
        return self.rows(*which), version


def cut(rows, position, size, key_length):
    """Return the rows of a page in their order, between the Positions of its neighbours or None.

    `rows` are one more than the page holds, if there are more. On the side the reader came from
    there is a page, too.
    """
    more, rows = len(rows) > size, rows[:size]
    if not rows:
        return None, [], None
    backward = position is not None and position.backward
    if backward:
        rows.reverse()
    before, after = (more, True) if backward else (position is not None, more)
    return (
        Position(rows[0][:key_length], backward=True) if before else None,
        rows,
        Position(rows[-1][:key_length], backward=False) if after else None,
    )


PLAIN = re.compile(r"[\w.,:=&+-]*", re.ASCII)
CURSOR = re.compile("(^|&)cursor=[^&]*")


def link(request, position):
    """Return the absolute URL of the page at a position: this one's, with another cursor."""
    if position is None:
        return None
    text = request.META.get("QUERY_STRING", "")
    if not PLAIN.fullmatch(text):
        text = request.GET.urlencode()
    text = CURSOR.sub("", text).removeprefix("&")
    start = f"{request.scheme}://{request.get_host()}{request.path}"
    return f"{start}?{text}{'&' if text else ''}cursor={encode(position)}"


def as_json(value):
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def answer(value):
    """Return the response that holds a value as JSON, and is to be asked for anew each time."""
    return response(as_json(value))


def response(body):
    headers = {"Cache-Control": "no-cache", "Vary": "Accept"}
    return HttpResponse(body, content_type=JSON, headers=headers)


def refused(parameter, message):
    """Return the error of a parameter that only the archive can refuse."""
    return ValidationError({parameter: [message]})
