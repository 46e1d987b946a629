"""The archive as it was: what later files made of observations, undone in SQL for rest.keyset.

A correction leaves the row that it changes pointing to the file that corrected it, and a revision for every
element with the value and the file before. So a row was there at a generation if its file was, or the first
file that its revisions name; and an element had the value that its first later revision says was the old
one, or none has changed it.

Every subquery reads one table and gives one value: no planner has a choice but to look for the day, or for
the station, in an index.
"""

from weather.formats import ELEMENTS

REVISIONS = "FROM weather_revisions r WHERE r.station_id = o.station_id AND r.date = o.date"


def generation_of(file):
    return f"(SELECT f.generation FROM weather_source_files f WHERE f.id = {file})"  # noqa: S608 names from the code


def columns(generation):
    """Return the SQL of values and of flags, as they were at a generation."""
    values = [then(element, element, "old_value", generation) for element in ELEMENTS]
    flags = [then(element, f"{element}_flag", "old_flag", generation) for element in ELEMENTS]
    return values, flags


def then(element, column, old, generation):
    file = generation_of("r.source_file_id")
    later = f"{REVISIONS} AND r.element = '{element}' AND {file} > {generation:d}"
    return f"""CASE (SELECT count(*) {later}) WHEN 0 THEN o.{column}
        ELSE (SELECT r.{old} {later} ORDER BY {file} LIMIT 1) END"""


def row_was_there(generation):
    """Return the condition on an observation, alias o, that it was there."""
    first = f"(SELECT min({generation_of('r.old_source_file_id')}) {REVISIONS})"
    return f"{generation_of('o.source_file_id')} <= %s OR {first} <= %s", [generation, generation]


def station_had_rows(generation, first, last):
    """Return the condition on a station, alias s, that files had given it some of the days."""
    sql = f"""(SELECT 1 FROM weather_changes c WHERE c.station_id = s.id AND c.last >= %s AND c.first <= %s
        AND {generation_of("c.source_file_id")} <= %s LIMIT 1) = 1"""  # noqa: S608
    return sql, [first, last, generation]
