"""The application of Celery: `celery -A weatherproj worker`, `celery -A weatherproj beat`."""

import os
import sys

from celery import Celery
from celery.signals import beat_init, celeryd_init, worker_process_init
from django.conf import settings

from weatherproj import tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weatherproj.settings")

app = Celery("weatherproj")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()  # for every thread of a web process, too
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def need_broker(**kwargs):
    """End worker and beat with a word where they would wait for a broker that nobody has named."""
    if not settings.REDIS_URL:
        sys.exit("REDIS_URL is empty: worker and beat need a Redis or Valkey server, redis://host:6379/0")


@celeryd_init.connect
def survive_a_lost_broker(**kwargs):
    """Make it a connection error to acknowledge a task, or give it back, by a connection that is lost.

    Then the worker connects again. As kombu has it, it is an AttributeError of the parts that are gone, by
    which a worker ends whose broker goes while a task is at work.
    """
    from kombu.transport.redis import Channel

    reach = Channel._connparams

    def reach_if_connected(channel, asynchronous=False):
        if not (channel.connection and channel.connection.client):
            raise ConnectionError("the connection to the broker is lost")
        return reach(channel, asynchronous)

    Channel._connparams = reach_if_connected


@worker_process_init.connect
def trace(**kwargs):
    tracing.start()
