"""Statistics made anew, in the transaction of what changed the observations."""

from calendar import monthrange

from django.db import connection, transaction
from django.db.models import Max, Min, Q

from stats import completeness, evidence, fresh
from stats.models import with_data
from stats.statements import COLUMNS, LETTER, OF_MONTH, OF_YEAR, monthly, yearly
from weather.models import Archive, Station


def in_place(columns):
    """MySQL: statistics that are there already become what they would be inserted as."""
    renewed = (column for column in columns if column not in ("station_id", "basis", "year", "month"))
    return " ON DUPLICATE KEY UPDATE " + ", ".join(f"{column} = VALUES({column})" for column in renewed)


class Period:
    """Stations (primary keys) and years, both inclusive, as conditions and their parameters."""

    def __init__(self, stations, first_year, last_year):
        self.first_year, self.last_year = first_year, last_year
        self.stations = ", ".join(["%s"] * len(stations))
        self.years = f"station_id IN ({self.stations}) AND year BETWEEN %s AND %s"
        self.which = [*stations, first_year, last_year]
        self.days = [*stations, f"{first_year:04}-01-01", f"{last_year:04}-12-31"]


@transaction.atomic(savepoint=False)
def recompute(stations, first_year, last_year, letters=True, derived=None, **kwargs):
    """Make the statistics of stations (primary keys) anew for some years, both inclusive.

    `letters` says whether values may have got quality letters; if not, statistics of accepted values are made
    only where there were some. `derived` is what stats.fresh has made of stations, in case they are new.
    Return how many (yearly, monthly) of all values there are now. Receives
    weather.signals.observations_changed, too.
    """
    period = Period(stations, first_year, last_year)
    with connection.cursor() as cursor:
        if derived and all(map(derived.get, stations)) and not any_month(cursor, period):
            accepted, made = letters, fresh.insert({station: derived[station] for station in stations})
        else:
            accepted = letters or any_month(cursor, period, "AND basis = 'accepted'")
            made = remake(cursor, period, "all")
        if accepted:
            remake(cursor, period, "accepted")
        return made


def any_month(cursor, period, condition=""):
    """Say whether a month of the period has statistics, or such as meet a condition."""
    sql = f"SELECT 1 FROM weather_monthly_stats WHERE {period.years} {condition} LIMIT 1"  # noqa: S608
    cursor.execute(sql, period.which)
    return bool(cursor.fetchall())


@transaction.atomic(savepoint=False)
def recompute_accepted(stations, first_year, last_year, **kwargs):
    """Do what `recompute` does where only quality letters have changed.

    Receives weather.signals.letters_changed, too.
    """
    period = Period(stations, first_year, last_year)
    with connection.cursor() as cursor:
        if any_month(cursor, period, "AND tmax_mask IS NULL"):  # of an archive from before there were masks
            remake(cursor, period, "all")
        return remake(cursor, period, "accepted")


def remake(cursor, period, basis):
    """Make statistics on one basis anew; return how many there are now, (yearly, monthly)."""
    if connection.vendor == "mysql":
        return renew(cursor, period, basis)
    if connection.vendor == "sqlite":
        list_months(cursor, period.first_year, period.last_year)
    return replace(cursor, period, basis)


def replace(cursor, period, basis):
    for table in ("weather_monthly_stats", "weather_yearly_stats"):
        sql = f"DELETE FROM {table} WHERE basis = '{basis}' AND {period.years}"  # noqa: S608
        cursor.execute(sql, period.which)
    cursor.execute(monthly(period.stations, basis), period.days)
    months = cursor.rowcount
    if not months:
        return 0, 0
    cursor.execute(of_years(cursor, period, basis), period.which)
    return cursor.rowcount, months


def of_years(cursor, period, basis):
    """Return the statement for yearly statistics; those by month are there already."""
    years = evidence.of_years(cursor, basis, period.years, period.which)
    return yearly(period.years, basis, years, completeness.ALL)


def renew(cursor, period, basis):
    """MySQL: do what `replace` does, but delete only where something is to go, which is rare.

    A row inserted where one was deleted locks the next one in the index, which is another station's, and two
    jobs with such stations would wait for each other.
    """

    def count(sql, parameters):
        cursor.execute(f"SELECT count({sql}", parameters)
        return cursor.fetchone()[0]

    cursor.execute(monthly(period.stations, basis) + in_place((*COLUMNS, *OF_MONTH)), period.days)
    there = f"basis = '{basis}' AND {period.years}"
    months = count(f"*) FROM weather_monthly_stats WHERE {there}", period.which)
    if months:
        sql = of_years(cursor, period, basis) + in_place((*COLUMNS, *OF_YEAR))
        cursor.execute(sql, period.which)
    observed = f"station_id IN ({period.stations}) AND date BETWEEN %s AND %s"
    if basis == "accepted":
        observed += f" AND {LETTER} IS NOT NULL"
    month = "DISTINCT station_id, extract(year_month FROM date)"
    if months > count(f"{month}) FROM weather_observations WHERE {observed}", period.days):
        return replace(cursor, period, basis)
    return count(f"*) FROM weather_yearly_stats WHERE {there}", period.which), months


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
            Station.objects.select_for_update().get(pk=station.pk)  # its files wait, or are waited for
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
