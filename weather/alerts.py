"""Somebody is told, by mail or webhook, when a run fails, rejects too much, or does not happen.

To tell costs a run at most some seconds, and never its books: what goes wrong with it is logged.
"""

import json
import logging
import urllib.request

from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail

from weather import freshness

log = logging.getLogger(__name__)

TIMEOUT = 10
"""Seconds."""

DAY = 86_400


def after_run(run):
    """Tell of a finished run, if there is reason to. A dry run is nobody's business."""
    reason = run.pk and (failure(run) or too_much(run))
    if reason:
        told = {"id": run.pk, "status": run.status, "sources": run.sources, "error": run.error}
        counts = {name: getattr(run, name) for name in ("files", "skipped", "quarantined", *run.COUNTS)}
        tell(f"Ingest run {run.pk} {reason}", run.summary(), {"run": told | counts})


def overdue():
    """Tell of a run that the schedule promises and that did not happen, once of each.

    Return since when it is overdue, or None.
    """
    due = freshness.missed()
    if due and cache.add(f"overdue-{due.isoformat()}", True, DAY):
        text = f"It was due at {due:%Y-%m-%d %H:%M} UTC, and no run has succeeded since."
        tell("The scheduled ingest did not happen", text, {"due": due.isoformat()})
    return due


def could_not_begin(error):
    """Tell that there was no run at all, for an error such as a source that is not there."""
    tell("The scheduled ingest could not begin", str(error), {"error": str(error)})


def failure(run):
    """Return how a run failed, or None: of one that was stopped, who stopped it knows."""
    if run.status == run.Status.FAILED or run.error.startswith("abandoned"):
        return f"{run.status}: {run.error or 'for no reason that is known'}"
    return None


def too_much(run):
    """Return what a run refused beyond ALERT_REJECTED_SHARE of its lines or of its files, or None."""
    for name, refused, all in (("lines", run.rejected, run.read), ("files", run.quarantined, run.files)):
        if all and refused / all > settings.ALERT_REJECTED_SHARE:
            return f"rejected {refused:,} of {all:,} {name} ({refused / all:.1%})"
    return None


def tell(subject, text, details):
    """Send an alert to everybody who is to have it. Errors are logged by name only: a webhook is a secret."""
    subject = " ".join(subject.split())[:200]
    for address, send in ((settings.ALERT_EMAIL, mail), (settings.ALERT_WEBHOOK, post)):
        if not address:
            continue
        try:
            send(address, subject, text, details)
        except Exception as error:
            log.error("an alert was not sent by %s: %s", send.__name__, type(error).__name__)


def mail(addresses, subject, text, details):
    body = f"{subject}\n\n{text}\n\n{json.dumps(details, indent=2)}\n"
    send_mail(f"[weather] {subject}", body, None, addresses)


def post(url, subject, text, details):
    """Send JSON whose `text` Slack, Mattermost and Teams show; the rest is for programs."""
    body = json.dumps({"text": f"{subject}\n{text}", **details}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 settings check it
    with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310
        pass
