"""A worker or beat where there is a broker: `python -m deploy.background worker --concurrency 2`.

Without a broker `celery` ends with a word, and a platform that starts again what ends would start it for
ever. This one waits instead, as a process that takes no memory, until it is told to end.
"""

import os
import sys

NICE = 10
"""How far workers stand back: on one machine with the web server, requests go first."""

FOR_EVER = str(2**31 - 1)
"""Seconds; `infinity` is not known to every sleep."""


def main(words):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weatherproj.settings")
    from django.conf import settings

    if reason := reason_to_wait(words, settings.REDIS_URL):
        sys.stderr.write(f"No {words[0]} here: {reason}\n")
        sys.stderr.flush()
        os.execvp("sleep", ["sleep", FOR_EVER])
    if words[0] == "worker":
        os.nice(NICE)
    os.execv(sys.executable, [sys.executable, "-m", "celery", "-A", "weatherproj", *words])


def reason_to_wait(words, broker):
    if not broker:
        return "REDIS_URL is empty"
    if words[-2:] == ["--concurrency", "0"]:
        return "WORKER_CONCURRENCY is 0"
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
