"""Why an answer is empty. It is asked only then, and costs about what finding nothing did."""

from rest_framework import serializers

from rest.database import fetch
from rest.keyset import joined, page

REASONS = {
    "range_is_empty": "the filters on dates and years exclude each other",
    "archive_is_empty": "nothing was ingested yet",
    "not_yet_at_as_of": "there is data now, and there was none at `as_of`",
    "no_station_selected": "no station fits `station_id`, `state` and `bbox`",
    "no_data_of_station": "the stations are known, and have no data at all",
    "no_data_in_range": "the stations have data, but not then",
}

MOST = 1000
"""Stations whose first and last days are looked up for a sentence."""


class EmptySerializer(serializers.Serializer):
    """Why there are no results."""

    reason = serializers.ChoiceField(
        list(REASONS), help_text="; ".join(f"`{reason}`: {meaning}" for reason, meaning in REASONS.items())
    )
    detail = serializers.CharField(help_text="The same as a sentence, with what there is instead.")


IN_SCHEMA = {"empty": EmptySerializer(required=False, help_text="Why there are no results; only then.")}


def why_empty(query, rows, selection):
    """Return {"reason", "detail"} of a query that finds nothing.

    `rows` and `selection` are what rest.keyset takes for the archive as it is now.
    """
    if selection.first > selection.last:
        return because("range_is_empty", f"Together they begin {selection.first} and end {selection.last}.")
    if not fetch(f"SELECT 1 FROM {rows.table} LIMIT 1", []):  # noqa: S608 names from the code only
        return because("archive_is_empty", "The archive has no data yet.")
    if "as_of" in query and page(rows, selection, None, 1):
        return because("not_yet_at_as_of", f"The data came after generation {query['as_of']}.")
    return because(*among_stations(query, rows, selection))


def because(reason, detail):
    return {"reason": reason, "detail": detail}


def among_stations(query, rows, selection):
    where, parameters = joined(selection.owners)
    stations = f"FROM {rows.owners} s WHERE {where}"
    with_data = f"{stations} AND {rows.with_rows} AND {edge(rows, 'ASC')} IS NOT NULL"
    counted = f"SELECT count(*), min(s.{rows.owner_name})"
    ((number, name),) = fetch(f"{counted} {stations}", parameters)
    if not number:
        filters = " and ".join(name for name in ("station_id", "state", "bbox") if name in query)
        return "no_station_selected", f"No station fits {filters}."
    who = f"{name} has" if number == 1 else f"The {number:,} stations selected have"
    ((having, name),) = fetch(f"{counted} {with_data}", parameters)
    if not having:
        return "no_data_of_station", f"{who} no data."
    if having < number:
        who = (
            f"Of the {number:,} stations selected {f'only {name} has' if having == 1 else f'{having:,} have'}"
        )
    span = extent(rows, with_data, parameters) if having <= MOST else ""
    return "no_data_in_range", f"{who} data{span}, but none {asked(query, rows, selection)}."


def edge(rows, way):
    """Return the SQL of the first (ASC) or the last (DESC) day or year of a station."""
    column = f"o.{rows.key[0]}"
    return f"""(SELECT {column} FROM {rows.table} o WHERE o.{rows.reference} = s.id
        ORDER BY {column} {way} LIMIT 1)"""  # noqa: S608


def extent(rows, stations, parameters):
    """Return in words from when to when there are data."""
    sql = f"SELECT min({edge(rows, 'ASC')}), max({edge(rows, 'DESC')}) {stations}"
    first, last = fetch(sql, parameters)[0]
    return f" from {first} to {last}"


def asked(query, rows, selection):
    """Return in words which days or years were asked for."""
    first, last = (str(edge) for edge in (selection.first, selection.last))
    begins, ends = selection.first > rows.span[0], selection.last < rows.span[1]
    if begins and ends:
        span = f"{'on' if '-' in first else 'in'} {first}" if first == last else f"from {first} to {last}"
    else:
        span = f"from {first} on" if begins else f"up to {last}" if ends else ""
    month = f"in month {query['month']}" if "month" in query else ""
    return f"{span} {month}".strip() or "that fits"
