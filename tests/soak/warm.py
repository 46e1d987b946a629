"""What the server of processes loads before it forks: a child begins where an installed program would be."""

import django
import duckdb  # noqa: F401 takes longer than a small file

django.setup()

from django.core.management import load_command_class  # noqa: E402 needs what django.setup() sets up

from tests.soak import contents, points  # noqa: E402, F401

load_command_class("weather", "ingest_weather")
