"""The statements of statistics: by month from observations, by year from months, one for each basis.

A month is one pass over its rows. An extreme and its date travel as one integer, value * 32 + day of month,
which finds the last day on ties, as NOAA's monthly summaries have it. Its days are a mask of the rows there
are, and for each element one of the rows that lack it: mostly nothing, which costs next to nothing, where a
mask of the days with a value would cost three more aggregates of every row.
"""

from django.db import connection

from stats.models import EXTREME
from weather.formats import ELEMENTS
from weather.series import CHECKS, FLAGS

LIFT = 1 << 20
"""Makes the integer of an extreme and its day positive: MySQL cannot shift negative ones."""

LETTER = f"coalesce({', '.join((*FLAGS, *CHECKS))})"
"""SQL that is NULL where no value of a day has a quality letter."""

VALUES = {
    "all": ", ".join(ELEMENTS),
    "accepted": ", ".join(
        f"CASE WHEN coalesce({flag}, {check}) IS NULL THEN {element} END AS {element}"
        for element, flag, check in zip(ELEMENTS, FLAGS, CHECKS, strict=True)
    ),
}


def aggregates(bits, lacking):
    """Return the aggregates of a month, given that which puts bits together, and that of an element's."""
    lacks = ", ".join(f"{lacking.format(element=element)} AS {element}_lack" for element in ELEMENTS)
    return f"""
    sum(tmax) AS tmax_sum, sum(tmin) AS tmin_sum, sum(prcp) AS prcp_sum,
    max(tmax * 32 + day) AS tmax_day, 31 + min(tmin * 32 - day) AS tmin_day,
    max(prcp * 32 + day) AS prcp_day, {bits}(1 << day) AS there, {lacks}"""


POSTGRESQL = aggregates("bit_or", "bit_or(1 << day) FILTER (WHERE {element} IS NULL)")
SQLITE = aggregates("sum", "sum(1 << day) FILTER (WHERE {element} IS NULL)")
MYSQL = aggregates("bit_or", "bit_or(CASE WHEN {element} IS NULL THEN 1 << day END)")

# Each month by itself, a range of the primary key: 0.33 s, where hashing takes 0.50 s.
LATERAL = f"""
    SELECT months.*, sums.*
    FROM ({{months}}) AS months
    CROSS JOIN LATERAL (SELECT {POSTGRESQL}
        FROM (SELECT {{values}}, date - first AS day FROM weather_observations
            WHERE station_id = months.station_id AND date BETWEEN first AND last) AS o
        HAVING bit_or(1 << day) IS NOT NULL) AS sums"""  # noqa: S608
EVERY_MONTH = """
    SELECT s.id AS station_id, months.*
    FROM (SELECT id FROM weather_stations WHERE id IN ({stations})) AS s
    CROSS JOIN (
        SELECT {parts} FROM generate_series(%s::timestamp, %s, '1 month') AS first OFFSET 0
    ) AS months"""
MONTHS_WITH_LETTERS = f"""
    SELECT station_id, {{parts}} FROM (
        SELECT DISTINCT station_id, date_trunc('month', date) AS first FROM weather_observations
        WHERE station_id IN ({{stations}}) AND date BETWEEN %s AND %s AND {LETTER} IS NOT NULL
    ) AS months"""  # noqa: S608
MONTH_PARTS = """first::date, (first + interval '1 month - 1 day')::date AS last,
    extract(year FROM first)::int AS year, extract(month FROM first)::int AS month"""
"""Taken apart once for all stations: for every month of each it takes a tenth of the whole time."""

# Stations and months in order, each month a range of the primary key: nothing is sorted.
NESTED = f"""
    SELECT station_id, first, {SQLITE},
        count(tmax) AS tmax_days, count(tmin) AS tmin_days, count(prcp) AS prcp_days
    FROM (
        SELECT s.id AS station_id, first, CAST(substr(date, 9) AS integer) AS day, {{values}}
        FROM weather_stations AS s CROSS JOIN months CROSS JOIN weather_observations AS o
        WHERE s.id IN ({{stations}}) AND first BETWEEN %s AND %s
            AND o.station_id = s.id AND date BETWEEN first AND last
    ) AS o GROUP BY station_id, first"""  # noqa: S608
