"""The schema and the pages that show it, all from this server: no CDN, no fonts from elsewhere."""

import functools

import orjson
from django.http import HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerView

from rest.views import OpenView

REDOC = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="img-src 'self' data:">
<title>{}</title>
<style>body {{ margin: 0 }}</style>
<redoc spec-url="{}"></redoc>
<script src="{}"></script>
</html>
"""


class SchemaView(OpenView):
    @extend_schema(exclude=True)
    def get(self, request):
        return HttpResponse(document(), content_type="application/vnd.oai.openapi+json")


@functools.cache
def document():
    """Return the OpenAPI document as JSON. It never changes while the process runs."""
    return orjson.dumps(SchemaGenerator().get_schema(request=None, public=True))


class SwaggerView(OpenView, SpectacularSwaggerView):
    """Swagger UI."""


class RedocView(OpenView):
    @extend_schema(exclude=True)
    def get(self, request):
        script = static("drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js")
        return HttpResponse(format_html(REDOC, spectacular_settings.TITLE, reverse("schema"), script))
