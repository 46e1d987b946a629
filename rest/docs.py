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
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView

from rest.views import OpenView

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


class SwaggerView(OpenView, SpectacularSwaggerSplitView):
    """Swagger UI. Its script is a file of its own, `?script=`: no script within a page is run."""


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
