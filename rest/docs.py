"""The schema and the pages that show it, all from this server: no CDN, no fonts from elsewhere."""

import functools
import gzip
from pathlib import Path

import orjson
from django.contrib.staticfiles.finders import find
from django.http import HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularSwaggerSplitView

from rest.views import DetailQuery, OpenView, ReadView, as_json

REDOC = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{}</title>
<link rel="stylesheet" href="{}">
<redoc spec-url="{}"></redoc>
<script src="{}"></script>
</html>
"""
LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"


class SchemaView(OpenView):
    @extend_schema(exclude=True)
    def get(self, request):
        return HttpResponse(document(), content_type="application/vnd.oai.openapi+json")


@functools.cache
def document():
    """Return the OpenAPI document as JSON. It never changes while the process runs."""
    return orjson.dumps(SchemaGenerator().get_schema(request=None, public=True))


@functools.cache
def endpoints():
    """Return (path, summary) of every endpoint of the API."""
    paths = orjson.loads(document())["paths"].items()
    return [(path, methods["get"]["summary"]) for path, methods in paths if path.startswith("/api/")]


@extend_schema_view(get=extend_schema(exclude=True))
class IndexView(ReadView):
    """Where everything is, for whoever knows but `/api`."""

    query = DetailQuery()
    archived = False
    title = "Weather archive"
    about = "What there is to ask, and where it is explained."

    def body(self, request, query):
        here = f"{request.scheme}://{request.get_host()}"
        pages = {name: f"{here}/api/{name}" for name in ("docs", "redoc", "schema")}
        found = [{"url": f"{here}{path}", "summary": summary} for path, summary in endpoints()]
        return as_json(pages | {"endpoints": found}), None


class SwaggerView(OpenView, SpectacularSwaggerSplitView):
    """Swagger UI. Its script is a file of its own, `?script=`: no script within a page is run."""

    template_name = "rest/swagger.html"


class RedocView(OpenView):
    @extend_schema(exclude=True)
    def get(self, request):
        if "script" in request.GET:
            headers = {"Content-Encoding": "gzip", "Cache-Control": "max-age=3600"}
            return HttpResponse(redoc(), content_type="text/javascript", headers=headers)
        style, script = static("rest/redoc.css"), f"{request.path}?script="
        return HttpResponse(format_html(REDOC, spectacular_settings.TITLE, style, reverse("schema"), script))


@functools.cache
def redoc():
    """Return ReDoc's script, gzipped, without the image that it would load from its maker."""
    script = Path(find("drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js")).read_bytes()
    return gzip.compress(script.replace(LOGO, b"data:,"))
