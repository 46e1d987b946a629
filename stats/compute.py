"""Monthly statistics from observations, yearly ones from monthly, each by one statement.

One pass over the rows with six aggregates: an extreme and its date travel as one integer, value * 32 +
day of month, which finds the last day on ties, as NOAA's monthly summaries have it; and a sum and its
count as another, the sum of value + ONE, where 31 values never come near ONE.
"""

from calendar import monthrange

from django.db import connection, transaction
from django.db.models import Max, Min, Q

from stats.models import EXTREME, with_data
from weather.models import ELEMENTS, Archive

ONE = 1 << 22
LIFT = 1 << 20
"""Makes the integer of an extreme and its day positive: MySQL cannot shift negative ones."""

AGGREGATES = f"""
    sum(tmax + {ONE}) AS tmax_sum, sum(tmin + {ONE}) AS tmin_sum, sum(prcp + {ONE}) AS prcp_sum,
    max(tmax * 32 + day) AS tmax_day, 31 + min(tmin * 32 - day) AS tmin_day,
    max(prcp * 32 + day) AS prcp_day"""

BY_MONTH = f"SELECT station_id, first, {AGGREGATES} FROM ({{}}) AS o GROUP BY station_id, first"  # noqa: S608

MONTHS = {
    # Each month by itself, a range of the primary key: 0.33 s, where hashing takes 0.50 s.
    "postgresql": f"""
        SELECT s.id AS station_id, first, sums.*
        FROM (SELECT id FROM weather_stations WHERE id IN ({{stations}})) AS s
        CROSS JOIN (SELECT first::date, (first + interval '1 month - 1 day')::date AS last
            FROM generate_series(%s::timestamp, %s, '1 month') AS first OFFSET 0) AS months
        CROSS JOIN LATERAL (SELECT {AGGREGATES}
            FROM (SELECT tmax, tmin, prcp, date - first AS day FROM weather_observations
                WHERE station_id = s.id AND date BETWEEN first AND last) AS o
            HAVING count(*) > 0) AS sums""",  # noqa: S608
    # Stations and months in order, each month a range of the primary key: nothing is sorted.
    "sqlite": BY_MONTH.format("""
        SELECT s.id AS station_id, first, CAST(substr(date, 9) AS integer) AS day, tmax, tmin, prcp
        FROM weather_stations AS s CROSS JOIN months CROSS JOIN weather_observations AS o
        WHERE s.id IN ({stations}) AND first BETWEEN %s AND %s
            AND o.station_id = s.id AND date BETWEEN first AND last"""),
    "mysql": BY_MONTH.format("""
        SELECT station_id, date - INTERVAL (dayofmonth(date) - 1) DAY AS first, dayofmonth(date) AS day,
            tmax, tmin, prcp
        FROM weather_observations
        WHERE station_id IN ({stations}) AND date BETWEEN %s AND %s"""),
}
"""Months of stations with the sums and extremes of their observations."""

DATES = {
    "postgresql": {
        "year": "extract(year FROM first)::int",
        "month": "extract(month FROM first)::int",
        "days": "extract(day FROM first + interval '1 month - 1 day')::int",
        "date": "first + ({day})",
    },
    "sqlite": {
        "year": "CAST(substr(first, 1, 4) AS integer)",
        "month": "CAST(substr(first, 6, 2) AS integer)",
        "days": "(SELECT CAST(substr(last, 9) AS integer) FROM months WHERE months.first = m.first)",
        "date": "substr(first, 1, 8) || substr('0' || ({day}), -2)",
    },
    "mysql": {
        "year": "year(first)",
        "month": "month(first)",
        "days": "dayofmonth(last_day(first))",
        "date": "first + INTERVAL ({day}) - 1 DAY",
    },
}
"""How each database takes `first`, the first day of a month, apart, and puts a day into it."""

DIVIDED_BY = {"postgresql": "/", "sqlite": "/", "mysql": "DIV"}
"""How each database divides a whole number into a whole number."""

COLUMNS = """station_id, basis, year, days_expected, days_tmax, days_tmin, days_prcp,
    tmax_sum, tmin_sum, prcp_sum,
    tmax_max, tmax_max_date, tmin_min, tmin_min_date, prcp_max, prcp_max_date"""

MONTHLY = """
    INSERT INTO weather_monthly_stats (month, {columns})
    SELECT {month}, station_id, 'all', {year}, {days},
        {tmax_days}, {tmin_days}, {prcp_days},
        tmax_sum - {tmax_days} * {one}, tmin_sum - {tmin_days} * {one}, prcp_sum - {prcp_days} * {one},
        {tmax_value}, {tmax_date}, {tmin_value}, {tmin_date}, {prcp_value}, {prcp_date}
    FROM ({months}) AS m"""

YEARLY = """
    INSERT INTO weather_yearly_stats ({columns})
    SELECT station_id, basis, year,
        CASE WHEN year %% 4 = 0 AND (year %% 100 <> 0 OR year %% 400 = 0) THEN 366 ELSE 365 END,
        days_tmax, days_tmin, days_prcp, tmax_sum, tmin_sum, prcp_sum,
        tmax_max, {tmax_date}, tmin_min, {tmin_date}, prcp_max, {prcp_date}
    FROM (
        SELECT station_id, basis, year,
            sum(days_tmax) AS days_tmax, sum(days_tmin) AS days_tmin, sum(days_prcp) AS days_prcp,
            sum(tmax_sum) AS tmax_sum, sum(tmin_sum) AS tmin_sum, sum(prcp_sum) AS prcp_sum,
            max(tmax_max) AS tmax_max, min(tmin_min) AS tmin_min, max(prcp_max) AS prcp_max
        FROM weather_monthly_stats
        WHERE {years}
        GROUP BY station_id, basis, year
    ) AS y"""

