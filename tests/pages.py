"""Reading the pages of admin in tests."""

import re


def cells(page):
    """Return the rows of a list as the texts of their columns."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    found = [re.findall(r'<t[dh] class="field-[^>]*>(.*?)</t[dh]>', row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]+>|&nbsp;", "", cell).strip() for cell in row] for row in found if row]
