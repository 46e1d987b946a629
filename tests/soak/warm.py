"""What the server of processes loads before it forks: a child begins where an installed program would be."""

import django

django.setup()

from django.core.management import load_command_class  # noqa: E402 needs what django.setup() sets up

from tests.soak import contents, points  # noqa: E402, F401
from weather import formats  # noqa: E402

load_command_class("weather", "ingest_weather")
for name in formats.FORMATS:
    formats.module(name)