LAST_DATE = """(
    SELECT m.{extreme}_date FROM weather_monthly_stats AS m
    WHERE m.station_id = y.station_id AND m.basis = y.basis AND m.year = y.year AND m.{extreme} = y.{extreme}
    ORDER BY m.month DESC LIMIT 1)"""


IN_PLACE = " ON DUPLICATE KEY UPDATE " + ", ".join(
    f"{column} = VALUES({column})" for column in COLUMNS.replace("\n   ", "").split(", ")[3:]
)
"""MySQL: statistics that are there already become what they would be inserted as."""


@transaction.atomic(savepoint=False)
def recompute(stations, first_year, last_year, **kwargs):
    """Make the statistics of stations (primary keys) anew for some years, both inclusive.

    Return how many (yearly, monthly) there are now. Receives weather.signals.observations_changed, too.
    """
    marks = ", ".join(["%s"] * len(stations))
    years = f"station_id IN ({marks}) AND year BETWEEN %s AND %s"
    which = [*stations, first_year, last_year]
    days = [*stations, f"{first_year:04}-01-01", f"{last_year:04}-12-31"]
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            return renew(cursor, marks, days, years, which)
        if connection.vendor == "sqlite":
            list_months(cursor, first_year, last_year)
        return replace(cursor, marks, days, years, which)


def replace(cursor, marks, days, years, which):
    cursor.execute(f"DELETE FROM weather_monthly_stats WHERE {years}", which)  # noqa: S608
    cursor.execute(f"DELETE FROM weather_yearly_stats WHERE {years}", which)  # noqa: S608
    cursor.execute(monthly(marks), days)
    months = cursor.rowcount
    cursor.execute(yearly(years), which)
    return cursor.rowcount, months


def renew(cursor, marks, days, years, which):
    """MySQL: do what `replace` does, but delete only where something is to go, which is rare.

    A row inserted where one was deleted locks the next one in the index, which is another station's, and two
    jobs with such stations would wait for each other.
    """

    def count(sql, parameters):
        cursor.execute(f"SELECT count({sql}", parameters)
        return cursor.fetchone()[0]

    cursor.execute(monthly(marks) + IN_PLACE, days)
    cursor.execute(yearly(years) + IN_PLACE, which)
    months = count(f"*) FROM weather_monthly_stats WHERE {years}", which)
    observed = f"station_id IN ({marks}) AND date BETWEEN %s AND %s"
    month = "DISTINCT station_id, extract(year_month FROM date)"
    if months > count(f"{month}) FROM weather_observations WHERE {observed}", days):
        return replace(cursor, marks, days, years, which)
    return count(f"*) FROM weather_yearly_stats WHERE {years}", which), months


def list_months(cursor, first_year, last_year):
    """Fill the connection's own table of months: SQLite cannot make a sorted series by itself."""
    cursor.execute("CREATE TEMP TABLE IF NOT EXISTS months (first text PRIMARY KEY, last text) WITHOUT ROWID")
    cursor.execute(
        "SELECT count(*) FROM months WHERE first BETWEEN %s AND %s",
        [f"{first_year:04}-01-01", f"{last_year:04}-12-01"],
    )
    if cursor.fetchone()[0] == (last_year - first_year + 1) * 12:
        return
    months = [
        (f"{year:04}-{month:02}-01", f"{year:04}-{month:02}-{monthrange(year, month)[1]}")
        for year in range(first_year, last_year + 1)
        for month in range(1, 13)
    ]
    cursor.executemany("INSERT OR IGNORE INTO months VALUES (%s, %s)", months)


def recompute_all(stations, years=None):
    """Make the statistics of a queryset of stations anew, for all years or some; return how many.

    The counts are (yearly, monthly). Each station is one transaction.
    """
    yearly, monthly = 0, 0
    for station in with_data(stations):
        with transaction.atomic():
            periods = [(year, year) for year in years] if years else spans(station)
            if not years:  # then also those of years that have no observations any more
                others = ~Q(year__range=periods[0]) if periods else Q()
                station.yearlystats.filter(others).delete()
                station.monthlystats.filter(others).delete()
            for first, last in periods:
                counts = recompute([station.pk], first, last)
                yearly, monthly = yearly + counts[0], monthly + counts[1]
            Archive.advance()
    return yearly, monthly


def spans(station):
    """Return a list of the (first, last) year of a station's observations, empty if it has none."""
    dates = station.observations.aggregate(first=Min("date"), last=Max("date"))
    return [(dates["first"].year, dates["last"].year)] if dates["first"] else []


def monthly(marks):
    """Return the statement for monthly statistics; its parameters are stations, first and last day.

    It is the same text for every station, so SQLite prepares it once.
    """
    dates, by = DATES[connection.vendor], DIVIDED_BY[connection.vendor]
    days = {f"{e}_days": f"(coalesce({e}_sum, 0) + {ONE // 2}) {by} {ONE}" for e in ELEMENTS}
    values = {f"{e}_value": f"({e}_day + {LIFT}) {by} 32 - {LIFT // 32}" for e in ELEMENTS}
    return MONTHLY.format(
        columns=COLUMNS,
        months=MONTHS[connection.vendor].format(stations=marks),
        one=ONE,
        **days,
        **values,
        tmax_date=dates["date"].format(day="tmax_day & 31"),
        tmin_date=dates["date"].format(day="31 - (tmin_day & 31)"),
        prcp_date=dates["date"].format(day="prcp_day & 31"),
        **{part: dates[part] for part in ("year", "month", "days")},
    )


def yearly(years):
    dates = {f"{element}_date": LAST_DATE.format(extreme=extreme) for element, extreme in EXTREME.items()}
    return YEARLY.format(columns=COLUMNS, years=years, **dates)
