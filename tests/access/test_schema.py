"""The schema says of every operation who may ask, and how often."""

import orjson
import pytest

from rest.docs import document

pytestmark = pytest.mark.once

SCHEMA = orjson.loads(document())
OPERATIONS = {path: methods["get"] for path, methods in SCHEMA["paths"].items()}
API = [path for path in OPERATIONS if path.startswith("/api/")]


@pytest.mark.parametrize("path", API)
def test_every_operation_has_refusals_and_headers(path):
    responses = OPERATIONS[path]["responses"]
    assert {"200", "400", "401", "405", "413", "414", "429"} - set(responses) == set()
    limits = {"RateLimit-Policy", "RateLimit"}
    more = {"401": {"WWW-Authenticate"}, "429": {"Retry-After"}}
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
