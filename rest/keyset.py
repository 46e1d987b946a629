"""The SQL of pages of rows that belong to an owner (observations of stations), owner by owner.

Rows come in the order of the owner's name, then of their own key. Each owner is asked through the
index (owner, key), and only until the page is full, so a page costs the same however large the
table is, however deep in it the page lies, and whatever range of keys is asked for.
"""

import datetime
from dataclasses import dataclass, field

from django.db import connection


@dataclass(frozen=True)
class Rows:
    """A table of rows that belong to an owner. All strings become part of the SQL.

    `key` and `columns` are columns of the table; `span` are the least and the greatest value that
    the first of the key can have.
    """

    table: str
    reference: str  # the column that holds the owner's id
    key: tuple
    span: tuple
    columns: tuple
    owners: str
    owner_name: str  # the owner's unique column, which orders

    @property
    def order(self):
        return (f"s.{self.owner_name}", *(f"o.{column}" for column in self.key))


@dataclass
class Selection:
    """Conditions on owners (alias s) and rows (alias o) as (SQL, parameters), and a range of keys."""

    first: object
    last: object
    owners: list = field(default_factory=list)
    rows: list = field(default_factory=list)


def page(rows, selection, position, limit):
    """Return at most `limit` tuples (owner's name, *key, *columns) next to a Position or None.

    Backward, the row nearest to the position comes first.
    """
    backward = position is not None and position.backward
    order = ", ".join(f"{column} DESC" if backward else column for column in rows.order)
    owner_sql, owner_parameters = joined([*selection.owners, *owners_from(rows, position)])
    row_sql, row_parameters = joined(
        [*selection.rows, *in_range(rows, selection, position), *beyond(rows, position)]
    )
    columns = ", ".join((*rows.key, *rows.columns))
    reference = f"o.{rows.reference} = s.id"
    if connection.vendor == "postgresql":
        # Without the inner LIMIT the planner may read a station whole, or all of them.
        inner_order = order.split(", ", 1)[1]
        sql = f"""SELECT s.{rows.owner_name}, o.* FROM {rows.owners} s CROSS JOIN LATERAL (
            SELECT {columns} FROM {rows.table} o WHERE {reference} AND {row_sql}
            ORDER BY {inner_order} LIMIT %s) o
            WHERE {owner_sql} ORDER BY {order} LIMIT %s"""  # noqa: S608 names from the code only
        return fetch(sql, [*row_parameters, limit, *owner_parameters, limit])
    # SQLite never reorders a CROSS JOIN, and sees that the order is that of the two indexes.
    sql = f"""SELECT s.{rows.owner_name}, {columns} FROM {rows.owners} s CROSS JOIN {rows.table} o
        WHERE {reference} AND {row_sql} AND {owner_sql} ORDER BY {order} LIMIT %s"""  # noqa: S608
    return fetch(sql, [*row_parameters, *owner_parameters, limit])


def count(rows, selection):
    """Return the number of rows selected: one look into the index per owner."""
    owner_sql, owner_parameters = joined(selection.owners)
    row_sql, row_parameters = joined([*selection.rows, *in_range(rows, selection, None)])
    sql = f"""SELECT sum((SELECT count(*) FROM {rows.table} o
        WHERE o.{rows.reference} = s.id AND {row_sql})) FROM {rows.owners} s WHERE {owner_sql}"""  # noqa: S608
    return int(fetch(sql, [*row_parameters, *owner_parameters])[0][0] or 0)


def owners_from(rows, position):
    """Skip the owners before the position: a range of the index on their name."""
    if position is None:
        return []
    return [(f"s.{rows.owner_name} {'<=' if position.backward else '>='} %s", [position.key[0]])]


def in_range(rows, selection, position):
    """Limit the first column of the key, for the owner at the position to what lies beyond it.

    The CASE is there for the index: `beyond` alone would read that owner's rows from the start.
    A limit that excludes nothing is left out: the planner would count on it.
    """
    column = f"o.{rows.key[0]}"
    first, last = selection.first, selection.last
    low = [(f"{column} >= %s", [first])] if first > rows.span[0] else []
    high = [(f"{column} <= %s", [last])] if last < rows.span[1] else []
    if position is not None:
        name, start, *_ = position.key
        case = f"CASE WHEN s.{rows.owner_name} = %s THEN %s ELSE %s END"
        if position.backward:
            high = [(f"{column} <= {case}", [name, min(start, last), last])]
        else:
            low = [(f"{column} >= {case}", [name, max(start, first), first])]
    return low + high


def beyond(rows, position):
    """Leave out what the owner at the position has on the other side of it, and the row there.

    Not by comparing (name, key) as one: the planner takes that for a third of all rows.
    """
    if position is None:
        return []
    name, *key = position.key
    columns, marks = ", ".join(rows.order[1:]), ", ".join(["%s"] * len(key))
    sign = "<" if position.backward else ">"
    return [(f"s.{rows.owner_name} <> %s OR ({columns}) {sign} ({marks})", [name, *key])]


def joined(conditions):
    """Return conditions as one, (SQL, parameters)."""
    sql = " AND ".join(f"({text})" for text, _ in conditions) or "1 = 1"
    return sql, [parameter for _, parameters in conditions for parameter in parameters]


def fetch(sql, parameters):
    """Return all rows as tuples. Dates come as the driver has them: date, or ISO text on SQLite."""
    dates = connection.ops.adapt_datefield_value
    parameters = [dates(p) if isinstance(p, datetime.date) else p for p in parameters]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
