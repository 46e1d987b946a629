"""Lists whole, in formats that other programs read: CSV, NDJSON, Parquet. Nothing is held but a chunk.

A ListView that can be exported has `export(query)`, which returns a rest.unpaged.Export.
"""

import logging
import os
import re
import zlib
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from rest_framework.exceptions import ValidationError

from rest import parquet
from rest.streams import CHUNK, csv_chunks, ndjson_chunks

log = logging.getLogger(__name__)

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}
"""What `format` may be where lists are exported, the first by default, and what `Accept` calls it."""

FORMATS = tuple(MEDIA_TYPES)
OF_PAGES = ("page_size", "cursor", "count")
CHUNKS = {"csv": csv_chunks, "ndjson": ndjson_chunks}
CONTENT_TYPES = MEDIA_TYPES | {"csv": "text/csv; charset=utf-8; header=present"}

BROKEN_OFF = {
    "csv": b'"\nThis answer is incomplete: something failed while it was sent. Ask again.\n',
    "ndjson": b"This answer is incomplete: something failed while it was sent. Ask again.\n",
}
"""The last words of an answer that fails. No parser takes them (the quote is never closed): not every server
can break off the connection, and what ends properly is taken for complete."""


def answer(view, request, query):
    """Return the response that streams all that a ListView has for a query, or for HEAD its headers alone.

    So it is for `If-None-Match: *`, which wants to know whether there is anything.
    """
    refuse_pages(request)
    format, export = query["format"], view.export(query)
    compressed = format in CHUNKS and takes_gzip(request)
    response = StreamingHttpResponse(())
    whole = request.method != "HEAD" and request.headers.get("If-None-Match") != "*"
    if whole and format == "parquet":
        file = parquet.made(export)
        response = StreamingHttpResponse(Begun(contents(file)))
        response["Content-Length"] = os.fstat(file.fileno()).st_size
    elif whole:
        chunks = to_the_end(CHUNKS[format](export), request, BROKEN_OFF[format])
        response = StreamingHttpResponse(Begun(gzipped(chunks) if compressed else chunks))
    response["Content-Type"] = CONTENT_TYPES[format]
    response["Content-Disposition"] = content_disposition_header(True, file_name(request, query))
    if format in CHUNKS:
        patch_vary_headers(response, ["Accept-Encoding"])
    if compressed:
        response["Content-Encoding"] = "gzip"
    return response


class Begun:
    """An iterator that has its first item already: what fails at once can still be answered with an error."""

    def __init__(self, chunks):
        self.chunks, self.first = chunks, list(islice(chunks, 1))

    def __iter__(self):
        return self

    def __next__(self):
        return self.first.pop() if self.first else next(self.chunks)

    def close(self):
        self.chunks.close()


def contents(file):
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def to_the_end(chunks, request, last_words):
    """Yield chunks. Where they fail after the first one, log it, and tell the client before it is raised."""
    begun = False
    try:
        for chunk in chunks:
            yield chunk
            begun = True
    except Exception:
        if begun:
            log.exception("%s broke off", request.get_full_path())
            yield last_words
        raise
    finally:
        chunks.close()


def gzipped(chunks):
    """Yield chunks compressed. An answer that breaks off has no end of file."""
    compressor = zlib.compressobj(level=1, wbits=31)
    try:
        for chunk in chunks:
            if compressed := compressor.compress(chunk):
                yield compressed
    except Exception:
        yield compressor.flush(zlib.Z_SYNC_FLUSH)
        raise
    finally:
        chunks.close()
    yield compressor.flush()


def takes_gzip(request):
    accepted = re.search(r"\bgzip\b\s*(;\s*q=([0-9.]+))?", request.headers.get("Accept-Encoding", ""))
    return bool(accepted) and accepted[2] not in ("0", "0.0", "0.00", "0.000")


def refuse_pages(request):
    message = "is for pages; this format gives everything at once"
    if errors := {name: [message] for name in OF_PAGES if name in request.GET}:
        raise ValidationError(errors)


def file_name(request, query):
    """Return a name made of the list's and of the filters: weather-stats-NE-start_year-1990.csv."""
    words = ["weather", *(word for word in request.path.split("/")[2:] if word not in ("", "weather"))]
    for name, texts in request.GET.lists():
        if name != "format":
            speaking = name in ("station_id", "state", "date", "year")
            words += ([] if speaking else [name]) + texts
    name = re.sub("[^A-Za-z0-9.]+", "-", "-".join(words)).strip("-")
    return f"{name[:100]}.{query['format']}"
