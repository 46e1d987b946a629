"""Django's caches, and counting in them: at most one question to Redis for a request."""

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache as DjangoRedisCache


class LocalCache(LocMemCache):
    """In the memory of a process: each process counts by itself."""

    def count(self, key, seconds):
        """Add 1 to the number under a key, which begins at 0 and lasts so many seconds; return it."""
        try:
            return self.incr(key)
        except ValueError:
            self.add(key, 0, seconds)
            return self.incr(key)


class RedisCache(DjangoRedisCache):
    """In Redis or Valkey: all processes count together."""

    def count(self, key, seconds):
        """As LocalCache does, in one roundtrip. Raise OSError where Redis is away."""
        key = self.make_and_validate_key(key)
        try:
            with self._cache.get_client(key, write=True).pipeline(transaction=False) as pipeline:
                return pipeline.set(key, 0, ex=seconds, nx=True).incr(key).execute()[-1]
        except self._cache._lib.RedisError as error:
            raise OSError(str(error)) from None
