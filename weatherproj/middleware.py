"""What requests get: an id, a place in the metrics, a line in the log; and pages: what browsers obey."""

import logging
import os
import re
import time

from django.conf import settings

from weatherproj import metrics, metrics_folder
from weatherproj.logs import request_id

log = logging.getLogger(__name__)

ID = re.compile(r"[A-Za-z0-9._:=/+-]{1,128}")
"""What another's request id may be: nothing that ends a line or begins a tag."""


def watch(get_response):
    """Middleware: the request's id is that of X-Request-ID, or made, and goes back in that header."""
    counted, logged = bool(settings.METRICS_TOKEN), log.isEnabledFor(logging.INFO)
    if counted:
        metrics_folder.make(settings.METRICS_FOLDER)

    def middleware(request):
        began = time.perf_counter()
        sent = request.META.get("HTTP_X_REQUEST_ID", "")
        id = sent if ID.fullmatch(sent) else os.urandom(8).hex()
        token = request_id.set(id)
        try:
            response = get_response(request)
            seconds = time.perf_counter() - began
            if counted:
                metrics.count(request.resolver_match, response.status_code, seconds)
            if logged:
                tell(request, response, seconds)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = id
        return response

    return middleware


def tell(request, response, seconds):
    """Log a request. Its query is left out: nobody knows what stands in it."""
    fields = {
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "duration_ms": round(seconds * 1000, 3),
    }
    log.info("%s %s %d", request.method, request.path, response.status_code, extra={"fields": fields})


def secure(get_response):
    """Middleware: pages load nothing from elsewhere, run no script that stands in them, use no device."""
    policy = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())

    def middleware(request):
        response = get_response(request)
        headers = response.headers
        if headers.get("Content-Type", "").startswith("text/html"):
            headers.setdefault("Content-Security-Policy", policy)
            headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response

    return middleware
