"""The page that a browser gets: the answer, readable, with links to follow and a form of the parameters."""

import orjson
from django.shortcuts import render

READABLE = orjson.OPT_INDENT_2


def wanted(request):
    """Say whether a browser's address line asks. Whoever says a format gets that."""
    return "text/html" in request.META.get("HTTP_ACCEPT", "") and "format" not in request.GET


def page(view, request, response):
    """Return an answer of a ReadView as a page."""
    if response.status_code == 304 or response.streaming or not response.content:
        return response
    context = {
        "name": getattr(view, "title", ""),
        "description": getattr(view, "about", "").split("\n\n")[0].replace("`", ""),
        "response": response,
        "content": orjson.dumps(orjson.loads(response.content), option=READABLE).decode(),
        "fields": fields(view.query, request.GET) if view.query else [],
        "as_json": json_url(request),
    }
    shown = render(request, "rest/page.html", context, status=response.status_code)
    for name in ("Retry-After", "Vary"):
        if name in response.headers:
            shown.headers[name] = response.headers[name]
    shown.headers["Cache-Control"] = "private, no-cache"
    return shown


def json_url(request):
    query = request.GET.copy()
    query["format"] = "json"
    return f"{request.path}?{query.urlencode()}"


def fields(query, given):
    """Return what the form shows of a Query's parameters."""
    shown = []
    for name, field in query.fields.items():
        if name in ("format", "cursor"):
            continue
        schema = field.schema.get("items", field.schema)
        shown.append(
            {
                "name": name,
                "help": field.help_text,
                "value": ",".join(given.getlist(name)),
                "choices": None if field.several else schema.get("enum"),
                "type": KINDS.get(schema.get("format"), KINDS.get(schema["type"], "text")),
                "low": schema.get("minimum"),
                "high": schema.get("maximum"),
                "default": schema.get("default", ""),
            }
        )
    return shown


KINDS = {"date": "date", "integer": "number"}
"""The kind of a form's field by the format or the type of a parameter; the others are text."""
