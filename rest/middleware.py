"""What stands between the server and the views."""

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers

from rest.views import ReadView

READS = ("GET", "HEAD")
EXPOSED = "ETag, Link, Content-Disposition, RateLimit-Policy, RateLimit, Retry-After"
PREFLIGHT = {
    "Access-Control-Allow-Methods": ", ".join(READS),
    "Access-Control-Allow-Headers": "Authorization, X-API-Key, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
"""What a browser asks before it sends a key, or an ETag, to another site than the page's."""


def share(get_response):
    """Middleware: pages of CORS_ALLOWED_ORIGINS may read the API in a browser, which sends it no cookies."""
    allowed = frozenset(settings.CORS_ALLOWED_ORIGINS)
    if not allowed:
        raise MiddlewareNotUsed

    def middleware(request):
        if not f"{request.path_info}/".startswith("/api/"):
            return get_response(request)
        origin = "*" if "*" in allowed else request.META.get("HTTP_ORIGIN")
        preflight = request.method == "OPTIONS" and meant(request) in READS
        if origin not in allowed or not (preflight or request.method in READS):
            response = get_response(request)
        else:
            response = HttpResponse(status=204, headers=PREFLIGHT) if preflight else get_response(request)
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = EXPOSED
        if "*" not in allowed:
            patch_vary_headers(response, ["Origin"])
        return response

    return middleware


def meant(request):
    """Return the method of the request that a preflight announces."""
    return request.META.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")


def read_first(get_response):
    """Middleware: what only reads needs no session, user, form or frame, so it is answered here."""

    def middleware(request):
        match = reading_view(request)
        if match is None:
            return get_response(request)
        request.resolver_match = match
        response = match.func(request, *match.args, **match.kwargs)
        if not response.streaming:
            response.headers["Content-Length"] = str(len(response.content))
        return response

    return middleware


def reading_view(request):
    """Return the ResolverMatch of the ReadView that a request is for, or None."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return None
    return match if issubclass(getattr(match.func, "cls", object), ReadView) else None
