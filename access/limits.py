"""How often a client may ask: so many requests in each window of a minute, counted in Django's cache."""

import logging
import time
import zlib
from typing import NamedTuple

from django.core.cache import caches

from rest.outage import Outage

SECONDS = 60
PAUSE = 2
"""So many seconds a cache that is away is left alone, so that requests do not wait for it."""

outage = Outage(
    logging.getLogger(__name__), PAUSE, "Requests are not limited: the cache that counts them is away"
)


class Window(NamedTuple):
    taken: int
    """Requests of this window, this one included."""
    ends_in: int
    """Seconds."""


def take(client):
    """Count a request of a client; return the Window it falls in, or None where nothing is counted."""
    if not client.limit or outage.lasts():
        return None
    name = f"{client.policy}:{client.name}"
    # Everybody's minute begins at another second: not all come back at once.
    number, passed = divmod(int(time.time()) + zlib.crc32(name.encode()) % SECONDS, SECONDS)
    try:
        # Kept for two windows: it is not to end between the two commands of a count.
        taken = caches["limits"].count(f"{name}:{number}", 2 * SECONDS)
    except OSError as error:
        outage.begins(error)
        return None
    return Window(taken, SECONDS - passed)
