"""How many days stand behind an index, and whether they are enough."""

from dataclasses import dataclass

import numpy as np

from stats.climate.days import MONTHS, Periods

RULES = ("etccdi", "simple")
IN_MONTH, IN_YEAR = 3, 15
"""Days that may be missing by ETCCDI's rule: of a month, which none of a year's may exceed; and of a year."""


@dataclass(frozen=True)
class Evidence:
    """The days used and expected of every period, and of every month."""

    rule: str
    used: np.ndarray
    expected: np.ndarray
    missing_in_month: np.ndarray

    @classmethod
    def of(cls, rule, periods, present, season=None):
        """Count the days that are `present`, of those of the `season` or of all."""
        season = np.ones(len(present), bool) if season is None else season
        by_month = Periods(periods.days, monthly=True)
        missing = by_month.sum(season & ~present)
        return cls(rule, periods.sum(season & present), periods.sum(season), missing)

    def why_not(self, place):
        """Return in words why a period does not meet the rule; None if it does."""
        used, expected = int(self.used[place]), int(self.expected[place])
        if not used:
            return "no value"
        if self.rule == "simple":
            return None
        if len(self.used) == len(self.missing_in_month):
            limits = [(IN_MONTH, expected - used)]
        else:
            months = self.missing_in_month[place * MONTHS : (place + 1) * MONTHS]
            limits = [(IN_YEAR, expected - used), (IN_MONTH, int(months.max()))]
        for limit, missing in limits:
            if missing > limit:
                of = "" if limit == limits[0][0] else " of a month"
                return f"{missing} days{of} missing, etccdi allows {limit}"
        return None
