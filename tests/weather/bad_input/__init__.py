"""Files that are not as they should be: CASES is {what is wrong: Case}."""

from tests.weather.bad_input.case import Case
from tests.weather.bad_input.ghcn import ACCESS_LINES, CSV_LINES, DLY_LINES
from tests.weather.bad_input.wx import DATES, NAMES, STRUCTURE, VALUES
from tests.weather.bad_input.zipped import GZIP

__all__ = ["CASES", "Case"]

CASES = STRUCTURE | DATES | VALUES | NAMES | GZIP | CSV_LINES | DLY_LINES | ACCESS_LINES
