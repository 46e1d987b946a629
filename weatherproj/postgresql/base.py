"""Django's PostgreSQL backend, with a password that may change while the process runs."""

from django.db.backends.postgresql import base

from weatherproj.secret_store import Refreshed


class DatabaseWrapper(Refreshed, base.DatabaseWrapper):
    pass
