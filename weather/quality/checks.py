"""The checks of Durre et al. 2010 in their order: values in, letters out.

Each sees only what the earlier ones, and the source, have left. Nothing here changes a value or knows a
database.
"""

from functools import partial

import numpy as np

from weather.quality.consistency import internal, lagged_range, mega, spike
from weather.quality.days import Days
from weather.quality.integrity import bounds, duplicate, frequent, naught, streak
from weather.quality.outliers import climatological, gap
from weather.quality.spatial import corroboration, regression

LATE = frozenset(b"SM")
"""Letters of the checks that come when a station's own series is done: neighbours do not see them."""


def own_checks(fahrenheit):
    """Yield (letter, check) of a station's own series, in order."""
    return (
        ("N", partial(naught, fahrenheit=fahrenheit)),
        ("D", duplicate),
        ("X", bounds),
        ("K", streak),
        ("K", frequent),
        ("G", gap),
        ("O", climatological),
        ("I", internal),
        ("T", spike),
        ("R", lagged_range),
    )


def late_checks(neighbours):
    """Yield (letter, check) of those that come last: two compare with neighbours, where there are enough."""
    return (
        ("S", partial(regression, neighbours=neighbours)),
        ("S", partial(corroboration, neighbours=neighbours)),
        ("M", mega),
    )


def checked(series, given, checks):
    """Return the letters of a Series (uint8 of shape (3, days), 0: none) after some checks.

    `given` are those that it has from earlier ones. A value that came with a letter gets none.
    """
    letters, days = given.copy(), Days.of(series.days)
    left = np.where((series.source == 0) & (letters == 0), series.values, np.nan)
    for letter, check in checks:
        failed = check(left, days)
        letters[failed] = ord(letter)
        left[failed] = np.nan
    return letters
