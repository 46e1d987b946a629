"""The statistics for staff, read-only. Sums become means and totals here, as in the API."""

from decimal import Decimal

from django.contrib import admin
from django.db.models import F

from stats.completeness import KINDS, longest_gap, names, rules_met
from stats.models import EXTREME, MonthlyStats, YearlyStats, mean
from weather.admin_lists import UNITS, StationPeriodAdmin, column, station, tenths, unbroken


def average(element):
    """Return the column of an element's mean, in °C to 2 decimals."""

    def show(row):
        value = mean(getattr(row, f"{element}_sum"), getattr(row, f"days_{element}"))
        return None if value is None else f"{value:.2f}"

    return column(f"mean {element}, °C", show)


def days(row):
    """Return how many days are behind the values of each element, of those the calendar has."""
    counted = "/".join(str(getattr(row, f"days_{element}")) for element in EXTREME)
    return f"{counted} of {row.days_expected}"


def extreme(element):
    """Return the column of an element's extreme with its date."""
    name = EXTREME[element]

    def show(row):
        value = tenths(getattr(row, name))
        return None if value is None else unbroken(f"{value} on {getattr(row, f'{name}_date')}")

    return column(f"{name.replace('_', ' ')}, {UNITS[element]}", show)


def total_prcp(row):
    return None if row.prcp_sum is None else Decimal(row.prcp_sum).scaleb(-2)


def evidence(row):
    """Return the longest gap of each element in a period, and which rules its days meet."""
    found = [getattr(row, f"{element}_gap") for element in EXTREME]
    rules = [names(getattr(row, f"{element}_rules") or 0) for element in EXTREME]
    return told(found, rules)


def evidence_of_month(row):
    masks = [getattr(row, f"{element}_mask") for element in EXTREME]
    if None in masks:
        return None
    days = row.days_expected
    rules = [names(rules_met(mask, days, KINDS[e])) for e, mask in zip(EXTREME, masks, strict=True)]
    return told([longest_gap(mask, days) for mask in masks], rules)


def told(gaps, rules):
    if None in gaps:  # stored before there was evidence
        return None
    return "/".join(f"{gap} ({', '.join(met) or 'no rule'})" for gap, met in zip(gaps, rules, strict=True))


GAPS = "longest gap tmax/tmin/prcp (rules met)"
basis = column("basis", lambda row: row.basis)

STATISTICS = [
    average("tmax"),
    average("tmin"),
    column("total prcp, cm", total_prcp),
    column("days tmax/tmin/prcp", days),
    *map(extreme, EXTREME),
]


class StatisticsAdmin(StationPeriodAdmin):
    list_display_links = None

    def within(self, queryset, first, last):
        return queryset.filter(year__range=(first.year, last.year))


@admin.register(YearlyStats)
class YearlyStatsAdmin(StatisticsAdmin):
    list_display = [station, "year", basis, *STATISTICS, column(GAPS, evidence)]
    ordering = ["station_id", "basis", "year"]


class MonthFilter(admin.SimpleListFilter):
    title = parameter_name = "month"

    def lookups(self, request, model_admin):
        return [(str(month), f"{month:02}") for month in range(1, 13)]

    def queryset(self, request, queryset):
        known = self.value() in dict(self.lookup_choices)
        return queryset.filter(month=self.value()) if known else queryset


@admin.register(MonthlyStats)
class MonthlyStatsAdmin(StatisticsAdmin):
    list_display = [station, "year", "month", basis, *STATISTICS, column(GAPS, evidence_of_month)]
    list_filter = [MonthFilter]
    ordering = ["station_id", "basis", "year", "month"]

    def within(self, queryset, first, last):
        months = (first.year * 12 + first.month, last.year * 12 + last.month)
        years = super().within(queryset, first, last)
        return years.alias(ordinal=F("year") * 12 + F("month")).filter(ordinal__range=months)
