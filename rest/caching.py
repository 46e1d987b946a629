"""Answers that stay as they are until the archive changes: ETag, 304, and pages that are kept.

The archive's version and the request are the ETag, and the key of a rendered page in Django's cache. So
nothing is ever taken back from the cache: what was kept of another version is not asked for any more.
"""

import functools
import hashlib
import logging

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

from rest import database
from rest.outage import Outage

MOST_BYTES = 256 * 1024
"""A larger body is not kept."""

MOST_SEEN = 20_000
"""Requests remembered as asked before by a process."""

PAUSE = 5
"""Seconds in which a cache that was away is not asked again."""

outage = Outage(logging.getLogger(__name__), PAUSE, "No pages are kept: the cache is away")
seen = set()
"""What this process was asked before. Only that is looked for in the cache, and kept there: who asks for
something new, as most do, does not pay for it."""


class Asked:
    """A request whose answer depends on the archive alone."""

    def __init__(self, request, media_type):
        self.unless = request.META.get("HTTP_IF_NONE_MATCH", "")
        self.media_type, self.key = media_type, key(request, media_type)
        self.again = self.key in seen
        self.version = None
        """The archive's, where it was asked for."""

    def found(self):
        """Return the response that the client has (304) or that was kept, or None."""
        if not (self.unless or self.again):
            remember(self.key)
            return None
        self.version = version = database.version()
        if etag(version, self.key) in self.unless:  # nothing but an answer has a tag, so none is an error
            return self.labelled(HttpResponse(status=304), version)
        body = kept(f"{version}-{self.key}") if self.again else None
        return body and self.response(body, version)

    def made(self, body, version):
        """Return the response of a body made of the archive at a version."""
        if self.again and len(body) <= MOST_BYTES:
            keep(f"{version}-{self.key}", body)
        return self.response(body, version)

    def response(self, body, version):
        return self.labelled(HttpResponse(body, content_type=self.media_type), version)

    def labelled(self, response, version):
        if self.unless == "*":  # says 304 to whatever there is: that is known only now
            response = HttpResponse(status=304)
        label(response, f"W/{etag(version, self.key)}")
        return response


def label(response, tag):
    """Tell caches that they may keep a response if they ask each time whether it is still the same."""
    headers = response.headers
    headers["ETag"] = tag
    patch_vary_headers(response, ["Accept"])  # a browser gets a page
    headers["Cache-Control"] = "public, no-cache"
    if response.status_code == 304:
        del headers["Content-Type"]


def etag(version, key):
    return f'"{version}-{key}"'


def key(request, media_type):
    """Return a short text for what a response depends on beside the archive: the request, and the code."""
    meta = request.META
    parts = (
        release(),
        media_type,
        request.scheme,
        request.get_host(),
        request.path,
        meta.get("QUERY_STRING", ""),
    )
    return hashlib.blake2b("\n".join(parts).encode(errors="replace"), digest_size=12).hexdigest()


SHOWN_BY = {".py", ".html", ".js", ".css"}
"""Kinds of files that change what is answered when they change."""


@functools.cache
def release():
    """Return a text that differs when the code does: another release may answer otherwise."""
    paths = sorted(
        path
        for name in ("rest", "weather", "stats", "dashboard")
        for path in settings.BASE_DIR.glob(f"{name}/**/*")
        if path.suffix in SHOWN_BY
    )
    return hashlib.blake2b(b"".join(path.read_bytes() for path in paths), digest_size=8).hexdigest()


def remember(key):
    if len(seen) >= MOST_SEEN:
        seen.clear()
    seen.add(key)


def kept(key):
    return tolerant(caches["pages"].get, key)


def keep(key, body):
    tolerant(caches["pages"].set, key, body)


def tolerant(use, *arguments):
    """Return use(*arguments), or None if the cache is away: every page can be made without it."""
    if outage.lasts():
        return None
    try:
        return use(*arguments)
    except Exception as error:
        outage.begins(error)
        return None
