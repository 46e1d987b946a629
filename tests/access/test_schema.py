"""The schema says of every operation who may ask, and how often."""

import orjson
import pytest

from rest.docs import document

pytestmark = pytest.mark.once

SCHEMA = orjson.loads(document())
OPERATIONS = {path: methods["get"] for path, methods in SCHEMA["paths"].items()}
API = [path for path in OPERATIONS if path.startswith("/api/")]

WITHOUT_TAG = {"/api/ingest/runs", "/api/ingest/runs/{id}", "/api/quality"}


@pytest.mark.parametrize("path", API)
def test_answers_that_have_a_tag_can_be_asked_for_by_it(path):
    asked = [parameter["name"] for parameter in OPERATIONS[path]["parameters"] if parameter["in"] == "header"]
    tagged = path not in WITHOUT_TAG
    assert (asked, "304" in OPERATIONS[path]["responses"]) == (["If-None-Match"] * tagged, tagged)


@pytest.mark.parametrize("path", API)
def test_every_operation_has_refusals_and_headers(path):
    responses = OPERATIONS[path]["responses"]
    assert {"200", "400", "401", "405", "413", "414", "429"} - set(responses) == set()
    limits = {"RateLimit-Policy", "RateLimit"}
    more = {"401": {"WWW-Authenticate"}, "429": {"Retry-After"}}
    if path not in WITHOUT_TAG:
        more |= {"200": {"ETag"}, "304": {"ETag"}}
    if "text/csv" in responses["200"]["content"]:
        more["200"] |= {"Content-Disposition"}
    assert {status: set(response["headers"]) for status, response in responses.items()} == {
        status: limits | more.get(status, set()) for status in responses
    }


def test_key_goes_in_one_of_two_headers_where_it_is_sent():
    assert {
        name: (scheme["type"], scheme.get("scheme"), scheme.get("name"))
        for name, scheme in SCHEMA["components"]["securitySchemes"].items()
    } == {"bearer": ("http", "bearer", None), "header": ("apiKey", None, "X-API-Key")}
    assert {path: operation.get("security") for path, operation in OPERATIONS.items()} == {
        path: [{"bearer": []}, {"header": []}, {}] if path in API else None for path in OPERATIONS
    }
