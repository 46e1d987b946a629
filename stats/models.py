"""What is derived from observations: sums, counts and extremes, as whole tenths.

Sums and counts are kept, not means: they are exact, and the same on every database. A mean is
made at the edge. Of a month its days with a value are kept, of a year what follows from them.
"""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from weather.models import ELEMENTS, Observation, Station

EXTREME = {"tmax": "tmax_max", "tmin": "tmin_min", "prcp": "prcp_max"}
"""The extreme kept for each element; its date is in `<extreme>_date`, the last one on ties."""


def mean(total, days):
    """Return the mean in °C to 2 decimals of `days` values that make `total` tenths of °C."""
    if not days:
        return None
    hundredths = (20 * abs(total) + days) // (2 * days)
    return (hundredths if total >= 0 else -hundredths) / 100


def all_or_nothing(element):
    """A statistic exists where and only where a day stands behind it."""
    columns = (f"{element}_sum", EXTREME[element], f"{EXTREME[element]}_date")
    return Q(**{f"days_{element}": 0}, **dict.fromkeys(columns)) | Q(
        **{f"days_{element}__gt": 0}, **{f"{column}__isnull": False for column in columns}
    )


class Statistics(models.Model):
    """Statistics of a station and a period on one basis.

    Those of accepted values are there only for periods in which a value has a quality letter: elsewhere they
    would be the same as those of all.
    """

    class Basis(models.TextChoices):
        ALL = "all", "every value as it came"
        ACCEPTED = "accepted", "values without a quality letter"

    id = models.BigAutoField(primary_key=True)
    station = models.ForeignKey(
        Station, models.PROTECT, related_name="%(class)s", db_index=False, db_constraint=False
    )
    basis = models.CharField(max_length=8, choices=Basis, default=Basis.ALL)
    year = models.SmallIntegerField()
    days_expected = models.SmallIntegerField(help_text="days of the period in the calendar")
    days_tmax = models.SmallIntegerField(help_text="days with a value")
    days_tmin = models.SmallIntegerField(help_text="days with a value")
    days_prcp = models.SmallIntegerField(help_text="days with a value")
    tmax_sum = models.IntegerField(null=True, help_text="tenths of °C")
    tmin_sum = models.IntegerField(null=True, help_text="tenths of °C")
    prcp_sum = models.IntegerField(null=True, help_text="tenths of mm")
    tmax_max = models.SmallIntegerField(null=True, help_text="tenths of °C")
    tmax_max_date = models.DateField(null=True)
    tmin_min = models.SmallIntegerField(null=True, help_text="tenths of °C")
    tmin_min_date = models.DateField(null=True)
    prcp_max = models.SmallIntegerField(null=True, help_text="tenths of mm")
    prcp_max_date = models.DateField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=all_or_nothing(element), name=f"%(class)s_{element}_whole")
            for element in ELEMENTS
        ]


def with_data(stations):
    """Return those of a queryset of stations that have observations or statistics."""
    return stations.filter(
        Exists(Observation.objects.filter(station=OuterRef("pk")))
        | Exists(YearlyStats.objects.filter(station=OuterRef("pk")))
    )


class YearlyStats(Statistics):
    """Gaps and rules follow from the masks of the months; NULL, they were never computed (compute_stats)."""

    tmax_gap = models.SmallIntegerField(null=True, help_text="longest run of days without a value")
    tmin_gap = models.SmallIntegerField(null=True, help_text="longest run of days without a value")
    prcp_gap = models.SmallIntegerField(null=True, help_text="longest run of days without a value")
    tmax_rules = models.SmallIntegerField(
        null=True, help_text="rules met, as bits in the order of stats.completeness"
    )
    tmin_rules = models.SmallIntegerField(
        null=True, help_text="rules met, as bits in the order of stats.completeness"
    )
    prcp_rules = models.SmallIntegerField(
        null=True, help_text="rules met, as bits in the order of stats.completeness"
    )

    class Meta(Statistics.Meta):
        db_table = "weather_yearly_stats"
        ordering = ["station", "year"]
        verbose_name = verbose_name_plural = "yearly statistics"
        constraints = [
            *Statistics.Meta.constraints,
            models.UniqueConstraint(fields=["station", "basis", "year"], name="yearlystats_once"),
        ]

    def __str__(self):
        return f"{self.station_id} {self.year}"


class MonthlyStats(Statistics):
    """A mask is NULL only if it was never computed (compute_stats)."""

    month = models.SmallIntegerField()
    tmax_mask = models.IntegerField(null=True, help_text="days with a value, bit 0 the 1st")
    tmin_mask = models.IntegerField(null=True, help_text="days with a value, bit 0 the 1st")
    prcp_mask = models.IntegerField(null=True, help_text="days with a value, bit 0 the 1st")

    class Meta(Statistics.Meta):
        db_table = "weather_monthly_stats"
        ordering = ["station", "year", "month"]
        verbose_name = verbose_name_plural = "monthly statistics"
        constraints = [
            *Statistics.Meta.constraints,
            models.UniqueConstraint(fields=["station", "basis", "year", "month"], name="monthlystats_once"),
            models.CheckConstraint(condition=Q(month__range=(1, 12)), name="monthlystats_month"),
        ]

    def __str__(self):
        return f"{self.station_id} {self.year}-{self.month:02}"
