"""How many days stand behind an index, and whether they are enough."""

from dataclasses import dataclass

import numpy as np

from stats.climate.days import MONTHS, Periods

RULES = ("etccdi", "simple")
IN_MONTH, IN_YEAR = 3, 15
"""Days that may be missing by ETCCDI's rule: of a month, which none of a year's may exceed; and of a year."""


@dataclass(frozen=True)
class Evidence:
    """The days used and expected of every period, and the days missing in the month of it that lacks most."""

    rule: str
    used: list
    expected: list
    worst: list | None
    """None where the periods are months."""

    @classmethod
    def of(cls, rule, periods, present, season=None):
        """Count the days that are `present`, of those of the `season` or of all."""
        season = np.ones(len(present), bool) if season is None else season
        used, expected = periods.sum(season & present).tolist(), periods.sum(season).tolist()
        if periods.monthly:
            return cls(rule, used, expected, None)
        missing = Periods(periods.days, monthly=True).sum(season & ~present)
        return cls(rule, used, expected, missing.reshape(-1, MONTHS).max(axis=1).tolist())

    def why_not(self, place):
        """Return in words why a period does not meet the rule; None if it does."""
        missing = self.expected[place] - self.used[place]
        if not self.used[place]:
            return "no value"
        if self.rule == "simple":
            return None
        limit = IN_MONTH if self.worst is None else IN_YEAR
        if missing > limit:
            return f"{missing} days missing, etccdi allows {limit}"
        if self.worst and self.worst[place] > IN_MONTH:
            return f"{self.worst[place]} days of a month missing, etccdi allows {IN_MONTH}"
        return None
