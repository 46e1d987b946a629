"""Every error is a problem (RFC 9457): what is wrong, and the parameter that is to blame."""

import logging
import sys
from http import HTTPStatus

import orjson
from django.conf import settings
from django.core.exceptions import DisallowedHost, SuspiciousOperation, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import APIException, NotFound, ValidationError

from rest.outage import Outage

log = logging.getLogger(__name__)
outage = Outage(log, 0, "The database is away")

MEDIA_TYPE = "application/problem+json"

AWAY = "The database is away. Try again in a moment."
TOO_LONG = "This took too long. Ask for less: fewer stations, a shorter range, no `count=exact`."


def problem(status, detail, errors=(), **more):
    """Return a response that says what is wrong; `errors` is a list of {"parameter", "detail"}."""
    body = problem_body(status, detail, errors) | more
    return HttpResponse(orjson.dumps(body), status=status, content_type=MEDIA_TYPE)


def problem_body(status, detail, errors=()):
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": list(errors),
    }


def handle(error, context):
    """Django REST framework's exception handler: None (an error 500) for what was not foreseen."""
    if isinstance(error, ValidationError):
        return invalid(error.detail)
    if isinstance(error, Http404):
        error = NotFound(str(error) or None)
    if isinstance(error, SuspiciousOperation):
        return suspicious(error)
    if isinstance(error, (OperationalError, InterfaceError)):
        return unavailable(error)
    if not isinstance(error, APIException):
        return None
    return problem(error.status_code, str(error.detail))


def unavailable(error):
    """Return the problem of a database that is away, or that had no time for so much."""
    timeout = "timeout" in str(error) or "max_statement_time" in str(error)
    if timeout:
        log.warning("A statement took too long: %s", error)
    else:
        outage.begins(error)
    response = problem(503, TOO_LONG if timeout else AWAY)
    response.headers["Retry-After"] = "60" if timeout else "5"
    response._has_been_logged = True  # Django would tell each request of an outage
    return response


def invalid(messages):
    """Return the problem of a query that is refused: messages by parameter."""
    errors = [
        {"parameter": parameter, "detail": message}
        for parameter, details in messages.items()
        for message in details
    ]
    return problem(400, "; ".join(f"{e['parameter']}: {e['detail']}" for e in errors), errors)


def suspicious(error):
    """Return the problem of a request that Django refuses to read."""
    if isinstance(error, TooManyFieldsSent):
        return problem(400, f"More than {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,} parameters.")
    if isinstance(error, DisallowedHost):
        return problem(400, "The Host of the request is none that is answered here (ALLOWED_HOSTS).")
    return problem(400, "The request cannot be read.")


def bad_request(request, exception):
    return suspicious(exception)


def permission_denied(request, exception):
    return problem(403, str(exception) or "This is not allowed.")


@csrf_exempt  # what is not there needs no form
def not_found(request, exception=None):
    return problem(404, f"There is nothing at {request.path}.")


def server_error(request):
    error = sys.exc_info()[1]
    if isinstance(error, (OperationalError, InterfaceError)) and request.path.startswith("/api/"):
        return unavailable(error)  # before a view was reached
    return problem(500, "This is our fault. The server's log has the details.")
