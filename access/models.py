"""API keys: who may read more often, or at all."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone


def digest(secret):
    """Return the hash of a secret.

    A fast hash without salt is right for it: nobody guesses 32 random bytes, however fast the guesses are.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiKey(models.Model):
    """A key is shown once, as wx_<prefix>_<secret>. What is kept of the secret is a hash."""

    name = models.CharField(max_length=100, help_text="Whose it is, or what for.")
    prefix = models.CharField(max_length=8, unique=True, help_text="The beginning of the key, after wx_.")
    hash = models.CharField(max_length=64)
    requests_per_minute = models.PositiveIntegerField(
        null=True, blank=True, help_text="0 is no limit; empty is that of all keys, RATE_LIMIT_KEY."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the hour.")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="UTC. From then on it does not work.")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "access_api_keys"
        ordering = ["-id"]
        verbose_name = "API key"

    def __str__(self):
        return f"{self.name} ({self.prefix})"

    def make_secret(self):
        """Give the key a prefix and a hash. Return its text, which is kept nowhere."""
        secret = secrets.token_urlsafe(32)
        self.prefix, self.hash = secrets.token_hex(4), digest(secret)
        return f"wx_{self.prefix}_{secret}"

    def revoke(self):
        self.revoked_at = timezone.now()
        self.save(update_fields=["revoked_at"])

    @property
    def state(self):
        if self.revoked_at:
            return "revoked"
        if self.expires_at and self.expires_at <= timezone.now():
            return "expired"
        return "active"

    @property
    def limit(self):
        """How many requests a minute it may make; 0 is no limit."""
        per_minute = self.requests_per_minute
        return settings.RATE_LIMIT_KEY if per_minute is None else per_minute
