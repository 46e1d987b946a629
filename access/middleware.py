"""The door of the API and of the pages: who asks, whether they may, how often, how much at once."""

from collections import Counter

from django.conf import settings
from django.utils.cache import patch_cache_control

from access.clients import anonymous, client_of, key_sent
from access.keys import Refused
from access.limits import SECONDS, take
from rest.errors import problem
from rest.parameters import shown

OPEN = {"/api/schema", "/api/docs", "/api/redoc"}
ELSEWHERE = ("/admin/", "/health/", "/metrics", "/static/", "/favicon.ico")
"""Paths that have a door of their own, or need none."""
MOST_QUERY = 16_384
"""Bytes of a query string: a thousand station ids fit."""


def guard(get_response):
    """Middleware: refuse who may not ask, or not now, and tell everybody their limit."""

    def middleware(request):
        path = request.path_info
        if path.startswith(ELSEWHERE) or path.removesuffix("/") in OPEN:
            return get_response(request)
        try:
            client, refusal = client_of(request), too_much(request.META)
        except Refused as error:
            client, refusal = anonymous(request), unauthorized(request, str(error))
        window = take(client)
        if window and window.taken > client.limit:
            refusal = too_often(client, window)
        response = refusal or get_response(request)
        if refusal:
            response["Cache-Control"] = "no-store"
        elif settings.API_KEY_REQUIRED:
            patch_cache_control(response, private=True)  # a shared cache asks nobody for a key
        tell(response, client, window)
        return response

    return middleware


def tell(response, client, window):
    """Add the limit to a response, as draft-ietf-httpapi-ratelimit-headers has it."""
    if client.limit:
        response.headers["RateLimit-Policy"] = f'"{client.policy}";q={client.limit};w={SECONDS}'
    if window:
        left = max(client.limit - window.taken, 0)
        response.headers["RateLimit"] = f'"{client.policy}";r={left};t={window.ends_in}'


def unauthorized(request, detail):
    response = problem(401, detail)
    error = "" if key_sent(request.META) is None else ', error="invalid_token"'
    response["WWW-Authenticate"] = f'Bearer realm="weather"{error}'
    return response


def too_often(client, window):
    whose = {"anonymous": "one address", "user": "one user", "key": "this API key"}[client.policy]
    more = "" if client.policy == "key" else " An API key allows more."
    detail = f"More than {client.limit} requests a minute from {whose}: wait {window.ends_in} s.{more}"
    response = problem(429, detail)
    response["Retry-After"] = str(window.ends_in)
    return response


def too_much(headers):
    """Return the problem of a request that is too large, or None."""
    query = headers.get("QUERY_STRING", "")
    if len(query) > MOST_QUERY:
        detail = f"takes most of a query string of {len(query):,} bytes; at most {MOST_QUERY:,} are read"
        name = shown(longest(query))
        return problem(414, f"{name}: {detail}", [{"parameter": name, "detail": detail}])
    size, most = body_size(headers), settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if size > most:
        return problem(413, f"The body has {size:,} bytes; at most {most:,} are taken, and none is needed.")
    return None


def body_size(headers):
    try:
        return int(headers.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def longest(query):
    """Return the name of the parameter that takes most of a query string."""
    sizes = Counter()
    for part in query.split("&"):
        sizes[part.partition("=")[0]] += len(part)
    return sizes.most_common(1)[0][0]
