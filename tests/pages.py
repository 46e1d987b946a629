"""Reading the pages of admin in tests."""

import re

import pytest


@pytest.fixture
def quick_pages(settings, tmp_path):
    """Pages that need no collectstatic, and no quarter of a second for a password."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = tmp_path
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


def cells(page):
    """Return the rows of a list as the texts of their columns."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    found = [re.findall(r'<t[dh] class="field-[^>]*>(.*?)</t[dh]>', row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]+>|&nbsp;", "", cell).strip() for cell in row] for row in found if row]
