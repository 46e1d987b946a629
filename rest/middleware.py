"""What stands between the server and the views."""

from django.urls import Resolver404, resolve

from rest.views import ReadView


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
