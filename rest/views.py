"""The views both APIs are made of: one question to the database, tuples to JSON, nothing between."""

import orjson
from django.http import HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.views import APIView

from rest.cursors import Position, encode
from rest.parameters import Query, choice, whole


class Negotiation(BaseContentNegotiation):
    """Ignore `Accept`: whoever opens a URL in a browser sees the answer too, and nobody gets a 406."""

    def select_parser(self, request, parsers):
        return parsers[0]

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class ReadView(APIView):
    content_negotiation_class = Negotiation
    http_method_names = ["get", "head"]


def answer_format():
    return choice(["json"], "The format of the answer.", default="json")


class DetailQuery(Query):
    format = answer_format()


class PageQuery(Query):
    """A list's parameters; each list adds its `cursor`."""

    page_size = whole(1, 1000, "How many results to a page.", default=100)
    count = choice(["exact"], "`exact` adds `count`, the number of results on all pages. It takes time.")
    format = answer_format()


class ListView(ReadView):
    """A list, a page at a time.

    A row is a tuple that starts with its key, the values a cursor is made of.
    """

    query = None
    """A Query with `page_size`, `cursor` and `count`."""
    key_length = 1

    def rows(self, query, position, limit):
        """Return at most `limit` rows next to the position, the nearest first."""
        raise NotImplementedError

    def count(self, query):
        """Return the number of rows on all pages."""
        raise NotImplementedError

    def show(self, row):
        """Return what is shown of a row."""
        raise NotImplementedError

    def beside(self, query):
        """Return what the answer holds beside its page."""
        return {}

    def get(self, request):
        query = self.query.read(request.GET)
        position = query.get("cursor")
        rows = self.rows(query, position, query["page_size"] + 1)
        before, rows, after = cut(rows, position, query["page_size"], self.key_length)
        body = {"count": self.count(query)} if "count" in query else {}
        body |= self.beside(query)
        body["next"] = link(request, after)
        body["previous"] = link(request, before)
        body["results"] = [self.show(row) for row in rows]
        return answer(body)


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


def link(request, position):
    """Return the absolute URL of the page at a position: this one's, with another cursor."""
    if position is None:
        return None
    query = request.GET.copy()
    query["cursor"] = encode(position)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def answer(body):
    """Return the response that holds the body as JSON."""
    return HttpResponse(orjson.dumps(body, option=orjson.OPT_UTC_Z), content_type="application/json")


def refused(parameter, message):
    """Return the error of a parameter that only the archive can refuse."""
    return ValidationError({parameter: [message]})
