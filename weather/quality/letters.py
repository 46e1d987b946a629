"""What the letters mean: those of GHCN-Daily (QFLAG), all of them."""

from typing import NamedTuple


class Letter(NamedTuple):
    name: str
    meaning: str
    temperature: str | None
    """The test of maximum and minimum and its threshold; None where we have none."""
    precipitation: str | None

    @property
    def own(self):
        """Whether our checks give it; the others only come with values."""
        return bool(self.temperature or self.precipitation)


LETTERS = {
    "D": Letter(
        "duplicate",
        "The values of a year or a month come again in another one.",
        "A year equals another one, a month the same month of another year or another month of its year (at "
        "least 10 values), or maximum and minimum are equal on 10 days or more of a month.",
        "A year equals another one, a month the same month of another year or another month of its year, "
        "with precipitation on at least 3 days.",
    ),
    "G": Letter(
        "gap",
        "Nothing like it was measured in that calendar month in any year.",
        "10 °C or more lie between it, or what lies nearer, and all others of the calendar month (at least "
        "100).",
        "300 mm or more lie between it, or what lies nearer, and all others of the calendar month (at least "
        "100).",
    ),
    "I": Letter(
        "internal consistency",
        "Maximum and minimum of its day, or of two successive days, contradict each other.",
        "A maximum more than 1 °C below the minimum of its day or of the next one, a minimum more than 1 °C "
        "above the maximum of the next day; of all values those in most contradictions, until there are "
        "none.",
        None,
    ),
    "K": Letter(
        "streak or frequent value",
        "The same value comes too often in a row.",
        "20 equal values or more in a row, days without a value skipped.",
        "20 equal amounts or more in a row, or of 10 days with precipitation 9 (8, 7, 5) equal and at or "
        "above the 30th (50th, 70th, 90th) percentile of the season; dry days skipped.",
    ),
    "L": Letter("multiday length", "A total over several days that are not all free.", None, None),
    "M": Letter(
        "megaconsistency",
        "Beyond all that the other element has had in that calendar month in any year.",
        "A maximum below the lowest minimum, or a minimum above the highest maximum, of the calendar month "
        "(at least 140 values).",
        None,
    ),
    "N": Letter(
        "naught",
        "Zeros that stand for what was not measured.",
        "Maximum and minimum both exactly -17.8 °C (0 °F) in the US, both exactly 0 °C elsewhere.",
        None,
    ),
    "O": Letter(
        "climatological outlier",
        "Far from what the station has measured at that time of year.",
        "6 biweight standard deviations or more from the mean of the 15 days around its day, all years "
        "together (at least 100 values).",
        "9 times the 95th percentile of the days with precipitation among the 29 around its day (at least "
        "20), 5 times if the mean temperature of its day is below 0 °C.",
    ),
    "R": Letter(
        "lagged range",
        "Maximum and minimum of three successive days lie too far apart.",
        "A maximum 40 °C or more above the highest minimum of the day before, its day and the day after, or "
        "a minimum 40 °C or more below their lowest maximum; both get the letter.",
        None,
    ),
    "S": Letter(
        "spatial consistency",
        "No neighbour within 75 km has anything like it, on that day or on the one before or after.",
        "8 °C and 4 standard deviations or more from what a regression on 3 to 7 neighbours expects, or an "
        "anomaly 10 °C or more from those of all the nearest 3 to 7.",
        "Further from the amounts of the nearest 3 to 7 neighbours than 269.24 mm - 45.72 mm * ln(difference "
        "of their ranks in percent).",
    ),
    "T": Letter(
        "temporal consistency",
        "A spike or a dip.",
        "25 °C or more from the value of the day before, and from that of the day after.",
        None,
    ),
    "W": Letter(
        "too warm for snow", "Snowfall, or snow depth, on a day that was too warm for it.", None, None
    ),
    "X": Letter(
        "bounds",
        "Beyond the records of the world.",
        "Below -89.4 °C or above 57.7 °C.",
        "Below 0 mm or above 1828.8 mm.",
    ),
    "Z": Letter("Datzilla", "Somebody at NOAA looked into it by hand and found it wrong.", None, None),
}
