"""The SQL of all rows that belong to owners, in order, as they are shown: what rest.keyset gives by pages."""

import datetime
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction
from rest_framework import serializers

from rest.database import connection, reading
from rest.keyset import Rows, Selection, in_range, joined, owners_in_order


class Column(NamedTuple):
    name: str
    kind: str
    """text, date, integer, list, or decimal: tenths."""
    sql: str
    """Of the value on alias o (the owner's name: s); of decimals, of the whole tenths."""


@dataclass(frozen=True)
class Export:
    """All rows of a selection. The columns are the owner's name, the key and what else is shown."""

    rows: Rows
    selection: Selection
    columns: tuple


@dataclass(frozen=True)
class Made:
    """Rows that Python makes. `batches()` yields lists of tuples of values as they are shown."""

    columns: tuple
    batches: Callable


KINDS = {
    serializers.CharField: "text",
    serializers.DateField: "date",
    serializers.IntegerField: "integer",
    serializers.FloatField: "tenths",
    serializers.ListField: "list",
}


def columns_of(serializer, rows):
    """Return the Columns that show the values of Rows as a serializer class does."""
    values = (f"s.{rows.owner_name}", *(f"o.{column}" for column in rows.key), *rows.columns)
    fields = serializer().fields.items()
    kinds = (KINDS[type(field)] for _, field in fields)
    return tuple(map(Column, serializer().fields, kinds, values))


def columns_made(serializer):
    """Return the Columns of rows that Python makes as a serializer class shows them."""
    return tuple(Column(name, KINDS[type(field)], "") for name, field in serializer().fields.items())


def shown(column):
    """Return the SQL of what is shown of a Column: decimals as JSON writes them, 0.0, -2.2."""
    _, kind, sql = column
    if kind != "tenths":
        return sql
    # Not float8 on PostgreSQL, which writes 15 for 15.0; numeric knows its places.
    return f"({sql}) * 0.1" if connection().vendor == "postgresql" else f"({sql}) / 10e0"


def statements(export, shown=shown):
    """Yield (SQL, parameters) whose rows, one statement after the other, are all rows of an Export.

    `shown` makes the SQL of what is shown of a Column.
    """
    write = {"postgresql": lateral, "sqlite": nested, "mysql": by_owner}[connection().vendor]
    name, *values = map(shown, export.columns)
    dates = connection().ops.adapt_datefield_value
    for sql, parameters in write(export.rows, export.selection, name, ", ".join(values)):
        yield sql, [dates(p) if isinstance(p, datetime.date) else p for p in parameters]


def lateral(rows, selection, name, values):
    """PostgreSQL: owner by owner through the index: the first rows come at once, and nothing is sorted.

    The order is that of the nested loop, which LATERAL forces, over a common table, which is never read in
    parallel. ORDER BY at the end would cost a third more: each owner's rows would be sorted again.
    """
    owners, owner_parameters = joined([(rows.with_rows, []), *selection.owners])
    conditions, parameters = conditions_on(rows, selection)
    keys = ", ".join(rows.order[1:])
    sql = f"""WITH owners AS MATERIALIZED (SELECT s.id, {name} AS name FROM {rows.owners} s WHERE {owners}
        ORDER BY s.{rows.owner_name})
        SELECT s.name, o.* FROM owners s CROSS JOIN LATERAL (SELECT {values} FROM {rows.table} o
        WHERE o.{rows.reference} = s.id AND {conditions} ORDER BY {keys}) o"""  # noqa: S608 names from the code only
    yield sql, [*owner_parameters, *parameters]


def nested(rows, selection, name, values):
    """SQLite: it never reorders a CROSS JOIN, and sees that the order is that of the two indexes."""
    owners, owner_parameters = joined([(rows.with_rows, []), *selection.owners])
    conditions, parameters = conditions_on(rows, selection)
    sql = f"""SELECT {name}, {values} FROM {rows.owners} s CROSS JOIN {rows.table} o
        WHERE o.{rows.reference} = s.id AND {conditions} AND {owners}
        ORDER BY {", ".join(rows.order)}"""  # noqa: S608
    yield sql, [*parameters, *owner_parameters]


def by_owner(rows, selection, name, values):
    """MySQL: a statement for each owner. It would sort a join, and the client would hold all of its rows."""
    conditions, parameters = conditions_on(rows, selection)
    name = name.replace(f"s.{rows.owner_name}", "%s")
    sql = f"""SELECT {name}, {values} FROM {rows.table} o
        WHERE o.{rows.reference} = %s AND {conditions} ORDER BY {", ".join(rows.order[1:])}"""  # noqa: S608
    for key, owner in list(owners_in_order(rows, selection, None)):
        yield sql, [owner, key, *parameters]


def conditions_on(rows, selection):
    return joined([*selection.rows, *in_range(rows, selection)])


def batches(export, size=2000):
    """Yield lists of tuples, all rows of an Export or a Made, from one state of the database."""
    asked = connection()
    if isinstance(export, Made):
        with one_state(asked):
            yield from while_reading(export.batches())
        return
    with one_state(asked) if asked.vendor == "mysql" else nullcontext(), in_parts(asked) as cursor:
        for sql, parameters in statements(export):
            cursor.execute(sql, parameters)
            while some := cursor.fetchmany(size):
                yield some


def in_parts(asked):
    """Return a cursor. That of PostgreSQL would fetch everything at once: where rows are Python's, they come
    within a transaction, and then it need not."""
    return asked.chunked_cursor() if asked.in_atomic_block else asked.cursor()


def while_reading(steps):
    """Yield what an iterator does. What it asks goes to where reads go, also when the request is over."""
    while True:
        with reading():
            some = next(steps, None)
        if some is None:
            return
        yield some


@contextmanager
def one_state(asked):
    """Let several statements see what one would."""
    if asked.in_atomic_block:
        yield
    elif asked.vendor == "sqlite":  # Django would begin as a writer
        with asked.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        repeatable = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
        with asked.cursor() as cursor:
            if asked.vendor == "mysql":  # which wants to know before it begins; PostgreSQL, afterwards
                cursor.execute(repeatable)
            with transaction.atomic(using=asked.alias):
                if asked.vendor == "postgresql":
                    cursor.execute(repeatable)
                yield
