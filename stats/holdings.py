"""What stations have: of each element the first and the last day, how many, their share of a range of days.

Everything comes from statistics that are kept, and from the few observations that they cannot tell.
"""

import datetime
from calendar import monthrange

from rest.database import connection, fetch
from weather.formats import ELEMENTS

DESCRIPTION = ("station_id", "name", "state", "country", "latitude", "longitude", "elevation_m")

JANUARY_1 = {
    "postgresql": "make_date({year}::int, 1, 1)",
    "sqlite": "printf('%%04d-01-01', {year})",
    "mysql": "CAST(concat(lpad({year}, 4, '0'), '-01-01') AS date)",
}
DECEMBER_31 = {
    vendor: sql.replace("1, 1)", "12, 31)").replace("01-01", "12-31") for vendor, sql in JANUARY_1.items()
}


def described(keys):
    """Return {key: what is shown of the station} of stations given by their primary keys, in one query."""
    if not keys:
        return {}
    return {key: shown(*row) for key, *row in fetch(DESCRIBED.format(**parts_of(keys)), [])}


DESCRIBED = """
    SELECT s.id, {description}, {days}, {edges} FROM weather_stations s LEFT JOIN (
        SELECT station_id, {years} FROM weather_yearly_stats
        WHERE basis = 'all' AND station_id IN ({keys}) GROUP BY station_id
    ) y ON y.station_id = s.id WHERE s.id IN ({keys})"""


def parts_of(keys):
    years = (
        f"sum(days_{e}) AS days_{e}, min(CASE WHEN days_{e} > 0 THEN year END) AS first_{e}, "
        f"max(CASE WHEN days_{e} > 0 THEN year END) AS last_{e}"
        for e in ELEMENTS
    )
    edges = (edge_of(element, way) for element in ELEMENTS for way in ("ASC", "DESC"))
    return {
        "description": ", ".join(f"s.{column}" for column in DESCRIPTION),
        "days": ", ".join(f"coalesce(y.days_{element}, 0)" for element in ELEMENTS),
        "years": ", ".join(years),
        "edges": ", ".join([edge("ASC"), edge("DESC"), *edges]),
        "keys": listed(keys),
    }


def listed(keys):
    return ", ".join(f"{key:d}" for key in keys)


def edge(way, condition="1 = 1"):
    """Return the SQL of a station's first (ASC) or last (DESC) day: one look into the primary key."""
    return f"""(SELECT o.date FROM weather_observations o WHERE o.station_id = s.id AND {condition}
        ORDER BY o.date {way} LIMIT 1)"""  # noqa: S608 names from the code only


def edge_of(element, way):
    """Return the SQL of an element's first or last day, looked for from the edge of the year that has it."""
    if way == "ASC":
        year, sign = JANUARY_1[connection().vendor].format(year=f"y.first_{element}"), ">="
    else:
        year, sign = DECEMBER_31[connection().vendor].format(year=f"y.last_{element}"), "<="
    day = edge(way, f"o.date {sign} {year} AND o.{element} IS NOT NULL")
    return f"CASE WHEN y.days_{element} > 0 THEN {day} END"


def shown(*row):
    description, days, edges = row[:7], row[7:10], [as_date(day) for day in row[10:]]
    first_date, last_date, *edges = edges
    station = dict(zip(DESCRIPTION, description, strict=True))
    return {
        **station,
        "name": station["name"] or None,
        "state": station["state"] or None,
        "first_date": first_date,
        "last_date": last_date,
        **{f"days_{element}": n for element, n in zip(ELEMENTS, days, strict=True)},
        "elements": {
            element: has(n, first, last)
            for element, n, first, last in zip(ELEMENTS, days, edges[::2], edges[1::2], strict=True)
        },
    }


def has(days, first, last):
    """Return what a station has of an element."""
    if not days:
        return None
    return {"first": first, "last": last, "days": days, "coverage": share(days, first, last)}


def share(days, first, last):
    return round(days / number_of_days(first, last), 4)


def number_of_days(first, last):
    return (last - first).days + 1


def as_date(value):
    """Return a date, which SQLite gives as a text where it was worked out."""
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def coverage(keys, elements, first, last, least):
    """Return {key: {element: share of the days from first to last with a value}} of stations with enough.

    Enough is at least one value of each element, and at least the share `least`, a Decimal. Where `first` or
    `last` is None, it is the station's own first or last day.
    """
    found = {}
    own = {} if first and last else records(keys)
    for key, days in counted(keys, elements, first or datetime.date.min, last or datetime.date.max).items():
        start, end = first or own[key][0], last or own[key][1]
        if all(days) and min(days) >= least * number_of_days(start, end):
            found[key] = {e: share(n, start, end) for e, n in zip(elements, days, strict=True)}
    return found


def records(keys):
    """Return {key: (first day, last day)} of stations."""
    sql = f"SELECT s.id, {edge('ASC')}, {edge('DESC')} FROM weather_stations s WHERE s.id IN ({listed(keys)})"  # noqa: S608
    return {key: (as_date(first), as_date(last)) for key, first, last in fetch(sql, [])}


def counted(keys, elements, first, last):
    """Return {key: numbers of days with a value of each element} of the stations that have any rows then."""
    sums = ", ".join(f"sum(days_{element})" for element in elements)
    counts = ", ".join(f"count({element})" for element in elements)
    statements, parameters = [], []
    for table, condition, bounds in pieces(first, last):
        some = f"station_id IN ({listed(keys)}) AND {condition} GROUP BY station_id"
        values = counts if table == "weather_observations" else sums
        statements.append(f"SELECT station_id, {values} FROM {table} WHERE {some}")  # noqa: S608
        parameters += bounds
    found = {}
    for key, *days in fetch(" UNION ALL ".join(statements), parameters):
        found[key] = [a + b for a, b in zip(found.get(key, [0] * len(days)), days, strict=True)]
    return found


def pieces(first, last):
    """Yield what makes up a range of days, whole years, months and days, as (table, condition, bounds)."""
    start = month_of(first) + (first.day > 1)
    end = month_of(last) + (last == end_of_month(last))  # the first month that is not whole any more
    if start >= end:
        yield days(first, last)
        return
    if first.day > 1:
        yield days(first, end_of_month(first))
    if last != end_of_month(last):
        yield days(last.replace(day=1), last)
    first_year, year_after = -(-start // 12), end // 12
    if first_year >= year_after:
        yield months(start, end)
        return
    yield "weather_yearly_stats", "basis = 'all' AND year BETWEEN %s AND %s", [first_year, year_after - 1]
    if start < first_year * 12:
        yield months(start, first_year * 12)
    if year_after * 12 < end:
        yield months(year_after * 12, end)


def month_of(day):
    """Return the number of a day's month, from January of the year 0."""
    return day.year * 12 + day.month - 1


def end_of_month(day):
    return day.replace(day=monthrange(day.year, day.month)[1])


def days(first, last):
    return "weather_observations", "date BETWEEN %s AND %s", [first, last]


def months(start, end):
    condition = "basis = 'all' AND year BETWEEN %s AND %s AND year * 12 + month - 1 BETWEEN %s AND %s"
    return "weather_monthly_stats", condition, [start // 12, (end - 1) // 12, start, end - 1]
