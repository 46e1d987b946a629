"""Migrations as a function of AWS Lambda: if they fail, API and ingest stay with the image they have."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weatherproj.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 after the set-up


def handler(event, context):
    call_command("migrate", "--noinput")
    call_command("roles")
    return {"migrated": True}
