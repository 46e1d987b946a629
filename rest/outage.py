"""What requests can do without, and may be away: a cache, a replica."""

import time

QUIET = 60
"""Seconds in which an outage is not logged again."""


class Outage:
    """Whether something is away: then it is left alone for some seconds, so that no request waits for it."""

    def __init__(self, log, seconds, text):
        self.log, self.seconds, self.text = log, seconds, text
        self.until = self.logged = float("-inf")

    def lasts(self):
        return time.monotonic() < self.until

    def begins(self, error):
        now = time.monotonic()
        self.until = now + self.seconds
        if now - self.logged >= QUIET:
            self.logged = now
            self.log.warning("%s: %s", self.text, error)
