"""Which key a text is, and when it was last used."""

import datetime
import hmac
import logging
import re

from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from access.kept import Kept
from access.models import ApiKey, digest

KEY = re.compile("wx_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
HOUR = datetime.timedelta(hours=1)

log = logging.getLogger(__name__)
kept = Kept()
used = set()
"""Primary keys of the keys whose last use is to be written down."""


class Refused(Exception):
    """Who asks may not. The message says why."""


def key_of(text):
    """Return the ApiKey that a text is. Raise Refused."""
    match = KEY.fullmatch(text)
    key = match and kept.get((match[1], digest(match[2])), look_up)
    if not key:
        raise Refused("There is no such API key. Is it whole, wx_ and all?")
    if key.state != "active":
        raise Refused(f"The API key {key.prefix} {why(key)}. Ask for another.")
    return key


def look_up(prefix_and_hash):
    """Return the ApiKey of a prefix and a hash, or None."""
    prefix, hash = prefix_and_hash
    key = ApiKey.objects.filter(prefix=prefix).first()
    if key is None or not hmac.compare_digest(key.hash, hash):
        return None
    if key.last_used_at is None or key.last_used_at < timezone.now() - HOUR:
        used.add(key.pk)
    return key


def why(key):
    """Return why a key does not work, for a sentence about it."""
    if key.revoked_at:
        return f"was revoked on {key.revoked_at:%Y-%m-%d}"
    return f"expired on {key.expires_at:%Y-%m-%d}"


def write_down_uses(**kwargs):
    """Write when keys were last used: once an hour, after the answer is out, for nobody is to wait for it."""
    while used:
        now = timezone.now()
        long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - HOUR)
        try:
            ApiKey.objects.filter(long_ago, pk=used.pop()).update(last_used_at=now)
        except (DatabaseError, KeyError) as error:  # KeyError: another thread was faster
            log.warning("The last use of an API key was not written down: %s", error)