GROUPED = f"""
    SELECT station_id, first, {MYSQL}
    FROM (
        SELECT station_id, date - INTERVAL (dayofmonth(date) - 1) DAY AS first, dayofmonth(date) AS day,
            {{values}}
        FROM weather_observations
        WHERE station_id IN ({{stations}}) AND date BETWEEN %s AND %s
    ) AS o GROUP BY station_id, first"""  # noqa: S608

MONTHS = {
    "postgresql": {
        basis: LATERAL.format(months=months.replace("{parts}", MONTH_PARTS), values=VALUES[basis])
        for basis, months in (("all", EVERY_MONTH), ("accepted", MONTHS_WITH_LETTERS))
    },
    **{
        vendor: {
            "all": sql.replace("{values}", VALUES["all"]),
            "accepted": sql.replace("{values}", f"{VALUES['accepted']}, {LETTER} AS letter")
            + " HAVING count(letter) > 0",
        }
        for vendor, sql in (("sqlite", NESTED), ("mysql", GROUPED))
    },
}
"""Months of stations with the sums, extremes and days of their observations: of accepted values only the
months that have others, too."""

PARTS = {
    "postgresql": {
        "year": "year",
        "month": "month",
        "days": "last - first + 1",
        "date": "first + ({day})",
        "mask": "(there & ~coalesce({lack}, 0))",
        "count": "bit_count({mask}::bit(31))",
    },
    "sqlite": {
        "year": "CAST(substr(first, 1, 4) AS integer)",
        "month": "CAST(substr(first, 6, 2) AS integer)",
        "days": "(SELECT CAST(substr(last, 9) AS integer) FROM months WHERE months.first = m.first)",
        "date": "substr(first, 1, 8) || substr('0' || ({day}), -2)",
        "mask": "(there & ~coalesce({lack}, 0)) >> 1",
        "count": "{element}_days",
    },
    "mysql": {
        "year": "year(first)",
        "month": "month(first)",
        "days": "dayofmonth(last_day(first))",
        "date": "first + INTERVAL ({day}) - 1 DAY",
        "mask": "(there & ~coalesce({lack}, 0)) >> 1",
        "count": "bit_count({mask})",
    },
}
"""How each database takes `first`, the first day of a month, apart, puts a day into it, and makes and counts
the mask of its days with a value. The day of a month begins with 0 on PostgreSQL, with 1 elsewhere."""

DIVIDED_BY = {"postgresql": "/", "sqlite": "/", "mysql": "DIV"}
"""How each database divides a whole number into a whole number."""

COLUMNS = (
    *("station_id", "basis", "year", "days_expected", "days_tmax", "days_tmin", "days_prcp"),
    *("tmax_sum", "tmin_sum", "prcp_sum"),
    *("tmax_max", "tmax_max_date", "tmin_min", "tmin_min_date", "prcp_max", "prcp_max_date"),
)
OF_MONTH = ("month", *(f"{element}_mask" for element in ELEMENTS))
OF_YEAR = (*(f"{element}_gap" for element in ELEMENTS), *(f"{element}_rules" for element in ELEMENTS))

MONTHLY = """
    INSERT INTO weather_monthly_stats ({columns})
    SELECT station_id, '{basis}', {year}, {days}, {tmax_days}, {tmin_days}, {prcp_days},
        tmax_sum, tmin_sum, prcp_sum,
        {tmax_value}, {tmax_date}, {tmin_value}, {tmin_date}, {prcp_value}, {prcp_date},
        {month}, {tmax_mask}, {tmin_mask}, {prcp_mask}
    FROM ({months}) AS m"""

SOURCE = {
    "all": "m.basis = 'all'",
    "accepted": """EXISTS (SELECT 1 FROM weather_monthly_stats AS a
            WHERE a.station_id = m.station_id AND a.basis = 'accepted' AND a.year = m.year)
        AND (m.basis = 'accepted' OR NOT EXISTS (SELECT 1 FROM weather_monthly_stats AS a
            WHERE a.station_id = m.station_id AND a.basis = 'accepted' AND a.year = m.year
                AND a.month = m.month))""",
}
"""What is true of the monthly statistics, alias m, from which those of a year are made."""

