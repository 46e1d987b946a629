"""What people get where the API gives a problem (see rest.errors)."""

import orjson
from django.contrib.auth.views import redirect_to_login
from django.urls import reverse

from dashboard.pages import html, rendered
from rest.errors import MEDIA_TYPE

NOT_PAGES = ("/api/", "/data/")


def readable(get_response):
    """Middleware: show a problem as a page to whoever asked for a page; who has to sign in gets to do so."""

    def middleware(request):
        response = get_response(request)
        if response.headers.get("Content-Type") != MEDIA_TYPE or not wants_page(request):
            return response
        if response.status_code == 401:
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return problem_page(response)

    return middleware


def wants_page(request):
    return "text/html" in request.META.get("HTTP_ACCEPT", "") and not request.path_info.startswith(NOT_PAGES)


def problem_page(response):
    problem = orjson.loads(response.content)
    page = html(rendered("dashboard/problem.html", None, problem), response.status_code)
    for name in ("Retry-After", "RateLimit", "RateLimit-Policy"):
        if name in response.headers:
            page.headers[name] = response.headers[name]
    return page
