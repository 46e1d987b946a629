"""The log: plain or JSON lines that say to which request and run they belong, and no password."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

from django.views.debug import SafeExceptionReporterFilter

from weather.current import run_id

request_id = ContextVar("request_id", default=None)

PASSWORD = re.compile(r"""(?<=://)[^\s/@"']*:[^\s/"']*@""")
"""The user and password of a URL."""


def redacted(text):
    return PASSWORD.sub("***@", text) if "://" in text else text


class Plain(logging.Formatter):
    """For people."""

    def format(self, record):
        return redacted(super().format(record))


class Json(logging.Formatter):
    """For machines: one object a line. What is logged with extra={"fields": {...}} is in it, too."""

    def format(self, record):
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redacted(record.getMessage()),
            "request": request_id.get(),
            "run": run_id.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["error"] = redacted(self.formatException(record.exc_info))
        return json.dumps(line, default=str)


FORMATTERS = {
    "plain": {"()": Plain, "format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    "json": {"()": Json},
    "bare": {"format": "%(message)s"},
}


def logging_settings(format, level):
    """Return LOGGING: everything to stderr, in a format of FORMATTERS."""
    stderr = {"class": "logging.StreamHandler"}
    requests = {} if format == "json" else {"weatherproj.middleware": {"level": "WARNING"}}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": FORMATTERS,
        "handlers": {"stderr": stderr | {"formatter": format}, "bare": stderr | {"formatter": "bare"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "botocore": {"level": "WARNING"},  # it tells where it found credentials, every time
            "weather.emf": {"handlers": ["bare"], "level": "INFO", "propagate": False},
            **requests,  # a line each is for machines
        },
    }


class ReporterFilter(SafeExceptionReporterFilter):
    """Django's pages and mails about errors: no password in a URL, no URL that is a secret."""

    hidden_settings = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|WEBHOOK", flags=re.IGNORECASE
    )

    def cleanse_setting(self, key, value):
        cleansed = super().cleanse_setting(key, value)
        return redacted(cleansed) if isinstance(cleansed, str) else cleansed

    def get_traceback_frame_variables(self, request, tb_frame):
        return []  # a local variable may hold anything, such as the session's key
