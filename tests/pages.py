"""Reading the pages of admin in tests."""

import re

from django.urls import reverse


def url(name, *args):
    """Return where a page of weather's models is, such as 'station_changelist'."""
    return reverse(f"admin:weather_{name}", args=args)


def listed(client, name, query=""):
    """Return the rows of a list of weather's models as the texts of its columns."""
    response = client.get(url(f"{name}_changelist") + query)
    assert response.status_code == 200
    return cells(response.text)


def cells(page):
    """Return the rows of a list as the texts of their columns."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    found = [re.findall(r'<t[dh] class="field-[^>]*>(.*?)</t[dh]>', row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]+>|&nbsp;", "", cell).strip() for cell in row] for row in found if row]