YEARLY = """
    INSERT INTO weather_yearly_stats ({columns})
    WITH evidence (station_id, year, {of_year}) AS ({evidence})
    SELECT y.station_id, '{basis}', y.year,
        CASE WHEN y.year %% 4 = 0 AND (y.year %% 100 <> 0 OR y.year %% 400 = 0) THEN 366 ELSE 365 END,
        days_tmax, days_tmin, days_prcp, tmax_sum, tmin_sum, prcp_sum,
        tmax_max, {tmax_date}, tmin_min, {tmin_date}, prcp_max, {prcp_date},
        {gaps}, {rules}
    FROM (
        SELECT station_id, year,
            sum(days_tmax) AS days_tmax, sum(days_tmin) AS days_tmin, sum(days_prcp) AS days_prcp,
            sum(tmax_sum) AS tmax_sum, sum(tmin_sum) AS tmin_sum, sum(prcp_sum) AS prcp_sum,
            max(tmax_max) AS tmax_max, min(tmin_min) AS tmin_min, max(prcp_max) AS prcp_max
        FROM weather_monthly_stats AS m
        WHERE {years} AND {source}
        GROUP BY station_id, year
    ) AS y LEFT JOIN evidence AS e ON e.station_id = y.station_id AND e.year = y.year"""

LAST_DATE = """(
    SELECT m.{extreme}_date FROM weather_monthly_stats AS m
    WHERE m.station_id = y.station_id AND m.year = y.year AND m.{extreme} = y.{extreme} AND {source}
    ORDER BY m.month DESC LIMIT 1)"""


def monthly(stations, basis):
    """Return the statement for monthly statistics, given the marks of stations.

    Its parameters are stations, first and last day. It is the same text for every station, so SQLite prepares
    it once.
    """
    parts, by = PARTS[connection.vendor], DIVIDED_BY[connection.vendor]
    masks = {element: parts["mask"].format(lack=f"{element}_lack") for element in ELEMENTS}
    days = {e: parts["count"].format(mask=mask, element=e) for e, mask in masks.items()}
    values = {f"{e}_value": f"({e}_day + {LIFT}) {by} 32 - {LIFT // 32}" for e in ELEMENTS}
    return MONTHLY.format(
        columns=", ".join((*COLUMNS, *OF_MONTH)),
        basis=basis,
        months=MONTHS[connection.vendor][basis].format(stations=stations),
        **{f"{element}_mask": mask for element, mask in masks.items()},
        **{f"{element}_days": count for element, count in days.items()},
        **values,
        tmax_date=parts["date"].format(day="tmax_day & 31"),
        tmin_date=parts["date"].format(day="31 - (tmin_day & 31)"),
        prcp_date=parts["date"].format(day="prcp_day & 31"),
        **{part: parts[part] for part in ("year", "month", "days")},
    )


def yearly(years, basis, evidence, whole):
    """Return the statement for yearly statistics, given the condition on stations and years.

    `evidence` are rows (station, year, *OF_YEAR) of the years that are not whole; the others have no gap and
    meet the rules that are the bits of `whole`.
    """
    dates = {
        f"{element}_date": LAST_DATE.format(extreme=extreme, source=SOURCE[basis])
        for element, extreme in EXTREME.items()
    }
    gaps, rules = OF_YEAR[: len(ELEMENTS)], OF_YEAR[len(ELEMENTS) :]
    return YEARLY.format(
        columns=", ".join((*COLUMNS, *OF_YEAR)),
        of_year=", ".join(OF_YEAR),
        evidence=literals(evidence or [(0, 0, *([0] * len(OF_YEAR)))]),
        basis=basis,
        gaps=", ".join(f"coalesce(e.{gap}, 0)" for gap in gaps),
        rules=", ".join(f"coalesce(e.{rule}, {whole})" for rule in rules),
        years=years,
        source=SOURCE[basis],
        **dates,
    )


def literals(rows):
    """Return rows of numbers as SQL. MySQL has another word for it than MariaDB and the others."""
    word = "" if getattr(connection, "mysql_is_mariadb", True) else "ROW"
    return "VALUES " + ", ".join(f"{word}({', '.join(map(str, row))})" for row in rows)
