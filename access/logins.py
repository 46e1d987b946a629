"""Admin's login: who tries too often waits, whether the password is right or not.

Tries are counted before the password is looked at, so that many at once count as many. A login that succeeds
gives its user, at its address, the tries back.
"""

import hashlib
import logging

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.cache import caches
from django.core.exceptions import ValidationError

from access.clients import address_of

log = logging.getLogger(__name__)

SECONDS = 900
"""So long tries are remembered after the first of them."""

MOST = {"pair": 5, "address": 50, "user": 50}
"""Tries of one address at one user, of one address, and at one user from anywhere."""


class LoginForm(AdminAuthenticationForm):
    def clean(self):
        address, user = address_of(self.request.META), self.cleaned_data.get("username") or ""
        names = {"pair": f"{address} {user}", "address": address, "user": user}
        if any(tries(kind, name) > MOST[kind] for kind, name in names.items()):
            log.warning("a login from %s was refused: too many tries", address)
            wait = f"Too many tries to log in: wait {SECONDS // 60} minutes."
            raise ValidationError(wait, code="too_many")
        try:
            cleaned = super().clean()
        except ValidationError:
            log.warning("a login from %s failed", address)  # not as whom: people type passwords there
            raise
        forget("pair", names["pair"])
        return cleaned


def tries(kind, name):
    """Count a try; return how many there were. While Redis is away each process counts by itself."""
    try:
        return caches["limits"].count(key(kind, name), SECONDS)
    except OSError:
        return caches["own"].count(key(kind, name), SECONDS)


def forget(kind, name):
    for cache in ("limits", "own"):
        try:
            caches[cache].delete(key(kind, name))
        except Exception as error:
            log.warning("tries to log in were not forgotten: %s", type(error).__name__)


def key(kind, name):
    return f"login:{kind}:{hashlib.sha256(name.encode()).hexdigest()}"
